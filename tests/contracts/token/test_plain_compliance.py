"""A plain ERC-3643 compliance in the rulebook's place: bound and unbound, asked, told, and however badly it behaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import ANA, BEN, CHLOE, FORCED, PAPER, REASON, REDEEM, TRANSFER

from tokenkit.errors import RevertReason
from tokenkit.reverts import (
    ERC20InsufficientBalance,
    InvalidRulebook,
    TransferRestricted,
)
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.contracts.token.conftest import Stage

    from tokenkit.chain import Receipt, Signer

SUPPLY = ANA + BEN + CHLOE
HONEST, REFUSING, REVERTING, SILENT, CHATTY, ODD, BURNING, BOASTFUL, DEAF = range(9)


def point(stage: Stage, compliance: str) -> Receipt:
    return stage.token.send(stage.people.compliance, "setCompliance", compliance)


@pytest.fixture
def compliance(stage: Stage) -> Handle:
    """Point the first class at a plain compliance."""
    plain = create(stage.chain, stage.people.deployer, "PlainCompliance")
    point(stage, plain.address)
    return plain


def behave(compliance: Handle, mood: int) -> None:
    compliance.send(compliance.chain.accounts[0], "setMood", mood)


def call_back(stage: Stage, compliance: Handle, function: str, *args: object) -> None:
    """Let the compliance call the token the next time it is told something."""
    data = artifact("SecurityToken").encode_call(function, args)
    compliance.send(stage.people.deployer, "callBack", stage.token.address, data)


def told(stage: Stage, compliance: Handle, receipt: Receipt) -> list[tuple[str, str, str, int]]:
    signatures = ("transferred", "created", "destroyed")
    names = {artifact("PlainCompliance").selector(one): one for one in signatures}
    events = [args for name, args in stage.said(receipt, by=compliance) if name == "Told"]
    return [(names[one["what"]], one["from"], one["to"], one["amount"]) for one in events]


def called_back(stage: Stage, compliance: Handle, receipt: Receipt) -> bool:
    (event,) = (args for name, args in stage.said(receipt, by=compliance) if name == "CalledBack")
    return bool(event["succeeded"])


# ── binding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mood", [REVERTING, DEAF])
def test_setCompliance__plain_one_that_does_not_serve_the_token__refused(stage: Stage, mood: int) -> None:
    plain = create(stage.chain, stage.people.deployer, "PlainCompliance")
    plain.send(stage.people.deployer, "bindToken", stage.second.address)
    behave(plain, mood)
    with stage.refused(InvalidRulebook, rulebook=plain.address):
        point(stage, plain.address)


def test_setCompliance__registry_by_mistake__refused(stage: Stage) -> None:
    """It says that it serves the token: it does, as a registry."""
    with stage.refused(InvalidRulebook, rulebook=stage.registry.address):
        point(stage, stage.registry.address)


def test_setCompliance__plain_one__is_bound(stage: Stage) -> None:
    plain = create(stage.chain, stage.people.deployer, "PlainCompliance")
    receipt = point(stage, plain.address)
    assert stage.said(receipt) == [("ComplianceAdded", {"compliance": plain.address})]
    assert stage.said(receipt, by=plain) == [("TokenBound", {"token": stage.token.address})]
    assert stage.token.read("compliance") == plain.address


@pytest.mark.parametrize("mood", [HONEST, BOASTFUL])
def test_setCompliance__plain_one_bound_by_its_owner_before__passes(stage: Stage, mood: int) -> None:
    """T-REX 3 has no `getTokenBound`, T-REX 4.1.6 no `isTokenBound`: one of them is enough."""
    plain = create(stage.chain, stage.people.deployer, "PlainCompliance")
    plain.send(stage.people.deployer, "bindToken", stage.token.address)
    behave(plain, mood)
    point(stage, plain.address)
    assert stage.token.read("compliance") == plain.address


def test_setCompliance__away_from_a_plain_one__unbinds_it(stage: Stage, compliance: Handle) -> None:
    receipt = point(stage, ZERO_ADDRESS)
    assert stage.said(receipt, by=compliance) == [("TokenUnbound", {"token": stage.token.address})]
    assert stage.token.read("compliance") == ZERO_ADDRESS
    stage.token.send(stage.people.ana, "transfer", stage.people.ben.address, 1)


def test_setCompliance__the_same_plain_one_again__stays_bound(stage: Stage, compliance: Handle) -> None:
    point(stage, compliance.address)
    assert compliance.read("bound") == stage.token.address


@pytest.mark.parametrize("mood", [REVERTING, BURNING])
@pytest.mark.parametrize("towards", ["nothing", "rulebook"])
def test_setCompliance__away_from_one_that_cannot_be_unbound__passes(
    stage: Stage, compliance: Handle, mood: int, towards: str
) -> None:
    """B16: a bricked module of T-REX cannot even be removed."""
    behave(compliance, mood)
    target = ZERO_ADDRESS if towards == "nothing" else stage.rulebook.address
    receipt = point(stage, target)
    assert stage.token.read("compliance") == target
    assert compliance.read("bound") == stage.token.address
    assert receipt.gas_used < 500_000


def test_setIdentityRegistry__under_a_plain_one__does_not_ask_it_to_attach(stage: Stage, compliance: Handle) -> None:
    registry = create(stage.chain, stage.people.deployer, "PlainRegistry")
    stage.token.send(stage.people.compliance, "setIdentityRegistry", registry.address)
    assert stage.token.read("identityRegistry") == registry.address


def test_update__under_a_plain_one__tells_it_nothing(stage: Stage, compliance: Handle) -> None:
    receipt = stage.update(stage.people.ana, country=276)
    assert stage.said(receipt, by=compliance) == []
    assert stage.row(stage.people.ana)["country"] == 276


# ── asked ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mood", [REFUSING, REVERTING, SILENT, CHATTY, ODD])
def test_transfer__plain_one_says_no_or_nonsense__refused(stage: Stage, compliance: Handle, mood: int) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    behave(compliance, mood)
    no = {"code": 58, "account": compliance.address, "limit": 0, "actual": 7}
    assert stage.token.read("explain", TRANSFER, ana.address, ana.address, ben.address, 7) == (
        no | {"largest": 0, "earliest": 0},
    )
    assert stage.token.read("detectTransferRestriction", ana.address, ben.address, 7) == 58
    assert stage.token.read("canTransfer", ana.address, ben.address, 7) is False
    with stage.refused(TransferRestricted, **no):
        stage.token.send(ana, "transfer", ben.address, 7)
    with stage.refused(TransferRestricted, **no):
        stage.issue(ben, 7)


def test_explain__plain_one_that_uses_up_all_gas__says_no(stage: Stage, compliance: Handle) -> None:
    ana, ben = stage.people.ana, stage.people.ben
    behave(compliance, BURNING)
    assert stage.codes(TRANSFER, ana, ana.address, ben.address, ANA + 1) == [5, 58]


@pytest.mark.parametrize("kind", [REDEEM, FORCED])
def test_explain__order_under_a_plain_one_that_refuses__passes(stage: Stage, compliance: Handle, kind: int) -> None:
    behave(compliance, REFUSING)
    to = ZERO_ADDRESS if kind == REDEEM else stage.people.ben.address
    assert stage.codes(kind, stage.people.issuer, stage.people.ana.address, to, 7) == []
    if kind == REDEEM:
        stage.token.send(stage.people.issuer, "redeem", stage.people.ana.address, 7, REASON, PAPER)
    else:
        stage.order("forceTransfer", stage.people.ana.address, to, 7)
    assert stage.units(stage.people.ana) == (ANA - 7,)


# ── told ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_TOK_6_movements__of_every_kind__are_told_once_and_after_the_ledger(stage: Stage, compliance: Handle) -> None:
    people, token = stage.people, stage.token
    ana, ben = people.ana.address, people.ben.address
    receipts = [
        stage.issue(people.ana, 5),
        token.send(people.issuer, "redeem", ana, 4, REASON, PAPER),
        token.send(people.ana, "transfer", ben, 3),
        stage.order("forceTransfer", ana, ben, 2),
    ]
    assert [told(stage, compliance, one) for one in receipts] == [
        [("created", ZERO_ADDRESS, ana, 5)],
        [("destroyed", ana, ZERO_ADDRESS, 4)],
        [("transferred", ana, ben, 3)],
        [("transferred", ana, ben, 2)],
    ]


def test_recover__under_a_plain_one__is_told_as_a_transfer(stage: Stage, compliance: Handle) -> None:
    ana, spare = stage.people.ana.address, stage.spare.address
    receipt = stage.order("recover", ana, spare, ana)
    assert told(stage, compliance, receipt) == [("transferred", ana, spare, ANA)]


def test_recover__plain_registry__is_told_before_the_registry_forgets_the_wallet(
    stage: Stage, plain_registry: Handle, compliance: Handle
) -> None:
    """T-REX's MaxBalance asks whose the lost wallet is; a wallet of nobody makes it revert."""
    ana, spare = stage.people.ana.address, stage.spare.address
    data = artifact("PlainRegistry").encode_call("deleteIdentity", (ana,))
    plain_registry.send(stage.people.deployer, "addAgent", compliance.address)
    compliance.send(stage.people.deployer, "callBack", plain_registry.address, data)
    receipt = stage.order("recover", ana, spare, ana)
    assert told(stage, compliance, receipt) == [("transferred", ana, spare, ANA)]
    removed = [args["investorAddress"] for name, args in stage.said(receipt, by=plain_registry) if "Removed" in name]
    assert removed == [ana, ana]
    assert plain_registry.read("contains", ana) is False


def test_transfer__B15_zero_units_or_to_oneself__tells_nothing(stage: Stage, compliance: Handle) -> None:
    """T-REX's compliance reverts on zero units."""
    people, token = stage.people, stage.token
    ana, ben = people.ana.address, people.ben.address
    receipts = [
        token.send(people.ana, "transfer", ben, 0),
        token.send(people.ana, "transfer", ana, ANA),
        stage.issue(people.ana, 0),
        token.send(people.issuer, "redeem", ana, 0, REASON, PAPER),
        stage.order("forceTransfer", ana, ben, 0),
    ]
    assert [told(stage, compliance, one) for one in receipts] == [[]] * 5
    assert stage.units(people.ana, people.ben) == (ANA, BEN)


@pytest.mark.parametrize("what", ["redeem", "forceTransfer", "recover"])
def test_orders__plain_one_reverts_when_told__stop_with_its_words(stage: Stage, compliance: Handle, what: str) -> None:
    """The price of a plain compliance; the way out is to point elsewhere."""
    people = stage.people
    ana, ben, spare = people.ana.address, people.ben.address, stage.spare.address
    behave(compliance, REVERTING)

    def act() -> None:
        if what == "redeem":
            stage.token.send(people.issuer, "redeem", ana, 1, REASON, PAPER)
        elif what == "forceTransfer":
            stage.order("forceTransfer", ana, ben, 1)
        else:
            stage.order("recover", ana, spare, ana)

    with stage.refused(RevertReason, reason="not today"):
        act()
    point(stage, ZERO_ADDRESS)
    act()


# ── calling back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def grant(stage: Stage, compliance: Handle, function: str) -> None:
    """Give the compliance the role that may call *function*."""
    selector = artifact("SecurityToken").selector(function)
    role = stage.manager.read("getTargetFunctionRole", stage.token.address, selector)
    stage.manager.send(stage.people.admin, "grantRole", role, compliance.address, 0)


def wallets(stage: Stage) -> tuple[Signer, ...]:
    return (stage.people.ana, stage.people.ben, stage.people.chloe, stage.people.dora)


def test_transfer__plain_one_without_powers_calls_back__gets_nowhere(stage: Stage, compliance: Handle) -> None:
    ana, ben, chloe = stage.people.ana, stage.people.ben, stage.people.chloe
    for function, args in (
        ("forcedTransfer", (chloe.address, ben.address, 1)),
        ("mint", (ben.address, 1)),
        ("setCompliance", (ZERO_ADDRESS,)),
        ("recoveryAddress", (chloe.address, ben.address, chloe.address)),
        ("transferFrom", (chloe.address, ben.address, 1)),
        ("afterFactsChange", ([chloe.address], 0, 0)),
    ):
        call_back(stage, compliance, function, *args)
        receipt = stage.token.send(ana, "transfer", ben.address, 1)
        assert called_back(stage, compliance, receipt) is (function == "afterFactsChange")
    assert stage.units(*wallets(stage)) == (ANA - 6, BEN + 6, CHLOE, 0)
    assert stage.row(chloe)["country"] == 250
    assert stage.token.read("compliance") == compliance.address


@pytest.mark.parametrize("verb", ["transfer", "forcedTransfer", "mint"])
def test_movement__plain_one_takes_a_fee_by_a_forced_transfer__adds_up(
    stage: Stage, compliance: Handle, verb: str
) -> None:
    """As T-REX's TransferFees does, from inside the hook."""
    people = stage.people
    grant(stage, compliance, "forcedTransfer")
    call_back(stage, compliance, "forcedTransfer", people.ben.address, people.chloe.address, 10)
    if verb == "transfer":
        receipt = stage.token.send(people.ana, "transfer", people.ben.address, 100)
    elif verb == "forcedTransfer":
        receipt = stage.token.send(people.enforcement, "forcedTransfer", people.ana.address, people.ben.address, 100)
    else:
        receipt = stage.token.send(people.issuer, "mint", people.ben.address, 100)
    left, supply = (ANA, SUPPLY + 100) if verb == "mint" else (ANA - 100, SUPPLY)
    assert stage.units(people.ana, people.ben, people.chloe) == (left, BEN + 90, CHLOE + 10)
    assert stage.token.read("totalSupply") == supply
    assert [one[0] for one in told(stage, compliance, receipt)][1:] == ["transferred"]


def test_redeem__plain_one_moves_the_same_units_again__finds_them_gone(stage: Stage, compliance: Handle) -> None:
    people = stage.people
    grant(stage, compliance, "forcedTransfer")
    call_back(stage, compliance, "forcedTransfer", people.ana.address, people.ben.address, 1)
    receipt = stage.token.send(people.issuer, "redeem", people.ana.address, ANA, REASON, PAPER)
    assert called_back(stage, compliance, receipt) is False
    assert stage.units(people.ana, people.ben) == (0, BEN)
    assert stage.token.read("totalSupply") == BEN + CHLOE


def test_batchTransfer__plain_one_empties_the_sender_between_two__second_is_refused(
    stage: Stage, compliance: Handle
) -> None:
    """Nothing read before a hook is used after it."""
    people = stage.people
    ana, ben, chloe = people.ana.address, people.ben.address, people.chloe.address
    grant(stage, compliance, "forcedTransfer")
    call_back(stage, compliance, "forcedTransfer", ana, chloe, ANA - 100)
    with stage.refused(ERC20InsufficientBalance, sender=ana, balance=0, needed=100):
        stage.token.send(people.ana, "batchTransfer", [ben, ben], [100, 100])


def test_batchTransfer__plain_one_pauses_between_two__second_is_refused(stage: Stage, compliance: Handle) -> None:
    people = stage.people
    grant(stage, compliance, "pause")
    call_back(stage, compliance, "pause")
    with stage.refused(TransferRestricted, code=1):
        stage.token.send(people.ana, "batchTransfer", [people.ben.address] * 2, [1, 1])


def test_recover__plain_one_moves_the_recovered_units__ledger_adds_up(stage: Stage, compliance: Handle) -> None:
    people = stage.people
    ana, ben, spare = people.ana.address, people.ben.address, stage.spare.address
    stage.freeze_units(people.ana, ANA)
    grant(stage, compliance, "forcedTransfer")
    call_back(stage, compliance, "forcedTransfer", spare, ben, 400)
    stage.order("recover", ana, spare, ana)
    assert stage.units(people.ana, stage.spare, people.ben) == (0, ANA - 400, BEN + 400)
    assert stage.frozen_units(stage.spare) == ANA - 400
    assert stage.token.read("totalSupply") == SUPPLY
