"""Verification names every difference, whoever made it, and passes over nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from tokenkit.artifacts import load
from tokenkit.chain import LocalChain, Transaction
from tokenkit.errors import InvalidRecord, VerifyError, WrongChain
from tokenkit.plan import Plan
from tokenkit.powers import Role
from tokenkit.registry import CountryGroup, Terms
from tokenkit.types import ZERO_ADDRESS
from tokenkit.verify import Difference, Verification, verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from tokenkit.chain import Chain, DevelopmentChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People
    from tokenkit.types import Address


class Stage:
    """The suite, and the admin's hand on its powers."""

    def __init__(self, suite: Suite, people: People, chain: DevelopmentChain) -> None:
        self.suite, self.people, self.chain = suite, people, chain
        self.manager = suite.record.address("manager")

    def admin(self, function: str, *args: object) -> None:
        data = load("AccessManager").encode_call(function, args)
        self.chain.send(Transaction(to=self.manager, data=data), self.people.admin)

    def verify(self) -> Verification:
        return verify(self.suite.record, self.chain)

    def differences(self) -> list[tuple[str, str, str, str]]:
        return [(one.area, one.subject, one.expected, one.actual) for one in self.verify().differences]


@pytest.fixture
def stage(suite: Suite, people: People, chain: DevelopmentChain) -> Stage:
    return Stage(suite, people, chain)


class Altered:
    """A chain on which the code at some addresses is another."""

    def __init__(self, chain: DevelopmentChain, codes: dict[Address, bytes]) -> None:
        self._chain, self._codes = chain, codes

    def __getattr__(self, name: str) -> object:
        return getattr(self._chain, name)

    def code(self, address: Address) -> bytes:
        return self._codes.get(address, self._chain.code(address))


def altered(stage: Stage, name: str, change: Callable[[bytes], bytes]) -> list[tuple[str, str, str]]:
    address = stage.suite.record.address(name)
    chain = cast("Chain", Altered(stage.chain, {address: change(stage.chain.code(address))}))
    found = verify(stage.suite.record, chain).differences
    return [
        (one.area, one.subject, one.actual) for one in found if "0x" not in one.expected or "built-in" in one.subject
    ]


def test_verify__record_of_another_chain__refused(stage: Stage) -> None:
    with pytest.raises(WrongChain):
        verify(stage.suite.record, LocalChain(accounts=1, chain_id=5))


def test_verify__incomplete_record__refused(stage: Stage) -> None:
    for record in (
        replace(stage.suite.record, complete=False),
        replace(stage.suite.record, contracts=stage.suite.record.contracts[1:]),
    ):
        with pytest.raises(InvalidRecord, match="not complete"):
            verify(record, stage.chain)


def test_verify__suite_as_deployed__has_no_difference_and_says_what_it_cannot_see(stage: Stage) -> None:
    found = stage.verify()
    assert (found.ok, found.differences, found.warnings, len(found.unseen)) == (True, (), (), 3)
    assert found.checked > 200
    assert found.block == stage.chain.block().number
    found.require()


def test_require__differences__raises_and_names_each() -> None:
    one = Difference(area="powers", subject="issuer: x", expected="a member", actual="not a member")
    found = Verification(differences=(one,), warnings=(), unseen=(), checked=1, block=1)
    with pytest.raises(VerifyError, match="powers: issuer: x: expected a member, found not a member"):
        found.require()


# Code


def test_verify__one_byte_of_code_changed__found_in_every_contract(stage: Stage) -> None:
    record = stage.suite.record
    codes = {contract.address: stage.chain.code(contract.address) for contract in record.contracts}
    chain = cast("Chain", Altered(stage.chain, {at: bytes([code[0] ^ 1]) + code[1:] for at, code in codes.items()}))
    found = {one.subject for one in verify(record, chain).differences if one.actual == "1 bytes that differ"}
    artifacts = {
        contract.name: "ERC1967Proxy" if contract.implementation else contract.artifact for contract in record.contracts
    }
    assert found == {f"{name}: {artifact}" for name, artifact in artifacts.items()}
    assert len(found) == 9


def test_verify__code_gone__found(stage: Stage) -> None:
    record = stage.suite.record
    chain = cast("Chain", Altered(stage.chain, {record.address("payouts"): b""}))
    assert ("code", "payouts", "no code") in [
        (one.area, one.subject, one.actual) for one in verify(record, chain).differences
    ]


def test_verify__built_in_value_changed__found(stage: Stage) -> None:
    ((start, length), *_) = load("SecurityToken").immutable_references["office"]
    other = bytes(12) + bytes.fromhex(stage.people.mallory.address[2:])

    def patch(code: bytes) -> bytes:
        return code[:start] + other + code[start + length :]

    found = altered(stage, "token ORD", patch)
    office = stage.suite.record.address("token office")
    actual = " and ".join(
        sorted(
            {stage.people.mallory.address, office}
            if len(load("SecurityToken").immutable_references["office"]) > 1
            else {stage.people.mallory.address}
        )
    )
    assert found == [("code", "token ORD: built-in office", actual)]


def test_verify__constructor_arguments_changed_in_the_record__found(stage: Stage) -> None:
    record = stage.suite.record
    forged = record.with_contract(replace(record.contract("registry"), constructor="0x" + "00" * 31 + "01"))
    assert [one.subject for one in verify(forged, stage.chain).differences] == [
        "registry: constructor arguments in the record"
    ]


def test_verify__implementation_replaced__found(stage: Stage) -> None:
    suite, people, chain = stage.suite, stage.people, stage.chain
    other = chain.send(Transaction(to=None, data=_implementation(suite)), people.deployer).contract_address
    upgrade = load("SecurityToken").encode_call("upgradeToAndCall", [other, b""])
    token = suite.token("PREF").address
    schedule = load("AccessManager").encode_call("schedule", [token, upgrade, 0])
    chain.send(Transaction(to=stage.manager, data=schedule), people.upgrader)
    (warning,) = stage.verify().warnings
    assert warning.startswith(f"{people.upgrader.address} has scheduled 0x4f1ef286 of token PREF for ")
    chain.travel(by=3600)
    chain.send(Transaction(to=token, data=upgrade), people.upgrader)
    assert stage.differences() == [
        ("code", "token PREF: implementation", suite.record.address("token implementation"), str(other))
    ]
    assert stage.verify().warnings == ()


def _implementation(suite: Suite) -> bytes:
    setup = {
        "name": "",
        "symbol": "",
        "decimals": 0,
        "authority": suite.record.address("manager"),
        "onchainID": ZERO_ADDRESS,
    }
    return load("SecurityToken").encode_constructor([setup, False, suite.record.address("token office")])


# Wiring


def test_verify__token_points_at_another_rulebook__found(stage: Stage) -> None:
    suite, people, chain = stage.suite, stage.people, stage.chain
    created = chain.send(
        Transaction(to=None, data=load("Rulebook").encode_constructor([stage.manager])), people.deployer
    )
    assert created.contract_address is not None
    bind = load("Rulebook").encode_call("bindToken", [suite.token("ORD").address])
    chain.send(Transaction(to=created.contract_address, data=bind), people.admin)
    suite.token("ORD").issuance.set_rulebook(created.contract_address).send(people.compliance)
    assert stage.differences() == [
        ("wiring", "token ORD: rulebook", suite.record.address("rulebook"), created.contract_address)
    ]


def test_verify__token_unbound__found(stage: Stage) -> None:
    suite, people, chain = stage.suite, stage.people, stage.chain
    created = chain.send(
        Transaction(to=None, data=load("Rulebook").encode_constructor([stage.manager])), people.deployer
    )
    assert created.contract_address is not None
    token = suite.token("ORD").address
    chain.send(
        Transaction(to=created.contract_address, data=load("Rulebook").encode_call("bindToken", [token])), people.admin
    )
    suite.token("ORD").issuance.set_rulebook(created.contract_address).send(people.compliance)
    unbind = load("Rulebook").encode_call("unbindToken", [token])
    chain.send(Transaction(to=suite.record.address("rulebook"), data=unbind), people.compliance)
    found = {subject: actual for _, subject, _, actual in stage.differences()}
    assert found["rulebook: serves ORD"] == "no"
    assert found["rulebook: classes served"] == suite.token("PREF").address


def test_verify__authority_replaced__found(stage: Stage) -> None:
    created = stage.chain.send(
        Transaction(to=None, data=load("AccessManager").encode_constructor([stage.people.mallory.address])),
        stage.people.deployer,
    )
    stage.admin("updateAuthority", stage.suite.record.address("rulebook"), created.contract_address)
    assert stage.differences() == [("wiring", "rulebook: authority", stage.manager, str(created.contract_address))]


# Powers


def test_verify__member_added__found(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    stage.admin("grantRole", int(Role.ISSUER), mallory, 60)
    assert stage.differences() == [
        ("powers", f"issuer: {mallory}", "not a member", "a member whose acts wait 60 seconds")
    ]


def test_verify__member_added_to_a_role_of_no_plan__found(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    stage.admin("grantRole", 77, mallory, 0)
    assert stage.differences() == [("powers", f"role 77: {mallory}", "not a member", "a member")]


def test_verify__second_admin__found(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    stage.admin("grantRole", 0, mallory, 0)
    assert stage.differences() == [("powers", f"admin: {mallory}", "not a member", "a member")]


def test_verify__member_removed__found(stage: Stage) -> None:
    registrar = stage.people.registrar.address
    stage.admin("revokeRole", int(Role.REGISTRAR), registrar)
    assert stage.differences() == [("powers", f"registrar: {registrar}", "a member", "not a member")]


def test_verify__member_removed_and_added_again__is_no_difference(stage: Stage) -> None:
    registrar = stage.people.registrar.address
    stage.admin("revokeRole", int(Role.REGISTRAR), registrar)
    stage.admin("grantRole", int(Role.REGISTRAR), registrar, 0)
    assert stage.differences() == []


def test_verify__delay_of_a_member_shortened__found_before_it_takes_effect(stage: Stage) -> None:
    upgrader = stage.people.upgrader.address
    stage.admin("grantRole", int(Role.UPGRADER), upgrader, 0)
    assert stage.differences() == [
        ("powers", f"upgrader: {upgrader}", "a member whose acts wait 3600 seconds", "a member")
    ]
    (warning,) = stage.verify().warnings
    assert warning.startswith(f"Acts of {upgrader} as upgrader wait none from ")


def test_verify__guardian_replaced__found(stage: Stage) -> None:
    stage.admin("setRoleGuardian", int(Role.UPGRADER), int(Role.ISSUER))
    assert stage.differences() == [("powers", "upgrader: guardian", "guardian of the upgrader", "issuer")]


def test_verify__role_admin_replaced__found(stage: Stage) -> None:
    stage.admin("setRoleAdmin", int(Role.ISSUER), int(Role.REGISTRAR))
    assert stage.differences() == [("powers", "issuer: granted by", "admin", "registrar")]


def test_verify__delay_of_grants_set__found_with_a_warning_until_it_takes_effect(stage: Stage) -> None:
    stage.admin("setGrantDelay", int(Role.ISSUER), 60)
    found = stage.verify()
    assert [(one.subject, one.actual) for one in found.differences] == [("issuer: delay of grants", "60 seconds")]
    assert found.warnings[0].startswith("The delay of grants of the role issuer becomes 60 seconds at ")


def test_verify__function_given_to_everybody__found(stage: Stage) -> None:
    token = stage.suite.token("ORD").address
    stage.admin("setTargetFunctionRole", token, [load("SecurityToken").selector("issue")], 2**64 - 1)
    assert stage.differences() == [("powers", "token ORD: issue", "issuer", "everybody")]


def test_verify__standard_face_switched_on__found(stage: Stage) -> None:
    token = stage.suite.token("ORD").address
    stage.admin("setTargetFunctionRole", token, [load("SecurityToken").selector("mint")], int(Role.ISSUER))
    assert stage.differences() == [("powers", "token ORD: mint", "nobody", "issuer")]


def test_verify__role_for_a_function_outside_the_table__found(stage: Stage) -> None:
    stage.admin("setTargetFunctionRole", stage.suite.token("ORD").address, [b"\x01\x02\x03\x04"], int(Role.ISSUER))
    assert stage.differences() == [("powers", "function 0x01020304 of token ORD", "no role of its own", "issuer")]


def test_verify__target_closed__found(stage: Stage) -> None:
    stage.admin("setTargetClosed", stage.suite.record.address("payouts"), True)
    assert stage.differences() == [("powers", "payouts: closed by the admin", "no", "yes")]


def test_verify__target_delay_set__found(stage: Stage) -> None:
    stage.admin("setTargetAdminDelay", stage.suite.record.address("payouts"), 60)
    assert stage.differences() == [("powers", "payouts: delay of changes to its powers", "none", "60 seconds")]


def test_verify__role_relabelled__found(stage: Stage) -> None:
    stage.admin("labelRole", int(Role.ISSUER), "harmless")
    assert stage.differences() == [("powers", "issuer: label", "issuer", "harmless")]


# Parameters


def test_verify__terms_changed__found_in_words(stage: Stage) -> None:
    suite = stage.suite
    terms = Terms(providers=1, lapsed_may_sell=True, groups=(CountryGroup(claims=0b10, countries=(276, 756)),))
    suite.registry.set_terms(suite.token("ORD").address, terms).send(stage.people.compliance)
    assert stage.differences() == [
        (
            "parameters",
            "registry: terms of ORD",
            "CH, DE, FR, LI with kyc; US with accredited, kyc; attested by issuer; a lapsed holder may not sell",
            "CH, DE with accredited; attested by issuer; a lapsed holder may sell",
        )
    ]


def test_verify__provider_added__found(stage: Stage) -> None:
    stage.suite.registry.add_provider(stage.people.mallory.address, "Shady").send(stage.people.compliance)
    assert stage.differences() == [("parameters", "registry: number of providers", "1", "2")]


def test_verify__name_and_symbol_changed__found(stage: Stage) -> None:
    issuance = stage.suite.token("ORD").issuance
    issuance.rename("Other").send(stage.people.issuer)
    issuance.change_symbol("XXX").send(stage.people.issuer)
    assert stage.differences() == [
        ("parameters", "token ORD: name", "Test Company Ordinary Shares", "Other"),
        ("parameters", "token ORD: symbol", "ORD", "XXX"),
    ]


def test_verify__rule_switched_on__found(stage: Stage) -> None:
    rulebook, token = stage.suite.record.address("rulebook"), stage.suite.token("ORD").address
    calls = [
        ("setHoldingCap", [token, 500, 250]),
        ("switchLockups", [token, True]),
        ("setFlowBack", [token, 2**48 - 1, [{"from": 0, "to": 840}]]),
        ("setInvestorLimit", [ZERO_ADDRESS, 7, []]),
    ]
    for function, args in calls:
        data = load("Rulebook").encode_call(function, args)
        stage.chain.send(Transaction(to=rulebook, data=data), stage.people.compliance)
    assert stage.differences() == [
        ("parameters", "rulebook: holding cap of ORD", "off", "500 smallest units"),
        ("parameters", "rulebook: holding cap as a share of ORD", "off", "2.5 % of the supply"),
        ("parameters", "rulebook: lockups of ORD", "off", "on"),
        ("parameters", "rulebook: end of the flow-back block of ORD", "off", "for ever"),
        ("parameters", "rulebook: blocked country pairs of ORD", "none", "anywhere to US"),
        ("parameters", "rulebook: investor limit of all classes", "off", "7 investors"),
    ]


def test_verify__document_added__found(stage: Stage) -> None:
    token = stage.suite.token("ORD").address
    data = load("SecurityToken").encode_call("setDocument", [b"prospectus".ljust(32, b"\0"), "ipfs://x", b"\x01" * 32])
    stage.chain.send(Transaction(to=token, data=data), stage.people.issuer)
    assert stage.differences() == [("parameters", "token ORD: documents", "none", "prospectus")]


def test_verify__paused__is_a_warning(stage: Stage) -> None:
    stage.suite.token("ORD").issuance.pause().send(stage.people.compliance)
    found = stage.verify()
    assert found.ok
    assert found.warnings == ("token ORD: paused is yes now; the plan let it start with no.",)


def test_verify__plan_in_the_record_is_another__found(stage: Stage) -> None:
    record = stage.suite.record
    other = Plan.parse(
        record.plan.text.replace('"LI"', '"AT"').replace(stage.people.issuer.address, stage.people.mallory.address)
    )
    found = {(one.area, one.subject) for one in verify(replace(record, plan=other), stage.chain).differences}
    assert found == {
        ("parameters", "registry: terms of ORD"),
        ("powers", f"issuer: {stage.people.issuer.address}"),
        ("powers", f"issuer: {stage.people.mallory.address}"),
    }


def test_verify__built_from_other_contracts__falls_back_to_hashes_and_says_so(stage: Stage) -> None:
    record = stage.suite.record
    found = verify(replace(record, build=replace(record.build, tokenkit="0.0.9", artifacts={})), stage.chain)
    assert found.ok
    assert "built by tokenkit 0.0.9 from other contracts" in found.warnings[0]
