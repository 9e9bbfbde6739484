"""recover: a lost wallet's place is taken by another wallet of the same investor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import (
    ANA,
    BEN,
    CHLOE,
    FROZEN,
    HAS_FROZEN_UNITS,
    LINKED,
    PAPER,
    REASON,
    RETIRED,
    justified,
    moved,
)

from tokenkit.errors import UnknownRevert
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    InvalidRecovery,
    NotRegistered,
    NotSameInvestor,
    TransferRestricted,
    WalletRetired,
)
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer


def recover(
    stage: Stage, lost: Signer, replacement: Signer, *, of: Signer | None = None, token: Handle | None = None
) -> Receipt:
    """Replace *lost*, a wallet of the investor *of* (itself, if not said)."""
    args = (lost.address, replacement.address, (of or lost).address, REASON, PAPER)
    return (token or stage.token).send(stage.people.enforcement, "recover", *args)


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["ana", "mallory", "issuer", "registrar", "admin"])
def test_recover__by_another_than_enforcement__refused(stage: Stage, who: str) -> None:
    caller, ana = getattr(stage.people, who), stage.people.ana
    with stage.refused(AccessManagedUnauthorized, caller=caller.address):
        stage.token.send(caller, "recover", ana.address, stage.spare.address, ana.address, REASON, PAPER)


def test_recover__into_itself__refused(stage: Stage) -> None:
    ana = stage.people.ana
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=ana.address):
        recover(stage, ana, ana)


def test_recover__wallet_nobody_registered__refused(stage: Stage) -> None:
    mallory = stage.people.mallory
    with stage.refused(NotRegistered, wallet=mallory.address):
        recover(stage, mallory, stage.spare)


def test_recover__B6_under_another_investor_s_identity__refused(stage: Stage) -> None:
    """T-REX never asks whose the lost wallet is; its next version lets recovery move anybody's units anywhere."""
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(NotSameInvestor, wallet=ana.address, identity=ben.address):
        recover(stage, ana, stage.spare, of=ben)


def test_recover__into_another_investor_s_wallet__refused(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(NotSameInvestor, wallet=ben.address, identity=ana.address):
        recover(stage, ana, ben)


def test_recover__into_the_zero_address__refused(stage: Stage) -> None:
    ana = stage.people.ana
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=ZERO_ADDRESS):
        stage.order("recover", ana.address, ZERO_ADDRESS, ana.address)


def test_recover__lost_already__refused(stage: Stage) -> None:
    ana = stage.people.ana
    recover(stage, ana, stage.spare)
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=stage.other.address):
        recover(stage, ana, stage.other)


def test_recover__into_a_wallet_lost_before__refused(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    recover(stage, ana, spare)
    with stage.refused(InvalidRecovery, lost=spare.address, replacement=ana.address):
        recover(stage, spare, ana, of=ana)


def test_recover__into_a_wallet_lost_in_another_class__refused(stage: Stage) -> None:
    ana, spare, other = stage.people.ana, stage.spare, stage.other
    stage.link(spare, ana)
    recover(stage, spare, other, of=ana, token=stage.second)
    with stage.refused(WalletRetired, wallet=spare.address):
        recover(stage, ana, spare)


def test_recover__class_without_a_registry__refused(stage: Stage) -> None:
    people = stage.people
    manager = create(stage.chain, people.deployer, "AccessManager", people.deployer.address)
    setup = {"name": "N", "symbol": "S", "decimals": 0, "authority": manager.address, "onchainID": ZERO_ADDRESS}
    fresh = create(stage.chain, people.deployer, "SecurityToken", setup, True, stage.office.address)
    args = (people.ana.address, stage.spare.address, people.ana.address, REASON, PAPER)
    with stage.refused(InvalidRecovery, lost=people.ana.address, replacement=stage.spare.address):
        fresh.send(people.deployer, "recover", *args)


# ── the lost wallet ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_recover__lost_wallet__cannot_receive(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    recover(stage, ana, stage.spare)
    fields = {"code": 10, "account": ana.address, "limit": 0, "actual": 1}
    with stage.refused(TransferRestricted, **fields):
        stage.token.send(ben, "transfer", ana.address, 1)
    with stage.refused(TransferRestricted, **fields):
        stage.issue(ana, 1)
    with stage.refused(TransferRestricted, **fields):
        stage.order("forceTransfer", ben.address, ana.address, 1)
    assert stage.token.read("canReceive", ana.address) is False


def test_recover__lost_wallet__cannot_send(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    recover(stage, ana, stage.spare)
    with stage.refused(TransferRestricted, code=16, account=ana.address, limit=0, actual=0):
        stage.token.send(ana, "transfer", ben.address, 0)
    assert stage.token.read("canSend", ana.address) is False


def test_recover__lost_wallet__cannot_spend_what_others_approved(stage: Stage) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    stage.token.send(ben, "approve", ana.address, 100)
    recover(stage, ana, stage.spare)
    with stage.refused(TransferRestricted, code=4, account=ana.address, limit=0, actual=100):
        stage.token.send(ana, "transferFrom", ben.address, chloe.address, 100)


def test_recover__allowances_of_the_lost_wallet__do_not_go_along(stage: Stage) -> None:
    """Whoever has the lost key may have approved itself."""
    ana, ben, mallory, spare = stage.people.ana, stage.people.ben, stage.people.mallory, stage.spare
    stage.token.send(ana, "approve", mallory.address, 100)
    recover(stage, ana, spare)
    assert stage.token.read("allowance", spare.address, mallory.address) == 0
    with stage.refused(TransferRestricted, code=16, account=ana.address, limit=0, actual=0):
        stage.token.send(mallory, "transferFrom", ana.address, ben.address, 1)


def test_recover__lost_wallet__is_never_registered_again(stage: Stage) -> None:
    ana = stage.people.ana
    recover(stage, ana, stage.spare)
    with stage.refused(WalletRetired, wallet=ana.address):
        stage.register(ana)
    with stage.refused(WalletRetired, wallet=ana.address):
        stage.link(ana, stage.people.ben)


# ── what goes along ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_recover__into_a_new_wallet__moves_everything(stage: Stage) -> None:
    ana, spare, enforcement = stage.people.ana, stage.spare, stage.people.enforcement
    receipt = recover(stage, ana, spare)
    assert stage.said(receipt) == [
        moved(ana.address, spare.address, ANA),
        ("WalletSucceeded", {"lost": ana.address, "replacement": spare.address}),
        (
            "RecoverySuccess",
            {"lostWallet": ana.address, "newWallet": spare.address, "investorOnchainID": ana.address},
        ),
        justified(enforcement, "recover", ana.address),
    ]
    assert ("WalletRecovered", {"lost": ana.address, "replacement": spare.address, "identity": ana.address}) in (
        stage.said(receipt, by=stage.registry)
    )
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.token.read("successorOf", ana.address) == spare.address
    assert stage.row(ana)["flags"] & RETIRED
    assert stage.token.read("totalSupply") == ANA + BEN + CHLOE
    assert stage.token.read("heldByInvestor", spare.address) == ANA
    stage.token.send(spare, "transfer", stage.people.ben.address, 10)
    assert stage.units(spare, stage.people.ben) == (ANA - 10, BEN + 10)


def test_recover__B6_replacement_registered_already__adds_to_what_it_has(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    stage.token.send(ana, "transfer", spare.address, 300)
    receipt = recover(stage, ana, spare)
    assert stage.said(receipt)[0] == moved(ana.address, spare.address, ANA - 300)
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.row(spare)["flags"] & (FROZEN | RETIRED) == 0


def test_recover__B6_second_class_of_the_same_registry__recovers_as_well(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    recover(stage, ana, spare)
    receipt = recover(stage, ana, spare, token=stage.second)
    assert stage.said(receipt, by=stage.second)[0] == moved(ana.address, spare.address, 300)
    assert stage.said(receipt, by=stage.registry) == []
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.units(ana, spare, token=stage.second) == (0, 300)
    assert stage.second.read("successorOf", ana.address) == spare.address


def test_recover__second_class_after_the_replacement_was_lost_too__goes_to_the_last(stage: Stage) -> None:
    ana, spare, other = stage.people.ana, stage.spare, stage.other
    recover(stage, ana, spare)
    recover(stage, spare, other, of=ana)
    recover(stage, ana, other, token=stage.second)
    assert stage.units(ana, spare, other) == (0, 0, ANA)
    assert stage.units(ana, spare, other, token=stage.second) == (0, 0, 300)


def test_recover__second_class_before_it_recovers__lets_the_lost_wallet_do_nothing(stage: Stage) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    recover(stage, ana, stage.spare)
    assert stage.second.read("canSend", ana.address) is False
    with stage.refused(TransferRestricted, code=16, account=ana.address, limit=0, actual=0):
        stage.second.send(ana, "transfer", ben.address, 1)


def test_recover__wallet_without_units__retires_it(stage: Stage) -> None:
    dora, spare = stage.people.dora, stage.spare
    receipt = recover(stage, dora, spare)
    assert stage.said(receipt)[0] == moved(dora.address, spare.address, 0)
    assert stage.row(dora)["flags"] & RETIRED
    with stage.refused(TransferRestricted, code=10, account=dora.address, limit=0, actual=1):
        stage.issue(dora, 1)
    stage.issue(spare, 5)
    assert stage.units(spare) == (5,)


@pytest.mark.parametrize("how", ["expired", "provider revoked", "wrong country", "missing claim"])
def test_recover__admission_lapsed_and_paused__recovers(stage: Stage, how: str) -> None:
    """Nobody's holding changes, so nobody has to be admitted."""
    ana, spare = stage.people.ana, stage.spare
    stage.spoil(ana, how)
    stage.pause()
    recover(stage, ana, spare)
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.token.read("canReceive", spare.address) is False


def test_recover__frozen_wallet__freezes_the_replacement(stage: Stage) -> None:
    ana, ben, spare, enforcement = stage.people.ana, stage.people.ben, stage.spare, stage.people.enforcement
    stage.freeze(ana)
    receipt = recover(stage, ana, spare)
    frozen = {"userAddress": spare.address, "isFrozen": True, "owner": enforcement.address}
    assert ("AddressFrozen", frozen) in stage.said(receipt)
    assert stage.token.read("isFrozen", spare.address) is True
    with stage.refused(TransferRestricted, code=2, account=spare.address, limit=0, actual=1):
        stage.token.send(spare, "transfer", ben.address, 1)


def test_recover__replacement_frozen__stays_frozen(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    stage.freeze(spare)
    recover(stage, ana, spare)
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.token.read("isFrozen", spare.address) is True


@pytest.mark.parametrize("had", [0, 40])
@pytest.mark.parametrize("frozen", [400, ANA + 70])
def test_recover__frozen_units__go_along(stage: Stage, frozen: int, had: int) -> None:
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    if had:
        stage.freeze_units(spare, had)
    stage.freeze_units(ana, frozen)
    receipt = recover(stage, ana, spare)
    expected: list[tuple[str, dict[str, Any]]] = [
        ("Frozen", {"account": ana.address, "amount": 0}),
        ("TokensUnfrozen", {"userAddress": ana.address, "amount": frozen}),
        moved(ana.address, spare.address, ANA),
        ("Frozen", {"account": spare.address, "amount": frozen + had}),
        ("TokensFrozen", {"userAddress": spare.address, "amount": frozen}),
    ]
    assert stage.said(receipt)[:5] == expected
    assert (stage.frozen_units(ana), stage.frozen_units(spare)) == (0, frozen + had)
    assert stage.row(ana)["flags"] & HAS_FROZEN_UNITS == 0
    assert stage.row(spare)["flags"] & HAS_FROZEN_UNITS
    assert stage.token.read("unfrozenBalanceOf", spare.address) == max(0, ANA - frozen - had)


def test_recover__everything_frozen_for_ever_on_both_wallets__stays_frozen(stage: Stage) -> None:
    """Amounts frozen ahead have no bound, so their sum must not stop a recovery."""
    ana, spare = stage.people.ana, stage.spare
    stage.link(spare, ana)
    stage.freeze_units(ana, 2**256 - 1)
    stage.freeze_units(spare, 2)
    recover(stage, ana, spare)
    assert (stage.frozen_units(ana), stage.frozen_units(spare)) == (0, 2**256 - 1)
    assert stage.token.read("unfrozenBalanceOf", spare.address) == 0


def test_recover__history_and_entitlement__stay_with_the_lost_wallet_and_the_successor_exercises_them(
    stage: Stage,
) -> None:
    ana, ben, spare = stage.people.ana, stage.people.ben, stage.spare
    date = stage.record_date(50)
    stage.chain.travel(to=date)
    stage.token.send(ana, "transfer", ben.address, 100)
    recover(stage, ana, spare)
    index = stage.token.read("recordDateIndex", date)
    assert stage.token.read("balanceOfAt", ana.address, date) == ANA
    assert stage.token.read("balanceOfAt", spare.address, date) == 0
    assert stage.token.read("entitlement", ana.address, index) == (ANA, spare.address, False)
    assert stage.token.read("entitlement", spare.address, index) == (0, spare.address, False)
    assert stage.token.read("totalSupplyAt", date) == ANA + BEN + CHLOE


def test_recover__record_date_after_it__counts_with_the_replacement(stage: Stage) -> None:
    ana, spare = stage.people.ana, stage.spare
    date = stage.record_date(50)
    recover(stage, ana, spare)
    stage.chain.travel(to=date)
    assert stage.token.read("balanceOfAt", ana.address, date) == 0
    assert stage.token.read("balanceOfAt", spare.address, date) == ANA


def test_entitlement__chain_of_recoveries__ends_at_the_last_wallet(stage: Stage) -> None:
    ana, spare, other = stage.people.ana, stage.spare, stage.other
    date = stage.record_date(50)
    stage.chain.travel(to=date)
    recover(stage, ana, spare)
    recover(stage, spare, other, of=ana)
    stage.freeze(other)
    assert stage.token.read("entitlement", ana.address, 0) == (ANA, other.address, True)
    assert stage.token.read("entitlement", spare.address, 0) == (0, other.address, True)
    assert stage.token.read("successorOf", ana.address) == spare.address
    assert stage.units(ana, spare, other) == (0, 0, ANA)


def test_recover__one_of_three_wallets__leaves_the_third_alone(stage: Stage) -> None:
    ana, spare, other = stage.people.ana, stage.spare, stage.other
    stage.link(spare, ana)
    stage.link(other, ana)
    stage.token.send(ana, "transfer", spare.address, 200)
    stage.token.send(ana, "transfer", other.address, 300)
    recover(stage, spare, other, of=ana)
    assert stage.units(ana, spare, other) == (ANA - 500, 0, 500)
    assert stage.token.read("heldByInvestor", ana.address) == ANA
    assert stage.row(ana)["flags"] == LINKED


# ── plain ERC-3643 registry ──────────────────────────────────────────────────────────────────────────────────────────────


def test_recover__plain_registry_unknown_wallet__refused(stage: Stage, plain_registry: Handle) -> None:
    mallory = stage.people.mallory
    with stage.refused(InvalidRecovery, lost=mallory.address, replacement=stage.spare.address):
        recover(stage, mallory, stage.spare)
    with stage.refused(InvalidRecovery, lost=mallory.address, replacement=stage.spare.address):
        stage.order("recover", mallory.address, stage.spare.address, ZERO_ADDRESS)


def test_recover__plain_registry_another_identity__refused(stage: Stage, plain_registry: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=stage.spare.address):
        recover(stage, ana, stage.spare, of=ben)
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=ben.address):
        recover(stage, ana, ben)


def test_recover__plain_registry_whose_agent_the_token_is_not__refused(stage: Stage, plain_registry: Handle) -> None:
    """What the registry refuses with is its own, and shown as it is."""
    stage.second.send(stage.people.compliance, "setIdentityRegistry", plain_registry.address)
    with stage.refused(UnknownRevert):
        recover(stage, stage.people.ana, stage.spare, token=stage.second)


def test_recover__plain_registry__registers_the_replacement_and_removes_the_lost(
    stage: Stage, plain_registry: Handle
) -> None:
    ana, spare = stage.people.ana, stage.spare
    receipt = recover(stage, ana, spare)
    assert stage.said(receipt)[0] == moved(ana.address, spare.address, ANA)
    assert stage.units(ana, spare) == (0, ANA)
    assert plain_registry.read("identity", spare.address) == ana.address
    assert plain_registry.read("investorCountry", spare.address) == 756
    assert plain_registry.read("contains", ana.address) is False
    with stage.refused(TransferRestricted, code=10, account=ana.address, limit=0, actual=1):
        stage.issue(ana, 1)


def test_recover__plain_registry_into_the_zero_address__refused(stage: Stage, plain_registry: Handle) -> None:
    ana = stage.people.ana
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=ZERO_ADDRESS):
        stage.order("recover", ana.address, ZERO_ADDRESS, ana.address)


def test_recover__B6_plain_registry_second_class__recovers_as_well(stage: Stage, plain_registry: Handle) -> None:
    """The registry has forgotten the lost wallet by then; the replacement shows whose it was."""
    ana, spare, people = stage.people.ana, stage.spare, stage.people
    plain_registry.send(people.deployer, "addAgent", stage.second.address)
    stage.second.send(people.compliance, "setIdentityRegistry", plain_registry.address)
    recover(stage, ana, spare)
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=spare.address):
        recover(stage, ana, spare, of=people.ben, token=stage.second)
    with stage.refused(InvalidRecovery, lost=ana.address, replacement=stage.other.address):
        recover(stage, ana, stage.other, token=stage.second)
    recover(stage, ana, spare, token=stage.second)
    assert stage.units(ana, spare) == (0, ANA)
    assert stage.units(ana, spare, token=stage.second) == (0, 300)


def test_recover__plain_registry_replacement_registered_already__recovers(stage: Stage, plain_registry: Handle) -> None:
    ana, spare = stage.people.ana, stage.spare
    plain_registry.send(stage.people.deployer, "registerIdentity", spare.address, ana.address, 756)
    recover(stage, ana, spare)
    assert stage.units(ana, spare) == (0, ANA)
