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

    @property
    def standing(self) -> str:
        """What the plan of the tests is always warned of."""
        admin = self.people.admin.address
        return f"{admin} is admin without a delay: it can give itself every power at once, before anybody can object."

    def warned(self) -> tuple[str, ...]:
        return tuple(one for one in self.verify().warnings if one != self.standing)

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
    assert (found.ok, found.differences, found.warnings, len(found.unseen)) == (True, (), (stage.standing,), 3)
    assert found.checked > 200
    assert found.block == stage.chain.block().number
    found.require()


def test_require__differences__raises_and_names_each() -> None:
    one = Difference(area="powers", subject="issuer: x", expected="a member", actual="not a member")
    found = Verification(differences=(one,), warnings=(), holders=(), unseen=(), checked=1, block=1)
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
    assert len(found) == 13


def test_verify__code_gone_or_longer__found(stage: Stage) -> None:
    record = stage.suite.record
    payouts, meetings = record.address("payouts"), record.address("meetings")
    codes = {payouts: b"", meetings: stage.chain.code(meetings) + b"\0"}
    found = verify(record, cast("Chain", Altered(stage.chain, codes))).differences
    assert ("code", "payouts", "no code") in [(one.area, one.subject, one.actual) for one in found]
    count = len(load("Meetings").deployed_bytecode) + 1
    assert ("code", "meetings: Meetings", f"{count} bytes that differ") in [
        (one.area, one.subject, one.actual) for one in found
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
    (warning,) = stage.warned()
    assert warning.startswith(f"{people.upgrader.address} has scheduled upgradeToAndCall of token PREF for ")
    chain.travel(by=3600)
    chain.send(Transaction(to=token, data=upgrade), people.upgrader)
    assert stage.differences() == [
        ("code", "token PREF: implementation", suite.record.address("token implementation"), str(other))
    ]
    assert stage.warned() == (
        "token PREF was upgraded once: what other code wrote into its storage does not show here.",
    )


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


def test_verify__token_points_elsewhere_and_is_unbound__found(stage: Stage) -> None:
    suite, people, chain = stage.suite, stage.people, stage.chain
    token, rulebook = suite.token("ORD").address, suite.record.address("rulebook")
    creation = load("Rulebook").encode_constructor([stage.manager, suite.record.address("rulebook office")])
    other = chain.send(Transaction(to=None, data=creation), people.deployer).contract_address
    assert other is not None
    bind, unbind = (load("Rulebook").encode_call(function, [token]) for function in ("bindToken", "unbindToken"))
    chain.send(Transaction(to=other, data=bind), people.admin)
    suite.token("ORD").issuance.set_rulebook(other).send(people.compliance)
    chain.send(Transaction(to=rulebook, data=unbind), people.compliance)
    preferred = suite.token("PREF").address
    found = stage.differences()
    assert found[:3] == [
        ("wiring", "rulebook: serves ORD", "yes", "no"),
        ("wiring", "token ORD: rulebook", rulebook, other),
        ("wiring", "rulebook: classes served", ", ".join(sorted([token, preferred])), preferred),
    ]
    assert all(subject.startswith("rulebook: ") and subject.endswith(" of ORD") for _, subject, _, _ in found[3:])


def test_verify__authority_replaced__found(stage: Stage) -> None:
    created = stage.chain.send(
        Transaction(to=None, data=load("AccessManager").encode_constructor([stage.people.mallory.address])),
        stage.people.deployer,
    )
    stage.admin("updateAuthority", stage.suite.record.address("rulebook"), created.contract_address)
    assert stage.differences() == [("wiring", "rulebook: authority", stage.manager, str(created.contract_address))]


# Powers


def test_verify__powers_changed__each_is_found_and_nothing_else(stage: Stage) -> None:
    record, mallory = stage.suite.record, stage.people.mallory.address
    registrar, token, payouts = stage.people.registrar.address, record.token("ORD"), record.address("payouts")
    issue, mint = (load("SecurityToken").selector(name) for name in ("issue", "mint"))
    stage.admin("grantRole", int(Role.ISSUER), mallory, 60)
    stage.admin("grantRole", 77, mallory, 0)
    stage.admin("revokeRole", int(Role.REGISTRAR), registrar)
    stage.admin("setRoleGuardian", int(Role.UPGRADER), int(Role.ISSUER))
    stage.admin("setRoleAdmin", int(Role.COMPLIANCE), int(Role.REGISTRAR))
    stage.admin("setGrantDelay", int(Role.ISSUER), 60)
    stage.admin("labelRole", int(Role.ENFORCEMENT), "harmless")
    stage.admin("setTargetFunctionRole", token, [issue], 2**64 - 1)
    stage.admin("setTargetFunctionRole", token, [mint], int(Role.ISSUER))
    stage.admin("setTargetFunctionRole", token, [b"\x01\x02\x03\x04"], int(Role.ISSUER))
    stage.admin("setTargetAdminDelay", payouts, 60)
    stage.admin("setTargetClosed", payouts, True)
    found = stage.verify()
    assert {(one.area, one.subject, one.expected, one.actual) for one in found.differences} == {
        ("powers", f"issuer: {mallory}", "not a member", "a member whose acts wait 60 seconds"),
        ("powers", f"role 77: {mallory}", "not a member", "a member"),
        ("powers", f"registrar: {registrar}", "a member", "not a member"),
        ("powers", "upgrader: guardian", "guardian of the upgrader", "issuer"),
        ("powers", "compliance officer: granted by", "admin", "registrar"),
        ("powers", "issuer: delay of grants", "none", "60 seconds"),
        ("powers", "enforcement: label", "enforcement", "harmless"),
        ("powers", "token ORD: issue", "issuer", "everybody"),
        ("powers", "token ORD: mint", "nobody", "issuer"),
        ("powers", "function 0x01020304 of token ORD", "no role of its own", "issuer"),
        ("powers", "payouts: delay of changes to its powers", "none", "60 seconds"),
        ("powers", "payouts: closed by the admin", "no", "yes"),
    }
    assert found.warnings[0].startswith("The delay of grants of the role issuer becomes 60 seconds at ")
    assert found.warnings[1].startswith("The delay of changes to the powers over payouts becomes 60 seconds at ")


def test_verify__every_member_of_every_role__listed(stage: Stage) -> None:
    people = stage.people
    stage.admin("grantRole", 77, stage.suite.token("ORD").address, 30)
    found = [(one.role, one.account, one.name, one.delay) for one in stage.verify().holders]
    assert found == [
        ("admin", people.admin.address, "", 0),
        ("issuer", people.issuer.address, "", 0),
        ("registrar", people.registrar.address, "", 0),
        ("compliance officer", people.compliance.address, "", 0),
        ("paying agent", people.paying_agent.address, "", 0),
        ("enforcement", people.enforcement.address, "", 0),
        ("upgrader", people.upgrader.address, "", 3600),
        ("guardian of the upgrader", people.guardian.address, "", 0),
        ("role 77", stage.suite.token("ORD").address, "token ORD", 30),
    ]


def test_verify__several_offices_in_one_hand__warned_of(stage: Stage) -> None:
    issuer = stage.people.issuer.address
    stage.admin("grantRole", int(Role.ENFORCEMENT), issuer, 0)
    assert stage.warned() == (
        f"{issuer} holds 2 offices: issuer, enforcement. One key does what is meant for several people.",
    )


def test_verify__admin_with_a_delay__not_warned_of(stage: Stage) -> None:
    stage.admin("grantRole", int(Role.ADMIN), stage.people.admin.address, 60)
    stage.chain.mine()
    assert stage.standing not in stage.verify().warnings


def test_verify__second_admin__found(stage: Stage) -> None:
    mallory = stage.people.mallory.address
    stage.admin("grantRole", 0, mallory, 0)
    assert stage.differences() == [("powers", f"admin: {mallory}", "not a member", "a member")]


def test_verify__member_removed_and_added_again__is_no_difference(stage: Stage) -> None:
    registrar = stage.people.registrar.address
    stage.admin("revokeRole", int(Role.REGISTRAR), registrar)
    stage.admin("grantRole", int(Role.REGISTRAR), registrar, 0)
    assert stage.differences() == []


def test_verify__delay_of_a_member_shortened__found_before_it_takes_effect(stage: Stage) -> None:
    upgrader = stage.people.upgrader.address
    stage.admin("grantRole", int(Role.UPGRADER), upgrader, 0)
    found = stage.verify()
    assert [(one.subject, one.expected, one.actual) for one in found.differences] == [
        (f"upgrader: {upgrader}", "a member whose acts wait 3600 seconds", "a member")
    ]
    (warning,) = stage.warned()
    assert warning.startswith(f"Acts of {upgrader} as upgrader wait none from ")


# Parameters


def test_verify__parameters_changed__each_is_found_in_words_and_nothing_else(stage: Stage) -> None:
    suite, people = stage.suite, stage.people
    ordinary, rulebook = suite.token("ORD"), suite.record.address("rulebook")
    terms = Terms(providers=1, lapsed_may_sell=True, groups=(CountryGroup(claims=0b10, countries=(276, 756)),))
    suite.registry.set_terms(ordinary.address, terms).send(people.compliance)
    suite.registry.add_provider(people.mallory.address, "Shady").send(people.compliance)
    ordinary.issuance.rename("Other").send(people.issuer)
    ordinary.issuance.change_symbol("XXX").send(people.issuer)
    ordinary.issuance.pause().send(people.compliance)
    document = load("SecurityToken").encode_call(
        "setDocument", [b"prospectus".ljust(32, b"\0"), "ipfs://x", b"\x01" * 32]
    )
    stage.chain.send(Transaction(to=ordinary.address, data=document), people.issuer)
    for function, args in (
        ("setHoldingCap", [ordinary.address, 500, 250]),
        ("switchLockups", [ordinary.address, True]),
        ("setFlowBack", [ordinary.address, 2**48 - 1, [{"from": 0, "to": 840}]]),
        ("setInvestorLimit", [ZERO_ADDRESS, 7, 0]),
        ("setInvestorLimit", [ordinary.address, 0, 3]),
        ("setCountryLimits", [ordinary.address, [{"country": 276, "mask": 0b11, "claims": 0b01, "limit": 35}]]),
        ("setGroupLimits", [ZERO_ADDRESS, [{"country": 0, "mask": 0b10, "claims": 0, "limit": 9}]]),
        ("setMinimumHolding", [ordinary.address, 5, True]),
        ("setAuthorisedSupply", [ordinary.address, 900]),
        ("setHoldingPeriod", [ordinary.address, 60, 0b10]),
        ("switchDenyList", [True]),
    ):
        stage.chain.send(Transaction(to=rulebook, data=load("Rulebook").encode_call(function, args)), people.compliance)
    assert stage.differences() == [
        ("parameters", "registry: number of providers", "1", "2"),
        ("parameters", "token ORD: name", "Test Company Ordinary Shares", "Other"),
        ("parameters", "token ORD: symbol", "ORD", "XXX"),
        (
            "parameters",
            "registry: terms of ORD",
            "CH, DE, FR, LI with kyc; US with accredited, kyc; attested by issuer; a lapsed holder may not sell",
            "CH, DE with accredited; attested by issuer; a lapsed holder may sell",
        ),
        ("parameters", "rulebook: holding cap of ORD", "off", "500 smallest units"),
        ("parameters", "rulebook: holding cap as a share of ORD", "off", "2.5 % of the supply"),
        ("parameters", "rulebook: investor limit of ORD", "off", "at least 3"),
        (
            "parameters",
            "rulebook: investor limits by country of ORD",
            "none",
            "at most 35 investors resident in Germany attested as kyc and not attested as accredited",
        ),
        ("parameters", "rulebook: minimum holding of ORD", "off", "5 smallest units"),
        ("parameters", "rulebook: whole positions only of ORD", "off", "on"),
        ("parameters", "rulebook: authorised supply of ORD", "off", "900 smallest units"),
        (
            "parameters",
            "rulebook: holding period of ORD",
            "off",
            "60 seconds, not for whoever is attested as accredited",
        ),
        ("parameters", "rulebook: lockups of ORD", "off", "on"),
        ("parameters", "rulebook: end of the flow-back block of ORD", "off", "for ever"),
        (
            "parameters",
            "rulebook: blocked country pairs of ORD",
            "none",
            "any other country to the United States of America",
        ),
        ("parameters", "token ORD: documents", "none", "prospectus"),
        ("parameters", "rulebook: investor limit of all classes", "off", "at most 7 investors"),
        (
            "parameters",
            "rulebook: investor limits by group of all classes",
            "none",
            "at most 9 investors not attested as accredited",
        ),
        ("parameters", "rulebook: deny list of all classes", "off", "on"),
    ]
    assert stage.warned() == ("token ORD: paused is yes now; the plan let it start with no.",)


def test_verify__limit_that_waits_for_a_count__said_loudly(stage: Stage) -> None:
    suite, people = stage.suite, stage.people
    ordinary = suite.token("ORD")
    ordinary.issuance.issue(people.ana.address, 10, reason="founding").send(people.issuer)
    suite.rulebook.limit_investors(ordinary.address, 7).send(people.compliance)
    assert stage.differences() == [
        (
            "parameters",
            "rulebook: investor limit of ORD",
            "off",
            "at most 7 investors (NOT IN FORCE: holders have to be counted)",
        )
    ]


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
