"""Approval-required transfers: request, consent, silence, use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tokenkit import reverts as errors
from tokenkit.external import ApprovalTerms, RequestStatus, RuleKind
from tokenkit.restrictions import Restriction
from tokenkit.testing import next_transaction_at, reverts
from tokenkit.transfers import Kind
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from tests.contracts.external_rules.conftest import Stage

    from tokenkit.chain import Signer

DAY = 86_400
SILENCE = 90 * DAY
PAPER = b"\x21" * 32
WHY, WHY_NOT = "approved by the board", "important reason under the articles"


@pytest.fixture
def approval(stage: Stage) -> Stage:
    """Obey the rule; three months of silence are consent."""
    stage.obey(RuleKind.APPROVAL)
    stage.officer(stage.approvals.set_terms(stage.token, deemed_approved_after=SILENCE))
    return stage


def ask(stage: Stage, giver: Signer, receiver: Signer, units: int, *, days: int = 200) -> int:
    until = stage.chain.now() + days * DAY
    request = stage.approvals.request(stage.token, receiver.address, units, valid_until=until, document_hash=PAPER)
    return request.send(giver).answer


def approve(stage: Stage, request: int) -> None:
    stage.officer(stage.approvals.approve(request, reason=WHY, document_hash=PAPER))


def refuse(stage: Stage, request: int) -> None:
    stage.officer(stage.approvals.refuse(request, reason=WHY_NOT, document_hash=PAPER))


def test_request__not_a_holder_nothing_or_too_late__refused(approval: Stage) -> None:
    people, rule, now = approval.people, approval.handle(RuleKind.APPROVAL), approval.chain.now()
    token, ben = approval.token, people.ben.address
    with reverts(errors.NotAHolder, account=people.chloe.address):
        ask(approval, people.chloe, people.ben, 5)
    with reverts(errors.NoUnits):
        rule.send(people.ana, "request", token, ben, 0, now + DAY, PAPER)
    for until in (now, 2**40):
        with reverts(errors.InThePast, time=until):
            rule.send(people.ana, "request", token, ben, 5, until, PAPER)
    with reverts(errors.TokenNotBound, token=approval.spare.address):
        rule.send(people.ana, "request", approval.spare.address, ben, 5, now + DAY, PAPER)


def test_request__to_nobody_or_oneself__refused(approval: Stage) -> None:
    ana = approval.people.ana
    for to in (ZERO_ADDRESS, ana.address, approval.second.address):
        with reverts(errors.InvalidReceiver, to=to):
            approval.approvals.request(approval.token, to, 5, valid_until=approval.chain.now() + DAY).send(ana)


def test_request__receiver_not_registered__refused(approval: Stage) -> None:
    with reverts(errors.UnknownInvestor, wallet=approval.spare.address):
        ask(approval, approval.people.ana, approval.spare, 5)


def test_request__another_has_effect__refused_until_it_is_taken_back(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    first = ask(approval, ana, ben, 5)
    with reverts(errors.RequestOpen, id=first):
        ask(approval, ana, ben, 6)
    approve(approval, first)
    with reverts(errors.RequestOpen, id=first):
        ask(approval, ana, ben, 6)
    approval.approvals.cancel(first).send(ana)
    assert ask(approval, ana, ben, 6) == first + 1


def test_answer__not_pending__refused(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    approved, lapsed = ask(approval, ana, ben, 5), ask(approval, ben, ana, 5, days=1)
    approve(approval, approved)
    approval.chain.travel(by=DAY)
    for request in (approved, lapsed, 0, 99):
        with reverts(errors.RequestNotPending, id=request):
            approve(approval, request)
        with reverts(errors.RequestNotPending, id=request):
            refuse(approval, request)


def test_cancel__by_another__refused(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    request = ask(approval, ana, ben, 5)
    for caller in (ben, approval.people.compliance):
        with reverts(errors.NotYourRequest, id=request):
            approval.approvals.cancel(request).send(caller)
    approval.approvals.cancel(request).send(approval.second)  # another wallet of ana
    with reverts(errors.NotYourRequest, id=request):
        approval.approvals.cancel(request).send(ana)
    with reverts(errors.RequestNotPending, id=request):
        approve(approval, request)


def test_APR_1__approved__used_up_by_transfers_and_the_holder_owns_meanwhile(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    request = ask(approval, ana, ben, 100)
    assert approval.units(ana) == 1_000
    found = approval.refusal(ana, ben, 100)
    assert found is not None
    assert (found.code, found.account, found.limit, found.actual) == (Restriction.NOT_APPROVED, ben.address, 0, 100)
    shown = approval.approvals.show(request)
    assert shown is not None
    assert found.earliest == shown.deemed_at
    approve(approval, request)
    assert approval.refusal(ana, ben, 101).largest == 100  # type: ignore[union-attr]
    sent = approval.transfer(ana, ben, 60)
    (used,) = [event for event in sent.events if event.name == "ApprovalUsed"]
    assert dict(used.args) == {"id": request, "units": 60}
    assert approval.refusal(ana, ben, 41).largest == 40  # type: ignore[union-attr]
    approval.transfer(ana, ben, 40)
    assert approval.approvals.approved(approval.token, ana.address, ben.address) == 0
    with reverts(errors.TransferRestricted, code=Restriction.NOT_APPROVED, limit=0, actual=1):
        approval.transfer(ana, ben, 1)
    assert not approval.passes(ben, ana, 1)  # a consent is to one receiver


def test_refuse__reason_on_record__the_holder_may_ask_again(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    request = ask(approval, ana, ben, 5)
    sent = approval.officer(approval.approvals.refuse(request, reason=WHY_NOT, document_hash=PAPER))
    (event,) = sent.events
    assert (event.name, dict(event.args)) == (
        "RequestRefused",
        {"id": request, "reason": WHY_NOT, "documentHash": PAPER},
    )
    approval.chain.travel(by=SILENCE)
    assert approval.refusal(ana, ben, 5).earliest is None  # type: ignore[union-attr]
    assert ask(approval, ana, ben, 5) > request


def test_APR_1__silence__is_consent_from_that_second_on_and_ends_with_the_request(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    request = ask(approval, ana, ben, 50)
    asked = approval.chain.now()
    assert approval.refusal(ana, ben, 50).earliest == asked + SILENCE  # type: ignore[union-attr]
    assert approval.refusal(ana, ben, 51).earliest is None  # type: ignore[union-attr]
    next_transaction_at(approval.chain, asked + SILENCE)
    with reverts(errors.RequestNotPending, id=request):
        refuse(approval, request)
    approval.chain.travel(to=asked + SILENCE)
    approval.transfer(ana, ben, 20)
    shown = approval.approvals.between(approval.token, ana.address, ben.address)
    assert shown is not None
    assert (shown.id, shown.units, shown.status) == (request, 30, RequestStatus.PENDING)
    approval.chain.travel(to=shown.valid_until - 1)
    assert approval.passes(ana, ben, 30)
    assert shown.approved_units(approval.chain.now()) == 30
    approval.chain.travel(to=shown.valid_until)
    assert not approval.passes(ana, ben, 1)
    assert shown.approved_units(approval.chain.now()) == 0


def test_check__request_ends_before_silence_counts__waiting_does_not_help(approval: Stage) -> None:
    ask(approval, approval.people.ana, approval.people.ben, 50, days=90)
    assert approval.refusal(approval.people.ana, approval.people.ben, 50).earliest is None  # type: ignore[union-attr]


def test_setApprovalTerms__later_silence__leaves_earlier_requests_alone(approval: Stage) -> None:
    request = ask(approval, approval.people.ana, approval.people.ben, 50)
    approval.officer(approval.approvals.set_terms(approval.token, exempt_claims=0b10))
    assert approval.approvals.terms(approval.token) == ApprovalTerms(deemed_approved_after=None, exempt_claims=0b10)
    assert approval.approvals.show(request).deemed_at is not None  # type: ignore[union-attr]
    later = ask(approval, approval.people.ben, approval.people.ana, 50)
    assert approval.approvals.show(later).deemed_at is None  # type: ignore[union-attr]
    assert approval.passes(approval.people.ana, approval.people.dora, 5)  # is accredited
    approval.transfer(approval.people.ana, approval.people.dora, 5)
    assert not approval.passes(approval.people.ana, approval.people.chloe, 5)


def test_check__each_kind__transfers_to_others_only(approval: Stage) -> None:
    assert approval.refused_kinds(approval.people.ana, approval.people.ben, 1) == {Kind.TRANSFER}
    assert approval.passes(approval.people.ana, approval.second, 1)


def test_APR_1__recovered__the_consent_goes_along(approval: Stage) -> None:
    ana, ben = approval.people.ana, approval.people.ben
    approve(approval, ask(approval, ana, ben, 100))
    approval.recover(ana, approval.second, ana.address)
    approval.transfer(approval.second, ben, 100)
    assert not approval.passes(approval.second, ben, 1)
