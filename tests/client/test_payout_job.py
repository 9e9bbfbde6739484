"""The job that pays everybody: killed at any moment, it goes on, and nobody is paid twice or missed."""

from __future__ import annotations

from itertools import chain as joined
from itertools import repeat
from typing import TYPE_CHECKING, cast

import pytest
from tests.client.faulty_chain import FaultyChain, Killed, Moment
from tests.client.test_service_payouts import Company

from tokenkit.chain import MAX_TRANSACTION_GAS
from tokenkit.errors import InvalidInput, ReadOnly
from tokenkit.issuance import Allotment
from tokenkit.operation import Operation
from tokenkit.payouts import NATIVE, JobState, Payouts, PushJob
from tokenkit.payouts.values import PAYEE_GAS
from tokenkit.registry import Facts
from tokenkit.reverts import AccessManagedUnauthorized, BeforeRecordDate
from tokenkit.testing import reverts
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tokenkit.chain import Chain, LocalChain
    from tokenkit.suite import Suite
    from tokenkit.testing import People

CROWD = 9
PASS: Moment = "pass"


@pytest.fixture
def company(suite: Suite, people: People) -> Company:
    made = Company(suite, people)
    crowd = [parse_address(f"0x{number * 0x1111:040x}") for number in range(1, CROWD + 1)]
    facts = Facts(country=756, claims=1)
    for page in suite.registry.register_many([(each, facts) for each in crowd], sender=people.registrar.address):
        page.send(people.registrar)
    allotments = [Allotment(to=each, units=number) for number, each in enumerate(crowd, 5)]
    for page in made.token.issuance.issue_many(allotments, reason="founding", sender=people.issuer.address):
        page.send(people.issuer)
    return made


def through(company: Company, moments: Iterable[Moment]) -> tuple[Payouts, Chain]:
    """Serve the payouts over a chain whose user dies at these moments, and then no more."""
    local = cast("LocalChain", company.suite.chain)
    chain = cast("Chain", FaultyChain(local, joined(moments, repeat("pass"))))
    return Payouts(chain, company.payouts.address, from_block=company.suite.record.first_block), chain


def everybody_was_paid_once(company: Company, number: int) -> bool:
    shares = company.payouts.preview(number).shares
    return {share.holder: share.net for share in shares} == {
        share.holder: company.coins(share.holder) for share in shares
    }


@pytest.mark.parametrize("moment", ["before", "signed", "sent"])
@pytest.mark.parametrize("at", [0, 2])
def test_run__killed__goes_on_and_everybody_is_paid_once(
    company: Company, people: People, tmp_path: Path, moment: Moment, at: int
) -> None:
    number = company.declare()
    company.at_record_date()
    payouts, chain = through(company, [*repeat(PASS, at), moment])
    with pytest.raises(Killed), PushJob(payouts, number, tmp_path / "job", chain=chain) as job:
        job.run(people.paying_agent, page_size=3)
    with PushJob(payouts, number, tmp_path / "job", chain=chain) as job:
        done = job.run(people.paying_agent, page_size=3)
        pages = job.pages()
    assert (done.complete, done.done, done.holders, done.pages) == (True, CROWD + 3, CROWD + 3, 4)
    assert [page.state for page in pages] == ["mined"] * 4
    assert everybody_was_paid_once(company, number)
    assert company.payouts.reconcile(number).differences == ()


def test_run__killed_at_every_page_and_way__everybody_is_paid_once(
    company: Company, people: People, tmp_path: Path
) -> None:
    number = company.declare()
    company.at_record_date()
    company.payouts.claim(number).send(people.ana)
    moments = cast("list[Moment]", ["signed", "before", "sent", "sent", "pass", "signed", "before", "before"])
    payouts, chain = through(company, moments)
    killed, done = 0, None
    for _ in range(len(moments) + 1):
        try:
            with PushJob(payouts, number, tmp_path / "job", chain=chain) as job:
                done = job.run(people.paying_agent, page_size=1)
            break
        except Killed:
            killed += 1
    assert killed == 7
    assert done is not None
    assert done.complete
    assert everybody_was_paid_once(company, number)


def test_run__progress_and_again__told_after_each_page_then_nothing_to_do(
    company: Company, people: People, tmp_path: Path
) -> None:
    number = company.declare()
    company.at_record_date()
    told: list[JobState] = []
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        assert job.state == JobState(payout=number, holders=CROWD + 3, done=0, pages=0, gas_used=0)
        job.run(people.paying_agent, page_size=5, progress=told.append, most_pages=2)
        assert [state.done for state in told] == [5, 10]
        assert job.run(people.paying_agent, page_size=5).complete
        before = company.suite.chain.block().number
        assert job.run(people.paying_agent).gas_used == sum(page.gas_used or 0 for page in job.pages())
    assert company.suite.chain.block().number == before


def test_run__page_never_sent_and_replaced__made_again(company: Company, people: People, tmp_path: Path) -> None:
    number = company.declare()
    company.at_record_date()
    payouts, chain = through(company, cast("list[Moment]", ["signed"]))
    with pytest.raises(Killed), PushJob(payouts, number, tmp_path / "job", chain=chain) as job:
        job.run(people.paying_agent, page_size=3)
    company.payouts.approve_funding(company.coin, 1).send(people.paying_agent)  # takes the nonce of the page
    with PushJob(payouts, number, tmp_path / "job", chain=chain) as job:
        assert job.run(people.paying_agent, page_size=20).complete
        assert [page.state for page in job.pages()] == ["void", "mined"]
    assert everybody_was_paid_once(company, number)


def test_run__another_agent_pushed_meanwhile__goes_on_behind_it(
    company: Company, people: People, tmp_path: Path
) -> None:
    number = company.declare()
    company.at_record_date()
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        company.payouts.push_pages(number, sender=people.paying_agent.address, page_size=4)[0].send(people.paying_agent)
        assert job.state.done == 4
        assert job.run(people.paying_agent).complete
    assert everybody_was_paid_once(company, number)


def test_run__nobody_signs_or_without_the_power__refused(company: Company, people: People, tmp_path: Path) -> None:
    number = company.declare()
    company.at_record_date()
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        with pytest.raises(ReadOnly):
            job.run(None)
        with pytest.raises(InvalidInput, match="at least one"):
            job.run(people.paying_agent, page_size=0)
        with reverts(AccessManagedUnauthorized, caller=people.ana.address):
            job.run(people.ana)


def test_job__before_the_record_date__refused_and_nothing_written(
    company: Company, people: People, tmp_path: Path
) -> None:
    number = company.declare()
    with reverts(BeforeRecordDate, record_date=company.record_date):
        PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain)
    company.at_record_date()
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        assert job.run(people.paying_agent).complete


def test_job__another_ones_file_or_none_or_in_use__refused(company: Company, tmp_path: Path) -> None:
    first, second = company.declare(), company.declare()
    company.at_record_date()
    with (
        PushJob(company.payouts, first, tmp_path / "job", chain=company.suite.chain),
        pytest.raises(InvalidInput, match="in use"),
    ):
        PushJob(company.payouts, first, tmp_path / "job", chain=company.suite.chain)
    with pytest.raises(InvalidInput, match="another job: its payout is 1, not 2"):
        PushJob(company.payouts, second, tmp_path / "job", chain=company.suite.chain)
    (tmp_path / "text").write_text("a letter, and no database at all, of some length " * 20, encoding="utf-8")
    with pytest.raises(InvalidInput, match="no job's file"):
        PushJob(company.payouts, second, tmp_path / "text", chain=company.suite.chain)


def rows(operation: Operation[int]) -> int:
    """Count the holders of a page: a word each, after the selector, the number, and the place and length of the list."""
    return (len(operation.data) - 4) // 32 - 3


def test_run__native_coins__pages_have_gas_for_payees_that_use_more_in_the_block_than_when_estimated(
    company: Company, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Operation[int]] = []
    plain = Operation.send

    def send(operation: Operation[int], *args: object, **more: object) -> object:
        sent.append(operation)
        return plain(operation, *args, **more)  # type: ignore[arg-type]

    number = company.declare(asset=NATIVE)
    company.at_record_date()
    monkeypatch.setattr(Operation, "send", send)
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        assert job.run(people.paying_agent, page_size=8).complete
        used = [page.gas_used or 0 for page in job.pages()]
    assert [rows(one) for one in sent] == [8, 4]
    assert all((one.gas or 0) >= gas + PAYEE_GAS * rows(one) for one, gas in zip(sent, used, strict=True))


@pytest.mark.parametrize("most", [5, 1])
def test_run__page_that_does_not_fit__halved_until_it_does(
    company: Company, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(
        "tokenkit.payouts.job.gas_of", lambda operation, sender: rows(operation) * (MAX_TRANSACTION_GAS // most)
    )
    number = company.declare()
    company.at_record_date()
    with PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job:
        assert job.run(people.paying_agent).complete
        assert len(job.pages()) == {5: 4, 1: CROWD + 3}[most]  # pages of 12, 6, 3 are tried
        assert max(page.count for page in job.pages()) <= most
    assert everybody_was_paid_once(company, number)


def test_run__holder_whose_payment_fits_nowhere__said(
    company: Company, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokenkit.payouts.job.gas_of", lambda operation, sender: None)
    number = company.declare()
    company.at_record_date()
    with (
        PushJob(company.payouts, number, tmp_path / "job", chain=company.suite.chain) as job,
        pytest.raises(InvalidInput, match="claim its share"),
    ):
        job.run(people.paying_agent)
