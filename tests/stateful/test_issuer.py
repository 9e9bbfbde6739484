from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tests.stateful.actions import Dates, Identities, Limits, ManyMoves, MayBeBare, Moves, Offices, Orders
from tests.stateful.evidence import Evidence
from tests.stateful.story import explore
from tests.stateful.world import CH, DE, PEOPLE

if TYPE_CHECKING:
    from tests.stateful.world import Start, World


class LedgerStory(Moves, ManyMoves, Orders, Dates, MayBeBare):
    """Units move in every way, across record dates."""

    weights: ClassVar = {
        "transfer": 8,
        "tempt": 5,
        "issue": 3,
        "redeem": 3,
        "force": 3,
        "transfer_many": 4,
        "issue_many": 2,
        "approve": 1,
        "transfer_from": 4,
        "freeze_wallet": 2,
        "freeze_units": 3,
        "pause": 2,
        "recover": 2,
        "schedule": 3,
        "travel": 3,
    }

    def begin(self, number: int) -> None:
        """Some units are frozen from the start."""
        super().begin(number)
        self.freeze_units("COM", PEOPLE[number % 4], 15)


class RegistryStory(Identities, Offices, Orders, Moves, Dates):
    """Facts change under people who hold and trade."""

    weights: ClassVar = {
        "register": 4,
        "link": 3,
        "update": 6,
        "update_country": 2,
        "update_identity": 2,
        "delete": 2,
        "register_identity": 2,
        "revoke": 2,
        "reinstate": 2,
        "set_terms": 2,
        "recover": 2,
        "transfer": 8,
        "tempt": 3,
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
        "transfer": 12,
        "tempt": 8,
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

    def begin(self, number: int) -> None:
        """One rule is on from the start, and tight."""
        super().begin(number)
        theme = THEMES[number % len(THEMES)]
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
    explore(LedgerStory, examples=10, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"TOK-1": 100, "TOK-3": 300, "TOK-4": 75, "TOK-5": 30},
        accepted={
            "transfer": 20,
            "transferFrom": 3,
            "batchTransfer": 5,
            "issue": 5,
            "redeem": 8,
            "forceTransfer": 3,
            "recover": 3,
        },
        refused={"ERC20InsufficientBalance": 10, "ERC7943InsufficientUnfrozenBalance": 1, "code_21": 1, "code_9": 1},
    )


def test_TOK_2_REG_1_REG_2_REG_3_REG_4__any_history_of_facts__kept(world: World, issuer_start: Start) -> None:
    evidence = Evidence()
    explore(RegistryStory, examples=10, steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"TOK-2": 100, "REG-1": 300, "REG-2": 10, "REG-3": 10, "REG-4": 50},
        accepted={
            "transfer": 20,
            "register": 1,
            "link": 3,
            "update": 3,
            "updateIdentity": 3,
            "recover": 3,
            "setTerms": 5,
        },
        refused={"AlreadyRegistered": 5, "NotRegistered": 3, "WalletRetired": 2, "FactsDiffer": 2, "code_23": 1},
    )


def test_CAP_1_CNT_1_CNT_2_LCK_1_FLO_1_RUL_1_RUL_2_RUL_3__any_history_of_rules__kept(
    world: World, issuer_start: Start
) -> None:
    evidence = Evidence()
    explore(RulesStory, examples=2 * len(THEMES), steps=30, world=world, start=issuer_start, evidence=evidence)
    evidence.require(
        checked={"CAP-1": 8, "CNT-1": 30, "CNT-2": 4, "LCK-1": 15, "FLO-1": 2, "RUL-1": 5, "RUL-2": 1, "RUL-3": 20},
        accepted={
            "transfer": 30,
            "issue": 10,
            "setHoldingCap": 8,
            "setInvestorLimit": 8,
            "setLockup": 10,
            "setFlowBack": 8,
        },
        refused={
            "code_40": 2,
            "code_41": 1,
            "code_42": 2,
            "code_43": 5,
            "code_44": 4,
            "code_45": 1,
            "code_46": 1,
            "NoHolders": 1,
        },
    )
