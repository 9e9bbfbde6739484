"""setCountryLimits and setGroupLimits: limits on the number of investors of one kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import GERMANY, SWITZERLAND, USA, Code, Kind, ascending, facts
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

ACCREDITED = 1


def kind(country: int = 0, *, mask: int = 0, claims: int = 0, limit: int = 10) -> dict[str, int]:
    return {"country": country, "mask": mask, "claims": claims, "limit": limit}


NOT_ACCREDITED = kind(mask=ACCREDITED, limit=2)


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with ana (German, two wallets) and ben (American, accredited) as holders; cleo is German, eve American."""
    stage.register(stage.ana, GERMANY)
    stage.register(stage.ben, USA, claims=ACCREDITED)
    stage.register(stage.cleo, GERMANY)
    stage.register(stage.eve, USA)
    stage.link(stage.dora, stage.ana)
    stage.hold({stage.ana: 100, stage.dora: 50, stage.ben: 200})
    return stage


def everybody(stage: Stage) -> list[str]:
    return ascending(stage.ana, stage.ben, stage.dora)


def counts(stage: Stage, scope: str | None = None) -> tuple[dict[int, int], list[int]]:
    """Return the counts in force, by country and of the groups."""
    found = stage.rulebook.read("settingsOf", stage.common.address if scope is None else scope)
    assert all(one["counted"] for one in (*found["countryLimits"], *found["groupLimits"]))
    return (
        {one["rule"]["country"]: one["count"] for one in found["countryLimits"]},
        [one["count"] for one in found["groupLimits"]],
    )


def test_setCountryLimits_setGroupLimits__token_not_bound_or_elsewhere__refused(held: Stage) -> None:
    stranger = deploy(held.chain, held.admin, "RecordingToken")
    for function, limit in (("setCountryLimits", kind(USA)), ("setGroupLimits", NOT_ACCREDITED)):
        with held.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
            held.rule(function, [limit], scope=stranger.address)
    held.common.send(held.admin, "ask", held.registry.address, ZERO_ADDRESS)
    for function, limit in (("setCountryLimits", kind(USA)), ("setGroupLimits", NOT_ACCREDITED)):
        with held.nothing_changes(), reverts(errors.TokenElsewhere, token=held.common.address):
            held.rule(function, [limit])
        held.rule(function, [])  # to end limits needs nobody


@pytest.mark.parametrize(
    ("function", "limits", "position"),
    [
        ("setCountryLimits", [kind(USA), kind(0)], 1),
        ("setCountryLimits", [kind(1_000)], 0),
        ("setCountryLimits", [kind(USA, mask=1, claims=2)], 0),
        ("setGroupLimits", [kind(mask=1), kind(mask=1, claims=3)], 1),
        ("setGroupLimits", [kind(mask=1, limit=0)], 0),
        ("setGroupLimits", [kind(1_000)], 0),
    ],
)
def test_setCountryLimits_setGroupLimits__limit_nobody_can_meet__refused(
    held: Stage, function: str, limits: list[dict[str, int]], position: int
) -> None:
    with held.nothing_changes(), reverts(errors.InvalidLimit, position=position):
        held.rule(function, limits)


def test_setCountryLimits_setGroupLimits__too_many__refused(held: Stage) -> None:
    with held.nothing_changes(), reverts(errors.TooManyLimits, limit=4):
        held.rule("setGroupLimits", [NOT_ACCREDITED] * 5)
    with held.nothing_changes(), reverts(errors.TooManyLimits, limit=64):
        held.rule("setCountryLimits", [kind(1 + at) for at in range(65)])


def test_setCountryLimits__nothing_in_issue__in_force_at_once(stage: Stage) -> None:
    stage.register(stage.ana, GERMANY)
    stage.rule("setCountryLimits", [kind(GERMANY)])
    stage.rule("setGroupLimits", [NOT_ACCREDITED])
    stage.issue(stage.ana, 1)
    assert counts(stage) == ({GERMANY: 1}, [1])


def test_CNT_1__kinds_counted__investors_of_each(held: Stage) -> None:
    held.rule("setCountryLimits", [kind(GERMANY), kind(USA, mask=ACCREDITED)])
    held.rule("setGroupLimits", [NOT_ACCREDITED, kind(USA)])
    held.rule("count", 0, everybody(held))
    assert counts(held) == ({GERMANY: 1, USA: 0}, [1, 1])
    page = held.rulebook.read("recount", held.common.address, 0, everybody(held))
    assert (page["units"], page["investors"], list(page["countries"]), list(page["groups"])) == (350, 2, [1, 0], [1, 1])


def test_CNT_2__country_full__nobody_new_from_there(held: Stage) -> None:
    held.rule("setCountryLimits", [kind(GERMANY, limit=1)])
    held.rule("count", 0, everybody(held))
    refusal = {
        "code": Code.COUNTRY_COUNT,
        "account": held.cleo.address,
        "limit": 1,
        "actual": 2,
        "largest": 0,
        "earliest": 0,
    }
    assert held.explain(Kind.ISSUE, None, held.cleo, 1) == [refusal]
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 200) == [refusal]  # an American goes: no room for a German
    with held.nothing_changes(), reverts(errors.TransferRestricted, code=Code.COUNTRY_COUNT):
        held.transfer(held.ana, held.cleo, 1)
    held.transfer(held.ben, held.eve, 1)


def test_CNT_2__group_full__whoever_goes_makes_room_for_his_kind_only(held: Stage) -> None:
    held.rule("setGroupLimits", [{**NOT_ACCREDITED, "limit": 1}])
    held.rule("count", 0, everybody(held))
    held.transfer(held.dora, held.ana, 50)
    assert [one["code"] for one in held.explain(Kind.TRANSFER, held.ben, held.eve, 200)] == [Code.GROUP_COUNT]
    held.transfer(held.ana, held.eve, 150)
    assert counts(held) == ({}, [1])


def test_CNT_1__claims_and_country_change__counted_where_they_are_now(held: Stage) -> None:
    held.rule("setCountryLimits", [kind(GERMANY), kind(SWITZERLAND)])
    held.rule("setGroupLimits", [NOT_ACCREDITED])
    held.rule("count", 0, everybody(held))
    send = held.registry.send
    send(held.registrar, "update", held.ana.address, facts(SWITZERLAND, claims=ACCREDITED))
    assert counts(held) == ({GERMANY: 0, SWITZERLAND: 1}, [0])
    send(held.registrar, "update", held.ben.address, facts(GERMANY))
    assert counts(held) == ({GERMANY: 1, SWITZERLAND: 1}, [1])
    send(held.registrar, "updateIdentity", held.dora.address, ZERO_ADDRESS)  # ana's second wallet becomes somebody
    assert counts(held) == ({GERMANY: 1, SWITZERLAND: 2}, [1])


def test_CNT_1__every_way_out__counted_with_an_event(held: Stage) -> None:
    held.rule("setCountryLimits", [kind(USA)])
    held.rule("setGroupLimits", [kind(USA)])
    held.rule("count", 0, everybody(held))
    token = held.common.address
    for act, count in (
        (lambda: held.issue(held.eve, 5), 2),
        (lambda: held.redeem(held.eve, 5), 1),
        (lambda: held.force(held.ben, held.ana, 200), 0),
    ):
        told = [dict(event.args) for event in held.rulebook.events(act()) if event.name == "KindCountChanged"]
        assert told == [{"token": token, "kind": one, "count": count} for one in (USA, 1_000)]


def test_setGroupLimits__same_kind_with_another_figure__keeps_its_count(held: Stage) -> None:
    held.rule("setGroupLimits", [NOT_ACCREDITED])
    held.rule("count", 0, everybody(held))
    held.rule("setGroupLimits", [{**NOT_ACCREDITED, "limit": 9}])
    assert counts(held) == ({}, [1])
    held.rule("setGroupLimits", [kind(mask=ACCREDITED, claims=ACCREDITED, limit=9)])
    (found,) = held.settings()["groupLimits"]
    assert (found["counted"], found["count"]) == (False, 0)  # another kind: it waits


def test_setCountryLimits__zero__ends_that_country_only(held: Stage) -> None:
    held.rule("setCountryLimits", [kind(GERMANY, limit=1), kind(USA, limit=1)])
    held.rule("count", 0, everybody(held))
    held.rule("setCountryLimits", [kind(GERMANY, limit=0)])
    assert counts(held) == ({USA: 1}, [])
    assert held.explain(Kind.ISSUE, None, held.cleo, 1) == []
    assert [one["code"] for one in held.explain(Kind.ISSUE, None, held.eve, 1)] == [Code.COUNTRY_COUNT]


def test_CNT_2__kinds_over_all_classes__who_holds_another_class_is_not_new(held: Stage) -> None:
    held.hold({held.cleo: 20}, token=held.preferred)
    held.rule("setCountryLimits", [kind(GERMANY, limit=2)], scope=ZERO_ADDRESS)
    held.rule("setGroupLimits", [NOT_ACCREDITED], scope=ZERO_ADDRESS)
    held.rule("count", 0, [*everybody(held), held.cleo.address], scope=ZERO_ADDRESS)
    assert counts(held, ZERO_ADDRESS) == ({GERMANY: 2}, [2])
    held.issue(held.cleo, 5)
    refused = [one["code"] for one in held.explain(Kind.ISSUE, None, held.eve, 5, token=held.preferred)]
    assert refused == [Code.ISSUER_GROUP_COUNT]
    held.registry.send(held.registrar, "update", held.cleo.address, facts(USA, claims=ACCREDITED))
    assert counts(held, ZERO_ADDRESS) == ({GERMANY: 1}, [1])
    held.redeem(held.cleo, 5)
    held.redeem(held.cleo, 20, token=held.preferred)
    assert counts(held, ZERO_ADDRESS) == ({GERMANY: 1}, [1])
