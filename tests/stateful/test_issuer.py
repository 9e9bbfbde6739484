from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from tests.stateful.actions import Dates, Identities, Limits, ManyMoves, MayBeBare, Moves, Offices, Orders
from tests.stateful.evidence import Evidence
from tests.stateful.story import explore
from tests.stateful.world import CH, DE

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
        "delete": 2,
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


THEMES = ("cap", "share", "count", "issuer", "lock", "lock off", "flow")


class RulesStory(Limits, Moves, Identities, Orders, Dates):
    """Rules come and go over people who trade."""

    weights: ClassVar = {
        "cap": 2,
        "limit_investors": 4,
        "count": 1,
        "lock": 5,
        "switch_lockups": 2,
        "flow_back": 4,
        "travel": 1,
        "transfer": 18,
        "issue": 4,
        "redeem": 3,
        "force": 4,
        "recover": 2,
        "register": 1,
        "link": 2,
        "update": 1,
        "update_country": 1,
        "update_identity": 2,
        "delete": 2,
    }

    @initialize(number=st.integers(0, 2**64 - 1))
    def begin(self, number: int) -> None:
        """One rule is on from the start, and tight."""
        theme = Random(number).choice(THEMES)
        if theme in ("cap", "share"):
            self.cap("COM", 0, 4_200) if theme == "share" else self.cap("COM", 110, 0)
        if theme == "count":
            self.limit_investors("COM", 0, "whole")
        if theme == "issuer":
            self.limit_investors("issuer", 0, "whole")
            self.cap("issuer", 160, 0)
        if theme.startswith("lock"):
            for name in ("ana", "ben"):
                self.lock("COM", name, 55, 300)
            self.switch_lockups("COM", on=theme == "lock")
        if theme == "flow":
            self.flow_back("COM", ((CH, DE), (DE, CH)), None)


def test_TOK_1_TOK_3_TOK_4_TOK_5__any_history_of_movements__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(LedgerStory, examples=14, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"TOK-1": 50, "TOK-3": 150, "TOK-4": 75, "TOK-5": 15},
        accepted={
            "transfer": 10,
            "transferFrom": 2,
            "batchTransfer": 2,
            "issue": 4,
            "redeem": 4,
            "forceTransfer": 2,
            "recover": 1,
        },
        refused={"ERC20InsufficientBalance": 5, "ERC7943InsufficientUnfrozenBalance": 1, "code_21": 1, "code_9": 1},
    )


def test_TOK_2_REG_1_REG_2_REG_3_REG_4__any_history_of_facts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(RegistryStory, examples=14, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"TOK-2": 50, "REG-1": 150, "REG-2": 10, "REG-3": 5, "REG-4": 25},
        accepted={
            "transfer": 10,
            "register": 1,
            "link": 1,
            "update": 2,
            "updateIdentity": 1,
            "recover": 2,
            "setTerms": 2,
        },
        refused={"AlreadyRegistered": 2, "NotRegistered": 2, "WalletRetired": 1, "FactsDiffer": 1, "code_23": 1},
    )


def test_CAP_1_CNT_1_CNT_2_LCK_1_FLO_1_RUL_1_RUL_2_RUL_3__any_history_of_rules__kept(
    world: World, issuer_start: Start
) -> None:
    evidence = Evidence()
    explore(RulesStory, examples=24, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"CAP-1": 4, "CNT-1": 15, "CNT-2": 2, "LCK-1": 7, "FLO-1": 1, "RUL-1": 2, "RUL-2": 1, "RUL-3": 5},
        accepted={
            "transfer": 15,
            "issue": 5,
            "setHoldingCap": 5,
            "setInvestorLimit": 4,
            "setLockup": 5,
            "setFlowBack": 4,
        },
        refused={"NoHolders": 2},
    )
