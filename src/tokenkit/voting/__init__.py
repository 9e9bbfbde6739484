"""Meetings of the holders: call, vote, decide, execute, and count again (``Meetings.sol`` and its office)."""

from tokenkit.voting.ballots import Ballots, RefusedBallot
from tokenkit.voting.given import (
    GivenBallot,
    ProxyGrant,
    SecretBallot,
    SignedBallot,
    decode_answers,
    encode_answers,
    parse_answer,
)
from tokenkit.voting.notice import ClassNotice, FullNotice, ItemNotice, PreparedCall, hash_calls
from tokenkit.voting.notice_file import read_calls, read_notice
from tokenkit.voting.service import Voting
from tokenkit.voting.values import (
    BPS,
    MAX_EXCLUDED,
    MAX_RESOLUTIONS,
    CastBallot,
    CountDiffers,
    Execution,
    Meeting,
    MeetingClass,
    Notice,
    Reconciliation,
    Resolution,
    Result,
    Stage,
    decode_choices,
    encode_choices,
    parse_choice,
)

__all__ = [
    "BPS",
    "MAX_EXCLUDED",
    "MAX_RESOLUTIONS",
    "Ballots",
    "CastBallot",
    "ClassNotice",
    "CountDiffers",
    "Execution",
    "FullNotice",
    "GivenBallot",
    "ItemNotice",
    "Meeting",
    "MeetingClass",
    "Notice",
    "PreparedCall",
    "ProxyGrant",
    "Reconciliation",
    "RefusedBallot",
    "Resolution",
    "Result",
    "SecretBallot",
    "SignedBallot",
    "Stage",
    "Voting",
    "decode_answers",
    "decode_choices",
    "encode_answers",
    "encode_choices",
    "hash_calls",
    "parse_answer",
    "parse_choice",
    "read_calls",
    "read_notice",
]
