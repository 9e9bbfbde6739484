"""Dividends and other payments to the holders at a record date (``Payouts.sol``)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, overload

from tokenkit import events
from tokenkit._contract import Contract, pages, topic
from tokenkit._keccak import keccak
from tokenkit.chain import decode as decode_revert
from tokenkit.errors import InvalidInput
from tokenkit.ledger import (
    Difference,
    Distribution,
    Entitlement,
    Rate,
    TaxRow,
    TaxTable,
    preview,
    preview_per_unit,
    split,
)
from tokenkit.payouts import facts
from tokenkit.payouts.orders import SignedClaim
from tokenkit.payouts.outcome import Outcome, outcome_of
from tokenkit.payouts.values import (
    NATIVE,
    Account,
    Claim,
    Declaration,
    Funding,
    Offer,
    Options,
    Payment,
    Payout,
    Quote,
    Reconciliation,
    TaxKept,
    Underfunded,
    payable,
)
from tokenkit.reverts import BeforeRecordDate
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.chain import Chain, Signer
    from tokenkit.ledger import Preview
    from tokenkit.operation import Operation

__all__ = ["Payouts"]

_PAGE = 400


class Payouts:
    """The payouts contract of one issuer."""

    __slots__ = ("_chain", "_contract", "_from_block")

    def __init__(self, chain: Chain, address: str, *, from_block: int = 0) -> None:
        """Serve the contract at *address*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, address, "Payouts", "PayoutsOffice")
        self._from_block = from_block

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    def funding(self, asset: str, amount: int, payer: str) -> Funding:
        """Look up whether *payer* holds and has approved *amount* of *asset*; a native coin needs no approval."""
        account = parse_address(payer)
        if parse_address(asset) == NATIVE:
            balance = self._chain.balance(account)
            return Funding(payer=account, asset=NATIVE, amount=amount, balance=balance, allowance=amount)
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
        """Declare a payout and fund it from *payer*, who sends it; the simulation's answer is its id.

        Raises:
            Underfunded: *payer* does not hold the amount, or has not approved it.

        Raises (when tried):
            RecordDateNotScheduled, InvalidDeadline, InvalidPaymentDate, AssetNotConserving, InvalidContract, NotAnIssuer.
        """
        self._require_funds(declaration.asset, declaration.amount, payer)
        arguments, summary = _arguments(declaration), f"Declare a payout of {declaration.amount}"
        if declaration.options.plain:
            operation = self._contract.write_returning("declare", arguments, summary=summary, result=int)
        else:
            options = declaration.options.as_arguments()
            operation = self._contract.write_returning("declareWith", arguments, options, summary=summary, result=int)
        return _with_coins(operation, declaration.asset, declaration.amount)

    def top_up(self, payout: int, *, payer: str) -> Operation[int]:
        """Pay in, from *payer*, exactly what a payout per unit lacks; anyone may, after the record date.

        Raises:
            InvalidInput: it lacks nothing.
            Underfunded: *payer* does not hold that, or has not approved it.
        """
        state, amount = self.payout(payout), self.missing(payout)
        if not amount:
            raise InvalidInput(f"Payout {payout} lacks nothing, or its record date has not come yet.")
        self._require_funds(state.asset, amount, payer)
        operation = self._paying("topUp", payout, summary=f"Pay {amount} into payout {payout}, which it lacks")
        return _with_coins(operation, state.asset, amount)

    def cancel(self, payout: int) -> Operation[int]:
        """Call a payout off before its record date; all of it returns to the account named when it was declared."""
        return self._paying("cancel", _known(payout), summary=f"Call payout {payout} off")

    def claim(self, payout: int) -> Operation[int]:
        """Pay the sender its share; the simulation's answer is the amount."""
        return self._paying("claim", _known(payout), summary=f"Claim from payout {payout}")

    def claim_for(self, payout: int, holder: str) -> Operation[int]:
        """Pay the sender the share of a lost wallet that it replaced."""
        account = parse_address(holder)
        return self._paying(
            "claimFor", _known(payout), account, summary=f"Claim the share of {account} in payout {payout}"
        )

    def claim_many(self, payouts: Iterable[int], *, holder: str) -> Operation[tuple[int, ...]]:
        """Pay the sender all its shares of several payouts at once, or none; *holder* is itself, or a lost wallet that it replaced."""
        numbers, account = [_known(each) for each in payouts], parse_address(holder)
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

    def account(self, token: str, owner: str) -> Account:
        """Return what an owner of units of a class said about its payments."""
        holder = parse_address(owner)
        payee, reinvests = self._contract.read("accountOf", parse_address(token), holder)
        return Account(owner=holder, payee=payee, reinvests=reinvests)

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

    def withdraw_withheld(self, payout: int, authority: str) -> Operation[int]:
        """Pay the tax kept for an authority to that authority; anyone may."""
        account = parse_address(authority)
        return self._paying(
            "withdrawWithheld", _known(payout), account, summary=f"Pay the tax of payout {payout} to {account}"
        )

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
            withheld=raw["withheld"],
        )

    def options(self, payout: int) -> Options:
        """Return the options that a payout was declared with."""
        raw, offer = self._contract.read("optionsOf", _known(payout)), None
        if raw["reinvestment"]["price"]:
            terms = raw["reinvestment"]
            offer = Offer(price=terms["price"], units=terms["units"], proceeds_to=terms["proceedsTo"])
        declared = self._contract.events("PayoutOptions", topic(payout), from_block=self._from_block)
        ex_date = next((event.args["options"]["exDate"] for event in declared), 0)
        rows = tuple(
            TaxRow(
                rate=Rate(bps=each["bps"], authority=each["authority"]),
                country=each["country"],
                claims_mask=each["mask"],
                claims_match=each["claims"],
            )
            for each in raw["rates"]
        )
        return Options(
            ex_date=ex_date or None,
            payment_date=raw["paymentDate"] or None,
            admitted_only=raw["admittedOnly"],
            per_unit=raw["perUnit"],
            per_units=raw["scale"],
            taxes=TaxTable(rows=rows, treaties={each["holder"]: each["bps"] for each in raw["treaties"]}),
            offer=offer,
        )

    def missing(self, payout: int) -> int:
        """Return what a payout per unit lacks; zero unless its record date has passed."""
        amount: int = self._contract.read("missingFrom", _known(payout))
        return amount

    def withheld(self, payout: int) -> tuple[TaxKept, ...]:
        """Return the tax kept so far for each authority of the payout's table, and how much of it was withdrawn."""
        authorities = list(dict.fromkeys(row.rate.authority for row in self.options(payout).taxes.rows))
        answers = self._contract.read_many([("taxOf", (payout, each)) for each in authorities])
        return tuple(
            TaxKept(authority=parse_address(each), tax=tax, withdrawn=withdrawn)
            for each, (tax, withdrawn) in zip(authorities, answers, strict=True)
        )

    def quotes(self, payout: int, holders: Iterable[str]) -> tuple[Quote, ...]:
        """Ask the contract what each wallet would get: its share, the tax kept of it now, where it goes, and what stands in the way.

        Raises:
            BeforeRecordDate: it cannot be said yet.
        """
        accounts = [parse_address(holder) for holder in holders]
        answers = self._contract.read_many([("quote", (_known(payout), account)) for account in accounts])
        return tuple(
            Quote(
                payout=payout,
                holder=account,
                owner=raw["owner"],
                payee=raw["payee"],
                share=raw["share"],
                tax=raw["tax"],
                authority=raw["authority"] if raw["authority"] != ZERO_ADDRESS else None,
                refusal=decode_revert(raw["refusal"], self.address) if raw["refusal"] else None,
            )
            for account, raw in zip(accounts, answers, strict=True)
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
        return self._sharing(state.token, state.record_date, self.excluded(payout))

    @overload
    def preview(self, payout: int) -> Preview: ...
    @overload
    def preview(self, payout: Declaration) -> Preview: ...
    def preview(self, payout: int | Declaration) -> Preview:
        """Work out the whole distribution, per holder gross, tax and net, before anything is sent; nothing is asked of the contract but terms.

        Of a declaration, or of a declared payout by its number. Before the record date it is counted from the register of now, and before it
        is paid from the facts of now: either may change. What the contract pays is the same, to the last unit.

        Raises:
            NoHolders: nobody shares.
        """
        if isinstance(payout, Declaration):
            return self._forecast(payout.token, payout.amount, payout.record_date, payout.excluded, payout.options)
        state = self.payout(payout)
        return self._forecast(state.token, state.amount, state.record_date, self.excluded(payout), self.options(payout))

    def needed(self, declaration: Declaration) -> int:
        """Return the amount to pay in with a declaration per unit, for the units that share as of now."""
        options = declaration.options
        if not options.per_unit:
            return declaration.amount
        units = sum(self._sharing(declaration.token, declaration.record_date, declaration.excluded).values())
        return options.per_unit * units // options.per_units

    def outcome(self, payout: int) -> Outcome:
        """Say what became of everybody's share: paid, kept and why, or open; with the tax that was kept, from the contract's events.

        Raises:
            NoHolders: nobody shares.
            BeforeRecordDate: it cannot be said yet.
        """
        forecast, state = self.preview(payout), self.payout(payout)
        claims = self.claims(payout, [share.holder for share in forecast.shares])
        kept = {
            event.args["holder"]: TaxKept(authority=event.args["authority"], tax=event.args["tax"])
            for event in self._contract.events("TaxWithheld", topic(payout), from_block=self._from_block)
        }
        return outcome_of(
            state, forecast, taxes=self.options(payout).taxes, claims=claims, payments=self.payments(payout), kept=kept
        )

    def due_holders(self, payout: int) -> tuple[Address, ...]:
        """Return everybody who shares, in ascending order, as pages are pushed.

        Raises:
            BeforeRecordDate: it cannot be said yet.
        """
        state = self.payout(payout)
        if self._chain.now() < state.record_date:
            raise BeforeRecordDate(state.record_date)
        return tuple(self.sharing(payout))

    def payments(self, payout: int) -> tuple[Payment, ...]:
        """Return the claims paid one by one, less tax, and the payments that failed, before tax; pages pushed are not in it."""
        which = topic(_known(payout))
        paid = [
            Payment(holder=each.args["holder"], payee=each.args["payee"], amount=each.args["amount"], failed=False)
            for each in self._contract.events("PayoutClaimed", which, from_block=self._from_block)
        ]
        failed = [
            Payment(
                holder=each.args["holder"],
                payee=each.args["holder"],
                amount=each.args["amount"],
                failed=True,
                reason=decode_revert(each.args["reason"], self.address),
            )
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
        state, options = self.payout(payout), self.options(payout)
        distribution = _divided(state, options, self.sharing(payout))
        claims = self.claims(payout, [each.holder for each in distribution.entitlements])
        found = [("denominator", distribution.denominator, state.denominator)] if state.settled else []
        found += [
            (each.holder, each.amount, claim.amount)
            for each, claim in zip(distribution.entitlements, claims, strict=True)
        ]
        unclaimed = sum(claim.amount for claim in claims if not claim.paid)
        # funded = paid + withheld + unclaimed + dust, to the last unit; after the close the rest has left for the issuer.
        accounted = state.paid + state.withheld + unclaimed + distribution.dust
        found.append(("paid + withheld + unclaimed + dust", accounted, state.amount))
        for each in self.withheld(payout):
            counted = sum(
                event.args["tax"]
                for event in self._contract.events(
                    "TaxWithheld", topic(payout), None, topic(each.authority), from_block=self._from_block
                )
            )
            found.append((f"withheld for {each.authority}", counted, each.tax))
        differences = tuple(
            Difference(name=name, counted=ours, reported=theirs) for name, ours, theirs in found if ours != theirs
        )
        return Reconciliation(payout=state, distribution=distribution, unclaimed=unclaimed, differences=differences)

    def _sharing(self, token: Address, record_date: int, excluded: Iterable[Address]) -> dict[Address, int]:
        passed = record_date if self._chain.now() >= record_date else None
        register, out = (
            events.register(self._chain, token, record_date=passed, from_block=self._from_block),
            set(excluded),
        )
        return {holder: register.units[holder] for holder in sorted(register.units, key=_number) if holder not in out}

    def _forecast(
        self, token: Address, amount: int, record_date: int, excluded: tuple[Address, ...], options: Options
    ) -> Preview:
        register = self._sharing(token, record_date, excluded)
        owner_of = facts.owners(self._chain, token, list(register), record_date=record_date)
        known = facts.known(self._chain, token, owner_of)
        if not options.per_unit:
            return preview(amount, register, taxes=options.taxes, investors=known.investors, facts=known.facts)
        found = preview_per_unit(
            options.per_unit,
            register,
            per_units=options.per_units,
            taxes=options.taxes,
            investors=known.investors,
            facts=known.facts,
        )
        return replace(found, amount=max(amount, found.amount))

    def _require_funds(self, asset: Address, amount: int, payer: str) -> None:
        funding = self.funding(asset, amount, payer)
        if not funding.sufficient:
            raise Underfunded(funding)

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


def _with_coins(operation: Operation[int], asset: Address, amount: int) -> Operation[int]:
    return replace(operation, value=amount) if asset == NATIVE else operation


def _divided(state: Payout, options: Options, sharing: dict[Address, int]) -> Distribution:
    """Divide a payout's amount, or its price per unit, over those who share."""
    if not options.per_unit:
        return split(state.amount, sharing)
    shares = preview_per_unit(options.per_unit, sharing, per_units=options.per_units).shares
    return Distribution(
        total=state.amount,
        denominator=options.per_units,
        entitlements=tuple(Entitlement(holder=each.holder, units=each.units, amount=each.gross) for each in shares),
    )


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
