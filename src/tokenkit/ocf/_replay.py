"""Replaying the stock transactions of a package in the order of their dates."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from tokenkit.ocf._book import Book, Lot, SetAside
from tokenkit.ocf.batch import StepKind
from tokenkit.ocf.report import Finding, Outcome, Why, finding
from tokenkit.ocf.transactions import Acceptance, Act, Authorization, Ending, Issuance, Split, Transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal

    from tokenkit.ocf.package import OcfObject


class Replay:
    """One pass over the transactions; afterwards it holds the book and a finding for each transaction.

    A transaction is applied whole or set aside whole, and what depends on it is then set aside too. Within a day a
    split comes first, so that what else happens that day is counted in shares after the split; then each transaction
    waits for those that begin the certificates it acts on; else the order of the files decides.
    """

    def __init__(
        self,
        transactions: Sequence[Transaction],
        *,
        stakeholders: Collection[str],
        classes: Collection[str],
        exercised: Mapping[str, str],
        decimals: int,
    ) -> None:
        self.book = Book(decimals=decimals)
        self.findings: dict[tuple[str, str], Finding] = {}
        self.authorized: dict[str, Decimal] = {}
        self._stakeholders = stakeholders
        self._classes = classes
        self._exercised = exercised
        self._issuances = [each for each in transactions if isinstance(each, Issuance)]
        self._certificates = {each.security: each for each in self._issuances}
        self._defined = Counter(each.security for each in self._issuances)
        self._made = {security for each in transactions if isinstance(each, Ending) for security in each.begun}
        self._begun_by: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        """The transaction on whose account each of these securities never began."""
        self._splits: dict[str, Split] = {}
        ordered = sorted(transactions, key=lambda each: (each.day, not isinstance(each, Split)))
        for _, day in groupby(ordered, key=lambda each: each.day):
            self._replay_day([each for each in day if not self._is_settled_elsewhere(each)])
        for each in transactions:
            if self._is_settled_elsewhere(each):
                self._settle(each)

    def _is_settled_elsewhere(self, each: Transaction) -> bool:
        """Say whether another transaction decides what becomes of this one."""
        return isinstance(each, Acceptance) or (isinstance(each, Issuance) and each.security in self._made)

    def _replay_day(self, pending: list[Transaction]) -> None:
        while pending:
            coming = Counter(security for each in pending for security in _begins(each))
            ready = [each for each in pending if not any(coming[s] for s in _acts_on(each) if s not in _begins(each))]
            # Where all wait for one another none can go first; applied as they stand, each is set aside with its reason.
            for each in ready or pending:
                self._apply(each)
            done = {id(each) for each in ready or pending}
            pending = [each for each in pending if id(each) not in done]

    def _apply(self, each: Transaction) -> None:
        try:
            match each:
                case Issuance():
                    self._issue(each)
                case Ending():
                    self._end(each)
                case Split():
                    self._split(each)
                case Authorization():
                    self._class_known(each.share_class)
                    self.authorized[each.share_class] = each.shares
        except SetAside as refusal:
            self._refused.update({s: _name(each.origin) for s in _begins(each) if s not in self.book.lots})
            self._find(each, Outcome.SET_ASIDE, refusal.detail, why=refusal.why)
        else:
            self._find(each, Outcome.USED, "applied")

    def _settle(self, each: Transaction) -> None:
        """Conclude on a certificate that another transaction was to begin, or on an acceptance."""
        if not isinstance(each, Issuance | Acceptance):
            return
        security = each.security
        begun = security in self.book.lots or security in self.book.ended
        if self._defined[security] > 1:
            self._find(each, Outcome.SET_ASIDE, self._repeated(security), why=Why.REPEATED_SECURITY)
        elif begun and isinstance(each, Issuance):
            self._find(each, Outcome.USED, f"begun by {self._begun_by[security]}")
        elif begun:
            self._find(each, Outcome.INFORMATIONAL, "an acceptance moves no shares")
        elif security in self._certificates:
            detail = f"security {security} depends on {self._refused[security]}, which was set aside"
            self._find(each, Outcome.SET_ASIDE, detail, why=Why.DEPENDS)
        else:
            detail = f"no issuance defines security {security}"
            self._find(each, Outcome.SET_ASIDE, detail, why=Why.UNKNOWN_SECURITY)

    def _issue(self, each: Issuance) -> None:
        lot = self._certificate(each.security)
        self.book.refuse_above_limit(lot.share_class, lot.units)
        self.book.replace((), (lot,), by=each.origin.id)
        self.book.step(
            each,
            StepKind.ISSUE,
            lot.units,
            share_class=lot.share_class,
            target=lot.holder,
            begun=(each.security,),
            reason=f"issuance on {self._exercised[each.security]}" if each.security in self._exercised else "issuance",
        )

    def _end(self, each: Ending) -> None:
        sources = tuple(self._open(security, each) for security in each.sources)
        begun = tuple(self._successor(security, each) for security in each.begun)
        results, balance = begun[: len(each.results)], begun[len(each.results) :]
        whole = sum(lot.units for lot in sources)
        taken = whole if each.quantity is None else self.book.units(each.quantity)
        self._check_rest(each, whole - taken, balance)
        self._check_parties(each, sources, results, balance)
        if each.act in (Act.TRANSFER, Act.REISSUANCE, Act.CONSOLIDATION):
            self._check_sum(each, taken, results)
        if each.split is not None:
            self._check_split(each, each.split, sources[0])
        if each.act is Act.CONVERSION:
            self._check_limits(sources[0], taken, results)
        self.book.replace(sources, begun, by=_name(each.origin))
        self._begun_by.update(dict.fromkeys(each.begun, _name(each.origin)))
        self._step(each, sources[0], taken, results, tuple(lot.security for lot in balance))

    def _step(self, each: Ending, source: Lot, taken: int, results: tuple[Lot, ...], balance: tuple[str, ...]) -> None:
        reason = each.act if each.text is None else f"{each.act}: {each.text}"
        match each.act:
            case Act.REISSUANCE | Act.CONSOLIDATION:
                pass  # certificates are renewed, nobody's units change
            case Act.TRANSFER:
                for lot in results:
                    last = lot is results[-1]
                    self.book.step(
                        each,
                        StepKind.TRANSFER,
                        lot.units,
                        share_class=source.share_class,
                        source=source.holder,
                        target=lot.holder,
                        ended=each.sources if last else (),
                        begun=(lot.security, *(balance if last else ())),
                        reason=reason,
                    )
            case Act.CANCELLATION | Act.REPURCHASE | Act.RETRACTION | Act.CONVERSION:
                self.book.step(
                    each,
                    StepKind.REDEEM,
                    taken,
                    share_class=source.share_class,
                    source=source.holder,
                    ended=each.sources,
                    begun=balance,
                    reason=reason,
                )
                for lot in results:
                    self.book.step(
                        each,
                        StepKind.ISSUE,
                        lot.units,
                        share_class=lot.share_class,
                        target=lot.holder,
                        begun=(lot.security,),
                        reason=reason,
                    )

    def _split(self, each: Split) -> None:
        self._class_known(each.share_class)
        self.book.multiply(each, each.share_class, each.ratio)
        self._splits[each.origin.id] = each

    def _certificate(self, security: str) -> Lot:
        """Return the certificate that an issuance defines, if it can be relied on."""
        if security not in self._certificates:
            raise SetAside(Why.UNKNOWN_SECURITY, f"no issuance defines security {security}")
        if self._defined[security] > 1:
            raise SetAside(Why.REPEATED_SECURITY, self._repeated(security))
        issuance = self._certificates[security]
        if issuance.stakeholder not in self._stakeholders:
            raise SetAside(Why.UNKNOWN_STAKEHOLDER, f"no stakeholder has the id {issuance.stakeholder}")
        self._class_known(issuance.share_class)
        return Lot(
            security=security,
            share_class=issuance.share_class,
            holder=issuance.stakeholder,
            units=self.book.units(issuance.quantity),
        )

    def _open(self, security: str, each: Ending) -> Lot:
        """Return the open certificate that *each* acts on."""
        if security in self.book.lots:
            return self.book.lots[security]
        if security in self.book.ended:
            raise SetAside(Why.ALREADY_ENDED, f"security {security} was ended by {self.book.ended[security]}")
        if self._defined[security] > 1:
            raise SetAside(Why.REPEATED_SECURITY, self._repeated(security))
        if security in self._refused:
            raise SetAside(
                Why.DEPENDS, f"security {security} depends on {self._refused[security]}, which was set aside"
            )
        if security in self._certificates:
            issued = self._certificates[security].day
            raise SetAside(Why.NOT_YET_ISSUED, f"security {security} is of {issued}, not yet begun on {each.day}")
        raise SetAside(Why.UNKNOWN_SECURITY, f"no issuance defines security {security}")

    def _successor(self, security: str, each: Ending) -> Lot:
        """Return the certificate that *each* begins."""
        if security in self.book.lots or security in self.book.ended:
            raise SetAside(Why.ALREADY_BEGUN, f"security {security} began before")
        lot = self._certificate(security)
        issued = self._certificates[security].day
        if issued != each.day:
            raise SetAside(Why.WRONG_DATE, f"security {security} is of {issued}, its {each.act} of {each.day}")
        return lot

    def _check_rest(self, each: Ending, rest: int, balance: tuple[Lot, ...]) -> None:
        """Check that what is not taken stays in the balance security, and nothing else does."""
        if rest < 0:
            raise SetAside(Why.QUANTITIES_DIFFER, f"it takes {self.book.shares(-rest)} shares more than there are")
        if rest and not balance:
            raise SetAside(
                Why.NO_BALANCE, f"{self.book.shares(rest)} shares remain, but no balance security holds them"
            )
        if balance and balance[0].units != rest:
            raise SetAside(
                Why.QUANTITIES_DIFFER,
                f"{self.book.shares(rest)} shares remain, but the balance {each.balance} "
                f"holds {self.book.shares(balance[0].units)}",
            )

    def _check_parties(
        self, each: Ending, sources: tuple[Lot, ...], results: tuple[Lot, ...], balance: tuple[Lot, ...]
    ) -> None:
        """Check who holds the certificates, and of which class they are, where they must stay the same."""
        first = sources[0]
        for lot in (*sources, *balance, *(() if each.act is Act.TRANSFER else results)):
            if lot.holder != first.holder:
                raise SetAside(
                    Why.WRONG_HOLDER,
                    f"security {lot.security} is held by {lot.holder}, {first.security} by {first.holder}",
                )
        for lot in (*sources, *balance, *(() if each.act is Act.CONVERSION else results)):
            if lot.share_class != first.share_class:
                raise SetAside(
                    Why.WRONG_CLASS,
                    f"security {lot.security} is of {lot.share_class}, {first.security} of {first.share_class}",
                )

    def _check_sum(self, each: Ending, taken: int, results: tuple[Lot, ...]) -> None:
        total = sum(lot.units for lot in results)
        if total != taken:
            raise SetAside(
                Why.QUANTITIES_DIFFER,
                f"the {each.act} is of {self.book.shares(taken)} shares, "
                f"the securities it leads to hold {self.book.shares(total)}",
            )

    def _check_limits(self, source: Lot, taken: int, results: tuple[Lot, ...]) -> None:
        """Check that the classes converted into have room for what is issued."""
        more = Counter({source.share_class: -taken})
        for lot in results:
            more[lot.share_class] += lot.units
        for share_class, units in more.items():
            self.book.refuse_above_limit(share_class, units)

    def _check_split(self, each: Ending, split: str, source: Lot) -> None:
        """Check that the split for which a certificate is renewed was applied to it, that same day."""
        applied = self._splits.get(split)
        if applied is None:
            raise SetAside(Why.UNKNOWN_SPLIT, f"no split {split} was applied before")
        if applied.share_class != source.share_class:
            raise SetAside(Why.WRONG_CLASS, f"split {split} is of {applied.share_class}, not of {source.share_class}")
        if applied.day != each.day:
            raise SetAside(Why.WRONG_DATE, f"split {split} is of {applied.day}, the reissuance of {each.day}")

    def _class_known(self, share_class: str) -> None:
        if share_class not in self._classes:
            raise SetAside(Why.UNKNOWN_CLASS, f"no stock class has the id {share_class}")

    def _repeated(self, security: str) -> str:
        ids = ", ".join(each.origin.id for each in self._issuances if each.security == security)
        return (
            f"security {security} is defined by {self._defined[security]} issuances ({ids}): which one holds is unclear"
        )

    def _find(self, each: Transaction, outcome: Outcome, detail: str, *, why: Why | None = None) -> None:
        origin = each.origin
        self.findings[origin.object_type, origin.id] = finding(origin, outcome, detail, why=why)


def _begins(each: Transaction) -> tuple[str, ...]:
    match each:
        case Issuance():
            return (each.security,)
        case Ending():
            return each.begun
        case _:
            return ()


def _acts_on(each: Transaction) -> tuple[str, ...]:
    return each.sources if isinstance(each, Ending) else ()


def _name(origin: OcfObject) -> str:
    return f"{origin.object_type} {origin.id}"
