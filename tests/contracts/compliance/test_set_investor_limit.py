from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.compliance_stage import USA, Code, Kind, ascending
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Give the stage with two investors in common: ana (100 and 50 in dora's wallet) and ben (200). Cleo and eve hold nothing."""
    for one in (stage.ana, stage.ben, stage.cleo, stage.eve):
        stage.register(one)
    stage.link(stage.dora, stage.ana)
    stage.hold({stage.ana: 100, stage.dora: 50, stage.ben: 200})
    return stage


def test_setInvestorLimit__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.rule("setInvestorLimit", 1, 0, scope=stranger.address)


def test_setInvestorLimit__token_asks_elsewhere__refused(held: Stage) -> None:
    held.preferred.send(held.admin, "ask", held.registry.address, ZERO_ADDRESS)
    for token in (held.preferred.address, ZERO_ADDRESS):
        with held.nothing_changes(), reverts(errors.TokenElsewhere, token=held.preferred.address):
            held.rule("setInvestorLimit", 1, 0, scope=token)


def test_setInvestorLimit__minimum_above_the_limit_or_over_all_classes__refused(held: Stage) -> None:
    with held.nothing_changes(), reverts(errors.InvalidMinimum, minimum=6, limit=5):
        held.rule("setInvestorLimit", 5, 6)
    with held.nothing_changes(), reverts(errors.InvalidMinimum, minimum=1, limit=0):
        held.rule("setInvestorLimit", 0, 1, scope=ZERO_ADDRESS)


def test_count__nothing_to_count_or_nobody_named__refused(held: Stage) -> None:
    with held.nothing_changes(), reverts(errors.NothingToCount, token=held.common.address):
        held.rule("count", 0, ascending(held.ana))
    held.rule("setInvestorLimit", 5, 0)
    with held.nothing_changes(), reverts(errors.NoHolders):
        held.rule("count", 0, [])
    with held.nothing_changes(), reverts(errors.CountElsewhere, position=0):
        held.rule("count", 1, ascending(held.ana))


def test_count__holders_unordered_or_twice__refused(held: Stage) -> None:
    held.rule("setInvestorLimit", 5, 0)
    listed = ascending(held.ana, held.ben, held.dora)
    with held.nothing_changes(), reverts(errors.HoldersUnordered, position=1):
        held.rule("count", 0, listed[::-1])
    held.rule("count", 0, listed[:2])
    for page in (listed[:1], listed[1:]):
        with held.nothing_changes(), reverts(errors.HoldersUnordered, position=2):
            held.rule("count", 2, page)


def test_CNT_1__holder_the_registry_never_knew__refused(held: Stage) -> None:
    """Registering it would be told to nobody, so it would never be counted where it belongs."""
    held.hold({held.people[6]: 1})
    held.rule("setInvestorLimit", 5, 0)
    listed = ascending(held.ana, held.ben, held.dora, held.people[6])
    with held.nothing_changes(), reverts(errors.UnknownHolder, holder=held.people[6].address):
        held.rule("count", 0, listed)
    held.register(held.people[6])
    held.registry.send(held.registrar, "deleteIdentity", held.people[6].address)
    held.rule("count", 0, listed)  # of one that was removed it would be told
    assert held.settings()["investorCount"] == 3


def test_count__classes_under_different_registries__refused_over_all_classes(held: Stage) -> None:
    held.rule("setInvestorLimit", 5, 0, scope=ZERO_ADDRESS)
    held.preferred.send(held.admin, "ask", held.manager.address, held.rulebook.address)
    late = max(held.rulebook.read("boundTokens"), key=lambda one: one == held.preferred.address)
    with held.nothing_changes(), reverts(errors.RegistriesDiffer, token=late):
        held.rule("count", 0, ascending(held.ana, held.ben, held.dora), scope=ZERO_ADDRESS)


def test_count__holders_beyond_the_supply__refused(held: Stage) -> None:
    held.rule("setInvestorLimit", 5, 0)
    listed = [*ascending(held.ana, held.ben, held.dora), "0x" + "f" * 40]
    with held.nothing_changes(), reverts(errors.TooManyHolders, position=3):
        held.rule("count", 0, listed)


def test_count__page_by_page__in_force_with_the_last(held: Stage) -> None:
    held.rule("setInvestorLimit", 2, 0)
    listed = ascending(held.ana, held.ben, held.dora)
    for position, holder in enumerate(listed):
        assert not held.settings()["investorsCounted"]
        assert held.explain(Kind.ISSUE, None, held.cleo, 1) == []
        assert held.rulebook.read("countPosition", held.common.address) == position
        receipt = held.rule("count", position, [holder])
    assert held.rulebook.only_event(receipt, "InvestorsCounted") == {
        "token": held.common.address,
        "holders": 3,
        "investors": 2,
    }
    assert held.settings()["investorsCounted"]
    assert [one["code"] for one in held.explain(Kind.ISSUE, None, held.cleo, 1)] == [Code.INVESTOR_COUNT]


def test_CNT_1__something_moves_while_counting__begins_again(held: Stage) -> None:
    held.rule("setInvestorLimit", 5, 0)
    listed = ascending(held.ana, held.ben, held.dora)
    for disturb in (
        lambda: held.transfer(held.ana, held.ben, 1),
        lambda: held.redeem(held.ben, 1),
        lambda: held.registry.send(held.registrar, "updateCountry", held.ana.address, USA),
        lambda: held.rule("setInvestorLimit", 6, 0),
        lambda: held.common.send(
            held.admin, "carryOver", held.cleo.address, held.eve.address
        ),  # told late of a recovery
    ):
        held.rule("count", 0, listed[:2])
        receipt = disturb()
        assert held.rulebook.only_event(receipt, "CountInterrupted") == {"token": held.common.address}
        with held.nothing_changes(), reverts(errors.CountElsewhere, position=0):
            held.rule("count", 2, listed[2:])
    held.rule("count", 0, listed)
    assert (held.settings()["investorsCounted"], held.settings()["investorCount"]) == (True, 2)


def test_count__one_class_and_all_classes_side_by_side__each_sees_what_moves(held: Stage) -> None:
    listed = ascending(held.ana, held.ben, held.dora)
    for scope in (held.common.address, ZERO_ADDRESS):
        held.rule("setInvestorLimit", 5, 0, scope=scope)
    held.rule("count", 0, listed[:1], scope=ZERO_ADDRESS)
    held.rule("count", 0, listed)  # one ends, the other goes on
    receipt = held.transfer(held.ana, held.ben, 1)
    assert held.rulebook.only_event(receipt, "CountInterrupted") == {"token": ZERO_ADDRESS}


def test_count__again_though_in_force__mends_what_is_off(held: Stage) -> None:
    listed = ascending(held.ana, held.ben, held.dora)
    held.limit(5, listed)
    held.hold({held.cleo: 7})  # behind the rulebook's back
    assert held.settings()["investorCount"] == 2
    held.rule("count", 0, ascending(held.ana, held.ben, held.cleo, held.dora))
    assert held.settings()["investorCount"] == 3


def test_CNT_1__complete_list__counts_investors_not_wallets(held: Stage) -> None:
    listed = ascending(held.ana, held.ben, held.dora, held.cleo)  # cleo holds nothing
    receipt = held.rule("setInvestorLimit", 5, 0)
    assert held.rulebook.only_event(receipt, "InvestorLimitSet") == {
        "token": held.common.address,
        "limit": 5,
        "minimum": 0,
        "counted": False,
    }
    held.rule("count", 0, listed)
    assert (held.settings()["investorLimit"], held.settings()["investorCount"]) == (5, 2)
    page = held.rulebook.read("recount", held.common.address, 0, listed)
    assert (page["units"], page["investors"]) == (350, 2)


def test_setInvestorLimit__on_already__keeps_its_count(held: Stage) -> None:
    held.limit(5, ascending(held.ana, held.ben, held.dora))
    held.limit(1)
    settings = held.settings()
    assert (settings["investorLimit"], settings["investorCount"], settings["investorsCounted"]) == (1, 2, True)
    held.limit(0)
    settings = held.settings()
    assert (settings["investorLimit"], settings["investorCount"], settings["investorsCounted"]) == (0, 0, False)
    held.limit(1)
    assert not held.settings()["investorsCounted"]


def test_setInvestorLimit__minimum_only__no_upper_limit(held: Stage) -> None:
    held.limit(0, ascending(held.ana, held.ben, held.dora), minimum=2)
    held.issue(held.cleo, 1)
    held.transfer(held.cleo, held.ana, 1)
    refusal = {
        "code": Code.MINIMUM_INVESTORS,
        "account": held.ben.address,
        "limit": 2,
        "actual": 1,
        "largest": 199,
        "earliest": 0,
    }
    assert held.explain(Kind.TRANSFER, held.ben, held.ana, 200) == [refusal]
    held.transfer(held.ben, held.cleo, 200)  # somebody new comes in his place
    held.redeem(held.cleo, 200)  # a redemption is never refused
    assert held.settings()["investorCount"] == 1


def test_CNT_2__at_the_limit__nobody_new(held: Stage) -> None:
    held.limit(2, ascending(held.ana, held.ben, held.dora))
    refusal = {
        "code": Code.INVESTOR_COUNT,
        "account": held.cleo.address,
        "limit": 2,
        "actual": 3,
        "largest": 0,
        "earliest": 0,
    }
    assert held.explain(Kind.ISSUE, None, held.cleo, 1) == [refusal]
    assert held.explain(Kind.TRANSFER, held.ana, held.cleo, 100) == [refusal]  # dora's 50 stay
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 199) == [refusal]
    assert held.explain(Kind.TRANSFER, held.ben, held.cleo, 201) == [{**refusal, "largest": 200}]
    with (
        held.nothing_changes(),
        reverts(errors.TransferRestricted, code=Code.INVESTOR_COUNT, account=held.cleo.address, limit=2, actual=3),
    ):
        held.transfer(held.ben, held.cleo, 199)


def test_CNT_2__at_the_limit__a_whole_position_may_pass_to_somebody_new(held: Stage) -> None:
    held.limit(2, ascending(held.ana, held.ben, held.dora))
    receipt = held.transfer(held.ben, held.cleo, 200)
    assert held.rulebook.events(receipt) == ()
    assert held.settings()["investorCount"] == 2
    held.transfer(held.cleo, held.ana, 200)
    assert held.settings()["investorCount"] == 1
    held.transfer(held.ana, held.ben, 1)
    assert held.settings()["investorCount"] == 2


def test_CNT_1__every_way_in_and_out__counted_with_an_event(held: Stage) -> None:
    held.limit(10, ascending(held.ana, held.ben, held.dora))
    for act, count in (
        (lambda: held.transfer(held.ben, held.cleo, 50), 3),
        (lambda: held.issue(held.eve, 5), 4),
        (lambda: held.redeem(held.eve, 5), 3),
        (lambda: held.force(held.cleo, held.ben, 50), 2),
        (lambda: held.force(held.ben, held.eve, 1), 3),
    ):
        receipt = act()
        assert held.rulebook.only_event(receipt, "InvestorCountChanged") == {
            "token": held.common.address,
            "count": count,
        }
        assert held.settings()["investorCount"] == count
    for quiet in (
        lambda: held.transfer(held.ana, held.dora, 100),
        lambda: held.transfer(held.dora, held.dora, 150),
        lambda: held.redeem(held.dora, 10),
        lambda: held.issue(held.ana, 10),
    ):
        assert held.rulebook.events(quiet()) == ()


def test_CNT_1__facts_change__counted_anew(held: Stage) -> None:
    send = held.registry.send
    held.limit(10, ascending(held.ana, held.ben, held.dora))

    def count() -> int:
        return int(held.settings()["investorCount"])

    send(held.registrar, "updateCountry", held.ana.address, USA)
    assert count() == 2
    send(held.registrar, "updateIdentity", held.dora.address, ZERO_ADDRESS)
    assert count() == 3
    send(held.registrar, "updateIdentity", held.ben.address, held.dora.address)
    assert count() == 3 - 1
    send(held.registrar, "deleteIdentity", held.ben.address)
    assert count() == 3
    send(held.registrar, "deleteIdentity", held.ana.address)
    assert count() == 3
    held.link(held.ben, held.dora)
    assert count() == 2
    held.common.send(held.admin, "recover", held.dora.address, held.people[6].address, held.dora.address)
    assert count() == 2
    holders = ascending(held.ana, held.ben, held.dora)
    assert held.rulebook.read("recount", held.common.address, 0, holders)["investors"] == 2


def test_setInvestorLimit__count_that_is_off__never_stops_a_redemption(held: Stage) -> None:
    held.limit(10, ascending(held.ana, held.ben, held.dora))
    held.hold({held.ana: 0, held.dora: 0, held.ben: 0, held.cleo: 1, held.eve: 1, held.people[6]: 1})
    for one in (held.cleo, held.eve, held.people[6]):
        held.redeem(one, 1)
    assert held.settings()["investorCount"] == 0


# ---- over all classes ----


@pytest.fixture
def wide(held: Stage) -> Stage:
    """Give the stage with a limit of 3 over both classes: ana holds both, ben common, cleo preferred."""
    held.hold({held.ana: 10, held.cleo: 20}, token=held.preferred)
    listed = ascending(held.ana, held.ben, held.dora) + ascending(held.ana, held.cleo)
    receipt = held.limit(3, listed, scope=ZERO_ADDRESS)
    assert held.rulebook.only_event(receipt, "InvestorsCounted")["investors"] == 3
    return held


def test_count__over_all_classes_with_lists_in_the_wrong_order__never_complete(held: Stage) -> None:
    held.hold({held.ana: 10, held.cleo: 20}, token=held.preferred)
    held.limit(3, ascending(held.ana, held.cleo), scope=ZERO_ADDRESS)
    assert not held.issuer_settings()["investorsCounted"]


def test_CNT_2__over_all_classes__who_holds_another_class_is_not_new(wide: Stage) -> None:
    assert wide.explain(Kind.ISSUE, None, wide.cleo, 5) == []
    wide.issue(wide.cleo, 5)
    assert wide.issuer_settings()["investorCount"] == 3
    for token in (wide.common, wide.preferred):
        (verdict,) = wide.explain(Kind.ISSUE, None, wide.eve, 5, token=token)
        assert (verdict["code"], verdict["limit"], verdict["actual"]) == (Code.ISSUER_INVESTOR_COUNT, 3, 4)


def test_CNT_2__over_all_classes__whole_position_only_if_nothing_is_left_elsewhere(wide: Stage) -> None:
    (verdict,) = wide.explain(Kind.TRANSFER, wide.ana, wide.eve, 10, token=wide.preferred)
    assert (verdict["code"], verdict["largest"]) == (Code.ISSUER_INVESTOR_COUNT, 0)
    (verdict,) = wide.explain(Kind.TRANSFER, wide.ben, wide.eve, 201)
    assert (verdict["code"], verdict["largest"]) == (Code.ISSUER_INVESTOR_COUNT, 200)
    wide.transfer(wide.ben, wide.eve, 200)
    assert wide.issuer_settings()["investorCount"] == 3


def test_CNT_1__over_all_classes__leaves_with_the_last_class(wide: Stage) -> None:
    wide.redeem(wide.ana, 10, token=wide.preferred)
    assert wide.issuer_settings()["investorCount"] == 3
    wide.redeem(wide.ana, 100)
    assert wide.issuer_settings()["investorCount"] == 3
    receipt = wide.redeem(wide.dora, 50)
    assert wide.rulebook.only_event(receipt, "InvestorCountChanged") == {"token": ZERO_ADDRESS, "count": 2}
    wide.issue(wide.dora, 1, token=wide.preferred)
    assert wide.issuer_settings()["investorCount"] == 3


def test_CNT_1__over_all_classes__facts_change(wide: Stage) -> None:
    send = wide.registry.send

    def agree() -> int:
        count = int(wide.issuer_settings()["investorCount"])
        pages = (ascending(wide.ana, wide.ben, wide.dora), ascending(wide.ana, wide.cleo))
        read = wide.rulebook.read
        assert sum(read("recount", ZERO_ADDRESS, *page)["investors"] for page in enumerate(pages)) == count
        return count

    assert agree() == 3
    send(wide.registrar, "updateIdentity", wide.cleo.address, wide.ben.address)  # common only joins preferred only
    assert agree() == 2
    send(wide.registrar, "updateIdentity", wide.cleo.address, ZERO_ADDRESS)
    assert agree() == 3
    send(wide.registrar, "updateIdentity", wide.dora.address, ZERO_ADDRESS)
    assert agree() == 4
    send(wide.registrar, "deleteIdentity", wide.ana.address)  # holds both classes
    assert agree() == 4
    send(wide.registrar, "updateIdentity", wide.ben.address, wide.dora.address)
    assert agree() == 3


def test_bindToken_unbindToken__limit_over_all_classes_is_on__refused(wide: Stage) -> None:
    third = deploy(wide.chain, wide.admin, "RecordingToken")
    with wide.nothing_changes(), reverts(errors.IssuerLimitOn):
        wide.rulebook.send(wide.officer, "bindToken", third.address)
    wide.preferred.send(wide.admin, "ask", wide.registry.address, ZERO_ADDRESS)
    with wide.nothing_changes(), reverts(errors.IssuerLimitOn):
        wide.rulebook.send(wide.officer, "unbindToken", wide.preferred.address)
    wide.limit(0, scope=ZERO_ADDRESS)
    wide.rulebook.send(wide.officer, "unbindToken", wide.preferred.address)


def test_recount__token_not_bound__refused(stage: Stage) -> None:
    with reverts(errors.TokenNotBound, token=stage.ana.address):
        stage.rulebook.read("recount", stage.ana.address, 0, [])
