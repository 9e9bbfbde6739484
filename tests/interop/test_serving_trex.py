"""T-REX's token, unmodified, under our registry and, by StandardCompliance, our rulebook."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from tests.contracts.rights_stage import artifact
from tests.contracts.rights_stage import deploy as create
from tests.contracts.token.conftest import facts
from tests.interop.conftest import ACCREDITED, GERMANY, KYC, SWITZERLAND, UNITED_STATES
from tests.interop.trex import key_of

from tokenkit.errors import Reverted
from tokenkit.reverts import (
    InvestorsUncounted,
    NotARulebook,
    NotAToken,
    NotTheToken,
    RegistryNotBound,
    RulebookNotBound,
    RuleFailed,
    TokenInUse,
)
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.rights_stage import Handle
    from tests.interop.conftest import Guest, World

    from tokenkit.chain import Signer

JAPAN = 392
REVERTING = 2
"""A mood of RuleStub."""


def mint(guest: Guest, **units: int) -> None:
    for name, each in units.items():
        wallet = guest.world.spare if name == "spare" else getattr(guest.world.people, name)
        guest.act("mint", wallet.address, each)


def update(guest: Guest, wallet: Signer, **changes: int) -> None:
    guest.world.registry.send(guest.world.people.registrar, "update", wallet.address, facts(**changes))


def ids(*wallets: Signer) -> list[str]:
    return sorted((one.address for one in wallets), key=lambda one: int(one, 16))


# ── setting up ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def standard_of(world: World) -> Handle:
    return create(
        world.chain, world.people.deployer, "StandardCompliance", world.theirs.token.address, world.rulebook.address
    )


def test_constructor__not_a_rulebook_or_not_a_token__refused(world: World) -> None:
    people, token = world.people, world.theirs.token.address
    with reverts(NotARulebook, rulebook=world.registry.address):
        create(world.chain, people.deployer, "StandardCompliance", token, world.registry.address)
    with reverts(NotAToken, token=people.ana.address):
        create(world.chain, people.deployer, "StandardCompliance", people.ana.address, world.rulebook.address)


def test_bindToken__by_another_than_the_token__refused(guest: Guest) -> None:
    people, token = guest.world.people, guest.token.address
    for function, args in (
        ("bindToken", (token,)),
        ("unbindToken", (token,)),
        ("transferred", (people.ana.address, people.ben.address, 1)),
        ("created", (people.ana.address, 1)),
        ("destroyed", (people.ana.address, 1)),
    ):
        with reverts(NotTheToken, caller=people.mallory.address):
            guest.standard.send(people.mallory, function, *args)


def test_setCompliance__before_rulebook_and_registry_serve_it__refused(world: World) -> None:
    token, standard, officer = world.theirs.token, standard_of(world), world.people.compliance
    with reverts(RulebookNotBound, rulebook=world.rulebook.address):
        token.send(world.owner, "setCompliance", standard.address)
    world.rulebook.send(officer, "bindToken", standard.address)
    with reverts(RegistryNotBound, registry=world.theirs.registry.address):
        token.send(world.owner, "setCompliance", standard.address)
    token.send(world.owner, "setIdentityRegistry", world.registry.address)
    with reverts(RegistryNotBound, registry=world.registry.address):
        token.send(world.owner, "setCompliance", standard.address)
    assert standard.read("compliance") == standard.read("identityRegistry") == ZERO_ADDRESS


def test_unbindToken__of_registry_and_rulebook_while_the_token_asks__refused(guest: Guest) -> None:
    world, address = guest.world, guest.standard.address
    for contract in (world.rulebook, world.registry):
        with reverts(TokenInUse, token=address):
            contract.send(world.people.compliance, "unbindToken", address)
    guest.act("setCompliance", world.theirs.create_compliance().address)
    for contract in (world.rulebook, world.registry):
        contract.send(world.people.compliance, "unbindToken", address)


def test_setCompliance__with_a_limit_that_was_not_counted__refused(guest: Guest) -> None:
    """What moved meanwhile was not counted; the way back is to switch the limit off."""
    world = guest.world
    guest.limit("setInvestorLimit", 5, 0)
    mint(guest, ana=10)
    guest.act("setCompliance", world.theirs.create_compliance().address)
    with reverts(InvestorsUncounted, token=guest.standard.address):
        guest.act("setCompliance", guest.standard.address)
    guest.limit("setInvestorLimit", 0, 0)
    guest.act("setCompliance", guest.standard.address)
    assert guest.standard.read("getTokenBound") == guest.token.address


def test_setIdentityRegistry__of_the_token_to_another_meanwhile__stops_transfers_not_orders(guest: Guest) -> None:
    """T-REX does not tell its compliance. Investors are counted by the registry of the time of binding, so nothing else may judge."""
    world, people = guest.world, guest.world.people
    mint(guest, ana=100)
    guest.limit("setInvestorLimit", 5, 0)
    guest.limit("count", 0, [people.ana.address])
    guest.act("setIdentityRegistry", world.theirs.registry.address)
    assert guest.codes(people.ana.address, people.ben, 1) == [58]
    with guest.refused():
        guest.token.send(people.ana, "transfer", people.ben.address, 1)
    guest.act("forcedTransfer", people.ana.address, people.ben.address, 1)
    guest.act("burn", people.ben.address, 1)
    assert guest.settings()["investorCount"] == 1


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_transfer__receiver_outside_the_terms__refused_by_our_registry(guest: Guest) -> None:
    people = guest.world.people
    mint(guest, ana=100)
    with guest.refused():
        guest.token.send(people.ana, "transfer", people.mallory.address, 1)
    groups = [{"claims": KYC | ACCREDITED, "countries": [UNITED_STATES]}, {"claims": KYC, "countries": []}]
    guest.world.registry.send(people.compliance, "setTerms", guest.token.address, 1, False, groups)
    update(guest, people.dora, country=UNITED_STATES, claims=KYC)
    with guest.refused():
        guest.token.send(people.ana, "transfer", people.dora.address, 1)
    update(guest, people.dora, country=UNITED_STATES, claims=KYC | ACCREDITED)
    guest.token.send(people.ana, "transfer", people.dora.address, 1)
    assert guest.units(people.ana, people.dora) == (99, 1)


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_holding_cap__over_all_wallets_of_an_investor__holds(guest: Guest) -> None:
    people, spare = guest.world.people, guest.world.spare
    guest.limit("setHoldingCap", 100, 0)
    mint(guest, ana=60, spare=40, ben=100)
    assert guest.codes(ZERO_ADDRESS, spare, 1) == [40]
    with guest.refused():
        mint(guest, spare=1)
    with guest.refused():
        guest.token.send(people.ben, "transfer", spare.address, 1)
    guest.token.send(people.ana, "transfer", spare.address, 60)
    guest.token.send(spare, "transfer", people.ben.address, 0)
    guest.token.send(spare, "transfer", spare.address, 50)
    guest.act("forcedTransfer", people.ben.address, spare.address, 5)
    assert guest.units(people.ana, spare, people.ben) == (0, 105, 95)


def test_flow_back__between_countries__holds(guest: Guest) -> None:
    people = guest.world.people
    mint(guest, ana=100, ben=100, dora=100)
    guest.limit("setFlowBack", 2**48 - 1, [{"from": 0, "to": UNITED_STATES}])
    for giver in (people.ana, people.ben):
        assert guest.codes(giver.address, people.dora, 1) == [44]
        with guest.refused():
            guest.token.send(giver, "transfer", people.dora.address, 1)
    guest.token.send(people.dora, "transfer", people.ana.address, 1)
    update(guest, people.dora, country=GERMANY)
    guest.token.send(people.ana, "transfer", people.dora.address, 1)


def test_investor_limit__full__lets_only_a_whole_position_go_to_somebody_new(guest: Guest) -> None:
    people = guest.world.people
    guest.limit("setInvestorLimit", 2, 0)
    mint(guest, ana=60, ben=40)
    with guest.refused():
        guest.token.send(people.ben, "transfer", people.dora.address, 39)
    guest.token.send(people.ben, "transfer", people.dora.address, 40)
    assert guest.settings()["investorCount"] == 2
    guest.act("forcedTransfer", people.ana.address, people.ben.address, 1)
    assert guest.settings()["investorCount"] == 3
    guest.act("burn", people.ben.address, 1)
    assert guest.settings()["investorCount"] == 2


def test_lots__of_a_holding_period__follow_transfers_of_their_token(guest: Guest) -> None:
    people, spare = guest.world.people, guest.world.spare
    guest.limit("setHoldingPeriod", 1_000, 0)
    mint(guest, ana=100)
    with guest.refused():
        guest.token.send(people.ana, "transfer", people.ben.address, 1)
    guest.token.send(people.ana, "transfer", spare.address, 30)
    with guest.refused():
        guest.token.send(spare, "transfer", people.ben.address, 1)
    guest.world.chain.travel(by=1_001)
    guest.token.send(spare, "transfer", people.ben.address, 30)
    assert guest.units(people.ana, spare, people.ben) == (70, 0, 30)


def test_STD_2_canTransfer__whatever_it_is_asked__never_reverts(guest: Guest) -> None:
    world, people = guest.world, guest.world.people
    huge, nobody, contract = 2**256 - 1, ZERO_ADDRESS, guest.standard.address
    guest.limit("setInvestorLimit", 1, 0)
    mint(guest, ana=1)
    guest.limit("setHoldingCap", 100, 5_000)
    wallets = (nobody, people.ana.address, people.ben.address, people.mallory.address, contract)
    asked = [(one, other, units) for one in wallets for other in wallets for units in (0, 1, 2**96, huge)]
    for one, other, units in asked:
        answer = guest.standard.read("canTransfer", one, other, units)
        assert answer in (True, False)
        if units == huge and one != other:
            assert answer is False
    guest.act("setCompliance", world.theirs.create_compliance().address)
    assert not any(guest.standard.read("canTransfer", *one) for one in asked[::7])
    mint(guest, ben=2**96)
    assert guest.standard.read("canTransfer", nobody, people.ana.address, 1) is False


def test_mint__beyond_96_bits__refused(guest: Guest) -> None:
    """Rules count in 96 bits; T-REX in 256."""
    mint(guest, ana=2**96 - 2)
    with guest.refused():
        mint(guest, ben=2)
    mint(guest, ben=1)


def test_external_rule__fails_when_it_is_told__stops_orders_of_their_token_until_it_is_removed(guest: Guest) -> None:
    """ERC-3643 does not tell an order from a transfer."""
    people = guest.world.people
    mint(guest, ana=10)
    rule = create(guest.world.chain, people.deployer, "RuleStub", True)
    guest.limit("addRule", rule.address)
    rule.send(people.deployer, "setMood", REVERTING)
    with reverts(RuleFailed, rule=rule.address):
        guest.act("forcedTransfer", people.ana.address, people.ben.address, 1)
    guest.act("burn", people.ana.address, 1)
    guest.limit("removeRule", rule.address)
    guest.act("forcedTransfer", people.ana.address, people.ben.address, 1)
    assert guest.units(people.ana, people.ben) == (8, 1)


# ── counting ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_update__of_a_country__moves_the_investor_between_the_counts(guest: Guest) -> None:
    people, spare = guest.world.people, guest.world.spare
    limits = [{"country": country, "mask": 0, "claims": 0, "limit": 10} for country in (SWITZERLAND, GERMANY, JAPAN)]
    guest.limit("setCountryLimits", limits)
    mint(guest, ana=10, spare=20, ben=30)

    def counted() -> list[int]:
        page = guest.world.rulebook.read(
            "recount", guest.standard.address, 0, ids(people.ana, spare, people.ben, people.dora)
        )
        counts = [one["count"] for one in guest.settings()["countryLimits"]]
        assert counts == list(page["countries"])
        return counts

    assert counted() == [1, 1, 0]
    update(guest, people.ana, country=JAPAN)
    assert counted() == [0, 1, 1]
    guest.world.registry.send(people.registrar, "updateIdentity", spare.address, spare.address)
    assert counted() == [0, 1, 2]
    guest.world.registry.send(people.registrar, "deleteIdentity", people.ben.address)
    assert counted() == [0, 0, 2]
    guest.act("burn", people.ana.address, 10)
    assert counted() == [0, 0, 1]


def test_recoveryAddress__of_their_token__needs_the_registrar_s_power_and_keeps_the_counts(guest: Guest) -> None:
    world, people = guest.world, guest.world.people
    chloe, identity = people.chloe, world.identity(people.ana)
    guest.limit("setInvestorLimit", 2, 0)
    mint(guest, ana=60, spare=5, ben=40)
    guest.limit("setLockup", people.ana.address, 10, world.chain.now() + 10_000)
    identity.send(people.ana, "addKey", key_of(chloe.address), 1, 1)
    with pytest.raises(Reverted):
        guest.act("recoveryAddress", people.ana.address, chloe.address, identity.address)
    role = world.manager.read(
        "getTargetFunctionRole", world.registry.address, artifact("IdentityRegistry").selector("registerIdentity")
    )
    world.manager.send(people.admin, "grantRole", role, guest.token.address, 0)
    guest.act("recoveryAddress", people.ana.address, chloe.address, identity.address)
    assert guest.units(people.ana, chloe, world.spare) == (0, 60, 5)
    assert world.registry.read("contains", people.ana.address) is False
    assert world.registry.read("walletsOf", chloe.address) == world.registry.read("walletsOf", world.spare.address)
    assert guest.settings()["investorCount"] == 2
    with guest.refused():
        guest.token.send(chloe, "transfer", people.dora.address, 59)
    locks = [world.rulebook.read("lockOf", guest.standard.address, one.address) for one in (people.ana, chloe)]
    assert [one["units"] for one in locks] == [10, 0]  # ERC-3643 does not say that it was a recovery


def test_STD_1_counts__after_any_history_of_their_token__are_the_true_ones(guest: Guest) -> None:
    """Mints, transfers, forced transfers, burns, changes of facts, of links and of wallets, at random."""
    world, people = guest.world, guest.world.people
    wallets = (people.ana, world.spare, people.ben, people.dora, world.exchange)
    draw = random.Random(3643)
    limits = [{"country": one, "mask": 0, "claims": 0, "limit": 9} for one in (SWITZERLAND, GERMANY, UNITED_STATES)]
    guest.limit("setInvestorLimit", 4, 0)
    guest.limit("setCountryLimits", limits)
    done = 0
    for _ in range(70):
        try:
            _do_something(guest, draw, wallets)
        except Reverted:
            continue
        done += 1
        _counts_are_true(guest, wallets)
    assert done > 40


def _do_something(guest: Guest, draw: random.Random, wallets: tuple[Signer, ...]) -> None:
    one, other = draw.sample(wallets, 2)
    (held,) = guest.units(one)
    part = draw.choice((held, held, draw.randint(0, held)))
    people, spare = guest.world.people, guest.world.spare
    match draw.randrange(6):
        case 0:
            guest.act("mint", one.address, draw.randint(1, 50))
        case 1:
            guest.token.send(one, "transfer", other.address, part)
        case 2:
            guest.act("forcedTransfer", one.address, other.address, part)
        case 3:
            guest.act("burn", one.address, part)
        case 4:
            update(guest, one, country=draw.choice((SWITZERLAND, GERMANY, UNITED_STATES)))
        case _:
            _relink(guest, spare, draw.choice((people.ana, people.ben, spare)))


def _relink(guest: Guest, wallet: Signer, investor: Signer) -> None:
    registry, registrar = guest.world.registry, guest.world.people.registrar
    known = registry.read("investorOf", investor.address)
    registry.send(registrar, "updateIdentity", wallet.address, wallet.address if investor is wallet else known)


def _counts_are_true(guest: Guest, wallets: tuple[Signer, ...]) -> None:
    """Count in plain Python what the rulebook counts as it goes."""
    registry = guest.world.registry
    holding = {
        registry.read("investorOf", one.address): registry.read("investorCountry", one.address)
        for one, units in zip(wallets, guest.units(*wallets), strict=True)
        if units
    }
    settings = guest.settings()
    assert settings["investorCount"] == len(holding)
    countries = list(holding.values())
    assert [one["count"] for one in settings["countryLimits"]] == [
        countries.count(one["rule"]["country"]) for one in settings["countryLimits"]
    ]
