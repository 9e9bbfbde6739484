"""supportsInterface: the standards by their ids."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact

from tokenkit._keccak import keccak

if TYPE_CHECKING:
    from tests.contracts.token.conftest import Stage

SIGNATURES = {
    "ERC-165": ("supportsInterface(bytes4)",),
    "ERC-20": (
        "totalSupply()",
        "balanceOf(address)",
        "transfer(address,uint256)",
        "allowance(address,address)",
        "approve(address,uint256)",
        "transferFrom(address,address,uint256)",
    ),
    "ERC-20 metadata": ("name()", "symbol()", "decimals()"),
    "ERC-2612": (
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
        "nonces(address)",
        "DOMAIN_SEPARATOR()",
    ),
    "ERC-5267": ("eip712Domain()",),
    "ERC-1404": (
        "detectTransferRestriction(address,address,uint256)",
        "messageForTransferRestriction(uint8)",
    ),
    "ERC-1404 spender": ("detectTransferRestrictionFrom(address,address,address,uint256)",),
    "ERC-1643": (
        "getDocument(bytes32)",
        "setDocument(bytes32,string,bytes32)",
        "removeDocument(bytes32)",
        "getAllDocuments()",
    ),
    "ERC-1644": (
        "isControllable()",
        "controllerTransfer(address,address,uint256,bytes,bytes)",
        "controllerRedeem(address,uint256,bytes,bytes)",
    ),
    "ERC-7943": (
        "forcedTransfer(address,address,uint256)",
        "setFrozenTokens(address,uint256)",
        "canSend(address)",
        "canReceive(address)",
        "getFrozenTokens(address)",
        "canTransfer(address,address,uint256)",
    ),
    "ERC-3643": (
        "onchainID()",
        "version()",
        "identityRegistry()",
        "compliance()",
        "paused()",
        "isFrozen(address)",
        "getFrozenTokens(address)",
        "setName(string)",
        "setSymbol(string)",
        "setOnchainID(address)",
        "pause()",
        "unpause()",
        "setAddressFrozen(address,bool)",
        "freezePartialTokens(address,uint256)",
        "unfreezePartialTokens(address,uint256)",
        "setIdentityRegistry(address)",
        "setCompliance(address)",
        "forcedTransfer(address,address,uint256)",
        "mint(address,uint256)",
        "burn(address,uint256)",
        "recoveryAddress(address,address,address)",
        "batchTransfer(address[],uint256[])",
        "batchForcedTransfer(address[],address[],uint256[])",
        "batchMint(address[],uint256[])",
        "batchBurn(address[],uint256[])",
        "batchSetAddressFrozen(address[],bool[])",
        "batchFreezePartialTokens(address[],uint256[])",
        "batchUnfreezePartialTokens(address[],uint256[])",
    ),
    "hooks": (
        "admissionsChanged()",
        "beforeFactsChange(address[])",
        "afterFactsChange(address[],uint16,uint32)",
    ),
    "register": (
        "balanceOf(address)",
        "totalSupply()",
        "recordDateIndex(uint48)",
        "isRecordDate(uint48)",
        "entitlement(address,uint16)",
        "supplyAt(uint16)",
        "heldByInvestor(address)",
    ),
    "token": (
        "office()",
        "initialize((string,string,uint8,address,address))",
        "issue(address,uint256,string,bytes32)",
        "issueBatch(address[],uint256[],string,bytes32)",
        "redeem(address,uint256,string,bytes32)",
        "forceTransfer(address,address,uint256,string,bytes32)",
        "recover(address,address,address,string,bytes32)",
        "scheduleRecordDate(uint48)",
        "recordDates()",
        "balanceOfAt(address,uint48)",
        "totalSupplyAt(uint48)",
    ),
    "office": (
        "freezeWallet(address,bool,string,bytes32)",
        "freezeUnits(address,uint256,string,bytes32)",
        "explain(uint8,address,address,address,uint256)",
        "successorOf(address)",
        "unfrozenBalanceOf(address)",
        "rowOf(address)",
        "admissionVersion()",
    ),
}
PUBLISHED = {
    "ERC-165": 0x01FFC9A7,
    "ERC-20": 0x36372B07,
    "ERC-20 metadata": 0xA219A025,
    "ERC-2612": 0x9D8FF7DA,
    "ERC-5267": 0x84B0196E,
    "ERC-1404": 0xAB84A5C8,
    "ERC-1404 spender": 0x78A8DE7D,
    "ERC-1643": 0xECFECEC8,
    "ERC-1644": 0x953CC54C,
    "ERC-7943": 0x3EDBB4C4,
    "ERC-3643": 0xB97D944C,
}
"""The ids as the standards and their reference code give them."""


def interface_id(*signatures: str) -> int:
    return reduce(
        lambda left, right: left ^ right, (int.from_bytes(keccak(one.encode())[:4], "big") for one in signatures)
    )


def expected(standard: str) -> int:
    if standard == "ERC-1404 spender":  # the extension's id covers what it extends
        return interface_id(*SIGNATURES["ERC-1404"], *SIGNATURES[standard])
    return interface_id(*SIGNATURES[standard])


@pytest.mark.parametrize("standard", SIGNATURES)
def test_supportsInterface__every_standard__yes(stage: Stage, standard: str) -> None:
    number = expected(standard)
    assert number == PUBLISHED.get(standard, number)
    for token in (stage.token, stage.second):
        assert token.read("supportsInterface", number.to_bytes(4, "big")) is True


@pytest.mark.parametrize("standard", SIGNATURES)
def test_functions__every_standard__are_all_there(standard: str) -> None:
    for signature in SIGNATURES[standard]:
        artifact("SecurityToken").selector(signature)  # a LookupError names what is missing


@pytest.mark.parametrize("number", [0xFFFFFFFF, 0, 0x80AC58CD, 0xBF1EF5FE, 0x41C4FBAD, 0x4E2312E0])
def test_supportsInterface__others__no(stage: Stage, number: int) -> None:
    assert stage.token.read("supportsInterface", number.to_bytes(4, "big")) is False
