"""What a contract's refusal means to a person: the restriction in words, the office that was missing, what to do first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit.cli._onboarding import claim_names
from tokenkit.cli._output import day
from tokenkit.errors import TokenkitError
from tokenkit.powers import Role
from tokenkit.restrictions import not_admitted, refused
from tokenkit.reverts import (
    AccessManagedUnauthorized,
    AccessManagerUnauthorizedAccount,
    AccessManagerUnauthorizedCall,
    AlreadyRegistered,
    BeforeDeadline,
    BeforePaymentDate,
    BeforeRecordDate,
    ChallengeOver,
    CountElsewhere,
    DeadlineHasCome,
    InvalidDeadline,
    InvalidPaymentDate,
    InvalidPeriod,
    NotOpenYet,
    OrderExpired,
    OwnerNotAdmitted,
    RecordDateHasCome,
    RecordDateNotScheduled,
    TransferRestricted,
    Underfunded,
    UnknownRecordDate,
)

if TYPE_CHECKING:
    from tokenkit.cli._session import Session
    from tokenkit.errors import Reverted
    from tokenkit.operation import Operation
    from tokenkit.suite import ShareClass
    from tokenkit.types import Address


_OF_TIME = (
    BeforeDeadline,
    BeforePaymentDate,
    BeforeRecordDate,
    ChallengeOver,
    DeadlineHasCome,
    InvalidDeadline,
    InvalidPaymentDate,
    InvalidPeriod,
    NotOpenYet,
    OrderExpired,
    RecordDateHasCome,
)
"""Refusals of payouts whose values are all instants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A refusal in words, and the name of the restriction if it was one."""

    sentence: str
    restriction: str | None = None


def told(error: Exception, session: Session) -> Told | None:
    """Say what a refusal means; ``None`` where the error's own sentence says it all."""
    try:
        return _told(error, session)
    except TokenkitError:
        return None  # what is looked up for the explanation must not take the refusal's place


def _told(error: Exception, session: Session) -> Told | None:
    if isinstance(error, TransferRestricted):
        return _restricted(error, session)
    if isinstance(error, OwnerNotAdmitted):
        kept = "Its share is kept until it is, or the payout is closed."
        return Told(sentence=f"{error.owner} is not admitted: {not_admitted(error.code)}. {kept}")
    sentence = _sentence(error, session)
    return Told(sentence=sentence) if sentence else None


def _sentence(error: Exception, session: Session) -> str:
    if isinstance(error, _OF_TIME):
        return _timed(error)
    said = ""
    match error:
        case AccessManagedUnauthorized():
            hint = "" if hasattr(error, "__notes__") else " `tokenkit verify RECORD` lists who holds each office."
            said = error.sentence + hint
        case AccessManagerUnauthorizedAccount():
            said = f"{error.msgsender} lacks the power to do this. {_held_by(error.role_id, session)}"
        case AccessManagerUnauthorizedCall():
            remedy = (
                "The meetings carry out prepared calls themselves: the admin grants them the office that these take."
            )
            said = f"{error.sentence} {remedy}"
        case Underfunded():
            lacks = f"`tokenkit payout fund {error.payout_id}` pays in what it lacks"
            said = f"{error.sentence} {lacks}, and `payout status {error.payout_id}` says how much that is."
        case CountElsewhere():
            said = _interrupted(error)
        case RecordDateNotScheduled():
            remedy = "Schedule it with `tokenkit record-date schedule`; it must lie ahead."
            said = f"{day(error.record_date)} is not a record date of the class. {remedy}"
        case UnknownRecordDate():
            remedy = "`tokenkit record-date list` shows those there are."
            said = f"{day(error.record_date)} is not a record date of the class, or not past yet. {remedy}"
        case AlreadyRegistered():
            remedy = (
                "`tokenkit investor show` shows the facts; another wallet of the investor is linked with `--same-as`"
            )
            said = f"{error.sentence} {remedy}; facts are replaced from Python, with `suite.registry.update(wallet, facts)`."
    return said


def _timed(error: Reverted) -> str:
    """Write the instants behind a refusal as people do: one alone, several by name."""
    times = [(name.replace("_", " "), day(second)) for name, second in error.fields.items() if isinstance(second, int)]
    words = times[0][1] if len(times) == 1 else ", ".join(f"{name} {time}" for name, time in times)
    return f"{error.sentence.removesuffix('.')} ({words})."


def _interrupted(error: CountElsewhere) -> str:
    if error.position == 0:
        return "Something moved while the investors were counted, so the count ended. Give the command again: it begins anew."
    return f"A count is under way and has seen {error.position:,} holders. Give the command again: it goes on there."


def _restricted(error: TransferRestricted, session: Session) -> Told:
    refusal = refused(error)
    one = session.class_of(error.contract) if error.contract else None
    words = refusal.sentence(
        decimals=one.decimals if one else 0,
        lacking=(lambda wallet: lacking_claims(session, one, wallet)) if one else None,
    )
    return Told(sentence=f"{words} (code {refusal.code} {refusal.name})", restriction=refusal.name)


def lacking_claims(session: Session, one: ShareClass, wallet: Address) -> str:
    """Name the claims that the terms of a class require of a wallet's investor and that it lacks."""
    missing = session.suite.registry.missing_claims(one.address, wallet)
    return " and ".join(claim_names(missing, session.record.plan.claims)) or "what the terms require"


def office_for(operation: Operation[Any], session: Session) -> str:
    """Say which office an operation takes, and who holds it; empty where that cannot be looked up."""
    try:
        return _held_by(session.suite.authority.role_for(operation), session)
    except TokenkitError:
        return ""


def _held_by(role: int, session: Session) -> str:
    holders = session.suite.authority.holders(role, from_block=session.record.contract("manager").block)
    label = Role(role).label if role in set(Role) else f"role {role}"
    return f"It takes the office of {label}, held by {', '.join(holders) or 'nobody'}."
