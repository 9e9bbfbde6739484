"""Every function of every contract that changes something has a verb in a service, or a reason why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tokenkit.artifacts import load

SOURCES = Path(__file__).parents[2] / "src" / "tokenkit"
CALLS = re.compile(r'(?:write|write_returning|_paying)\(\s*"(\w+)"')

SERVICES = {
    "SecurityToken": ("issuance", "transfers", "documents"),
    "TokenOffice": ("issuance", "transfers", "documents"),
    "IdentityRegistry": ("registry",),
    "Attestations": ("attestations",),
    "OnchainIdAdapter": ("onchain_ids",),
    "Rulebook": ("rules",),
    "RulebookOffice": ("rules",),
    "Payouts": ("payouts/service",),
    "PayoutsOffice": ("payouts/service",),
    "MerklePayouts": ("payouts/merkle",),
    "Meetings": ("voting/service", "voting/ballots"),
    "MeetingsOffice": ("voting/service", "voting/ballots"),
    "AccessManager": ("authority", "external/deployment"),
    "VestingRule": ("external/vesting",),
    "VolumeRule": ("external/volume",),
    "TradingHoursRule": ("external/hours",),
    "ApprovalRule": ("external/approval",),
    "SpenderRule": ("external/spenders",),
    "SanctionsRule": ("external/sanctions",),
    "ComplianceRule": ("external/compliance",),
}

FACES = {
    # Other standards' names for what a service does under the contract's own name, which carries a reason.
    *("mint", "batchMint", "burn", "batchBurn", "forcedTransfer", "batchForcedTransfer", "recoveryAddress"),
    *("controllerTransfer", "controllerRedeem", "setAddressFrozen", "batchSetAddressFrozen", "setFrozenTokens"),
    *("freezePartialTokens", "unfreezePartialTokens", "batchFreezePartialTokens", "batchUnfreezePartialTokens"),
    *("registerIdentity", "batchRegisterIdentity", "updateIdentity", "updateCountry"),
}
BETWEEN_CONTRACTS = {
    *("admissionsChanged", "beforeFactsChange", "afterFactsChange"),  # the registry tells the token
    *("moved", "recovered", "attach"),  # the token tells the rulebook, the rulebook its rules
    "reinvest",  # the payouts call it themselves, to be able to undo it
    "recover",  # of the registry: the token tells it; the token's own is in issuance
    "initialize",  # the proxy's constructor
}
SET_UP = {
    # What the deployment does once, by the plan; changing it later is the admin's own affair.
    *("setAuthority", "setRoleAdmin", "setRoleGuardian", "setGrantDelay", "labelRole", "renounceRole"),
    *("setTargetFunctionRole", "setTargetAdminDelay", "setTargetClosed", "updateAuthority", "multicall"),
    *("execute", "consumeScheduledOp"),  # announced acts are sent to their own contract
}


def changing(contract: str) -> set[str]:
    return {
        entry["name"]
        for entry in load(contract).abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }


@pytest.mark.parametrize("contract", SERVICES)
def test_service__every_function_that_changes_something__has_a_verb(contract: str) -> None:
    verbs = {
        name
        for service in SERVICES[contract]
        for name in CALLS.findall((SOURCES / f"{service}.py").read_text(encoding="utf-8"))
    }
    assert changing(contract) - verbs - FACES - BETWEEN_CONTRACTS - SET_UP == set()
