"""Meetings counted again from events and registers, beside what the contract says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenkit import events
from tokenkit._contract import TOKEN, Contract
from tokenkit.errors import InvalidAmount, InvalidInput
from tokenkit.voting import figures, laws
from tokenkit.voting.reading import VotingReading
from tokenkit.voting.values import CountDiffers, Reconciliation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenkit.artifacts import Event
    from tokenkit.types import Address
    from tokenkit.voting.notice import FullNotice


class VotingCounting(VotingReading):
    """The figures of meetings, from the pure functions of :mod:`tokenkit.ledger`."""

    __slots__ = ()

    def weights(self, meeting: int, *, class_index: int = 0) -> dict[Address, int]:
        """Return the units by holder of a class at the record date, from its events, less the excluded."""
        notice = self.notice(meeting)
        excluded = set(notice.excluded)
        units = self._units(notice.tokens[class_index], notice.record_date)
        return {holder: held for holder, held in units.items() if holder not in excluded}

    def reconcile(
        self, meeting: int, *, agenda: FullNotice | None = None, names: Sequence[str] | None = None
    ) -> Reconciliation:
        """Count a meeting again from its events and the registers, and compare every figure with the contract's.

        What happened is held against the laws of meetings, too: each that was broken is a difference that names it.

        *agenda* is the notice with the titles and names of options, which the chain does not have; *names* are those of the classes.

        Raises:
            InvalidInput: the record date has not come yet, so nobody knows who has votes; or *agenda* is another meeting's.
            CountDiffers: what happened is so far from the law that it cannot be counted.
        """
        state = self.meeting(meeting)
        if self._chain.now() < state.record_date:
            raise InvalidInput(f"Meeting {meeting} can be counted once its record date has passed.")
        happened = self._events(meeting)
        notice = figures.notice_of(happened, meeting=meeting)
        registers = [self._units(token, notice.record_date) for token in notice.tokens]
        terms = figures.terms_of(notice, happened, registers, names or ["" for _ in notice.classes])
        terms = figures.with_titles(terms, figures.named(notice, agenda, meeting=meeting).agenda)
        times = self._times(happened)
        broken = laws.breaches(
            notice,
            terms,
            happened,
            times=times,
            successions=[self._successions(one) for one in notice.tokens],
        )
        try:
            counted, units = figures.count(terms, happened)
        except InvalidAmount as error:
            if broken:
                raise CountDiffers(meeting, broken) from error
            raise
        reported = self.results(meeting)
        found = figures.differences(
            counted,
            terms,
            meeting=state,
            classes=self.classes(meeting),
            results=reported,
            final=self._chain.now() >= state.final,
            more=[*units, *figures.on_record(counted, happened)],
        )
        return Reconciliation(
            meeting=state,
            counted=counted.results,
            reported=reported,
            differences=(*broken, *found),
            terms=terms,
            count=counted,
            proceedings=figures.proceedings_of(notice, happened, times=times),
        )

    def prove(self, meeting: int) -> Reconciliation:
        """Count a meeting again, and accept nothing but the contract's figures.

        Raises:
            CountDiffers: a figure is another, or a law was broken; the message names each.
        """
        counted = self.reconcile(meeting)
        counted.require()
        return counted

    def _times(self, happened: Sequence[Event]) -> dict[int, int]:
        known = {event.block_number: event.block_timestamp for event in happened}
        return {block: self._chain.block(block).timestamp if at is None else at for block, at in known.items()}

    def _successions(self, token: Address) -> tuple[Event, ...]:
        """Return the recoveries of wallets in a class, in order."""
        return tuple(Contract(self._chain, token, *TOKEN).events("WalletSucceeded", from_block=self._from_block))

    def _units(self, token: Address, record_date: int) -> Mapping[Address, int]:
        return events.register(self._chain, token, record_date=record_date, from_block=self._from_block).units
