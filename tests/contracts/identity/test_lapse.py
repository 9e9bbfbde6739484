"""lapse: facts end with the second before the block, for all wallets of the investor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.attestation_stage import EXPIRED
from tests.contracts.compliance_stage import USA

from tokenkit import reverts as errors

if TYPE_CHECKING:
    from tests.contracts.attestation_stage import Stage


def test_lapse__not_registered__refused(office: Stage) -> None:
    with office.refused(errors.NotRegistered, wallet=office.ana):
        office.registry.send(office.registrar, "lapse", office.ana)


def test_REG_1_REG_3__lapse__all_wallets_end_with_the_second_before_and_the_token_is_told(office: Stage) -> None:
    """Country and claims stay as they are, so what is counted by them stays counted."""
    office.enter(office.ana, USA, claims=5)
    office.registry.send(office.registrar, "link", office.ben, office.ana)
    receipt = office.registry.send(office.registrar, "lapse", office.ben)

    both = frozenset({office.ana, office.ben})
    assert office.told(receipt) == [("Announced", both), ("Confirmed", both)]
    confirmed = office.token.only_event(receipt, "Confirmed")
    assert (confirmed["country"], confirmed["claims"]) == (USA, 5)
    for wallet in both:
        found = office.facts(wallet)
        assert (found["country"], found["claims"], found["provider"]) == (USA, 5, 0)
        assert found["validUntil"] == office.chain.now() - 1
        assert office.reason(wallet) == EXPIRED


def test_lapse__ended_earlier__stays_so(office: Stage) -> None:
    end = office.chain.now() + 10
    office.enter(office.ana, valid_until=end)
    office.chain.travel(to=end)
    receipt = office.registry.send(office.registrar, "lapse", office.ana)
    assert receipt.logs == ()
    assert office.facts(office.ana)["validUntil"] == end


def test_lapse__in_the_last_second__ends_before_it(office: Stage) -> None:
    end = office.chain.now() + 10
    office.enter(office.ana, valid_until=end)
    office.chain.travel(to=end - 1)
    office.registry.send(office.registrar, "lapse", office.ana)
    assert office.facts(office.ana)["validUntil"] == end - 1


def test_lapse__retired_wallet__ends_the_facts_of_its_investor(office: Stage) -> None:
    office.enter(office.ana)
    office.recover(office.ana, office.ben, office.ana)
    office.registry.send(office.registrar, "lapse", office.ana)
    assert office.reason(office.ben) == EXPIRED


def test_walletsOfInvestor__by_its_name__all_its_wallets(office: Stage) -> None:
    name = office.safe.address
    assert list(office.registry.read("walletsOfInvestor", name)) == []
    for wallet in (office.ana, office.ben):
        office.enter(wallet, identity=name)
    assert set(office.registry.read("walletsOfInvestor", name)) == {office.ana, office.ben}
    assert list(office.registry.read("walletsOfInvestor", office.ana)) == []


def test_wasRemoved__registered_removed_and_back__says_so(office: Stage) -> None:
    seen = [office.registry.read("wasRemoved", office.ana)]
    for change in (office.enter, office.remove, office.enter):
        change(office.ana)
        seen.append(office.registry.read("wasRemoved", office.ana))
    assert seen == [False, False, True, False]
