"""T-REX's eleven compliance modules, bound to its own token and to ours: the same movements, outcome for outcome, balance for balance.

Every story is told twice for our token: under T-REX's registry, and under ours. What passes and what does not is written down in the story;
that both tokens agree, and end with the same balances, is checked after every step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from tests.interop import trex
from tests.interop.conftest import GERMANY, SWITZERLAND, UNITED_STATES

from tokenkit.errors import Reverted
from tokenkit.reverts import TransferRestricted
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.interop.conftest import World
    from tests.interop.trex import Foreign

    from tokenkit.chain import Signer
    from tokenkit.types import Address

ISSUE, TRANSFER = 0, 2
DAY, MONTH = 86_400, 30 * 86_400
WHITELIST, BLACKLIST = 1, 2
BY_WALLET, BY_IDENTITY = 0, 1


@dataclass(kw_only=True)
class Pair:
    """Their token and ours, each with a compliance of T-REX's that asks the same module."""

    world: World
    module: Foreign
    theirs: Foreign
    ours: Foreign
    passed: int = 0
    refused: int = 0
    kinds: set[str] = field(default_factory=set)

    def configure(self, function: str, *args: object) -> None:
        for compliance in (self.theirs, self.ours):
            self.world.theirs.configure(compliance, self.module, function, *args)

    def passes(self, verb: str, *args: Signer | int) -> None:
        assert self._both(verb, *args) == (None, None)
        self.passed += 1

    def refuses(self, verb: str, *args: Signer | int) -> None:
        """Expect that the compliance is asked and says no; our token says who does."""
        theirs, ours = self._both(verb, *args)
        assert isinstance(theirs, Reverted)
        assert isinstance(ours, TransferRestricted)
        assert (ours.code, ours.account) == (58, self.ours.address)
        self._preflight(verb, *args)
        self.refused += 1

    def fails(self, verb: str, *args: Signer | int) -> None:
        """Expect that a module reverts when it is told: its error is what both tokens give."""
        theirs, ours = self._both(verb, *args)
        assert isinstance(theirs, Reverted)
        assert isinstance(ours, Reverted)
        assert ours.data[:4] == theirs.data[:4] != b""
        self.refused += 1

    def later(self, seconds: int) -> None:
        self.world.chain.travel(by=seconds)

    def _both(self, verb: str, *args: Signer | int) -> tuple[Reverted | None, Reverted | None]:
        self.kinds.add(verb)
        theirs, ours = (_outcome(getattr(self, f"_{side}"), verb, *args) for side in ("theirs_do", "ours_do"))
        world = self.world
        assert world.balances(world.token) == world.balances(world.theirs.token)
        assert world.token.read("totalSupply") == world.theirs.token.read("totalSupply")
        return theirs, ours

    def _preflight(self, verb: str, *args: Signer | int) -> None:
        if verb == "transferFrom":
            return
        sender, receiver = ZERO_ADDRESS, args[0].address
        if verb == "transfer":
            sender, receiver = args[0].address, args[1].address
        kind = ISSUE if verb == "mint" else TRANSFER
        verdicts = self.world.token.read("explain", kind, sender, sender, receiver, args[-1])
        assert [(one["code"], one["account"]) for one in verdicts] == [(58, self.ours.address)]

    def _theirs_do(self, verb: str, *args: Signer | int) -> None:
        _do(self.world.theirs.token, verb, dict.fromkeys(_OFFICES, self.world.owner), *args)

    def _ours_do(self, verb: str, *args: Signer | int) -> None:
        people = self.world.people
        offices = {"mint": people.issuer, "burn": people.issuer, "forcedTransfer": people.enforcement}
        _do(self.world.token, verb, offices, *args)


_OFFICES = ("mint", "burn", "forcedTransfer")


def _do(token: Foreign, verb: str, offices: dict[str, Signer], *args: Signer | int) -> None:
    values = [one if isinstance(one, int) else one.address for one in args]
    if verb in _OFFICES:
        token.send(offices[verb], verb, *values)
    elif verb == "transfer":
        token.send(args[0], "transfer", *values[1:])
    else:
        assert verb == "transferFrom"
        spender, owner = args[0], args[1]
        token.send(owner, "approve", spender.address, args[-1])
        token.send(spender, "transferFrom", *values[1:])


def _outcome(do: Callable[..., None], verb: str, *args: Signer | int) -> Reverted | None:
    try:
        do(verb, *args)
    except Reverted as refusal:
        return refusal
    return None


@pytest.fixture(params=["their registry", "our registry"])
def world_of_pair(request: pytest.FixtureRequest, world: World) -> World:
    if request.param == "their registry":
        world.set_registry(world.theirs.registry)
    return world


@pytest.fixture
def pair(request: pytest.FixtureRequest, world_of_pair: World) -> Pair:
    """Bind the module that the test is named after to both tokens' compliances."""
    world, theirs = world_of_pair, world_of_pair.theirs
    name = request.node.originalname.split("__")[0].removeprefix("test_")
    module = trex.create_module(world.chain, world.owner, name)
    compliance = theirs.create_compliance()
    world.set_compliance(compliance)
    if name == "TransferFees":
        theirs.token.send(world.owner, "addAgent", module.address)
        world.token.send(world.people.admin, "addAgent", module.address)
    for one in (theirs.compliance, compliance):
        one.send(world.owner, "addModule", module.address)
    return Pair(world=world, module=module, theirs=theirs.compliance, ours=compliance)


def _cast(pair: Pair) -> tuple[Signer, Signer, Signer, Signer]:
    return pair.world.people.ana, pair.world.spare, pair.world.people.ben, pair.world.people.dora


def test_modules__all__have_a_story() -> None:
    told = {name.removeprefix("test_").split("__")[0] for name in globals() if name.startswith("test_")}
    assert told - {"modules"} == set(trex.MODULES)


def test_CountryAllow__countries_of_receivers__judged_alike(pair: Pair) -> None:
    ana, _, ben, dora = _cast(pair)
    pair.refuses("mint", ana, 100)
    pair.configure("batchAllowCountries", [SWITZERLAND, GERMANY])
    pair.passes("mint", ana, 100)
    pair.passes("mint", ben, 50)
    pair.refuses("mint", dora, 1)
    pair.passes("transfer", ana, ben, 10)
    pair.refuses("transfer", ana, dora, 10)
    pair.refuses("transferFrom", ben, ana, dora, 10)
    pair.passes("forcedTransfer", ana, dora, 10)
    pair.configure("removeAllowedCountry", GERMANY)
    pair.refuses("transfer", ana, ben, 1)
    pair.passes("transfer", dora, ana, 3)
    pair.passes("burn", ben, 60)


def test_CountryRestrict__countries_of_receivers__judged_alike(pair: Pair) -> None:
    ana, _, ben, dora = _cast(pair)
    pair.configure("addCountryRestriction", UNITED_STATES)
    pair.passes("mint", ana, 100)
    pair.refuses("mint", dora, 1)
    pair.refuses("transfer", ana, dora, 10)
    pair.passes("transferFrom", ben, ana, ben, 10)
    pair.passes("forcedTransfer", ben, dora, 10)
    pair.configure("removeCountryRestriction", UNITED_STATES)
    pair.passes("transfer", ana, dora, 10)
    pair.passes("burn", dora, 20)


def test_SupplyLimit__issues_up_to_it__judged_alike(pair: Pair) -> None:
    ana, _, ben, _ = _cast(pair)
    pair.refuses("mint", ana, 1)
    pair.configure("setSupplyLimit", 1_000)
    pair.passes("mint", ana, 600)
    pair.refuses("mint", ben, 401)
    pair.passes("mint", ben, 400)
    pair.refuses("mint", ana, 1)
    pair.passes("transfer", ana, ben, 600)
    pair.passes("burn", ben, 100)
    pair.passes("forcedTransfer", ben, ana, 50)
    pair.refuses("mint", ana, 101)
    pair.passes("mint", ana, 100)


def test_MaxBalance__of_an_identity__judged_alike(pair: Pair) -> None:
    ana, spare, ben, dora = _cast(pair)
    pair.refuses("mint", ana, 1)
    pair.configure("setMaxBalance", 500)
    pair.passes("mint", ana, 400)
    pair.refuses("mint", spare, 101)
    pair.passes("mint", spare, 100)
    pair.refuses("mint", ana, 1)
    pair.passes("transfer", ana, ben, 300)
    pair.passes("mint", ana, 250)
    pair.refuses("transfer", spare, ana, 60)  # B15: the module counts a move between one's own wallets as an increase
    pair.passes("transfer", spare, ana, 50)
    pair.passes("mint", dora, 450)
    pair.refuses("transfer", dora, ben, 201)
    pair.fails("forcedTransfer", dora, ben, 201)
    pair.passes("forcedTransfer", dora, ben, 200)
    pair.passes("burn", ben, 500)
    pair.passes("transferFrom", ben, dora, ben, 250)


def test_TimeTransfersLimits__of_a_sender__judged_alike(pair: Pair) -> None:
    ana, spare, ben, _ = _cast(pair)
    pair.configure("setTimeTransferLimit", {"limitTime": DAY, "limitValue": 100})
    pair.passes("mint", ana, 1_000)
    pair.refuses("transfer", ana, ben, 101)
    pair.passes("transfer", ana, ben, 60)
    pair.refuses("transfer", ana, ben, 41)
    pair.passes("transfer", ana, spare, 40)
    pair.refuses("transfer", spare, ben, 1)
    pair.later(DAY + 1)
    pair.passes("transfer", spare, ben, 40)
    pair.passes("forcedTransfer", ana, ben, 50)
    pair.refuses("transfer", ana, ben, 11)
    pair.passes("transferFrom", ben, ana, ben, 10)
    pair.passes("burn", ana, 700)
    pair.configure("removeTimeTransferLimit", DAY)
    pair.passes("transfer", ana, ben, 140)


def test_TimeExchangeLimits__towards_an_exchange__judged_alike(pair: Pair) -> None:
    ana, spare, ben, _ = _cast(pair)
    exchange = pair.world.exchange
    identity = pair.world.identity(exchange).address
    pair.module.send(pair.world.owner, "addExchangeID", identity)
    pair.configure("setExchangeLimit", identity, {"limitTime": DAY, "limitValue": 100})
    pair.passes("mint", ana, 1_000)
    pair.passes("transfer", ana, ben, 500)
    pair.refuses("transfer", ana, exchange, 101)
    pair.passes("transfer", ana, exchange, 70)
    pair.passes("transfer", ana, spare, 100)
    pair.refuses("transfer", spare, exchange, 31)
    pair.passes("transfer", ben, exchange, 100)
    pair.passes("transfer", exchange, ana, 170)
    pair.passes("forcedTransfer", ana, exchange, 30)
    pair.refuses("transfer", ana, exchange, 1)
    pair.later(DAY + 1)
    pair.passes("transfer", ana, exchange, 100)
    pair.passes("burn", exchange, 130)


def test_ExchangeMonthlyLimits__towards_an_exchange__judged_alike(pair: Pair) -> None:
    ana, _, ben, _ = _cast(pair)
    exchange = pair.world.exchange
    identity = pair.world.identity(exchange).address
    pair.module.send(pair.world.owner, "addExchangeID", identity)
    pair.passes("mint", ana, 1_000)
    pair.passes("mint", exchange, 10)
    pair.refuses("transfer", ana, exchange, 1)
    pair.configure("setExchangeMonthlyLimit", identity, 200)
    pair.passes("transfer", ana, exchange, 150)
    pair.refuses("transfer", ana, exchange, 51)
    pair.passes("transferFrom", ben, ana, exchange, 50)
    pair.passes("transfer", exchange, ben, 20)
    pair.passes("forcedTransfer", ana, exchange, 5)
    pair.later(MONTH + 1)
    pair.passes("transfer", ana, exchange, 200)
    pair.passes("burn", ana, 595)


def test_ConditionalTransfer__approved_movements__judged_alike(pair: Pair) -> None:
    ana, _, ben, _ = _cast(pair)
    pair.refuses("mint", ana, 100)
    pair.configure("approveTransfer", ZERO_ADDRESS, ana.address, 100)
    pair.passes("mint", ana, 100)
    pair.passes("mint", ana, 100)
    pair.refuses("transfer", ana, ben, 10)
    pair.configure("approveTransfer", ana.address, ben.address, 10)
    pair.refuses("transfer", ana, ben, 9)
    pair.passes("transfer", ana, ben, 10)
    pair.refuses("transfer", ana, ben, 10)
    pair.passes("forcedTransfer", ana, ben, 10)
    pair.configure("batchApproveTransfers", [ana.address], [ben.address], [7])
    pair.passes("forcedTransfer", ana, ben, 7)
    pair.refuses("transfer", ana, ben, 7)
    pair.configure("approveTransfer", ana.address, ben.address, 5)
    pair.configure("unApproveTransfer", ana.address, ben.address, 5)
    pair.refuses("transferFrom", ben, ana, ben, 5)
    pair.passes("burn", ben, 27)


def test_TransferFees__taken_by_a_forced_transfer_inside_the_transfer__judged_alike(pair: Pair) -> None:
    """The module calls back while the token tells it of the transfer."""
    ana, spare, ben, _ = _cast(pair)
    world, collector = pair.world, pair.world.collector
    pair.configure("setFee", 1_000, collector.address)
    pair.passes("mint", ana, 1_000)
    pair.passes("transfer", ana, ben, 100)
    assert world.balances(world.token)[collector.address] == 10
    pair.passes("transferFrom", ben, ana, ben, 55)
    pair.passes("transfer", ana, spare, 100)
    pair.passes("forcedTransfer", ana, ben, 200)
    pair.passes("transfer", ben, collector, 100)
    pair.passes("transfer", collector, ben, 9)
    pair.passes("transfer", ana, ben, 9)
    pair.passes("burn", ben, 100)
    assert world.balances(world.token)[collector.address] == 10 + 5 + 20 + 100 - 9
    for token, agent in ((world.token, world.people.registrar), (world.theirs.token, world.owner)):
        registry = world.registry if token is world.token else world.theirs.registry
        if token.read("identityRegistry") == registry.address:
            registry.send(agent, "deleteIdentity", collector.address)
    theirs, ours = pair._both("transfer", ana, ben, 100)
    assert isinstance(theirs, Reverted)
    assert isinstance(ours, TransferRestricted)
    assert ours.account == collector.address


def test_TransferRestrict__allowed_users__judged_alike(pair: Pair) -> None:
    ana, _, ben, dora = _cast(pair)
    pair.passes("mint", ana, 100)
    pair.passes("mint", ben, 100)
    pair.refuses("transfer", ana, ben, 10)
    pair.configure("allowUser", ana.address)
    pair.passes("transfer", ana, ben, 10)
    pair.passes("transfer", ben, ana, 10)
    pair.refuses("transferFrom", ana, ben, dora, 10)
    pair.passes("forcedTransfer", ben, dora, 10)
    pair.configure("disallowUser", ana.address)
    pair.refuses("transfer", ben, ana, 10)
    pair.passes("burn", ben, 90)


@pytest.mark.parametrize("how", ["wallet", "identity"])
def test_TokenListingRestrictions__listed_by_investors__judged_alike(pair: Pair, how: str) -> None:
    ana, spare, ben, _ = _cast(pair)
    by = BY_WALLET if how == "wallet" else BY_IDENTITY
    pair.passes("mint", ben, 100)
    pair.configure("configureToken", WHITELIST)
    pair.refuses("mint", ana, 100)
    _list(pair, ana, "listToken", by)
    pair.passes("mint", ana, 100)
    (pair.refuses if how == "wallet" else pair.passes)("transfer", ana, spare, 10)
    pair.refuses("transfer", ana, ben, 10)
    pair.passes("forcedTransfer", ana, ben, 10)
    pair.passes("transferFrom", spare, ben, ana, 20)
    _list(pair, ana, "unlistToken", by)
    pair.refuses("transfer", ben, ana, 10)
    pair.passes("burn", ben, 90)


def _list(pair: Pair, who: Signer, function: str, by: int) -> None:
    tokens: tuple[Address, ...] = (pair.world.token.address, pair.world.theirs.token.address)
    for token in tokens:
        pair.module.send(who, function, token, by)
