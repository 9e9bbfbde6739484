"""Payments to very many holders from a published list (``MerklePayouts.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tokenkit import events
from tokenkit._arguments import NO_DOCUMENT, counted, hashed, instant, reasoned
from tokenkit._contract import Contract, pages, topic
from tokenkit.errors import InvalidInput
from tokenkit.payouts.funding import Funded, with_coins
from tokenkit.payouts.values import numbered, position
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.chain import Chain
    from tokenkit.ledger import Leaf, MerkleTree
    from tokenkit.operation import Operation

ProvedShare: TypeAlias = "tuple[Leaf, Sequence[bytes]]"
"""A share of a list, and the proof that it stands in its tree."""

PAGE_SIZE = 150
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """How a payout from a list is published; amounts in the asset's smallest unit, times in unix seconds."""

    root: bytes
    token: Address
    """Says who replaced a lost wallet, and who is frozen."""
    asset: Address
    amount: int
    """The sum of the list."""
    record_date: int
    opens: int
    """Until then the list can be challenged, and nobody is paid."""
    deadline: int
    """Afterwards the rest returns to the issuer."""
    refund_to: Address
    list_hash: bytes = NO_DOCUMENT
    """SHA-256 of the published list."""
    asks_token: bool = True
    """Each claim asks the token who replaced the holder and who is frozen; else only :meth:`MerklePayouts.redirect` counts."""

    def __post_init__(self) -> None:
        for name in ("token", "asset", "refund_to"):
            object.__setattr__(self, name, parse_address(getattr(self, name)))
        for name in ("record_date", "opens", "deadline"):
            instant(name, getattr(self, name))
        if hashed(self.root) == NO_DOCUMENT:
            raise InvalidInput("A payout from a list needs the root of its tree.")
        hashed(self.list_hash)
        if counted(self.amount) == 0:
            raise InvalidInput("A payout needs an amount above zero.")
        if self.deadline < self.opens + _DAY:
            raise InvalidInput("The deadline lies at least a day after claims open.")

    @classmethod
    def of(cls, tree: MerkleTree, **terms: object) -> Publication:
        """Publish *tree* under *terms*: its root, and the sum of its payments as the amount."""
        amount = tree.total
        return cls(root=tree.root, amount=amount, **terms)  # type: ignore[arg-type]  # checked by the fields


@dataclass(frozen=True, slots=True, kw_only=True)
class MerklePayout:
    """A payout from a list as it stands."""

    id: int
    publication: Publication
    left: int
    """Neither paid nor returned."""
    closed: bool

    @property
    def paid(self) -> int:
        """What was paid; once closed, together with what was returned."""
        return self.publication.amount - self.left


class MerklePayouts(Funded):
    """The contract of one issuer that pays from published lists."""

    __slots__ = ()

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        super().__init__(chain, Contract(chain, address, "MerklePayouts"), from_block=from_block)

    def publish(self, publication: Publication, *, payer: str | None) -> Operation[int]:
        """Publish a payout and fund it in full from *payer*, who sends it; the simulation's answer is its id.

        None: whether the sender has the money and lets it be taken is not looked at, for it will when this is sent.

        Raises:
            Underfunded: *payer* does not hold the amount, or has not approved it.

        Raises (when tried):
            InvalidPeriod, RecordDateNotScheduled, AssetNotConserving.
        """
        if payer is not None:
            self._require_funds(publication.asset, publication.amount, payer)
        operation = self._contract.write_returning(
            "publish", _arguments(publication), summary=f"Publish a payout of {publication.amount}", result=int
        )
        return with_coins(operation, publication.asset, publication.amount)

    def withdraw(self, payout: int, *, reason: str) -> Operation[int]:
        """Withdraw a payout whose list is wrong, during its challenge time; all of it returns."""
        return self._contract.write_returning(
            "withdraw", numbered(payout), reasoned(reason), summary=f"Withdraw list payout {payout}", result=int
        )

    def claim(self, payout: int, leaf: Leaf, proof: Sequence[bytes]) -> Operation[None]:
        """Pay a share to its holder, or to where its money goes; anyone may.

        Raises (when tried):
            NotInTree, NotOpenYet, ShareAlreadyPaid, HolderFrozen, PaymentFailed.
        """
        summary = f"Pay {leaf.amount} of list payout {payout} to {leaf.account}"
        return self._contract.write(
            "claim", numbered(payout), leaf.index, leaf.account, leaf.amount, list(proof), summary=summary
        )

    def claim_many(
        self, payout: int, tree: MerkleTree, indices: Iterable[int], *, sender: str, page_size: int = PAGE_SIZE
    ) -> tuple[Operation[None], ...]:
        """Pay the shares at *indices* of the list, in as few transactions as their gas allows; each pays all of its shares or none."""

        def page(part: Sequence[int]) -> Operation[None]:
            return self.claim_page(payout, [(tree.leaf(index), tree.proof(index)) for index in part])

        return pages(list(indices), page, sender=sender, page_size=page_size)

    def claim_page(self, payout: int, shares: Sequence[ProvedShare]) -> Operation[None]:
        """Pay several shares in one transaction: all of them, or none.

        Raises (when tried):
            What :meth:`claim` raises.
        """
        leaves = [_leaf(numbered(payout), leaf, proof) for leaf, proof in shares]
        return self._contract.write("claimMany", leaves, summary=f"Pay {len(leaves)} shares of list payout {payout}")

    def open_shares(self, payout: int, shares: Sequence[ProvedShare]) -> list[ProvedShare]:
        """Return those of the *shares* that were not paid yet."""
        paid = self.paid(payout, [leaf.index for leaf, _ in shares])
        return [share for share, done in zip(shares, paid, strict=True) if not done]

    def set_payee(self, token: str, payee: str | None) -> Operation[None]:
        """Name the account that the sender's payments of a class go to; None: itself."""
        account = ZERO_ADDRESS if payee is None else parse_address(payee)
        where = "to yourself" if payee is None else f"to {account}"
        return self._contract.write(
            "setPayee", parse_address(token), account, summary=f"Let payments from lists go {where}"
        )

    def redirect(self, token: str, lost: str, *, record_date: int) -> Operation[Address]:
        """Note who replaced a lost wallet, as the token says; *record_date* is any of the token's that has passed. Anyone may."""
        account = parse_address(lost)
        return self._contract.write_returning(
            "redirect",
            parse_address(token),
            account,
            instant("record_date", record_date),
            summary=f"Let the shares of {account} go to the wallet that replaced it",
            result=parse_address,
        )

    def reclaim(self, payout: int) -> Operation[int]:
        """Return what was not paid to the issuer after the deadline."""
        return self._contract.write_returning(
            "reclaim", numbered(payout), summary=f"Close list payout {payout}", result=int
        )

    def payout(self, payout: int) -> MerklePayout:
        """Return a payout as it stands.

        Raises:
            UnknownPayout: there is none of this id.
        """
        raw = self._contract.read("payoutOf", numbered(payout))
        terms = raw["publication"]
        return MerklePayout(
            id=payout,
            publication=Publication(
                root=terms["root"],
                token=terms["token"],
                asset=terms["asset"],
                amount=terms["amount"],
                record_date=terms["recordDate"],
                opens=terms["opens"],
                deadline=terms["deadline"],
                refund_to=terms["refundTo"],
                list_hash=terms["listHash"],
                asks_token=terms["asksToken"],
            ),
            left=raw["left"],
            closed=raw["closed"],
        )

    def payouts(self) -> tuple[MerklePayout, ...]:
        """Return all payouts, the first published first."""
        return tuple(self.payout(number) for number in range(1, self._contract.read("payoutCount") + 1))

    def paid(self, payout: int, indices: Iterable[int]) -> tuple[bool, ...]:
        """Say of each share of the list whether it was paid, in one go."""
        return tuple(self._contract.read_many([("isPaid", (numbered(payout), index)) for index in indices]))

    def payee(self, token: str, holder: str) -> Address:
        """Return where the payments of a holder go."""
        account: Address = self._contract.read("payeeOf", parse_address(token), parse_address(holder))
        return account

    def check(self, payout: int, tree: MerkleTree) -> tuple[str, ...]:
        """Compare a published payout with the list that it should pay; no sentence means that they agree.

        Whoever has the list does this during the challenge time.
        """
        terms, found = self.payout(payout).publication, []
        total = tree.total
        if terms.root != tree.root:
            found.append(f"List payout {payout} was published for another list: its root is 0x{terms.root.hex()}.")
        if terms.amount < total:
            found.append(f"The list promises {total}, but list payout {payout} holds {terms.amount} only.")
        return tuple(found)

    def strangers(
        self, tree: MerkleTree, *, token: str, record_date: int
    ) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
        """Compare a list with the register at a record date: who is on the list and held nothing then, and who held units and is not on it.

        Neither need be wrong: holders may be excluded, or be paid elsewhere.
        """
        held = events.register(self._chain, token, record_date=record_date, from_block=self._from_block).units
        listed = {leaf.account for leaf in tree}
        extra, left_out = listed - held.keys(), held.keys() - listed
        return tuple(sorted(extra, key=position)), tuple(sorted(left_out, key=position))

    def shares_paid(self, payout: int) -> dict[int, tuple[Address, Address, int]]:
        """Return holder, payee and amount of every share paid, by its index in the list, from the contract's events."""
        return {
            event.args["index"]: (event.args["holder"], event.args["payee"], event.args["amount"])
            for event in self._contract.events("SharePaid", topic(numbered(payout)), from_block=self._from_block)
        }


def _leaf(payout: int, leaf: Leaf, proof: Sequence[bytes]) -> dict[str, object]:
    return {
        "payoutId": payout,
        "index": leaf.index,
        "holder": leaf.account,
        "amount": leaf.amount,
        "proof": list(proof),
    }


def _arguments(publication: Publication) -> dict[str, object]:
    return {
        "root": publication.root,
        "token": publication.token,
        "asset": publication.asset,
        "amount": publication.amount,
        "recordDate": publication.record_date,
        "opens": publication.opens,
        "deadline": publication.deadline,
        "refundTo": publication.refund_to,
        "listHash": publication.list_hash,
        "asksToken": publication.asks_token,
    }
