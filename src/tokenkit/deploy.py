"""Deploy a plan: step by step, each recorded before it leaves, so that a deployment that broke off goes on where it was."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit._blueprint.beforehand import refuse_in_vain
from tokenkit._blueprint.code import creation_hash, differences
from tokenkit._blueprint.create import created_address, nonce_of
from tokenkit._blueprint.offices import handed_over
from tokenkit._blueprint.parts import artifact_names, parts
from tokenkit._blueprint.site import Act, Creation, Part, Site, hold
from tokenkit._keccak import keccak
from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.errors import (
    ChainError,
    DeployError,
    PlanChanged,
    ReadOnly,
    Reverted,
    TransactionRejected,
    WrongChain,
)
from tokenkit.record import Build, ChainMark, DeployedContract, Record, Step

if TYPE_CHECKING:
    from tokenkit.chain import Chain, Receipt, Signer
    from tokenkit.plan import Plan
    from tokenkit.types import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step of a deployment that is about to be taken, or was found done."""

    position: int
    total: int
    name: str
    done_before: bool


OnProgress = Callable[[Progress], None]


def deploy(
    plan: Plan,
    chain: Chain,
    signer: Signer | None,
    *,
    record_path: str | Path | None = None,
    progress: OnProgress | None = None,
) -> Record:
    """Deploy *plan*, or go on with what the record at *record_path* says was begun, and return the record.

    The record is written before each transaction leaves and after it is mined. Called again after any interruption, it ends with one
    complete suite: what was sent is found again, and nothing is created twice. *signer* pays, and keeps no power the plan does not give it.

    Raises:
        ReadOnly: no *signer*, and something to send.
        WrongChain: the plan or the record is for another chain.
        InvalidRecord: the record cannot be read, or the chain is not the one it was written on.
        PlanChanged: the record was begun with another plan.
        DeployError: the deployment cannot go on as it stands; the message says why.
        Reverted: a contract refused a step.
        TransactionPending: a transaction is not mined yet; call again later.
    """
    path = None if record_path is None else Path(record_path)
    if plan.chain_id is not None and plan.chain_id != chain.chain_id:
        raise WrongChain(expected=plan.chain_id, actual=chain.chain_id)
    record = Record.read(path) if path is not None and path.exists() else None
    if record is not None:
        _refuse_another(record, plan, chain)
        if record.complete:
            return record
    if signer is None:
        raise ReadOnly
    if record is None:
        return _Deployment(_begun(plan, chain, signer.address), chain, signer, path, progress).run()
    _refuse_another_hand(record, signer.address)
    return _Deployment(record, chain, signer, path, progress, resumed=True).run()


def refuse_changed(plan: Plan, record: Record) -> None:
    """Refuse a plan that says something else than the one *record* was begun with.

    Raises:
        PlanChanged: it does.
    """
    if record.plan.model_dump() != plan.model_dump():
        raise PlanChanged(_difference(record.plan, plan))


class _Deployment:
    """One run over the steps of a plan."""

    def __init__(
        self,
        record: Record,
        chain: Chain,
        signer: Signer,
        path: Path | None,
        progress: OnProgress | None,
        *,
        resumed: bool = False,
    ) -> None:
        self.record = record
        self.chain = chain
        self.signer = signer
        self.path = path
        self.progress = progress
        self.resumed = resumed

    @property
    def site(self) -> Site:
        return Site(chain=self.chain, record=self.record)

    def run(self) -> Record:
        self._save(self.record)
        steps = tuple(parts(self.record.plan))
        for position, part in enumerate(steps, 1):
            done = self._is_done(part)
            if self.progress is not None:
                self.progress(Progress(position=position, total=len(steps), name=part.name, done_before=done))
            if not done:
                self._take(part)
        if not hold(self.site, handed_over(self.record.plan, self.site)):
            raise DeployError(
                "The admin does not hold the suite, or the deployer still does. Run `verify` to see who holds what."
            )
        self._save(self.record.completed())
        return self.record

    def _is_done(self, part: Part) -> bool:
        """Tell whether a step needs no transaction, and note what an interrupted run left open."""
        step = self.record.step(part.name)
        if step is not None and step.status == "done":
            return True
        if step is not None:
            receipt = self._recovered(step)
            if receipt is not None:
                self._note(part, step.transaction, receipt.block_number, receipt.gas_used, receipt.contract_address)
                return True
            if isinstance(part, Creation) and self._created_unseen(part, step):
                return True
        # A record that was there before may be an older copy, without the last steps; a new one knows of every step there was.
        if self.resumed and isinstance(part, Act) and part.is_done(self.site):
            self._save(self.record.with_step(Step(name=part.name, status="done")))
            return True
        return False

    def _take(self, part: Part) -> None:
        def store(transaction_hash: str, signed: bytes) -> None:
            step = Step(name=part.name, status="pending", transaction=transaction_hash, signed="0x" + signed.hex())
            self._save(self.record.with_step(step))

        receipt = self.chain.send(self._transaction(part), self.signer, on_signed=store)
        self._note(part, receipt.transaction_hash, receipt.block_number, receipt.gas_used, receipt.contract_address)

    def _transaction(self, part: Part) -> Transaction:
        if isinstance(part, Act):
            return Transaction(to=self.record.address(part.contract), data=part.data(self.site))
        created = load(part.created)
        return Transaction(to=None, data=created.encode_constructor(part.args(self.site)))

    def _note(self, part: Part, transaction: str, block: int, gas_used: int, created: Address | None) -> None:
        """Write a mined step down; of a contract, after a look at its code."""
        record = self.record.with_step(
            Step(name=part.name, status="done", transaction=transaction, block=block, gas_used=gas_used)
        )
        if isinstance(part, Creation):
            if created is None:
                raise DeployError(
                    f"{part.name}: the node reports no address for {transaction}. Ask another node, and run the deployment again."
                )
            record = record.with_contract(self._contract(part, created, transaction, block))
        self._save(record)

    def _contract(self, part: Creation, address: Address, transaction: str, block: int) -> DeployedContract:
        artifact = load(part.created)
        code = self.chain.code(address)
        if not code or differences(artifact, code):
            raise DeployError(
                f"{part.name}: the code at {address} is not that of {artifact.name}. Ask another node, and run the deployment again."
            )
        return DeployedContract(
            name=part.contract,
            artifact=part.artifact,
            address=address,
            block=block,
            transaction=transaction,
            code_hash="0x" + keccak(code).hex(),
            constructor="0x" + artifact.encode_constructor(part.args(self.site))[len(artifact.bytecode) :].hex(),
            implementation=part.implementation,
        )

    def _recovered(self, step: Step) -> Receipt | None:
        """Find out what became of a transaction that was signed; ``None``: it did nothing, and never will."""
        try:
            if self.chain.receipt(step.transaction) is not None:
                return self.chain.wait(step.transaction)
            # The very same bytes: however often they are sent, they are mined once.
            return self.chain.broadcast(_bytes(step.signed))
        except Reverted:
            return None  # it is tried again from the start, and refused there with its reason
        except TransactionRejected:
            # It lacked funds or fee, or another transaction took its place. A new one has the same nonce, unless that is used up:
            # either way at most one of the two is ever mined, and what it creates is found where this one would have put it.
            receipt = self.chain.receipt(step.transaction)
            return receipt if receipt is not None and receipt.status == 1 else None

    def _created_unseen(self, part: Creation, step: Step) -> bool:
        """Look for the contract where its transaction would have put it, when the node no longer knows the transaction."""
        address = created_address(self.signer.address, nonce_of(_bytes(step.signed)))
        code = self.chain.code(address)
        if not code or differences(load(part.created), code):
            return False
        self._note(part, step.transaction, self.record.chain.anchor_block, 0, address)
        return True

    def _save(self, record: Record) -> None:
        self.record = record
        if self.path is not None:
            record.write(self.path)


def _begun(plan: Plan, chain: Chain, deployer: Address) -> Record:
    refuse_in_vain(plan, chain)
    first, anchor = chain.block(0), _settled(chain)
    return Record(
        plan=plan,
        chain=ChainMark(
            id=chain.chain_id, first_block_hash=first.hash, anchor_block=anchor[0], anchor_block_hash=anchor[1]
        ),
        deployer=deployer,
        build=_build(plan),
    )


def _build(plan: Plan) -> Build:
    artifacts = [load(name) for name in artifact_names(plan)]
    return Build(
        tokenkit=version("tokenkit"),
        compiler=artifacts[0].compiler,
        settings=dict(artifacts[0].settings),
        artifacts={artifact.name: creation_hash(artifact) for artifact in artifacts},
        sources={source: digest for artifact in artifacts for source, digest in sorted(artifact.source_hashes.items())},
    )


def _settled(chain: Chain) -> tuple[int, str]:
    """Return a block that a reorganisation will not replace; the latest one on chains that do not know which."""
    try:
        block = chain.block("finalized")
    except ChainError:
        block = chain.block()
    return block.number, block.hash


def _refuse_another(record: Record, plan: Plan, chain: Chain) -> None:
    """Refuse a record of another chain or plan."""
    record.require_chain(chain)
    refuse_changed(plan, record)


def _refuse_another_hand(record: Record, deployer: Address) -> None:
    """Refuse to go on with what another deployer, or another build, began."""
    if record.deployer != deployer:
        raise DeployError(
            f"The deployment was begun by {record.deployer}, not by {deployer}. Continue with the key of {record.deployer}."
        )
    if record.build.artifacts != _build(record.plan).artifacts:
        raise DeployError(
            f"The deployment was begun with the contracts of tokenkit {record.build.tokenkit}, and these differ. Continue with that version."
        )


def _difference(old: Plan, new: Plan) -> list[str]:
    lines = difflib.unified_diff(
        old.text.splitlines(), new.text.splitlines(), "the record's plan", "the plan given", lineterm="", n=0
    )
    changed = [line for line in lines if not line.startswith("@@")]
    files = sorted(
        name
        for name in {**old.file_hashes, **new.file_hashes}
        if old.file_hashes.get(name) != new.file_hashes.get(name)
    )
    return [*changed, *(f"{name}: the document itself has changed" for name in files)]


def _bytes(digits: str) -> bytes:
    return bytes.fromhex(digits.removeprefix("0x"))
