from __future__ import annotations

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


class RulesStory(Limits, Moves, Identities, Orders, Dates):
    """Rules come and go over people who trade."""

    weights: ClassVar = {
        "cap": 2,
        "limit_investors": 4,
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

    @initialize(
        theme=st.sampled_from(("cap", "share", "count", "count", "issuer", "issuer", "lock", "lock off", "flow"))
    )
    def begin(self, theme: str) -> None:
        """One rule is on from the start, and tight."""
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
        checked={"TOK-1": 100, "TOK-3": 300, "TOK-4": 150, "TOK-5": 30},
        accepted={
            "transfer": 20,
            "transferFrom": 5,
            "batchTransfer": 5,
            "issue": 8,
            "redeem": 8,
            "forceTransfer": 5,
            "recover": 3,
        },
        refused={"ERC20InsufficientBalance": 10, "ERC7943InsufficientUnfrozenBalance": 1, "code_21": 2, "code_9": 1},
    )


def test_TOK_2_REG_1_REG_2_REG_3_REG_4__any_history_of_facts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(RegistryStory, examples=14, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"TOK-2": 100, "REG-1": 300, "REG-2": 20, "REG-3": 10, "REG-4": 50},
        accepted={
            "transfer": 20,
            "register": 1,
            "link": 3,
            "update": 5,
            "updateIdentity": 3,
            "recover": 4,
            "setTerms": 5,
        },
        refused={"AlreadyRegistered": 5, "NotRegistered": 5, "WalletRetired": 2, "FactsDiffer": 3, "code_23": 1},
    )


def test_CAP_1_CNT_1_CNT_2_LCK_1_FLO_1_RUL_1_RUL_2_RUL_3__any_history_of_rules__kept(
    world: World, issuer_start: Start
) -> None:
    evidence = Evidence()
    explore(RulesStory, examples=24, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"CAP-1": 8, "CNT-1": 30, "CNT-2": 4, "LCK-1": 15, "FLO-1": 3, "RUL-1": 5, "RUL-2": 2, "RUL-3": 10},
        accepted={
            "transfer": 30,
            "issue": 10,
            "setHoldingCap": 10,
            "setInvestorLimit": 8,
            "setLockup": 10,
            "setFlowBack": 8,
        },
        refused={"code_40": 1, "code_41": 1, "code_42": 1, "code_43": 1, "code_44": 1, "HoldersIncomplete": 2},
    )
