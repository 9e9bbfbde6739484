"""Dividends and other payments to the holders at a record date (``Payouts.sol``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit import events
from tokenkit._contract import Contract, pages, topic
from tokenkit._keccak import keccak
from tokenkit._payout_values import (
    MAX_EXCLUDED,
    UINT112_MAX,
    Claim,
    Declaration,
    Funding,
    Payment,
    Payout,
    Reconciliation,
    Underfunded,
    payable,
)
from tokenkit.errors import InvalidInput
from tokenkit.ledger import Difference, split
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation

__all__ = [
    "MAX_EXCLUDED",
    "UINT112_MAX",
    "Claim",
    "Declaration",
    "Funding",
    "Payment",
    "Payout",
    "Payouts",
    "Reconciliation",
    "Underfunded",
]

_PAGE = 400


class Payouts:
    """The payouts contract of one issuer."""

    __slots__ = ("_chain", "_contract", "_from_block")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, address, "Payouts")
        self._from_block = from_block

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    def funding(self, asset: str, amount: int, payer: str) -> Funding:
        """Look up whether *payer* holds and has approved *amount* of *asset*."""
        account = parse_address(payer)
        coin = Contract(self._chain, asset, "IERC20Metadata")
        balance, allowance = coin.read_many([("balanceOf", (account,)), ("allowance", (account, self.address))])
        return Funding(payer=account, asset=coin.address, amount=amount, balance=balance, allowance=allowance)

    def approve_funding(self, asset: str, amount: int) -> Operation[None]:
        """Let the payouts contract take *amount* of *asset* from the sender."""
        coin = Contract(self._chain, asset, "IERC20Metadata")
        limit = payable(amount)
        summary = f"Let the payouts contract take {limit} of {coin.address}"
        return coin.write("approve", self.address, limit, summary=summary)

    def declare(self, declaration: Declaration, *, payer: str) -> Operation[int]:
        """Declare a payout and fund it in full from *payer*, who sends it; the simulation's answer is its id.

        Raises:
            Underfunded: *payer* does not hold the amount, or has not approved it.

        Raises (when tried):
            RecordDateNotScheduled, InvalidDeadline, AssetNotConserving, InvalidContract.
        """
        funding = self.funding(declaration.asset, declaration.amount, payer)
        if not funding.sufficient:
            raise Underfunded(funding)
        return self._contract.write_returning(
            "declare", _arguments(declaration), summary=f"Declare a payout of {declaration.amount}", result=int
        )

    def claim(self, payout: int) -> Operation[int]:
        """Pay the sender its share; the simulation's answer is the amount."""
        return self._paying("claim", _known(payout), summary=f"Claim from payout {payout}")

    def claim_for(self, payout: int, holder: str) -> Operation[int]:
        """Pay the sender the share of a lost wallet that it replaced."""
        account = parse_address(holder)
        return self._paying(
            "claimFor", _known(payout), account, summary=f"Claim the share of {account} in payout {payout}"
        )

    def claim_omitted(self, payout: int, holder: str, *, page: Sequence[str] | None = None) -> Operation[int]:
        """Pay a holder that a pushed page left out.

        *page* is the page as it was pushed. Without it, the register is tried: everybody in the page's range but
        *holder*; the hash that the push left on the chain decides.

        Raises:
            InvalidInput: no page covers the holder, or the page is not the one pushed.
        """
        account = parse_address(holder)
        number, digest, after, last = self._page_around(_known(payout), account)
        listed = (
            [parse_address(each) for each in page]
            if page is not None
            else [
                each
                for each in self.sharing(payout)
                if each != account and _number(after) < _number(each) <= _number(last)
            ]
        )
        if keccak(b"".join(bytes.fromhex(each[2:]).rjust(32, b"\0") for each in listed)) != digest:
            raise InvalidInput(
                f"Page {number} of payout {payout} was pushed with other holders. Give the page as it was pushed."
            )
        summary = f"Claim the omitted share of {account} in payout {payout}"
        return self._paying("claimOmitted", payout, account, number, listed, summary=summary)

    def push(self, payout: int, holders: Iterable[str]) -> Operation[int]:
        """Pay one page of holders in ascending order; the simulation's answer is the amount."""
        page = [parse_address(holder) for holder in holders]
        return self._paying("push", _known(payout), page, summary=f"Pay {len(page)} holders of payout {payout}")

    def push_pages(self, payout: int, *, sender: str, page_size: int = _PAGE) -> tuple[Operation[int], ...]:
        """Pay everybody who was not reached yet, from the register at the record date, ascending, in pages that fit.

        Send them in order. *sender* is who will send them.
        """
        state = self.payout(payout)
        holders = [holder for holder in self.sharing(payout) if _number(holder) > _number(state.cursor)]
        return pages(holders, lambda part: self.push(payout, part), sender=sender, page_size=page_size)

    def reclaim(self, payout: int) -> Operation[int]:
        """Return what was not paid, and dust, to the issuer after the deadline."""
        return self._paying("reclaim", _known(payout), summary=f"Close payout {payout}")

    def payout(self, payout: int) -> Payout:
        """Return a payout as it stands.

        Raises:
            UnknownPayout: there is none of this id.
        """
        raw = self._contract.read("payoutOf", _known(payout))
        return Payout(
            id=payout,
            token=raw["token"],
            asset=raw["asset"],
            refund_to=raw["refundTo"],
            record_date=raw["recordDate"],
            deadline=raw["deadline"],
            settled=raw["settled"],
            closed=raw["closed"],
            amount=raw["amount"],
            paid=raw["paid"],
            denominator=raw["denominator"],
            cursor=raw["cursor"],
            pages=raw["pages"],
            document_hash=raw["documentHash"],
        )

    def payouts(self) -> tuple[Payout, ...]:
        """Return all payouts, the first declared first."""
        return tuple(self.payout(number) for number in range(1, self._contract.read("payoutCount") + 1))

    def claimable(self, payout: int, holder: str) -> Claim:
        """Return what a wallet has coming from a payout."""
        return self.claims(payout, [holder])[0]

    def claims(self, payout: int, holders: Iterable[str]) -> tuple[Claim, ...]:
        """Return what each wallet has coming from a payout, in one go."""
        accounts = [parse_address(holder) for holder in holders]
        getters = ("entitlementOf", "dueTo", "isPaid")
        calls = [(getter, (_known(payout), account)) for account in accounts for getter in getters]
        answers = self._contract.read_many(calls)
        rows = zip(accounts, answers[::3], answers[1::3], answers[2::3], strict=True)
        return tuple(
            Claim(payout=payout, holder=account, amount=amount, due=due, paid=paid)
            for account, amount, due, paid in rows
        )

    def excluded(self, payout: int) -> tuple[Address, ...]:
        """Return the wallets that get nothing, as declared."""
        for event in self._contract.events("PayoutDeclared", topic(_known(payout)), from_block=self._from_block):
            return tuple(event.args["excluded"])
        return ()

    def sharing(self, payout: int) -> dict[Address, int]:
        """Return the units of everybody who shares in a payout, ascending, from the register's events."""
        state = self.payout(payout)
        register = events.register(self._chain, state.token, record_date=state.record_date, from_block=self._from_block)
        excluded = set(self.excluded(payout))
        return {
            holder: register.units[holder] for holder in sorted(register.units, key=_number) if holder not in excluded
        }

    def payments(self, payout: int) -> tuple[Payment, ...]:
        """Return the claims paid one by one and the payments that failed, in order; pages pushed are not in it."""
        which = topic(_known(payout))
        paid = [
            Payment(holder=each.args["holder"], payee=each.args["payee"], amount=each.args["amount"], failed=False)
            for each in self._contract.events("PayoutClaimed", which, from_block=self._from_block)
        ]
        failed = [
            Payment(holder=each.args["holder"], payee=each.args["holder"], amount=each.args["amount"], failed=True)
            for each in self._contract.events("PayoutFailed", which, from_block=self._from_block)
        ]
        return (*paid, *failed)

    def reconcile(self, payout: int) -> Reconciliation:
        """Count a payout again from the register's events and compare every figure with the contract's.

        A holder whom a pushed page left out, and who has not shown it yet (:meth:`claim_omitted`), shows as a difference.

        Raises:
            NoHolders: nobody shares.
            BeforeRecordDate: it cannot be counted yet.
        """
        state = self.payout(payout)
        distribution = split(state.amount, self.sharing(payout))
        claims = self.claims(payout, [each.holder for each in distribution.entitlements])
        found = [("denominator", distribution.denominator, state.denominator)] if state.settled else []
        found += [
            (each.holder, each.amount, claim.amount)
            for each, claim in zip(distribution.entitlements, claims, strict=True)
        ]
        unclaimed = sum(claim.amount for claim in claims if not claim.paid)
        # funded = paid + unclaimed + dust, to the last unit; after the close the rest has left for the issuer.
        found.append(("paid + unclaimed + dust", state.paid + unclaimed + distribution.dust, state.amount))
        differences = tuple(
            Difference(name=name, counted=ours, reported=theirs) for name, ours, theirs in found if ours != theirs
        )
        return Reconciliation(payout=state, distribution=distribution, unclaimed=unclaimed, differences=differences)

    def _paying(self, function: str, *args: object, summary: str) -> Operation[int]:
        return self._contract.write_returning(function, *args, summary=summary, result=int)

    def _page_around(self, payout: int, holder: Address) -> tuple[int, bytes, Address, Address]:
        """Return number and hash of the page that should have had *holder*, and the addresses above which and up to which it reaches."""
        after = ZERO_ADDRESS
        for event in self._contract.events("PayoutPushed", topic(payout), from_block=self._from_block):
            last = event.args["last"]
            if _number(after) < _number(holder) <= _number(last):
                return event.args["page"], event.args["holdersHash"], after, last
            after = last
        raise InvalidInput(
            f"No page pushed for payout {payout} covers {holder}. It is paid by claim, or by a later page."
        )


def _number(wallet: Address) -> int:
    return int(wallet, 16)  # checksummed text sorts otherwise


def _known(payout: int) -> int:
    if type(payout) is not int or payout < 1:
        raise InvalidInput(f"{payout!r} is not a payout. Give its number, from 1 on.")
    return payout


def _arguments(declaration: Declaration) -> dict[str, object]:
    return {
        "token": declaration.token,
        "asset": declaration.asset,
        "amount": declaration.amount,
        "recordDate": declaration.record_date,
        "deadline": declaration.deadline,
        "refundTo": declaration.refund_to,
        "excluded": list(declaration.excluded),
        "documentHash": declaration.document_hash,
    }
