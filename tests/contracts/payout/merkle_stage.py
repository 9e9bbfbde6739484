"""A published tree of shares, on the stage of the payouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.contracts.payout.conftest import DAY
from tests.contracts.rights_stage import PAYING_AGENT_ROLE, Handle, artifact, deploy

from tokenkit.chain import Transaction
from tokenkit.ledger import merkle_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.contracts.payout.in_full import FullStage

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.ledger import MerkleTree
    from tokenkit.types import Address

LIST_HASH = b"\x22" * 32
COMPLIANCE_ROLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MerkleStage:
    """The stage, with payouts by tree; payout numbers are those of this contract."""

    full: FullStage
    merkle: Handle

    def publication(self, root: bytes, /, **changes: object) -> dict[str, Any]:
        now = max(self.chain.now(), self.full.world.stage.record_date)
        return {
            "root": root,
            "token": self.full.token.address,
            "asset": self.full.world.coin.address,
            "amount": 1_000,
            "recordDate": self.full.world.stage.record_date,
            "opens": now + 2 * DAY,
            "deadline": now + 30 * DAY,
            "refundTo": self.full.world.stage.issuer.address,
            "listHash": LIST_HASH,
            "asksToken": False,
            **changes,
        }

    def send(self, signer: Signer, function: str, *args: object, value: int = 0) -> Receipt:
        data = artifact("MerklePayouts").encode_call(function, args)
        return self.chain.send(Transaction(to=self.merkle.address, data=data, value=value), signer)

    def publish(self, payments: Sequence[tuple[Address, int]], *, value: int = 0, **changes: object) -> MerkleTree:
        tree = merkle_tree(payments)
        chosen = {"amount": tree.total, **changes}
        self.send(self.agent, "publish", self.publication(tree.root, **chosen), value=value)
        return tree

    def open(self) -> None:
        self.chain.travel(to=self.merkle.read("payoutOf", self.merkle.read("payoutCount"))["publication"]["opens"])

    def arguments(self, tree: MerkleTree, index: int, payout: int = 1) -> tuple[object, ...]:
        leaf = tree.leaf(index)
        return (payout, index, leaf.account, leaf.amount, list(tree.proof(index)))

    def claim(self, tree: MerkleTree, index: int, payout: int = 1, *, by: Signer | None = None) -> Receipt:
        return self.send(by or self.full.world.stage.stranger, "claim", *self.arguments(tree, index, payout))

    def leaf(self, tree: MerkleTree, index: int, payout: int = 1) -> Mapping[str, object]:
        names = ("payoutId", "index", "holder", "amount", "proof")
        return dict(zip(names, self.arguments(tree, index, payout), strict=True))

    def state(self) -> object:
        count = self.merkle.read("payoutCount")
        people = (*self.full.world.stage.holders, self.full.world.stage.issuer)
        balances = [self.full.world.balance(one.address) for one in people]
        left = self.full.world.balance(self.merkle.address)
        return [self.merkle.read("payoutOf", each + 1) for each in range(count)], balances, left

    @property
    def agent(self) -> Signer:
        return self.full.world.stage.agent

    @property
    def officer(self) -> Signer:
        """The compliance officer."""
        return self.full.world.stage.cleo

    @property
    def chain(self) -> DevelopmentChain:
        return self.full.chain


def build_merkle(full: FullStage) -> MerkleStage:
    stage = full.world.stage
    merkle = deploy(full.chain, stage.admin, "MerklePayouts", stage.manager.address)
    for functions, role in ((("publish", "reclaim"), PAYING_AGENT_ROLE), (("withdraw",), COMPLIANCE_ROLE)):
        selectors = [artifact("MerklePayouts").selector(function) for function in functions]
        stage.manager.send(stage.admin, "setTargetFunctionRole", merkle.address, selectors, role)
    stage.manager.send(stage.admin, "grantRole", COMPLIANCE_ROLE, stage.cleo.address, 0)
    full.world.coin.send(stage.agent, "approve", merkle.address, 2**256 - 1)
    return MerkleStage(full=full, merkle=merkle)
