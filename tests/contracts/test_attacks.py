"""What an adversarial reviewer found, each as it was found; none of it works any more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tokenkit import artifacts
from tokenkit.chain import Transaction
from tokenkit.registry import Facts
from tokenkit.reverts import (
    InvalidRecovery,
    InvestorsUncounted,
    MoreGasNeeded,
    TokenNotBound,
    TransferRestricted,
)
from tokenkit.rules import ALL_CLASSES, CountLimit
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from tokenkit.chain import DevelopmentChain, Signer
    from tokenkit.suite import ShareClass, Suite
    from tokenkit.testing import People
    from tokenkit.types import Address

MOCKS = Path(__file__).resolve().parents[1] / "artifacts"
CH, DE = 756, 276
KYC = 1

BURNER = bytes.fromhex("6001600a5f3960015ff3" + "fe")
"""Creates a contract of one invalid instruction: it burns all gas it gets, whatever it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mock:
    """A contract of the tests, with its ABI."""

    chain: DevelopmentChain
    artifact: artifacts.Artifact
    address: Address

    def send(self, signer: Signer, function: str, *args: object) -> None:
        data = self.artifact.encode_call(function, args)
        self.chain.send(Transaction(to=self.address, data=data), signer)

    def read(self, function: str, *args: object) -> Any:  # noqa: ANN401 - whatever the contract answers
        return self.artifact.decode_result(
            function, self.chain.call(self.address, self.artifact.encode_call(function, args))
        )[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A suite of two classes and its people."""

    chain: DevelopmentChain
    suite: Suite
    people: People

    @property
    def ord(self) -> ShareClass:
        return self.suite.token("ORD")

    @property
    def pref(self) -> ShareClass:
        return self.suite.token("PREF")

    def create(self, name: str, *args: object) -> Mock:
        artifact = artifacts.read(MOCKS / f"{name}.json")
        receipt = self.chain.send(Transaction(to=None, data=artifact.encode_constructor(args)), self.people.deployer)
        assert receipt.contract_address is not None
        return Mock(chain=self.chain, artifact=artifact, address=receipt.contract_address)

    def issue(self, token: ShareClass, holder: Signer, units: int) -> None:
        token.issuance.issue(holder.address, units, reason="Attack").send(self.people.issuer)

    def limit(self, token: str, limit: int | None, *holders: Signer) -> None:
        rules, listed = self.suite.rulebook, self.holders(*holders)
        rules.limit_investors(token, limit).send(self.people.compliance)
        if any(listed.values()):
            for page in rules.count(token, listed if token == ALL_CLASSES else listed[token]):
                page.send(self.people.compliance)

    def holders(self, *people: Signer) -> dict[Address, list[Address]]:
        """Return which of them hold each class."""
        return {
            one.address: [who.address for who in people if one.transfers.balance(who.address).units]
            for one in (self.ord, self.pref)
        }

    def count(self, token: str) -> int | None:
        return self.suite.rulebook.show(token).investor_count

    def update_country(self, wallet: Signer, country: int, claims: int = KYC) -> None:
        self.suite.registry.update(wallet.address, Facts(country=country, claims=claims)).send(self.people.registrar)


@pytest.fixture
def scene(chain: DevelopmentChain, suite: Suite, people: People) -> Scene:
    return Scene(chain=chain, suite=suite, people=people)


def test_b1__wallets_linked_while_classes_stand_in_another_order__issuer_count_stays_true(scene: Scene) -> None:
    """The rulebook knows the classes in another order than the registry, so one is asked before it is told."""
    suite, people, rules = scene.suite, scene.people, scene.suite.rulebook
    scene.ord.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    rules.unbind(scene.ord.address).send(people.compliance)
    rules.bind(scene.ord.address).send(people.compliance)
    scene.ord.issuance.set_rulebook(rules.address).send(people.compliance)
    suite.registry.register(people.mallory.address, Facts(country=CH, claims=KYC)).send(people.registrar)
    scene.issue(scene.ord, people.ana, 10)
    scene.issue(scene.pref, people.ana, 1)
    scene.pref.issuance.redeem(people.ana.address, 1, reason="Attack").send(people.issuer)
    scene.issue(scene.pref, people.mallory, 5)
    scene.limit(ALL_CLASSES, 100, people.mallory, people.ana)
    assert scene.count(ALL_CLASSES) == 2

    registry = artifacts.load("IdentityRegistry")
    data = registry.encode_call("updateIdentity", [people.mallory.address, people.ana.address])
    scene.chain.send(Transaction(to=suite.registry.address, data=data), people.registrar)

    assert scene.count(ALL_CLASSES) == 1
    listed = scene.holders(people.mallory, people.ana)
    assert rules.recount(ALL_CLASSES, listed).investors == 1


def test_b2__plain_registry_shared_by_two_classes__both_recover(scene: Scene) -> None:
    people = scene.people
    registry = scene.create("PlainRegistry")
    for token in (scene.ord, scene.pref):
        registry.send(people.deployer, "addAgent", token.address)
        token.issuance.set_registry(registry.address).send(people.compliance)
    registry.send(people.deployer, "registerIdentity", people.ana.address, people.ana.address, CH)
    for token in (scene.ord, scene.pref):
        scene.issue(token, people.ana, 10)

    for token in (scene.ord, scene.pref):
        token.issuance.recover(
            people.ana.address, people.mallory.address, identity=people.ana.address, reason="Lost key"
        ).send(people.enforcement)

    for token in (scene.ord, scene.pref):
        assert token.transfers.balance(people.ana.address).units == 0
        assert token.transfers.balance(people.mallory.address).units == 10


def test_b2__plain_registry_recovery_into_a_strangers_identity__refused(scene: Scene) -> None:
    people = scene.people
    registry = scene.create("PlainRegistry")
    registry.send(people.deployer, "addAgent", scene.ord.address)
    scene.ord.issuance.set_registry(registry.address).send(people.compliance)
    for person in (people.ana, people.ben):
        registry.send(people.deployer, "registerIdentity", person.address, person.address, CH)
    scene.issue(scene.ord, people.ana, 10)

    refused = {"lost": people.ana.address, "replacement": people.ben.address}
    for identity in (people.ana, people.ben):
        with reverts(InvalidRecovery, **refused):
            scene.ord.issuance.recover(
                people.ana.address, people.ben.address, identity=identity.address, reason="Attack"
            ).send(people.enforcement)


def test_b3__emptied_class_comes_back__refused_while_it_counts(scene: Scene) -> None:
    people, rules = scene.people, scene.suite.rulebook
    scene.issue(scene.ord, people.ana, 5)
    scene.limit(scene.ord.address, 1, people.ana)
    scene.ord.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    scene.ord.issuance.redeem(people.ana.address, 5, reason="Attack").send(people.issuer)

    with reverts(InvestorsUncounted, token=scene.ord.address):
        scene.ord.issuance.set_rulebook(rules.address).send(people.compliance)


def test_b3__emptied_class_comes_back_under_an_issuer_limit__refused(scene: Scene) -> None:
    people, rules = scene.people, scene.suite.rulebook
    scene.issue(scene.ord, people.ana, 5)
    scene.issue(scene.pref, people.ben, 5)
    scene.limit(ALL_CLASSES, 2, people.ana, people.ben)
    scene.ord.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    scene.ord.issuance.redeem(people.ana.address, 5, reason="Attack").send(people.issuer)

    with reverts(InvestorsUncounted, token=scene.ord.address):
        scene.ord.issuance.set_rulebook(rules.address).send(people.compliance)


@pytest.mark.parametrize("on_leaving", [True, False])
@pytest.mark.parametrize("symbol", ["ORD", "PREF"])
def test_b4__rule_moves_units_while_facts_change__moves_nothing_and_counts_stay_true(
    scene: Scene, symbol: str, on_leaving: bool
) -> None:
    people, rules = scene.people, scene.suite.rulebook
    rule = scene.create("ActingRule")
    rules.add(scene.ord.address, rule.address).send(people.compliance)
    target = scene.suite.token(symbol)
    scene.issue(scene.ord, people.ana, 10)
    scene.issue(scene.pref, people.ana, 10)
    scene.limit(target.address, 1, people.ana)
    target.transfers.approve(rule.address, 10).send(people.ana)
    rule.send(people.mallory, "arm", target.address, people.ana.address, people.ben.address, on_leaving)

    scene.update_country(people.ana, DE)

    assert target.transfers.balance(people.ben.address).units == 0
    assert scene.count(target.address) == rules.recount(target.address, [people.ana.address]).investors == 1


def test_b4__holder_loses_its_claim_while_a_rule_acts_in_another_class__moves_nothing(scene: Scene) -> None:
    people = scene.people
    rule = scene.create("ActingRule")
    scene.suite.rulebook.add(scene.ord.address, rule.address).send(people.compliance)
    scene.issue(scene.ord, people.ana, 10)
    scene.issue(scene.pref, people.ana, 10)
    scene.issue(scene.pref, people.ben, 10)
    scene.pref.issuance.set_rulebook(ZERO_ADDRESS).send(people.compliance)
    scene.pref.transfers.approve(rule.address, 10).send(people.ana)
    rule.send(people.mallory, "arm", scene.pref.address, people.ana.address, people.ben.address, False)

    scene.update_country(people.ana, CH, claims=0)

    assert scene.pref.transfers.balance(people.ana.address).units == 10


def test_b5__bound_contract_breaks__can_be_unbound_and_blocks_nobody(scene: Scene) -> None:
    people, registry = scene.people, scene.suite.registry
    stray = scene.create("BoundContract", registry.address)
    registry.bind(stray.address).send(people.compliance)
    stray.send(people.mallory, "breakDown")

    scene.update_country(people.ben, CH)  # a contract that does not answer is not told
    registry.unbind(stray.address).send(people.compliance)

    assert stray.address not in registry.tokens()


def test_b5__bound_contract_says_it_asks_there__can_be_expelled_and_recovers_nobody(scene: Scene) -> None:
    people, registry = scene.people, scene.suite.registry
    stray = scene.create("BoundContract", registry.address)
    registry.bind(stray.address).send(people.compliance)

    registry.expel(stray.address).send(people.compliance)

    with reverts(TokenNotBound, token=stray.address):
        stray.send(people.mallory, "steal", people.ana.address, people.mallory.address, people.ana.address)


def test_b5__class_in_use_is_expelled__nobody_is_admitted_and_stamps_are_void(scene: Scene) -> None:
    people, registry = scene.people, scene.suite.registry
    scene.issue(scene.ord, people.ana, 10)
    scene.issue(scene.ord, people.ben, 10)

    registry.expel(scene.ord.address).send(people.compliance)

    with reverts(TransferRestricted, code=14, account=people.ana.address):
        scene.ord.transfers.transfer(people.ben.address, 1).send(people.ana)


def test_b6__only_the_second_wallet_holds__it_leaves_the_country_it_was_counted_in(scene: Scene) -> None:
    people = scene.people
    rule = scene.create("ActingRule")
    scene.suite.rulebook.add(scene.ord.address, rule.address).send(people.compliance)
    scene.suite.registry.link(people.mallory.address, people.ana.address).send(people.registrar)
    scene.issue(scene.ord, people.mallory, 10)

    scene.update_country(people.ana, DE)

    assert [rule.read("unitsIn", country) for country in (0, CH, DE)] == [0, 0, 10]


def test_b7__recovery_into_the_zero_address__refused(scene: Scene) -> None:
    people = scene.people
    registry = scene.create("PlainRegistry")
    registry.send(people.deployer, "addAgent", scene.ord.address)
    scene.ord.issuance.set_registry(registry.address).send(people.compliance)
    registry.send(people.deployer, "registerIdentity", people.ana.address, people.ana.address, CH)
    scene.issue(scene.ord, people.ana, 10)

    token = artifacts.load("SecurityToken")
    args = [people.ana.address, ZERO_ADDRESS, people.ana.address, "Attack", bytes(32)]
    call = Transaction(to=scene.ord.address, data=token.encode_call("recover", args))
    with reverts(InvalidRecovery, lost=people.ana.address, replacement=ZERO_ADDRESS):
        scene.chain.send(call, people.enforcement)


def test_b11__plain_registry_recovery_into_a_holder__two_investors_count_as_one(scene: Scene) -> None:
    people, rules = scene.people, scene.suite.rulebook
    registry = scene.create("PlainRegistry")
    registry.send(people.deployer, "addAgent", scene.ord.address)
    scene.ord.issuance.set_registry(registry.address).send(people.compliance)
    for person in (people.ana, people.mallory):
        registry.send(people.deployer, "registerIdentity", person.address, people.ana.address, CH)
        scene.issue(scene.ord, person, 10)
    scene.limit(scene.ord.address, 5, *sorted((people.ana, people.mallory), key=lambda one: int(one.address, 16)))

    scene.ord.issuance.recover(
        people.ana.address, people.mallory.address, identity=people.ana.address, reason="Lost key"
    ).send(people.enforcement)

    assert scene.count(scene.ord.address) == 1 == rules.recount(scene.ord.address, [people.mallory.address]).investors


@pytest.mark.parametrize("forgotten", [False, True])
def test_m1__plain_registry_recovery__replacement_counts_in_the_country_the_lost_wallet_was_in(
    scene: Scene, forgotten: bool
) -> None:
    """The rows were believed: nothing in the replacement's, and in the lost one's what another registry once said."""
    people, rules = scene.people, scene.suite.rulebook
    scene.update_country(people.ana, DE)
    scene.issue(scene.ord, people.ana, 1)  # the row says Germany
    registry = scene.create("PlainRegistry")
    registry.send(people.deployer, "addAgent", scene.ord.address)
    scene.ord.issuance.set_registry(registry.address).send(people.compliance)
    for person in (people.ana, people.ben):
        registry.send(people.deployer, "registerIdentity", person.address, people.ana.address, CH)
    rules.limit_countries(scene.ord.address, [CountLimit(country=CH, limit=2)]).send(people.compliance)
    scene.issue(scene.ord, people.ben, 1)
    holders = sorted((people.ana, people.ben), key=lambda one: int(one.address, 16))
    for page in rules.count(scene.ord.address, [one.address for one in holders]):
        page.send(people.compliance)
    if forgotten:  # another class of the issuer recovered first
        registry.send(people.deployer, "registerIdentity", people.mallory.address, people.ana.address, CH)
        registry.send(people.deployer, "deleteIdentity", people.ana.address)

    scene.ord.issuance.recover(
        people.ana.address, people.mallory.address, identity=people.ana.address, reason="Lost key"
    ).send(people.enforcement)

    (limit,) = rules.show(scene.ord.address).country_limits
    assert limit.count == 2
    registry.send(people.deployer, "registerIdentity", people.issuer.address, people.issuer.address, CH)
    with reverts(TransferRestricted, code=47, account=people.issuer.address):
        scene.issue(scene.ord, people.issuer, 1)


def test_l8__plain_registry_burns_gas__redemption_pays_for_little_of_it(scene: Scene) -> None:
    """It cost a transaction's whole gas, and failed where a rule had to be told of it."""
    people = scene.people
    scene.issue(scene.ord, people.ana, 10)
    rule = scene.create("RuleStub", True)
    scene.suite.rulebook.add(scene.ord.address, rule.address).send(people.compliance)
    registry = scene.chain.send(Transaction(to=None, data=BURNER), people.deployer).contract_address
    assert registry is not None
    scene.ord.issuance.set_registry(registry).send(people.compliance)

    receipt = scene.ord.issuance.redeem(people.ana.address, 5, reason="Attack").send(people.issuer).receipt

    assert receipt.gas_used < 400_000
    assert scene.ord.transfers.balance(people.ana.address).units == 5


def test_l8__plain_registry_starved_of_gas__refused_rather_than_an_unknown_country(scene: Scene) -> None:
    people = scene.people
    scene.issue(scene.ord, people.ana, 10)
    registry = scene.create("PlainRegistry")
    scene.ord.issuance.set_registry(registry.address).send(people.compliance)

    token = artifacts.load("SecurityToken")
    data = token.encode_call("redeem", [people.ana.address, 5, "Attack", bytes(32)])
    with reverts(MoreGasNeeded, gas=150_000):
        scene.chain.send(Transaction(to=scene.ord.address, data=data, gas=190_000), people.issuer)


def test_b12__plain_registry_calls_the_hooks__changes_nothing(scene: Scene) -> None:
    people = scene.people
    plain = scene.create("HookingRegistry")
    scene.ord.issuance.set_registry(plain.address).send(people.compliance)
    scene.issue(scene.ord, people.ana, 10)
    scene.limit(scene.ord.address, 1, people.ana)

    plain.send(people.mallory, "announce", scene.ord.address, [people.ana.address])

    assert scene.count(scene.ord.address) == 1


def test_b16__locked_units_sent_to_the_same_wallet__pass_and_move_nothing(scene: Scene) -> None:
    people = scene.people
    scene.issue(scene.ord, people.ana, 10)
    scene.suite.rulebook.lock(scene.ord.address, people.ana.address, until=scene.chain.now() + 1_000).send(
        people.compliance
    )

    scene.ord.transfers.transfer(people.ana.address, 10).send(people.ana)

    assert scene.ord.transfers.balance(people.ana.address).units == 10
