"""The registry service: investors, wallets, facts, providers, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tokenkit.chain import MAX_TRANSACTION_GAS, LocalSigner
from tokenkit.errors import InvalidAddress, InvalidCountry, InvalidInput
from tokenkit.registry import NO_EXPIRY, CountryGroup, Facts, Terms, claim_bits
from tokenkit.restrictions import Restriction
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AlreadyExpired,
    AlreadyRegistered,
    InvalidProvider,
    NotRegistered,
)
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS, Address

if TYPE_CHECKING:
    from tokenkit.suite import Suite
    from tokenkit.testing import People

SWISS = Facts(country=756, claims=0b01)


def stranger(number: int) -> Address:
    return LocalSigner.from_key(f"{number + 0xABCDEF:064x}").address


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"country": 1}, InvalidCountry),
        ({"country": 756, "claims": 2**32}, InvalidInput),
        ({"country": 756, "claims": -1}, InvalidInput),
        ({"country": 756, "provider": 32}, InvalidInput),
        ({"country": 756, "valid_until": 2**32}, InvalidInput),
        ({"country": 756, "valid_until": True}, InvalidInput),
        ({"country": 756, "identity": "0x12"}, InvalidAddress),
    ],
)
def test_facts__bad_value__refused_before_anything_is_sent(fields: dict[str, Any], error: type[InvalidInput]) -> None:
    with pytest.raises(error):
        Facts(**fields)


def test_terms__open_group_before_the_last__refused() -> None:
    with pytest.raises(InvalidInput, match="last country group"):
        Terms(groups=(CountryGroup(claims=1), CountryGroup(claims=1, countries=(756,))))


def test_terms__too_many_groups__refused() -> None:
    with pytest.raises(InvalidInput, match="at most 6"):
        Terms(groups=tuple(CountryGroup(claims=1, countries=(756,)) for _ in range(7)))


def test_claim_bits__positions__one_word() -> None:
    assert claim_bits(0, 3, 3) == 0b1001
    with pytest.raises(InvalidInput):
        claim_bits(32)


def test_register__bad_address__refused(suite: Suite) -> None:
    with pytest.raises(InvalidAddress):
        suite.registry.register("0x52908400098527886E0F7030069857D2E4169Ee7", SWISS)


def test_register__wrong_caller__refused(suite: Suite, people: People) -> None:
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        suite.registry.register(people.mallory.address, SWISS).send(people.ana)
    assert suite.registry.investor(people.mallory.address) is None


def test_register__twice__refused(suite: Suite, people: People) -> None:
    with reverts(AlreadyRegistered, wallet=people.ana.address):
        suite.registry.register(people.ana.address, SWISS).simulate(people.registrar.address)


def test_register__expired_already__refused(suite: Suite, people: People) -> None:
    facts = Facts(country=756, valid_until=suite.chain.now() - 1)
    with reverts(AlreadyExpired, valid_until=facts.valid_until):
        suite.registry.register(people.mallory.address, facts).send(people.registrar)


def test_register__unknown_provider__refused(suite: Suite, people: People) -> None:
    with reverts(InvalidProvider, provider=9):
        suite.registry.register(people.mallory.address, Facts(country=756, provider=9)).send(people.registrar)


def test_register__a_stranger__is_an_investor_with_these_facts(suite: Suite, people: People) -> None:
    wallet = people.mallory.address
    sent = suite.registry.register(wallet, SWISS).send(people.registrar)
    assert "FactsAttested" in {event.name for event in sent.events}
    investor = suite.registry.investor(wallet)
    assert investor is not None
    assert investor.wallets == (wallet,)
    assert not investor.retired
    assert (investor.facts.country, investor.facts.claims, investor.facts.valid_until) == (756, 0b01, NO_EXPIRY)
    assert investor.country.alpha2 == "CH"
    assert wallet in suite.registry.registered()


def test_register_many__more_than_fit__split_below_the_gas_limit(suite: Suite, people: People) -> None:
    rows = [(stranger(number), SWISS) for number in range(500)]
    operations = suite.registry.register_many(rows, sender=people.registrar.address)
    assert len(operations) > 1
    for operation in operations:
        assert operation.send(people.registrar).receipt.gas_used <= MAX_TRANSACTION_GAS
    assert len(suite.registry.identities(wallet for wallet, _ in rows)) == 500


def test_register_many__nothing__no_operation(suite: Suite, people: People) -> None:
    assert suite.registry.register_many([], sender=people.registrar.address) == ()


def test_register_many__one_bad_row__refused_whole(suite: Suite, people: People) -> None:
    rows = [(people.mallory.address, SWISS), (people.ana.address, SWISS)]
    with reverts(AlreadyRegistered, wallet=people.ana.address):
        suite.registry.register_many(rows, sender=people.registrar.address)


def test_link__second_wallet__same_investor_same_facts(suite: Suite, people: People) -> None:
    suite.registry.link(people.mallory.address, people.ana.address).send(people.registrar)
    assert set(suite.registry.wallets(people.ana.address)) == {people.ana.address, people.mallory.address}
    both = suite.registry.identities([people.ana.address, people.mallory.address])
    assert len(set(both.values())) == 1
    assert suite.registry.facts(people.mallory.address) == suite.registry.facts(people.ana.address)


def test_update__facts__for_all_and_admission_follows(suite: Suite, people: People) -> None:
    token = suite.classes["ORD"].address
    assert suite.registry.admission(token, people.ana.address).admitted
    suite.registry.update(people.ana.address, Facts(country=756, claims=0)).send(people.registrar)
    admission = suite.registry.admission(token, people.ana.address)
    assert not admission.admitted
    assert admission.reason is Restriction.RECEIVER_CLAIMS
    assert not admission.may_sell


def test_missing_claims__emil__accredited(suite: Suite, people: People) -> None:
    token = suite.classes["ORD"].address
    assert suite.registry.missing_claims(token, people.emil.address) == 0b10
    assert suite.registry.missing_claims(token, people.dora.address) == 0
    assert suite.registry.missing_claims(token, people.mallory.address) == 0


def test_attested_claims__of_everybody__together(suite: Suite, people: People) -> None:
    assert suite.registry.attested_claims() == 0b11
    suite.registry.update(people.ana.address, Facts(country=756, claims=0b101)).send(people.registrar)
    assert suite.registry.attested_claims() == 0b111


def test_remove__unregistered__refused(suite: Suite, people: People) -> None:
    with reverts(NotRegistered, wallet=people.mallory.address):
        suite.registry.remove(people.mallory.address).send(people.registrar)


def test_remove__an_investor__no_longer_admitted(suite: Suite, people: People) -> None:
    suite.registry.remove(people.ben.address).send(people.registrar)
    assert suite.registry.facts(people.ben.address) is None
    admission = suite.registry.admission(suite.classes["ORD"].address, people.ben.address)
    assert admission.reason is Restriction.RECEIVER_NOT_REGISTERED
    assert people.ben.address not in suite.registry.identities([people.ben.address])


def test_providers__added_revoked_reinstated__as_it_says(suite: Suite, people: People) -> None:
    add = suite.registry.add_provider(people.guardian.address, "Check Ltd")
    index = add.simulate(people.compliance.address)
    add.send(people.compliance)
    suite.registry.revoke_provider(index, reason="licence lost").send(people.compliance)
    assert [each.active for each in suite.registry.providers()] == [True, False]
    suite.registry.reinstate_provider(index, reason="licence back").send(people.compliance)
    provider = suite.registry.providers()[index]
    assert (provider.index, provider.account, provider.active) == (index, people.guardian.address, True)


def test_add_provider__without_a_name__refused(suite: Suite, people: People) -> None:
    with pytest.raises(InvalidInput):
        suite.registry.add_provider(people.guardian.address, "  ")


def test_set_terms__read_back__the_same(suite: Suite, people: People) -> None:
    token = suite.classes["ORD"].address
    terms = Terms(
        groups=(CountryGroup(claims=3, countries=(124, 840)), CountryGroup(claims=1)), providers=1, lapsed_may_sell=True
    )
    suite.registry.set_terms(token, terms).send(people.compliance)
    assert suite.registry.terms(token) == terms
    assert token in suite.registry.tokens()


def test_facts__of_a_stranger__none(suite: Suite, people: People) -> None:
    assert suite.registry.facts(people.mallory.address) is None
    assert suite.registry.wallets(people.mallory.address) == ()
    assert suite.registry.identities([ZERO_ADDRESS]) == {}
