"""What went wrong elsewhere under rules, and must not here: docs/audit-lessons.md. Lessons about one function stand in that function's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import (
    ACCREDITED,
    ANA,
    BEN,
    CHLOE,
    FRANCE,
    GERMANY,
    KYC,
    PAPER,
    REASON,
    SWITZERLAND,
    TRANSFER,
    UNITED_STATES,
)

from tokenkit.powers import Role
from tokenkit.reverts import AccessManagerNotScheduled, TransferRestricted

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Signer

SUPPLY = ANA + BEN + CHLOE
CONTENT, REFUSING, REVERTING, BURNING, SHORT, BOMBING, DIRTY = range(7)
"""Moods of an external rule."""


def limit_investors(stage: Stage, limit: int) -> None:
    people = stage.people
    holders = sorted((one.address for one in (people.ana, people.ben, people.chloe)), key=lambda one: int(one, 16))
    stage.rulebook.send(people.compliance, "setInvestorLimit", stage.token.address, limit, 0)
    stage.rulebook.send(people.compliance, "count", stage.token.address, 0, holders)


def investors(stage: Stage) -> int:
    return int(stage.rulebook.read("settingsOf", stage.token.address)["investorCount"])


def redeem(stage: Stage, wallet: object, units: int) -> None:
    stage.token.send(stage.people.issuer, "redeem", wallet.address, units, REASON, PAPER)  # type: ignore[attr-defined]


def test_DS_M9_whole_balance_to_oneself__investor_count_stays(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    limit_investors(stage, 3)
    stage.token.send(ana, "transfer", ana.address, ANA)
    assert investors(stage) == 3
    stage.link(spare, ana)
    stage.token.send(ana, "transfer", spare.address, ANA)
    assert investors(stage) == 3
    stage.token.send(spare, "transfer", ana.address, ANA)
    assert investors(stage) == 3
    assert stage.units(ana, spare) == (ANA, 0)


def test_B12_sender_emptied__counts_out_the_sender_and_in_the_receiver(stage: Stage) -> None:
    ana, ben, dora = stage.people.ana, stage.people.ben, stage.people.dora
    limit_investors(stage, 3)
    with stage.refused(TransferRestricted, code=42, limit=3, actual=4):
        stage.token.send(ana, "transfer", dora.address, ANA - 1)
    stage.token.send(ana, "transfer", dora.address, ANA)  # takes ana's place
    assert investors(stage) == 3
    stage.token.send(dora, "transfer", ben.address, ANA)
    assert investors(stage) == 2


def test_DS_L15_units_seized_redeemed_or_recovered__are_counted_right(stage: Stage) -> None:
    ana, ben, chloe, dora, spare = (
        *(stage.people.ana, stage.people.ben, stage.people.chloe, stage.people.dora),
        stage.spare,
    )
    limit_investors(stage, 3)
    stage.order("forceTransfer", ana.address, dora.address, 1)  # no limit refuses an order, but it counts
    assert investors(stage) == 4
    stage.order("forceTransfer", dora.address, ben.address, 1)
    assert investors(stage) == 3
    redeem(stage, chloe, CHLOE)
    assert investors(stage) == 2
    stage.order("recover", ana.address, spare.address, ana.address)
    assert investors(stage) == 2
    redeem(stage, spare, ANA - 1)
    assert investors(stage) == 1


def test_CMTAT_95_issue__is_not_a_transfer_to_rules_about_selling(stage: Stage) -> None:
    """A lockup or a flow-back block concerns holders who sell; a cap concerns whoever receives."""
    people, token = stage.people, stage.token.address
    until = stage.chain.now() + 1_000
    stage.rulebook.send(people.compliance, "setLockup", token, people.ana.address, 2**96 - 1, until)
    stage.rulebook.send(people.compliance, "setFlowBack", token, 2**48 - 1, [{"from": 0, "to": 756}])
    stage.issue(people.ana, 5)
    stage.rulebook.send(people.compliance, "setHoldingCap", token, ANA + 9, 0)
    with stage.refused(TransferRestricted, code=40, account=people.ana.address, limit=ANA + 9, actual=ANA + 10):
        stage.issue(people.ana, 5)


def test_Polymath_share_cap__redemption_by_others__lets_the_holder_sell_but_not_buy(stage: Stage) -> None:
    """A redemption shrinks the supply: nobody did wrong, so nobody is stuck."""
    ana, ben = stage.people.ana, stage.people.ben
    stage.rulebook.send(stage.people.compliance, "setHoldingCap", stage.token.address, 0, 6_000)
    redeem(stage, ben, BEN)
    assert 6_000 * stage.token.read("totalSupply") < ANA * 10_000
    with stage.refused(TransferRestricted, code=41, account=ana.address):
        stage.token.send(stage.people.chloe, "transfer", ana.address, 1)
    stage.token.send(ana, "transfer", ben.address, 100)
    assert stage.units(ana, ben) == (ANA - 100, 100)


@pytest.mark.parametrize("mood", [REVERTING, BURNING, SHORT, BOMBING, DIRTY])
def test_B16_bricked_rule__stops_transfers_but_neither_redemptions_nor_orders_nor_its_removal(
    stage: Stage, mood: int
) -> None:
    ana, ben, spare = stage.people.ana, stage.people.ben, stage.spare
    rule = bricked(stage, mood)
    with stage.refused(TransferRestricted, code=200):
        stage.token.send(ana, "transfer", ben.address, 1)
    redeem(stage, ana, 10)
    stage.order("forceTransfer", ana.address, ben.address, 20)
    stage.update(ben, country=250)
    stage.order("recover", ana.address, spare.address, ana.address)
    assert stage.units(spare, ben) == (ANA - 30, BEN + 20)
    stage.rulebook.send(stage.people.compliance, "removeRule", stage.token.address, rule.address)
    stage.token.send(ben, "transfer", spare.address, 1)
    assert stage.units(spare, ben) == (ANA - 29, BEN + 19)


def bricked(stage: Stage, mood: int) -> Handle:
    rule = create(stage.chain, stage.people.deployer, "RuleStub", True)
    stage.rulebook.send(stage.people.compliance, "addRule", stage.token.address, rule.address)
    rule.send(stage.people.deployer, "setMood", mood)
    return rule


def test_redemptions_and_orders__under_every_rule__always_pass(stage: Stage) -> None:
    people, token = stage.people, stage.token.address
    limit_investors(stage, 3)
    stage.rulebook.send(people.compliance, "setHoldingCap", token, 1, 1)
    stage.rulebook.send(people.compliance, "setFlowBack", token, 2**48 - 1, [{"from": 0, "to": 276}])
    until = stage.chain.now() + 1_000
    stage.rulebook.send(people.compliance, "setLockup", token, people.ana.address, 2**96 - 1, until)
    assert stage.codes(TRANSFER, people.ana, people.ana.address, people.ben.address, 1) == [40, 41, 43, 44]
    stage.order("forceTransfer", people.ana.address, people.ben.address, 100)
    stage.order("forceTransfer", people.ana.address, people.dora.address, 100)
    redeem(stage, people.ana, ANA - 200)
    assert stage.units(people.ana, people.ben, people.dora) == (0, BEN + 100, 100)
    assert stage.token.read("totalSupply") == SUPPLY - ANA + 200


def test_tokenize_it_179_record_date__cannot_be_set_for_a_moment_already_seen(stage: Stage) -> None:
    """A snapshot taken by a transaction can be run ahead of; a date that lies ahead cannot."""
    issuer = stage.people.issuer
    date = stage.chain.now() + 2
    stage.token.send(issuer, "scheduleRecordDate", date)
    stage.issue(stage.people.dora, 1_000)  # in the second of the date
    assert stage.token.read("balanceOfAt", stage.people.dora.address, date) == 0


def test_B19_allowances__nobody_has_one_that_no_holder_gave(stage: Stage) -> None:
    people = stage.people
    for spender in (people.admin, people.issuer, people.enforcement, people.deployer):
        assert stage.token.read("allowance", people.ana.address, spender.address) == 0


def limit_kinds(stage: Stage, *, most: int = 5) -> None:
    """Limit the investors of four countries, and those who are not accredited; ana, ben and chloe are counted."""
    people, token = stage.people, stage.token.address
    countries = [_limit(country, most) for country in (SWITZERLAND, GERMANY, FRANCE, UNITED_STATES)]
    stage.rulebook.send(people.compliance, "setCountryLimits", token, countries)
    stage.rulebook.send(people.compliance, "setGroupLimits", token, [{**_limit(0, most), "mask": ACCREDITED}])
    limit_investors(stage, most)


def _limit(country: int, most: int) -> dict[str, int]:
    return {"country": country, "mask": 0, "claims": 0, "limit": most}


def kinds(stage: Stage) -> tuple[int, ...]:
    """Return the counts: Swiss, German, French, American, not accredited; all."""
    found = stage.rulebook.read("settingsOf", stage.token.address)
    counts = [one["count"] for one in (*found["countryLimits"], *found["groupLimits"])]
    return (*counts, found["investorCount"])


def lots(stage: Stage, wallet: Signer) -> list[tuple[int, ...]]:
    return [tuple(lot.values()) for lot in stage.rulebook.read("lotsOf", stage.token.address, wallet.address)]


def set_period(stage: Stage, seconds: int) -> None:
    stage.rulebook.send(stage.people.compliance, "setHoldingPeriod", stage.token.address, seconds, 0)


def test_DS_M1_M3_L20_country_or_claims_change__the_investor_is_counted_once_where_it_is_now(stage: Stage) -> None:
    people = stage.people
    limit_kinds(stage)
    assert kinds(stage) == (1, 1, 1, 0, 3, 3)
    stage.link(stage.spare, people.ben)
    stage.token.send(people.ben, "transfer", stage.spare.address, 100)
    stage.update(people.ben, country=SWITZERLAND)
    assert kinds(stage) == (2, 0, 1, 0, 3, 3)
    stage.update(people.ben, country=SWITZERLAND)
    assert kinds(stage) == (2, 0, 1, 0, 3, 3)
    stage.update(people.ben, country=UNITED_STATES, claims=KYC | ACCREDITED)
    assert kinds(stage) == (1, 0, 1, 1, 2, 3)


def test_DS_M6_reclassified_then_gone__no_count_is_lowered_that_was_not_raised(stage: Stage) -> None:
    people = stage.people
    limit_kinds(stage)
    stage.update(people.chloe, country=FRANCE, claims=KYC | ACCREDITED)
    assert kinds(stage) == (1, 1, 1, 0, 2, 3)
    redeem(stage, people.chloe, CHLOE)
    assert kinds(stage) == (1, 1, 0, 0, 2, 2)
    stage.update(people.chloe, country=GERMANY)
    stage.update(people.chloe, country=FRANCE)
    assert kinds(stage) == (1, 1, 0, 0, 2, 2)
    stage.issue(people.chloe, 1)
    assert kinds(stage) == (1, 1, 1, 0, 3, 3)


def test_DS_L06_whole_position_to_a_full_country__refused_unless_its_seller_is_of_that_country(stage: Stage) -> None:
    people, newcomer = stage.people, stage.other
    stage.issue(people.dora, 10)
    stage.register(newcomer, country=UNITED_STATES, claims=KYC | ACCREDITED)
    stage.rulebook.send(people.compliance, "setCountryLimits", stage.token.address, [_limit(UNITED_STATES, 1)])
    holders = sorted((people.ana, people.ben, people.chloe, people.dora), key=lambda one: int(one.address, 16))
    stage.rulebook.send(people.compliance, "count", stage.token.address, 0, [one.address for one in holders])
    with stage.refused(TransferRestricted, code=47, account=newcomer.address, limit=1, actual=2):
        stage.token.send(people.ben, "transfer", newcomer.address, BEN)
    stage.token.send(people.dora, "transfer", newcomer.address, 10)
    assert stage.units(people.dora, newcomer) == (0, 10)


def test_B12_sender_emptied__leaves_the_count_of_its_own_country(stage: Stage) -> None:
    people = stage.people
    limit_kinds(stage)
    stage.token.send(people.ana, "transfer", people.dora.address, ANA)
    assert kinds(stage) == (0, 1, 1, 1, 2, 3)
    stage.token.send(people.ben, "transfer", people.chloe.address, BEN)
    assert kinds(stage) == (0, 0, 1, 1, 1, 2)
    stage.token.send(people.dora, "transfer", people.ben.address, 1)
    assert kinds(stage) == (0, 1, 1, 1, 2, 3)


def test_B7_limit_removed_from_the_middle__the_others_stay_reachable(stage: Stage) -> None:
    people, token = stage.people, stage.token.address
    limit_kinds(stage)
    for country, most in ((SWITZERLAND, 0), (UNITED_STATES, 1), (GERMANY, 0), (UNITED_STATES, 2), (FRANCE, 1)):
        stage.rulebook.send(people.compliance, "setCountryLimits", token, [_limit(country, most)])
    found = stage.rulebook.read("settingsOf", token)["countryLimits"]
    assert {one["rule"]["country"]: one["rule"]["limit"] for one in found} == {UNITED_STATES: 2, FRANCE: 1}
    stage.register(stage.other, country=FRANCE)
    with stage.refused(TransferRestricted, code=47, account=stage.other.address, limit=1, actual=2):
        stage.token.send(people.ana, "transfer", stage.other.address, 1)
    stage.token.send(people.ana, "transfer", people.dora.address, 1)


def test_DS_M4_residency_or_period_changes__lots_keep_the_terms_of_their_issue(stage: Stage) -> None:
    people = stage.people
    set_period(stage, 1_000)
    stage.issue(people.chloe, 10)
    ((units, acquired, until),) = before = lots(stage, people.chloe)
    assert (units, until - acquired) == (10, 1_000)
    stage.update(people.chloe, country=UNITED_STATES, claims=KYC | ACCREDITED)
    set_period(stage, 2_000_000)
    assert lots(stage, people.chloe) == before
    with stage.refused(TransferRestricted, code=54, account=people.chloe.address, limit=CHLOE, actual=CHLOE + 10):
        stage.token.send(people.chloe, "transfer", people.ben.address, CHLOE + 10)
    stage.chain.travel(to=until)
    stage.token.send(people.chloe, "transfer", people.ben.address, CHLOE + 10)


def test_DS_L11_redeemed_and_seized__lots_go_with_their_units(stage: Stage) -> None:
    people = stage.people
    set_period(stage, 1_000)
    stage.issue(people.chloe, 10)
    ((_, *times),) = lots(stage, people.chloe)
    redeem(stage, people.chloe, CHLOE + 4)  # what is free goes first
    assert lots(stage, people.chloe) == [(6, *times)]
    stage.order("forceTransfer", people.chloe.address, people.dora.address, 5)
    assert (lots(stage, people.chloe), lots(stage, people.dora)) == ([(1, *times)], [(5, *times)])
    redeem(stage, people.chloe, 1)
    assert lots(stage, people.chloe) == []


def test_B11_locks_and_lots__end_and_do_not_add_up(stage: Stage) -> None:
    people = stage.people
    set_period(stage, 100)
    for _ in range(2):
        stage.issue(people.dora, 50)
        until = stage.chain.now() + 100
        stage.rulebook.send(people.compliance, "setLockup", stage.token.address, people.dora.address, 50, until)
        assert stage.codes(TRANSFER, people.dora, people.dora.address, people.ben.address, 1) == [43, 54]
        stage.chain.travel(to=until + 1)
        stage.token.send(people.dora, "transfer", people.ben.address, 50)
    assert (lots(stage, people.dora), stage.units(people.dora)) == ([], (0,))


def test_DS_M7_locked_twice__locks_overlap_and_do_not_add_up(stage: Stage) -> None:
    people, until = stage.people, stage.chain.now() + 1_000
    for _ in range(2):
        stage.rulebook.send(people.compliance, "setLockup", stage.token.address, people.ana.address, 600, until)
    stage.freeze_units(people.ana, 600)
    assert stage.codes(TRANSFER, people.ana, people.ana.address, people.ben.address, 401) == [6, 43]
    stage.token.send(people.ana, "transfer", people.ben.address, 400)


def test_DS_holding_period_longer_than_time_itself__stops_only_its_own_lots(stage: Stage) -> None:
    """Theirs took the period from the time, and reverted every transfer below zero."""
    people, period = stage.people, 2**32 - 1
    assert period > stage.chain.now()
    set_period(stage, period)
    stage.issue(people.chloe, 10)
    stage.token.send(people.chloe, "transfer", people.ben.address, CHLOE)
    stage.token.send(people.ana, "transfer", people.chloe.address, ANA)
    ((units, acquired, until),) = lots(stage, people.chloe)
    assert (units, until) == (10, acquired + period)


def test_ATS_self_transfer_of_everything__lots_frozen_units_and_history_stay(stage: Stage) -> None:
    people = stage.people
    set_period(stage, 1_000)
    stage.issue(people.ana, 10)
    date = stage.record_date(100)
    limit_investors(stage, 3)
    stage.chain.travel(to=date)
    before = (stage.row(people.ana), lots(stage, people.ana), investors(stage))
    stage.token.send(people.ana, "transfer", people.ana.address, ANA + 10)
    assert (stage.row(people.ana), lots(stage, people.ana), investors(stage)) == before
    assert stage.token.read("balanceOfAt", people.ana.address, date) == ANA + 10


def test_DS_I13_wallet_given_to_another_investor__is_redeemed_and_counted_all_the_same(stage: Stage) -> None:
    people, spare = stage.people, stage.spare
    stage.link(spare, people.ana)
    limit_investors(stage, 3)
    stage.token.send(people.ana, "transfer", spare.address, ANA)
    stage.registry.send(people.registrar, "updateIdentity", spare.address, people.dora.address)
    assert (investors(stage), stage.token.read("heldByInvestor", people.dora.address)) == (3, ANA)
    stage.registry.send(people.registrar, "deleteIdentity", spare.address)
    redeem(stage, spare, ANA)
    assert (investors(stage), stage.units(spare)) == (2, (0,))


def test_CMTAT_batch__one_of_many_above_a_cap__refused_whole(stage: Stage) -> None:
    people, token = stage.people, stage.token
    stage.rulebook.send(people.compliance, "setHoldingCap", token.address, CHLOE + 9, 0)
    receivers, units = [people.chloe.address] * 2, [5, 5]
    capped = {"code": 40, "account": people.chloe.address, "limit": CHLOE + 9, "actual": CHLOE + 10}
    with stage.refused(TransferRestricted, **capped):
        token.send(people.ana, "batchTransfer", receivers, units)
    with stage.refused(TransferRestricted, **capped):
        token.send(people.issuer, "issueBatch", receivers, units, REASON, PAPER)


def test_Polymath_3_2_rule_changed_by_an_officer_with_a_delay__is_announced_before_it_holds(stage: Stage) -> None:
    """A rule holds from its transaction on; an issuer who wants holders to see it coming gives the role a delay."""
    people, officer, delay = stage.people, stage.other, 3_600
    cap = (stage.token.address, 1, 0)
    stage.manager.send(people.admin, "grantRole", Role.COMPLIANCE, officer.address, delay)
    with stage.refused(AccessManagerNotScheduled):
        stage.rulebook.send(officer, "setHoldingCap", *cap)
    data = artifact("Rulebook").encode_call("setHoldingCap", cap)
    stage.manager.send(officer, "schedule", stage.rulebook.address, data, 0)
    stage.token.send(people.ana, "transfer", people.ben.address, 1)
    stage.chain.travel(to=stage.chain.now() + delay)
    stage.rulebook.send(officer, "setHoldingCap", *cap)
    with stage.refused(TransferRestricted, code=40, account=people.ben.address):
        stage.token.send(people.ana, "transfer", people.ben.address, 1)
