from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import GERMANY, JAPAN, NO_EXPIRY, SWITZERLAND, USA, Code
from tests.contracts.rights_stage import deploy

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage

ACCREDITED, KYC = 1, 2


def test_admission__token_without_terms_or_not_bound__nobody(stage: Stage) -> None:
    stage.register(stage.ana)
    unbound = deploy(stage.chain, stage.admin, "RecordingToken")
    for token in (stage.common, unbound):
        assert stage.reason(stage.ana, token=token) == Code.COUNTRY
        assert not stage.admission(stage.ana, token=token)["maySell"]


def test_admission__not_registered_or_removed__refused(stage: Stage) -> None:
    stage.set_terms((0, []), lapsed_may_sell=True)
    empty = {
        "reason": Code.NOT_REGISTERED,
        "maySell": False,
        "linked": False,
        "country": 0,
        "claims": 0,
        "validUntil": 0,
    }
    assert dict(stage.admission(stage.ana)) == empty
    stage.register(stage.ana, USA, claims=3)
    stage.registry.send(stage.registrar, "deleteIdentity", stage.ana.address)
    assert dict(stage.admission(stage.ana)) == empty


def test_admission__admitted__facts_and_until_when(stage: Stage) -> None:
    stage.set_terms((0, []), lapsed_may_sell=True)
    until = stage.chain.now() + 1_000
    stage.register(stage.ana, USA, claims=3, valid_until=until)
    stage.register(stage.ben, USA)
    assert dict(stage.admission(stage.ana)) == {
        "reason": Code.NONE,
        "maySell": False,
        "linked": False,
        "country": USA,
        "claims": 3,
        "validUntil": until,
    }
    assert stage.admission(stage.ben)["validUntil"] == 2**40 - 1


def test_admission__last_second__still_admitted(stage: Stage) -> None:
    stage.set_terms((0, []))
    until = stage.chain.now() + 1_000
    stage.register(stage.ana, valid_until=until)
    stage.chain.travel(to=until)
    assert (stage.chain.now(), stage.reason(stage.ana)) == (until, Code.NONE)
    stage.chain.mine()
    assert (stage.chain.now(), stage.reason(stage.ana)) == (until + 1, Code.EXPIRED)


def test_admission__countries_and_claims__by_group(stage: Stage) -> None:
    stage.set_terms((KYC, [SWITZERLAND, GERMANY]), (ACCREDITED | KYC, [USA]))
    people = {
        (SWITZERLAND, KYC): Code.NONE,
        (GERMANY, 0): Code.CLAIMS,
        (USA, KYC): Code.CLAIMS,
        (USA, ACCREDITED | KYC | 4): Code.NONE,
        (JAPAN, ACCREDITED | KYC): Code.COUNTRY,
    }
    for wallet, ((country, claims), reason) in zip(stage.people, people.items(), strict=False):
        stage.register(wallet, country, claims=claims)
        assert stage.reason(wallet) == reason


def test_admission__last_group_without_countries__every_other_country(stage: Stage) -> None:
    stage.set_terms((0, [SWITZERLAND]), (ACCREDITED, []))
    stage.register(stage.ana, JAPAN, claims=ACCREDITED)
    stage.register(stage.ben, USA)
    stage.register(stage.cleo, SWITZERLAND)
    assert [stage.reason(one) for one in (stage.ana, stage.ben, stage.cleo)] == [Code.NONE, Code.CLAIMS, Code.NONE]


def test_admission__each_country__its_own_group(stage: Stage) -> None:
    """Borders of the words that hold 64 countries each."""
    borders = [1, 63, 64, 127, 128, 511, 512, 959, 960, 999]
    stage.set_terms(
        (0, borders), (1 << 31, [number + 1 for number in borders if number + 1 not in borders and number < 999])
    )
    stage.register(stage.ana)
    for country in (1, 2, 3, 62, 63, 64, 65, 127, 128, 129, 511, 512, 513, 959, 960, 961, 998, 999):
        stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, country)
        expected = Code.NONE if country in borders else Code.CLAIMS if country - 1 in borders else Code.COUNTRY
        assert stage.reason(stage.ana) == expected


def test_REG_4__provider_revoked__nobody_it_attested_is_admitted(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    stage.set_terms((0, []), providers=0b11)
    stage.register(stage.ana, provider=1)
    stage.register(stage.ben)
    assert [stage.reason(one) for one in (stage.ana, stage.ben)] == [Code.NONE, Code.NONE]

    receipt = stage.registry.send(stage.officer, "revokeProvider", 1, "licence lost")
    assert [stage.reason(one) for one in (stage.ana, stage.ben)] == [Code.PROVIDER, Code.NONE]
    assert stage.told(receipt) == stage.told(receipt, stage.preferred) == [("Voided",)]


def test_admission__provider_not_accepted_by_the_terms__refused(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    stage.set_terms((0, []), providers=0b10)
    stage.register(stage.ana)
    stage.register(stage.ben, provider=1)
    assert [stage.reason(one) for one in (stage.ana, stage.ben)] == [Code.PROVIDER, Code.NONE]


def test_admission__several_reasons__the_first_in_the_documented_order(stage: Stage) -> None:
    for name in ("Kyros", "Argos"):
        stage.registry.send(stage.officer, "addProvider", stage.eve.address, name)
    stage.set_terms((1, [USA]), providers=0b011)
    until = stage.chain.now() + 1_000
    stage.register(stage.ana, JAPAN, provider=1, valid_until=until)
    assert stage.reason(stage.ana) == Code.COUNTRY
    stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, USA)
    assert stage.reason(stage.ana) == Code.CLAIMS
    stage.set_terms((1, [USA]), providers=0b101)
    assert stage.reason(stage.ana) == Code.PROVIDER
    stage.registry.send(stage.registrar, "updateCountry", stage.ana.address, JAPAN)
    assert stage.reason(stage.ana) == Code.COUNTRY
    stage.registry.send(stage.officer, "revokeProvider", 1, "licence lost")
    assert stage.reason(stage.ana) == Code.PROVIDER
    stage.chain.travel(to=until + 1)
    assert stage.reason(stage.ana) == Code.EXPIRED
    stage.common.send(stage.admin, "recover", stage.ana.address, stage.ben.address, stage.ana.address)
    assert stage.reason(stage.ana) == Code.RETIRED
    assert stage.reason(stage.ben) == Code.EXPIRED


def test_admission__lapsed__may_sell_if_the_terms_say_so(stage: Stage) -> None:
    until = stage.chain.now() + 1_000
    stage.register(stage.ana, valid_until=until)
    stage.register(stage.ben, USA)
    stage.chain.travel(to=until + 1)
    for lapsed_may_sell in (True, False):
        stage.set_terms((0, [SWITZERLAND]), lapsed_may_sell=lapsed_may_sell)
        for wallet, reason in ((stage.ana, Code.EXPIRED), (stage.ben, Code.COUNTRY)):
            answer = stage.admission(wallet)
            assert (answer["reason"], answer["maySell"]) == (reason, lapsed_may_sell)
    assert stage.admission(stage.ben)["validUntil"] == 2**40 - 1
    assert NO_EXPIRY < 2**40 - 1
