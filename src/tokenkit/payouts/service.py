"""Dividends and other payments to the holders at a record date (``Payouts.sol``)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tokenkit._contract import pages, topic
from tokenkit._keccak import keccak
from tokenkit.errors import InvalidInput
from tokenkit.payouts.counting import PayoutsCounting
from tokenkit.payouts.funding import with_coins
from tokenkit.payouts.orders import SignedClaim
from tokenkit.payouts.values import (
    MOST_GAS_A_HOLDER,
    Declaration,
    numbered,
    position,
)
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.chain import Signer
    from tokenkit.operation import Operation

_PAGE = 400


class Payouts(PayoutsCounting):
    """The payouts contract of one issuer."""

    __slots__ = ()

    def declare(self, declaration: Declaration, *, payer: str | None) -> Operation[int]:
        """Declare a payout and fund it from *payer*, who sends it; the simulation's answer is its id.

        None: whether the sender has the money and lets it be taken is not looked at, for it will when this is sent.

        Raises:
            Underfunded: *payer* does not hold the amount, or has not approved it.

        Raises (when tried):
            RecordDateNotScheduled, InvalidDeadline, InvalidPaymentDate, AssetNotConserving, InvalidContract, NotAnIssuer.
        """
        if payer is not None:
            self._require_funds(declaration.asset, declaration.amount, payer)
        arguments, summary = declaration.as_arguments(), f"Declare a payout of {declaration.amount}"
        if declaration.options.plain:
            operation = self._contract.write_returning("declare", arguments, summary=summary, result=int)
        else:
            options = declaration.options.as_arguments()
            operation = self._contract.write_returning("declareWith", arguments, options, summary=summary, result=int)
        return with_coins(operation, declaration.asset, declaration.amount)

    def declared_like(self, declarations: Iterable[Declaration]) -> tuple[int | None, ...]:
        """Return, for each declaration, the first payout that pays the same already: class, asset, record date, and price per unit or total.

        A payout that was called off, or is closed, does not count.
        """
        wanted = list(declarations)
        declared = {
            (token, asset): list(
                self._contract.events("PayoutDeclared", None, topic(token), topic(asset), from_block=self._from_block)
            )
            for token, asset in {(each.token, each.asset) for each in wanted}
        }
        return tuple(
            next(
                (event.args["payoutId"] for event in declared[each.token, each.asset] if self._pays(event, each)), None
            )
            for each in wanted
        )

    def _pays(self, declared: Event, wanted: Declaration) -> bool:
        if declared.args["recordDate"] != wanted.record_date:
            return False
        number, options = declared.args["payoutId"], wanted.options
        if self.payout(number).closed:
            return False
        raw = self._contract.read("optionsOf", number)
        if not raw["perUnit"] or not options.per_unit:
            same: bool = raw["perUnit"] == options.per_unit and declared.args["amount"] == wanted.amount
            return same
        return bool(raw["perUnit"] * options.per_units == options.per_unit * raw["scale"])

    def top_up(self, payout: int, *, payer: str | None) -> Operation[int]:
        """Pay in, from *payer*, exactly what a payout per unit lacks; anyone may, after the record date. None: as in :meth:`declare`.

        Raises:
            InvalidInput: it lacks nothing.
            Underfunded: *payer* does not hold that, or has not approved it.
        """
        state, amount = self.payout(payout), self.missing(payout)
        if not amount:
            raise InvalidInput(f"Payout {payout} lacks nothing, or its record date has not come yet.")
        if payer is not None:
            self._require_funds(state.asset, amount, payer)
        operation = self._paying("topUp", payout, summary=f"Pay {amount} into payout {payout}, which it lacks")
        return with_coins(operation, state.asset, amount)

    def cancel(self, payout: int) -> Operation[int]:
        """Call a payout off before its record date; all of it returns to the account named when it was declared."""
        return self._paying("cancel", numbered(payout), summary=f"Call payout {payout} off")

    def claim(self, payout: int) -> Operation[int]:
        """Pay the sender its share; the simulation's answer is the amount."""
        return self._paying("claim", numbered(payout), summary=f"Claim from payout {payout}")

    def claim_for(self, payout: int, holder: str) -> Operation[int]:
        """Pay the sender the share of a lost wallet that it replaced."""
        account = parse_address(holder)
        return self._paying(
            "claimFor", numbered(payout), account, summary=f"Claim the share of {account} in payout {payout}"
        )

    def claim_many(self, payouts: Iterable[int], *, holder: str) -> Operation[tuple[int, ...]]:
        """Pay the sender all its shares of several payouts at once, or none; *holder* is itself, or a lost wallet that it replaced."""
        numbers, account = [numbered(each) for each in payouts], parse_address(holder)
        summary = f"Claim from payouts {', '.join(map(str, numbers))}"
        return self._contract.write_returning("claimMany", numbers, account, summary=summary, result=tuple)

    def order(self, payouts: Iterable[int], *, claimant: str, deadline: int, holder: str | None = None) -> SignedClaim:
        """Make a claim for *claimant* to sign: its signature is still missing (see :meth:`SignedClaim.message`)."""
        account = parse_address(claimant)
        return SignedClaim(
            claimant=account,
            holder=account if holder is None else parse_address(holder),
            payouts=tuple(payouts),
            nonce=self._contract.read("nonceOf", account),
            deadline=deadline,
        )

    def sign_claim(
        self, signer: Signer, payouts: Iterable[int], *, deadline: int, holder: str | None = None
    ) -> SignedClaim:
        """Sign a claim with the owner's key, for anyone to hand in; sends nothing."""
        order = self.order(payouts, claimant=signer.address, deadline=deadline, holder=holder)
        return replace(order, signature=signer.sign_typed_data(order.message(self._chain.chain_id, self.address)))

    def claim_signed(self, order: SignedClaim) -> Operation[tuple[int, ...]]:
        """Hand in a signed claim; the money goes where its signer's money goes.

        Raises (when tried):
            OrderExpired, InvalidNonce, InvalidSignature.
        """
        numbers = ", ".join(map(str, order.payouts))
        summary = f"Hand in the claim of {order.claimant} from payouts {numbers}"
        return self._contract.write_returning(
            "claimSigned", order.as_arguments(), order.signature, summary=summary, result=tuple
        )

    def void_orders(self) -> Operation[None]:
        """Void what the sender has signed and nobody has handed in yet."""
        return self._contract.write("voidOrders", summary="Void the claims signed so far")

    def set_payee(self, token: str, payee: str | None) -> Operation[None]:
        """Name the account that the sender's payments of a class go to; None: itself."""
        account = ZERO_ADDRESS if payee is None else parse_address(payee)
        where = "to yourself" if payee is None else f"to {account}"
        return self._contract.write("setPayee", parse_address(token), account, summary=f"Let payments go {where}")

    def set_reinvestment(self, token: str, *, on: bool) -> Operation[None]:
        """Say whether the sender wants new units of a class in place of money, where they are offered."""
        what = "Take new units in place of money where they are offered" if on else "Take money in place of new units"
        return self._contract.write("setReinvestment", parse_address(token), on, summary=what)

    def claim_omitted(self, payout: int, holder: str, *, page: Sequence[str] | None = None) -> Operation[int]:
        """Pay a holder that a pushed page left out.

        *page* is the page as it was pushed. Without it, the register is tried: everybody in the page's range but
        *holder*; the hash that the push left on the chain decides.

        Raises:
            InvalidInput: no page covers the holder, or the page is not the one pushed.
        """
        account = parse_address(holder)
        number, digest, after, last = self._page_around(numbered(payout), account)
        listed = (
            [parse_address(each) for each in page]
            if page is not None
            else [
                each
                for each in self.sharing(payout)
                if each != account and position(after) < position(each) <= position(last)
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
        return self._paying("push", numbered(payout), page, summary=f"Pay {len(page)} holders of payout {payout}")

    def push_pages(self, payout: int, *, sender: str, page_size: int = _PAGE) -> tuple[Operation[int], ...]:
        """Pay everybody who was not reached yet, from the register at the record date, ascending, in pages that fit.

        Send them in order. *sender* is who will send them.
        """
        state = self.payout(payout)
        holders = [holder for holder in self.sharing(payout) if position(holder) > position(state.cursor)]
        return pages(
            holders,
            lambda part: self.push(payout, part),
            sender=sender,
            page_size=page_size,
            row_gas=MOST_GAS_A_HOLDER,
        )

    def reclaim(self, payout: int) -> Operation[int]:
        """Return what was not paid, and dust, to the issuer after the deadline."""
        return self._paying("reclaim", numbered(payout), summary=f"Close payout {payout}")

    def withdraw_withheld(self, payout: int, authority: str) -> Operation[int]:
        """Pay the tax kept for an authority to that authority; anyone may."""
        account = parse_address(authority)
        return self._paying(
            "withdrawWithheld", numbered(payout), account, summary=f"Pay the tax of payout {payout} to {account}"
        )

    def _paying(self, function: str, *args: object, summary: str) -> Operation[int]:
        return self._contract.write_returning(function, *args, summary=summary, result=int)

    def _page_around(self, payout: int, holder: Address) -> tuple[int, bytes, Address, Address]:
        """Return number and hash of the page that should have had *holder*, and the addresses above which and up to which it reaches."""
        after = ZERO_ADDRESS
        for event in self._contract.events("PayoutPushed", topic(payout), from_block=self._from_block):
            last = event.args["last"]
            if position(after) < position(holder) <= position(last):
                return event.args["page"], event.args["holdersHash"], after, last
            after = last
        raise InvalidInput(
            f"No page pushed for payout {payout} covers {holder}. It is paid by claim, or by a later page."
        )
