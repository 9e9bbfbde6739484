from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import Handle, deploy

from tokenkit import reverts as errors
from tokenkit.external import RuleKind
from tokenkit.restrictions import Restriction
from tokenkit.testing import reverts
from tokenkit.transfers import Kind

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

SOUND, *BAD_MOODS = range(5)


@pytest.fixture
def oracle(stage: Stage) -> Handle:
    """Obey the rule with this oracle."""
    found = deploy(stage.chain, stage.people.deployer, "SanctionsOracleStub")
    stage.obey(RuleKind.SANCTIONS)
    stage.officer(stage.sanctions.set_oracle(stage.token, found.address))
    return found


def sanction(stage: Stage, oracle: Handle, account: str, on: bool = True) -> None:
    oracle.send(stage.people.deployer, "list", account, on)


def test_setOracle__no_oracle_or_one_that_fails__refused(stage: Stage, oracle: Handle) -> None:
    for address in (stage.spare.address, stage.suite.registry.address):
        with reverts(errors.NotAnOracle, oracle=address):
            stage.officer(stage.sanctions.set_oracle(stage.token, address))
    for mood in BAD_MOODS:
        oracle.send(stage.people.deployer, "setMood", mood)
        with reverts(errors.NotAnOracle, oracle=oracle.address):
            stage.officer(stage.sanctions.set_oracle(stage.token, oracle.address))
    with reverts(errors.TokenNotBound, token=stage.spare.address):
        stage.officer(stage.sanctions.set_oracle(stage.spare.address, None))


def test_SNC_1__anybody_in_it_listed__refused_and_named(stage: Stage, oracle: Handle) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    stage.ord.transfers.approve(chloe.address, 10).send(ana)
    for culprit in (ana, ben, chloe):
        sanction(stage, oracle, culprit.address)
        with reverts(
            errors.TransferRestricted, code=Restriction.SANCTIONED, account=culprit.address, limit=0, actual=1
        ):
            stage.ord.transfers.transfer_from(ana.address, ben.address, 1).send(chloe)
        sanction(stage, oracle, culprit.address, on=False)
    sanction(stage, oracle, ana.address)
    found = stage.refusal(ana, stage.second, 1)  # also between wallets of one investor
    assert found is not None
    assert (found.largest, found.earliest) == (0, None)
    assert stage.passes(ben, chloe, 1)


def test_check__each_kind__issues_and_transfers(stage: Stage, oracle: Handle) -> None:
    sanction(stage, oracle, stage.people.ben.address)
    refused = stage.refused_kinds(stage.people.ana, stage.people.ben, 1)
    assert refused == {Kind.ISSUE, Kind.TRANSFER}
    sanction(stage, oracle, stage.people.ben.address, on=False)
    sanction(stage, oracle, stage.people.issuer.address)
    with reverts(errors.TransferRestricted, code=Restriction.SANCTIONED, account=stage.people.issuer.address):
        stage.issue(stage.people.ben, 1)


@pytest.mark.parametrize("mood", BAD_MOODS)
def test_SNC_1__oracle_fails__nobody_transfers_until_it_is_replaced_or_the_rule_removed(
    stage: Stage, oracle: Handle, mood: int
) -> None:
    ana, ben, token = stage.people.ana, stage.people.ben, stage.token
    oracle.send(stage.people.deployer, "setMood", mood)
    assert stage.refused_kinds(ana, ben, 1) == {Kind.ISSUE, Kind.TRANSFER}
    with reverts(errors.TransferRestricted, code=Restriction.SANCTIONED, account=oracle.address):
        stage.transfer(ana, ben, 1)
    before = stage.chain.snapshot()
    stage.officer(stage.sanctions.set_oracle(token, None))
    assert stage.sanctions.oracle(token) is None
    stage.transfer(ana, ben, 1)
    stage.chain.revert(before)
    stage.officer(stage.suite.rulebook.remove(token, stage.sanctions.address))
    stage.transfer(ana, ben, 1)
