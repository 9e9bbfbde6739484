"""The order of the scenes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tokenkit.cli.demo import _founding, _reckoning, _rights, _trading
from tokenkit.cli.demo._telling import Teller
from tokenkit.cli.demo._world import RECORD_DATE

if TYPE_CHECKING:
    from rich.console import Console


def tell(console: Console) -> dict[str, Any]:
    """Live through all scenes, tell each on *console*, and return the whole story as data."""
    started = time.monotonic()
    teller = Teller(console)
    teller.opening()

    world, rows, deployed = _founding.found()
    teller.deployed(deployed)
    onboarded = _founding.onboard(world, rows)
    teller.onboarded(onboarded)
    issued = _founding.issue_cap_table(world)
    teller.issued(issued)

    market = _trading.trade(world)
    teller.market(market)
    record_date = _trading.cross_record_date(world)
    teller.record_date(record_date)

    dividend = _rights.pay_dividend(world)
    teller.dividend(dividend)
    meeting = _rights.hold_meeting(world)
    teller.meeting(meeting)
    aftermath = _rights.close_the_year(world, dividend)
    teller.aftermath(aftermath)

    then, now = _reckoning.registers(world, record_date=RECORD_DATE), _reckoning.registers(world, record_date=None)
    teller.registers(then, now, world)
    figures = _reckoning.reckon(world, issued, dividend, meeting, aftermath)
    seconds = time.monotonic() - started
    teller.reckoning(figures, seconds)

    foretold = [each.foretold for each in (*market.trades, *record_date.trades)]
    foretold += [each.foretold for each in (*market.refused, aftermath.lapsed)]
    return {
        "agrees": all(figure.agrees for figure in figures) and not deployed.differences and all(foretold),
        "seconds": round(seconds, 1),
        "deployed": deployed,
        "onboarded": onboarded,
        "issued": issued,
        "market": market,
        "record_date": record_date,
        "dividend": dividend,
        "meeting": meeting,
        "aftermath": aftermath,
        "register_at_record_date": then,
        "register_now": now,
        "figures": [
            {
                "group": each.group,
                "name": each.name,
                "counted": each.counted,
                "reported": each.reported,
                "decimals": each.decimals,
                "agrees": each.agrees,
            }
            for each in figures
        ],
    }
