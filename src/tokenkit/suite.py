"""One issuer's contracts, ready to use: a record and a chain in, services out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tokenkit._blueprint.contracts import contract_of
from tokenkit._blueprint.providers import ADAPTER, ATTESTATIONS
from tokenkit.attestations import Attestations
from tokenkit.authority import Authority
from tokenkit.documents import Documents
from tokenkit.errors import InvalidInput, InvalidRecord
from tokenkit.external import Approvals, Sanctions, Spenders, TradingHours, Vesting, Volume
from tokenkit.issuance import Issuance
from tokenkit.onchain_ids import OnchainIds
from tokenkit.payouts import MerklePayouts, Payouts
from tokenkit.registry import Registry
from tokenkit.rules import Rules
from tokenkit.transfers import Transfers
from tokenkit.voting import Voting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tokenkit.chain import Chain
    from tokenkit.plan import Plan
    from tokenkit.record import Record
    from tokenkit.types import Address


Service = TypeVar("Service")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleContracts:
    """The rules that are contracts of their own, by their key in the plan; ``None`` where no class asks for one. Each serves all classes."""

    vesting: Vesting | None
    volume: Volume | None
    trading_hours: TradingHours | None
    approval: Approvals | None
    spenders: Spenders | None
    sanctions: Sanctions | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareClass:
    """One class: its token and what can be done with it. ``created`` is the block before which it has no events."""

    symbol: str
    name: str
    decimals: int
    address: Address
    created: int
    issuance: Issuance
    transfers: Transfers
    documents: Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Everything deployed for one issuer. What the plan left out, or did not ask for, is ``None``."""

    chain: Chain
    record: Record
    authority: Authority
    registry: Registry
    attestations: Attestations | None
    onchain_ids: OnchainIds | None
    rulebook: Rules
    external: RuleContracts
    payouts: Payouts | None
    merkle_payouts: MerklePayouts | None
    voting: Voting | None
    classes: Mapping[str, ShareClass]

    @classmethod
    def open(cls, record: Record, chain: Chain) -> Suite:
        """Open the suite that *record* describes; asks the chain only whether it is the right one.

        Raises:
            WrongChain: the record is for another chain.
            InvalidRecord: the deployment is not complete, or the chain is not the one it was written on.
        """
        if not record.complete:
            raise InvalidRecord(
                "The deployment in this record is not complete. Run the deployment again: it goes on where it was."
            )
        record.require_chain(chain)
        return cls(
            chain=chain,
            record=record,
            authority=Authority(chain, record.address("manager")),
            registry=Registry(chain, record.address("registry")),
            attestations=_service(Attestations, ATTESTATIONS, record, chain),
            onchain_ids=_service(OnchainIds, ADAPTER, record, chain),
            rulebook=Rules(chain, record.address("rulebook")),
            external=_rule_contracts(record, chain),
            payouts=Payouts(chain, record.address("payouts"), from_block=record.first_block)
            if record.has("payouts")
            else None,
            merkle_payouts=MerklePayouts(chain, record.address("merkle payouts"), from_block=record.first_block)
            if record.has("merkle payouts")
            else None,
            voting=Voting(chain, record.address("meetings"), from_block=record.first_block)
            if record.has("meetings")
            else None,
            classes={one.symbol: _share_class(record, chain, one.symbol) for one in record.plan.classes},
        )

    @property
    def plan(self) -> Plan:
        """The plan that the suite was deployed from."""
        return self.record.plan

    def token(self, symbol: str) -> ShareClass:
        """Find a class by its symbol.

        Raises:
            InvalidInput: the issuer has no such class.
        """
        if symbol not in self.classes:
            raise InvalidInput(f"There is no class {symbol!r}. The classes are {', '.join(self.classes)}.")
        return self.classes[symbol]


def _service(service: Callable[[Chain, str], Service], name: str, record: Record, chain: Chain) -> Service | None:
    return service(chain, record.address(name)) if record.has(name) else None


def _rule_contracts(record: Record, chain: Chain) -> RuleContracts:
    return RuleContracts(
        vesting=_service(Vesting, contract_of("vesting"), record, chain),
        volume=_service(Volume, contract_of("volume"), record, chain),
        trading_hours=_service(TradingHours, contract_of("trading_hours"), record, chain),
        approval=_service(Approvals, contract_of("approval"), record, chain),
        spenders=_service(Spenders, contract_of("spenders"), record, chain),
        sanctions=_service(Sanctions, contract_of("sanctions"), record, chain),
    )


def _share_class(record: Record, chain: Chain, symbol: str) -> ShareClass:
    planned, deployed = record.plan.share_class(symbol), record.contract(f"token {symbol}")
    return ShareClass(
        symbol=symbol,
        name=planned.name,
        decimals=planned.decimals,
        address=deployed.address,
        created=deployed.block,
        issuance=Issuance(chain, deployed.address),
        transfers=Transfers(chain, deployed.address, from_block=deployed.block),
        documents=Documents(chain, deployed.address),
    )
