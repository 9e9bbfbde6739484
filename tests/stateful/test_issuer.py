from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tests.stateful.actions import Dates, Identities, Limits, ManyMoves, MayBeBare, Moves, Offices, Orders
from tests.stateful.evidence import Evidence
from tests.stateful.story import explore

if TYPE_CHECKING:
    from tests.stateful.world import Start, World


class LedgerStory(Moves, ManyMoves, Orders, Dates, MayBeBare):
    """Units move in every way, across record dates."""

    weights: ClassVar = {
        "transfer": 8,
        "issue": 3,
        "redeem": 3,
        "force": 3,
        "transfer_many": 4,
        "issue_many": 2,
        "approve": 1,
        "transfer_from": 4,
        "freeze_wallet": 2,
        "freeze_units": 3,
        "pause": 1,
        "recover": 2,
        "schedule": 3,
        "travel": 3,
    }


class RegistryStory(Identities, Offices, Orders, Moves, Dates):
    """Facts change under people who hold and trade."""

    weights: ClassVar = {
        "register": 4,
        "link": 3,
        "update": 4,
        "update_country": 2,
        "update_identity": 2,
        "delete": 1,
        "register_identity": 2,
        "revoke": 2,
        "reinstate": 2,
        "set_terms": 2,
        "recover": 2,
        "transfer": 8,
        "issue": 2,
        "force": 1,
        "travel": 2,
    }


class RulesStory(Limits, Moves, Identities, Orders, Dates):
    """Rules come and go over people who trade."""

    weights: ClassVar = {
        "cap": 3,
        "limit_investors": 4,
        "lock": 3,
        "switch_lockups": 1,
        "flow_back": 2,
        "travel": 1,
        "transfer": 10,
        "issue": 3,
        "redeem": 2,
        "force": 3,
        "recover": 2,
        "freeze_units": 1,
        "register": 2,
        "link": 2,
        "update": 2,
        "update_country": 1,
        "update_identity": 1,
        "delete": 1,
    }


def test_TOK_1_TOK_3_TOK_4_TOK_5__any_history_of_movements__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(LedgerStory, examples=12, steps=30, world=world, start=issuer_start, evidence=evidence)
    print(evidence)


def test_TOK_2_REG_1_REG_2_REG_3_REG_4__any_history_of_facts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(RegistryStory, examples=12, steps=30, world=world, start=issuer_start, evidence=evidence)
    print(evidence)


def test_CAP_1_CNT_1_CNT_2_LCK_1_FLO_1_RUL_1_RUL_2_RUL_3__any_history_of_rules__kept(
    world: World, issuer_start: Start
) -> None:
    evidence = Evidence()
    explore(RulesStory, examples=12, steps=30, world=world, start=issuer_start, evidence=evidence)
    print(evidence)
