"""What an investor holds of each class: admitted or why not, and what keeps units from moving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokenkit.cli._output import day, grouped
from tokenkit.cli._refusals import lacking_claims
from tokenkit.external import RuleKind, Vesting, kind_of
from tokenkit.restrictions import Refusal
from tokenkit.rules import ALL_UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tokenkit.cli._session import Session
    from tokenkit.registry import Admission, Investor
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


def positions(session: Session, investor: Investor) -> list[dict[str, Any]]:
    """Return what each wallet of an investor holds of each class; ``free`` is what is not frozen, ``locked`` what else keeps units."""
    found = []
    for one in session.suite.classes.values():
        admission = session.suite.registry.admission(one.address, investor.wallet)
        balances = one.transfers.balances(investor.wallets)
        locked = list(_locks(session, one, [each.wallet for each in balances if each.units]))
        found += [
            {
                "class": one.symbol,
                "wallet": balance.wallet,
                "units": balance.units,
                "free": balance.free,
                "decimals": one.decimals,
                "admitted": admission.admitted,
                "reason": admission.reason,
                "because": "" if admission.admitted else _because(session, one, investor, admission),
                "locked": [sentence for wallet, sentence in locked if wallet == balance.wallet],
            }
            for balance in balances
        ]
    return found


def _because(session: Session, one: ShareClass, investor: Investor, admission: Admission) -> str:
    """Say why an investor may not hold a class."""
    refusal = Refusal(
        code=int(admission.reason),
        account=investor.wallet,
        limit=investor.facts.valid_until,
        actual=investor.facts.country,
        largest=0,
        earliest=None,
    )
    said = refusal.sentence(lacking=lambda wallet: lacking_claims(session, one, wallet))
    return said.partition(": ")[2].rstrip(".")


def _locks(session: Session, one: ShareClass, wallets: Sequence[Address]) -> Iterator[tuple[Address, str]]:
    """Say what of each wallet is locked, and until when; the deeper of two locks counts, they are not added up."""
    rules, now = session.suite.rulebook, session.chain.now()
    settings = rules.show(one.address)
    vesting = [rule for rule in settings.external_rules if kind_of(session.chain, rule) is RuleKind.VESTING]
    for wallet in wallets:
        lock = rules.lock_of(one.address, wallet) if settings.lockups else None
        if lock is not None and lock.until > now:
            units = "everything" if lock.units == ALL_UNITS else grouped(lock.units, one.decimals)
            yield wallet, f"{units} locked until {day(lock.until)}"
        for lot in rules.lots_of(one.address, wallet) if settings.holding_period else ():
            yield wallet, f"{grouped(lot.units, one.decimals)} within the holding period until {day(lot.until)}"
        for rule in vesting:
            unvested = Vesting(session.chain, rule).locked(one.address, wallet)
            if unvested:
                yield wallet, f"{grouped(unvested, one.decimals)} not vested, in all wallets of the investor"
