from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.compliance_stage import GERMANY, SWITZERLAND, USA
from tests.contracts.rights_stage import deploy

from tokenkit import reverts as errors
from tokenkit.testing import reverts

if TYPE_CHECKING:
    from tests.contracts.compliance_stage import Stage


def test_setTerms__token_not_bound__refused(stage: Stage) -> None:
    stranger = deploy(stage.chain, stage.admin, "RecordingToken")
    with stage.nothing_changes(), reverts(errors.TokenNotBound, token=stranger.address):
        stage.set_terms((0, []), token=stranger)


def test_setTerms__no_provider_accepted__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.NoProviderAccepted):
        stage.set_terms((0, []), providers=0)


def test_setTerms__provider_that_does_not_exist__refused(stage: Stage) -> None:
    for providers, index in ((0b11, 1), (0b101, 2), (1 << 31, 31)):
        with stage.nothing_changes(), reverts(errors.InvalidProvider, provider=index):
            stage.set_terms((0, []), providers=providers)


def test_setTerms__no_group_or_seven__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidTerms, group=0):
        stage.set_terms()
    with stage.nothing_changes(), reverts(errors.InvalidTerms, group=6):
        stage.set_terms(*((0, [number]) for number in range(1, 8)))


def test_setTerms__group_without_countries_that_is_not_the_last__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidTerms, group=1):
        stage.set_terms((0, [USA]), (0, []), (0, [GERMANY]))


def test_setTerms__country_twice__refused(stage: Stage) -> None:
    with stage.nothing_changes(), reverts(errors.InvalidTerms, group=1):
        stage.set_terms((0, [USA]), (1, [GERMANY, USA]))
    with stage.nothing_changes(), reverts(errors.InvalidTerms, group=0):
        stage.set_terms((0, [USA, USA]))


def test_setTerms__no_country_of_iso_3166__refused(stage: Stage) -> None:
    for country in (0, 1_000, 65_535):
        with stage.nothing_changes(), reverts(errors.InvalidCountry, country=country):
            stage.set_terms((0, [country]))


def test_REG_3__new_terms__read_back_and_the_token_is_told(stage: Stage) -> None:
    stage.registry.send(stage.officer, "addProvider", stage.eve.address, "Kyros")
    groups = [(1 << index, [100 + index, 20 + index]) for index in range(5)] + [(0xFFFF_FFFF, [])]
    receipt = stage.set_terms(*groups, providers=0b11, lapsed_may_sell=True)

    listed = [{"claims": claims, "countries": sorted(countries)} for claims, countries in groups]
    providers, lapsed_may_sell, read = stage.registry.read("termsOf", stage.common.address)
    assert (providers, lapsed_may_sell) == (0b11, True)
    assert [{"claims": one["claims"], "countries": list(one["countries"])} for one in read] == listed
    assert stage.told(receipt) == [("Voided",)]
    assert stage.told(receipt, stage.preferred) == []
    event = stage.registry.only_event(receipt, "TermsSet")
    assert (event["token"], event["providers"], event["lapsedMaySell"]) == (stage.common.address, 0b11, True)
    assert [one["claims"] for one in event["groups"]] == [claims for claims, _ in groups]


def test_setTerms__again__nothing_of_the_old_stays(stage: Stage) -> None:
    stage.set_terms((1, [USA, GERMANY]), (2, []), lapsed_may_sell=True)
    stage.set_terms((4, [SWITZERLAND]))
    providers, lapsed_may_sell, groups = stage.registry.read("termsOf", stage.common.address)
    assert (providers, lapsed_may_sell) == (1, False)
    assert [dict(one) for one in groups] == [{"claims": 4, "countries": (SWITZERLAND,)}]


def test_setTerms__one_token__the_other_keeps_its_own(stage: Stage) -> None:
    stage.set_terms((1, [USA]))
    stage.set_terms((2, [GERMANY]), token=stage.preferred)
    _, _, groups = stage.registry.read("termsOf", stage.common.address)
    assert [one["claims"] for one in groups] == [1]


def test_termsOf__never_set__nothing(stage: Stage) -> None:
    assert stage.registry.read("termsOf", stage.common.address) == (0, False, ())
