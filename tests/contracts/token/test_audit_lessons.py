"""What went wrong elsewhere under rules, and must not here. Lessons about one function stand in that function's file, by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import ANA, BEN, CHLOE, PAPER, REASON, TRANSFER

from tokenkit.reverts import TransferRestricted

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

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
