"""Meetings in full through the services: every kind of ballot and resolution, counted again from events."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from tests.client.assembly import DAY, FullAssembly

from tokenkit.errors import InvalidInput
from tokenkit.ledger import Choice, Kind, Majority, MeetingTitle, minutes_markdown, reminders
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    BallotNotSigned,
    CallsDiffer,
    CallsDone,
    CallsNotReady,
    CallsNotScheduled,
    CommitmentDiffers,
    NotPassed,
    ProxyHasVoted,
)
from tokenkit.testing import reverts
from tokenkit.voting import (
    ClassNotice,
    CountDiffers,
    GivenBallot,
    ItemNotice,
    PreparedCall,
    SecretBallot,
    SignedBallot,
    Stage,
    decode_answers,
    encode_answers,
    hash_calls,
    parse_answer,
    read_calls,
    read_notice,
)
from tokenkit.voting import given as form

if TYPE_CHECKING:
    from pathlib import Path

    from tokenkit.suite import Suite
    from tokenkit.testing import People

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN
ONE = (ItemNotice(title="Accounts"),)


@pytest.fixture
def assembly(suite: Suite, people: People) -> FullAssembly:
    return FullAssembly(suite, people)


# Notices


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": ()},
        {"agenda": ()},
        {"agenda": (ItemNotice(voters="0x" + "12" * 20),)},  # type: ignore[arg-type]  # an address as text
        {"latest_close": 1},
        {"ends": 1},
        {"opens": 1},
        {"execution_delay": -1},
        {"agenda": (ItemNotice(calls_hash=b"\x01" * 32),)},
        {
            "agenda": (ItemNotice(kind=Kind.ELECTION, options=("a",) * 16),) * 16
            + (ItemNotice(kind=Kind.CHOICE, options=("a",)),)
        },
        {"document_hash": b""},
    ],
)
def test_full_notice__bad_value__refused_before_anything_is_sent(
    assembly: FullAssembly, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        assembly.notice(**changes)


@pytest.mark.parametrize(
    "fields",
    [
        {"options": ("a",)},
        {"kind": Kind.ELECTION},
        {"kind": Kind.ELECTION, "options": ("a", "b"), "seats": 3},
        {"kind": Kind.CHOICE, "options": ("a", "b"), "seats": 2},
        {"kind": Kind.ELECTION, "options": ("a",), "majority": Majority.SIMPLE},
        {"majority": Majority.PLURALITY},
        {"majority": Majority.CUSTOM},
        {"part": Fraction(1, 2)},
        {"majority": Majority.CUSTOM, "part": Fraction(1, 256)},
        {"majority": Majority.CUSTOM, "part": Fraction(3, 2)},
        {"quorum_bps": 10_001},
        {"calls_hash": b""},
        {"kind": Kind.CHOICE, "options": ("a", "b"), "calls_hash": b"\x01" * 32},
        {"kind": Kind.ELECTION, "options": ("a", "b"), "calls_hash": b"\x01" * 32},
    ],
)
def test_item_notice__bad_value__refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ItemNotice(**fields)


def test_class_notice__no_votes__refused() -> None:
    with pytest.raises(InvalidInput, match="at least one vote"):
        ClassNotice(token="0x" + "12" * 20, multiplier=0)  # type: ignore[arg-type]  # an address as text


def test_call__in_full__notice_reads_as_it_was_given(assembly: FullAssembly) -> None:
    notice = assembly.notice(latest_close=assembly.closes + DAY, excluded=(assembly.people.mallory.address,))
    assembly.voting.call(notice).send(assembly.people.issuer)
    read = assembly.voting.notice(1)
    assert read.as_argument() == notice.as_argument()
    assert read.agenda[1].options == ("Option 1", "Option 2", "Option 3")
    later = assembly.closes + 500
    assembly.voting.extend(1, later).send(assembly.people.issuer)
    meeting = assembly.voting.meeting(1)
    assert (meeting.closes, meeting.latest_close, meeting.final) == (later, assembly.closes + DAY, later)
    assert [(one.token, one.multiplier) for one in assembly.voting.classes(1)] == [
        (one.token, one.multiplier) for one in notice.classes
    ]


# Ballots as values


def test_answers__of_every_form__round_trip() -> None:
    answers = (FOR, {1: 60, 2: 40}, ABSTAIN, {0: 5}, AGAINST)
    assert decode_answers(*encode_answers(answers), 5) == answers
    assert [mark >> 96 for mark in encode_answers(answers)[1]] == [1 << 8 | 1, 1 << 8 | 2, 3 << 8]


@pytest.mark.parametrize("wrong", ["perhaps", {}, {1: 0}, {1: -1}, {1: 2**96}])
def test_parse_answer__neither_choice_nor_parts__refused(wrong: Any) -> None:  # noqa: ANN401 - anything
    with pytest.raises(InvalidInput):
        parse_answer(wrong)


def test_instructions__some_free__round_trip() -> None:
    told = (FOR, None, ABSTAIN, AGAINST)
    assert form.decode_instructions(form.encode_instructions(told), 4) == told
    assert form.encode_instructions(None) == form.encode_instructions([None]) == 2**128 - 1


@pytest.mark.parametrize("kind", [SignedBallot, SecretBallot])
@pytest.mark.parametrize("text", ["", "[]", '{"format": "tokenkit signed ballot", "version": 1}', '{"version": 2}'])
def test_from_json__something_else__refused(kind: type[SignedBallot], text: str) -> None:
    with pytest.raises(InvalidInput):
        kind.from_json(text)


# Ballots on the chain


def test_reconcile__every_kind_of_ballot__counted_again_to_the_figure(assembly: FullAssembly, people: People) -> None:
    booth, number = assembly.booth, assembly.call()
    ana, ben, emil = people.ana, people.ben, people.emil
    ordinary = assembly.index_of(assembly.ordinary)
    assembly.travel(assembly.opens)
    parts = {1: 40, 2: 25}
    booth.cast(number, [assembly.given(ana, parts, {0: 100, 1: 40}, {0: 70}, "abstain")]).send(ana)
    booth.cast(number, [assembly.given(ana, "for", {2: 6}, "abstain", "for", preferred=True)]).send(ana)
    booth.grant(number, ben.address, emil.address, units=15, class_index=ordinary).send(ben)
    entrusted = assembly.given(ben, "against", {1: 30}, {1: 15}, "abstain")
    own = assembly.given(emil, "for", "abstain", {0: 6}, "against", preferred=True)
    booth.cast(number, [entrusted, own]).send(emil)
    booth.cast(number, [assembly.given(ben, "for", {0: 10}, {0: 5}, "abstain", rest=True)]).send(ben)

    assert booth.ballot(number, ana.address, class_index=ordinary).answers[0] == parts  # type: ignore[union-attr]  # cast
    assert assembly.voting.ballot(number, people.chloe.address) is None
    proved = assembly.voting.prove(number)
    accounts, board, seat, preference = proved.counted
    assert (accounts.votes_for, accounts.votes_against, accounts.present) == (40 + 30 + 60 + 5, 25 + 15, 180)
    assert accounts.entitled == 70 + 20 + 90  # chloe is interested
    assert board.votes == (110, 70, 60)
    assert seat.votes == (70 + 60 + 5, 15)
    assert (preference.votes_for, preference.votes_against, preference.entitled) == (30, 60, 90)
    (left,) = reminders(proved.terms, proved.count.ballots)
    assert (left.holder, left.units) == (people.chloe.address, 10)

    assembly.travel(assembly.closes)
    assembly.voting.decide(number).send(people.mallory)
    reported = assembly.voting.prove(number).reported
    assert [each.passed for each in reported] == [True, True, True, False]
    assert [each.elected for each in reported] == [(), (0, 1), (0,), ()]
    ballots = assembly.voting.ballots(number)
    assert [(each.holder, each.proxy) for each in ballots if each.proxy] == [(ben.address, emil.address)]


def test_reconcile__with_the_notice__titles_in_the_minutes(assembly: FullAssembly, people: People) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    counted = assembly.voting.reconcile(number, agenda=assembly.notice(), names=("first", "second"))
    assert [item.title for item in counted.terms.agenda] == ["Accounts", "Board", "Seat", "Preference"]
    assert [one.name for one in counted.terms.classes] == ["first", "second"]
    assert counted.terms.agenda[1].options == ("Kim", "Lee", "Mo")
    with pytest.raises(InvalidInput, match="not the notice"):
        assembly.voting.reconcile(number, agenda=assembly.notice(excluded=(people.ana.address,)))
    title = MeetingTitle(issuer="Test Company AG", name="General meeting", record_date=assembly.record_date)
    assert "### 2. Board" in minutes_markdown(counted.terms, counted.count, title)


def test_prove__a_figure_is_another__names_it(assembly: FullAssembly, monkeypatch: pytest.MonkeyPatch) -> None:
    number = assembly.call()
    assembly.travel(assembly.opens)
    booth, people = assembly.booth, assembly.people
    booth.cast(number, [assembly.given(people.ben, "for", "abstain", "abstain", "abstain")]).send(people.ben)
    results = assembly.voting.results(number)
    wrong = (replace(results[0], votes_for=21), *results[1:])
    monkeypatch.setattr(type(assembly.voting), "results", lambda _self, _meeting: wrong)
    with pytest.raises(CountDiffers, match="resolution 1 for: counted 20, the contract says 21") as caught:
        assembly.voting.prove(number)
    assert [each.name for each in caught.value.differences] == ["resolution 1 for"]


def test_grant__whole_with_instructions__revoked_until_used(assembly: FullAssembly, people: People) -> None:
    booth, number = assembly.booth, assembly.call(agenda=ONE)
    ordinary = assembly.index_of(assembly.ordinary)
    with pytest.raises(InvalidInput, match="instructions 2"):
        booth.grant(number, people.ana.address, people.ben.address, instructions=["for", None])
    told: dict[str, Any] = {"class_index": ordinary}
    assembly.travel(assembly.record_date)
    booth.grant(number, people.ana.address, people.ben.address, instructions=["for"], **told).send(people.ana)
    (granted,) = booth.proxies(number, people.ana.address, class_index=ordinary)
    assert (granted.proxy, granted.units, granted.instructions) == (people.ben.address, 70, (FOR,))
    assert not granted.has_voted
    booth.revoke(number, people.ana.address, people.ben.address, **told).send(people.ana)
    assert booth.proxies(number, people.ana.address, class_index=ordinary) == ()
    booth.grant(number, people.ana.address, people.ben.address, **told).send(people.ana)
    assembly.travel(assembly.opens)
    booth.cast(number, [assembly.given(people.ana, "for")]).send(people.ben)
    assert booth.proxies(number, people.ana.address, class_index=ordinary)[0].has_voted
    with reverts(ProxyHasVoted, proxy=people.ben.address):
        booth.revoke(number, people.ana.address, people.ben.address, **told).send(people.ana)
    assert assembly.voting.prove(number).counted[0].votes_for == 70
    booth.cast(number, [assembly.given(people.ana, "against")]).send(people.ana)
    assert assembly.voting.prove(number).counted[0].votes_against == 70


def test_cast__not_for_this_agenda__refused(assembly: FullAssembly, people: People) -> None:
    number = assembly.call(agenda=ONE)
    with pytest.raises(InvalidInput, match="1 resolutions, the ballot 2 answers"):
        assembly.booth.cast(number, [assembly.given(people.ana, "for", "for")])
    with pytest.raises(InvalidInput, match="at least one"):
        assembly.booth.cast(number, [])


# Signed ballots


def test_cast_batch__signed_by_several__split_counted_and_refusals_told(assembly: FullAssembly, people: People) -> None:
    booth, number = assembly.booth, assembly.call(agenda=ONE)
    assembly.travel(assembly.opens)
    signed = [
        booth.sign(one, number, assembly.given(one, word))
        for one, word in ((people.ana, "for"), (people.ben, "against"), (people.chloe, "for"))
    ]
    assert SignedBallot.from_json(signed[0].to_json()) == signed[0]
    forged = replace(signed[1], ballot=assembly.given(people.ben, "for"))
    operations = booth.cast_batch([signed[0], forged, signed[2]], sender=people.mallory.address, page_size=2)
    assert len(operations) == 2
    sent = [operation.send(people.mallory) for operation in operations]
    assert [each.answer for each in sent] == [1, 1]
    (refused,) = booth.refusals(sent[0])
    assert (refused.index, refused.holder, refused.meeting) == (1, people.ben.address, number)
    assert refused.reason.startswith("The voter did not sign")
    counted = assembly.voting.prove(number).counted[0]
    assert (counted.votes_for, counted.votes_against) == (80, 0)


def test_cast_signed__by_anybody__counts_once_signed(assembly: FullAssembly, people: People) -> None:
    booth, number = assembly.booth, assembly.call(agenda=ONE)
    assembly.travel(assembly.opens)
    unsigned = booth.unsigned(number, assembly.given(people.ana, "against"))
    with reverts(BallotNotSigned, voter=people.ana.address):
        booth.cast_signed(unsigned).send(people.mallory)
    signature = people.ana.sign_typed_data(booth.typed_data(unsigned))
    booth.cast_signed(unsigned.with_signature(signature)).send(people.mallory)
    assert assembly.voting.prove(number).counted[0].votes_against == 70


# Secret ballots


def test_open__sealed_and_handed_in__counts_only_then(assembly: FullAssembly, people: People) -> None:
    ends = assembly.closes + DAY
    booth, number = assembly.booth, assembly.call(agenda=ONE, ends=ends)
    assembly.travel(assembly.opens)
    sealed = booth.secret(number, assembly.given(people.ana, {1: 30, 2: 40}))
    assert sealed.salt.hex() not in repr(sealed)
    read = SecretBallot.from_json(sealed.to_json())
    assert read == sealed
    booth.commit(sealed).send(people.ana)
    booth.commit(booth.secret(number, assembly.given(people.ben, "for"))).send(people.ben)
    counted = assembly.voting.prove(number)
    assert (counted.counted[0].votes_for, counted.counted[0].abstained) == (0, 90)
    assert [ballot.secret for ballot in counted.count.ballots] == [True, True]
    assembly.travel(assembly.closes)
    with reverts(CommitmentDiffers, holder=people.ana.address):
        booth.open(replace(read, salt=bytes(32))).send(people.ana)
    booth.open(read).send(people.mallory)
    assert not assembly.voting.prove(number).reported[0].passed
    assembly.travel(ends)
    result = assembly.voting.prove(number).counted[0]
    assert (result.votes_for, result.votes_against, result.abstained) == (30, 40, 20)
    with pytest.raises(InvalidInput, match="another chain"):
        booth.open(replace(read, chain_id=1))
    with pytest.raises(InvalidInput, match="32 bytes"):
        replace(read, salt=b"")


# What resolutions execute


def test_execute__passed_and_waited__done_once(assembly: FullAssembly, people: People) -> None:
    suite, voting = assembly.suite, assembly.voting
    record_date = assembly.closes + 100 * DAY
    calls = [PreparedCall.of(suite.classes["ORD"].issuance.schedule_record_date(record_date))]
    item = ItemNotice(title="Next year", calls_hash=hash_calls(calls))
    number = assembly.call(agenda=(item,), execution_delay=DAY)
    authority, scheduling = suite.authority, suite.classes["ORD"].issuance.schedule_record_date(record_date)
    authority.grant(authority.role_for(scheduling), voting.address).send(people.admin)
    assembly.travel(assembly.opens)
    voting.vote(number, ["for"]).send(people.ana)
    with reverts(NotPassed, resolution=0):
        voting.schedule(number, 0, calls).send(people.mallory)
    assembly.travel(assembly.closes)
    voting.decide(number).send(people.mallory)
    with reverts(CallsDiffer):
        voting.schedule(number, 0, [*calls, *calls]).send(people.mallory)
    with reverts(CallsNotScheduled, resolution=0):
        voting.execute(number, 0, calls).send(people.mallory)
    voting.schedule(number, 0, calls).send(people.mallory)
    state = voting.execution(number, 0)
    assert (state.calls_hash, state.stage) == (hash_calls(calls), Stage.WAITING)
    with reverts(CallsNotReady, ready_at=state.ready_at):
        voting.execute(number, 0, calls).send(people.mallory)
    assembly.travel(state.ready_at)
    voting.execute(number, 0, calls).send(people.mallory)
    assert voting.execution(number, 0).stage is Stage.EXECUTED
    took = voting.prove(number).proceedings
    (prepared,) = took.calls
    acts = [(each.act, each.ready_at) for each in prepared.acts]
    assert acts == [("scheduled", state.ready_at), ("executed", None)]
    assert (prepared.acts[1].at, prepared.calls_hash) == (suite.chain.now(), state.calls_hash)
    assert took.decided_at is not None
    assert assembly.closes <= took.decided_at < prepared.acts[0].at
    assert record_date in suite.classes["ORD"].issuance.record_dates()
    with reverts(CallsDone, resolution=0):
        voting.execute(number, 0, calls).send(people.mallory)
    with reverts(AccessManagedUnauthorized, caller=people.ana.address):
        voting.cancel(number, 0, reason="too late").send(people.ana)
    assert hash_calls([]) == bytes(32)


def test_call__calls_that_could_not_be_executed__refused_before_anything_is_sent(assembly: FullAssembly) -> None:
    suite, voting = assembly.suite, assembly.voting
    record_date = assembly.closes + 100 * DAY
    one = PreparedCall.of(suite.classes["ORD"].issuance.schedule_record_date(record_date))
    with pytest.raises(InvalidInput, match="stands twice"):
        ItemNotice(calls=(one, one))
    with pytest.raises(InvalidInput, match="not that of the calls"):
        ItemNotice(calls=(one,), calls_hash=b"\x01" * 32)
    assert ItemNotice(calls=(one,)).calls_hash == hash_calls([one])
    to_itself = PreparedCall.of(
        suite.authority.grant(
            suite.authority.role_for(suite.classes["ORD"].issuance.schedule_record_date(1)), voting.address
        )
    )
    notice = assembly.notice(agenda=(ItemNotice(calls=(one,)), ItemNotice(calls=(to_itself,))), execution_delay=DAY)
    with pytest.raises(InvalidInput, match="Resolution 2 calls the AccessManager itself"):
        voting.call(notice)


def test_given_ballot__bad_address__refused() -> None:
    with pytest.raises(InvalidInput):
        GivenBallot(holder="0x1", answers=(FOR,))  # type: ignore[arg-type]  # not an address


# Notices and calls as files

HEAD = "record_date = 2030-06-01T00:00:00Z\nopens = 1906502400\ncloses = 1907107200\n"
BODY = '[[classes]]\nsymbol = "ORD"\n[[agenda]]\ntitle = "Accounts"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=", "is not TOML"),
        (HEAD, "lacks 'classes'"),
        (HEAD + "chair = 1\n" + BODY, "'chair' is no key of a notice"),
        (HEAD + BODY + 'mood = "x"\n', "'mood' is no key of a resolution"),
        (HEAD + BODY + 'majority = "most"\n', "'most' is not a majority"),
        (HEAD + BODY + 'kind = "poll"\n', "'poll' is not a kind"),
        (HEAD + BODY + 'voters = "XYZ"\n', "'XYZ' is not a class"),
        (HEAD + BODY + "interested = 3\n", "wrong kind"),
        (HEAD + BODY + 'quorum = "130"\n', "Resolution 1: A quorum of 130 % cannot be"),
        (HEAD + BODY + '[[agenda]]\nquorum = "half"\n', "Resolution 2 lacks 'title'"),
        (HEAD + BODY + 'quorum = "half"\n', "Resolution 1: A quorum of half % cannot be"),
        (HEAD.replace("T00:00:00Z", "") + BODY, "without a time"),
    ],
)
def test_read_notice__wrong__says_what(tmp_path: Path, assembly: FullAssembly, text: str, why: str) -> None:
    file = tmp_path / "notice.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=why):
        read_notice(file, {"ORD": assembly.ordinary})


def test_as_plain__only_what_a_plain_meeting_can__else_none(tmp_path: Path, assembly: FullAssembly) -> None:
    file = tmp_path / "notice.toml"
    file.write_text(HEAD + BODY, encoding="utf-8")
    notice = read_notice(file, {"ORD": assembly.ordinary})
    plain = notice.as_plain()
    assert plain is not None
    assert (plain.token, len(plain.agenda), plain.document_hash) == (assembly.ordinary, 1, notice.document_hash)
    file.write_text(HEAD + BODY + 'majority = "3/5"\nof = "votes present"\n', encoding="utf-8")
    full = read_notice(file, {"ORD": assembly.ordinary})
    assert (full.agenda[0].part, full.as_plain()) == (Fraction(3, 5), None)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '[{"to": 1}]', '[{"to": "0x%s", "data": "0x", "value": 1}]' % ("12" * 20)]
)
def test_read_calls__something_else__refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calls.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match="holds no calls"):
        read_calls(file)
