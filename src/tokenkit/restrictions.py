"""Why a movement is refused: the stable codes of ``contracts/types/Verdict.sol``, and a sentence for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tokenkit.countries import parse_country
from tokenkit.errors import InvalidCountry
from tokenkit.types import LAST_SECOND, format_units, from_unix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tokenkit.reverts import TransferRestricted
    from tokenkit.types import Address

EXTERNAL_CODES = range(200, 256)
"""Codes that rule contracts give: 200 is one that refused without a code, 201 … 208 are tokenkit's own, the rest are others'."""


class Restriction(IntEnum):
    """The codes of refusals (ERC-1404). Numbers are never reused."""

    NONE = 0
    PAUSED = 1
    SENDER_FROZEN = 2
    RECEIVER_FROZEN = 3
    SPENDER_FROZEN = 4
    BALANCE = 5
    FROZEN_UNITS = 6
    INVALID_SENDER = 7
    INVALID_RECEIVER = 8
    SUPPLY_OVERFLOW = 9
    WALLET_RETIRED = 10
    SENDER_NOT_REGISTERED = 11
    SENDER_EXPIRED = 12
    SENDER_PROVIDER = 13
    SENDER_COUNTRY = 14
    SENDER_CLAIMS = 15
    SENDER_RETIRED = 16
    SENDER_NOT_VERIFIED = 17
    RECEIVER_NOT_REGISTERED = 21
    RECEIVER_EXPIRED = 22
    RECEIVER_PROVIDER = 23
    RECEIVER_COUNTRY = 24
    RECEIVER_CLAIMS = 25
    RECEIVER_RETIRED = 26
    RECEIVER_NOT_VERIFIED = 27
    HOLDING_CAP = 40
    HOLDING_SHARE = 41
    INVESTOR_COUNT = 42
    LOCKUP = 43
    FLOW_BACK = 44
    ISSUER_HOLDING_CAP = 45
    ISSUER_INVESTOR_COUNT = 46
    COUNTRY_COUNT = 47
    GROUP_COUNT = 48
    ISSUER_COUNTRY_COUNT = 49
    ISSUER_GROUP_COUNT = 50
    MINIMUM_INVESTORS = 51
    MINIMUM_HOLDING = 52
    WHOLE_POSITION = 53
    HOLDING_PERIOD = 54
    LOTS_FULL = 55
    DENIED = 56
    AUTHORISED_SUPPLY = 57
    COMPLIANCE = 58
    EXTERNAL_RULE = 200
    VESTING = 201
    VOLUME = 202
    TRADING_HOURS = 203
    BLACKOUT = 204
    NOT_APPROVED = 205
    SPENDER = 206
    SANCTIONED = 207
    COMPLIANCE_RULE = 208


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One restriction's answer to a movement; amounts in units."""

    code: int
    """A :class:`Restriction`, or 209 … 255 from a rule of others."""
    account: Address
    """Whom the restriction is about."""
    limit: int
    actual: int
    largest: int
    """The most units, no more than were asked for, that would pass this restriction now."""
    earliest: int | None
    """Unix second at which the same units could pass; ``None``: waiting does not help."""

    @property
    def name(self) -> str:
        """The restriction's name, as in :class:`Restriction`."""
        try:
            return Restriction(self.code).name
        except ValueError:
            return Restriction.EXTERNAL_RULE.name

    def sentence(
        self, *, decimals: int = 0, who: Callable[[Address], str] = str, lacking: Callable[[Address], str] | None = None
    ) -> str:
        """Say it to a person; *who* puts names in the place of addresses, *lacking* names the claims that somebody lacks."""
        return describe(self, decimals=decimals, who=who, lacking=lacking)


def refused(error: TransferRestricted) -> Refusal:
    """Read what the token said when it refused; how much would pass, and when, ``Transfers.explain`` says."""
    return Refusal(
        code=error.code, account=error.account, limit=error.limit, actual=error.actual, largest=0, earliest=None
    )


_SENTENCES: Mapping[int, str] = {
    Restriction.NONE: "The transfer is allowed.",
    Restriction.PAUSED: "All transfers are paused by the issuer.",
    Restriction.SENDER_FROZEN: "{account} is frozen and cannot send.",
    Restriction.RECEIVER_FROZEN: "{account} is frozen and cannot receive.",
    Restriction.SPENDER_FROZEN: "{account} is frozen and cannot move units for others.",
    Restriction.BALANCE: "{account} holds {limit} units, less than the {actual} asked for.",
    Restriction.FROZEN_UNITS: "{account} can move {limit} units, because the rest is frozen; {actual} were asked for.",
    Restriction.INVALID_SENDER: "Units cannot be sent from the zero address.",
    Restriction.INVALID_RECEIVER: "Units cannot be sent to {account}.",
    Restriction.SUPPLY_OVERFLOW: "There would be {actual} units, more than the {limit} a token can count.",
    Restriction.WALLET_RETIRED: "{account} was lost and replaced, so it can never be used again.",
    Restriction.HOLDING_CAP: "{account} would hold {actual} units; one investor may hold at most {limit}.",
    Restriction.HOLDING_SHARE: (
        "{account} would hold {actual} units; the share of the supply that one investor may hold is {limit}."
        " The first units of a class are never within a share: issue them before the cap is set."
    ),
    Restriction.INVESTOR_COUNT: "There would be {count_actual} investors; this class may have at most {count_limit}.",
    Restriction.LOCKUP: "{account} can move {limit} units{until}, because the rest is locked; {actual} were asked for.",
    Restriction.FLOW_BACK: "Units may not go from {country_limit} to {country_actual}{until}.",
    Restriction.ISSUER_HOLDING_CAP: (
        "{account} would hold {actual} units of all classes together; one investor may hold at most {limit}."
    ),
    Restriction.ISSUER_INVESTOR_COUNT: (
        "The issuer would have {count_actual} investors in all classes; it may have at most {count_limit}."
    ),
    Restriction.COUNTRY_COUNT: (
        "There would be {count_actual} investors in the country of {account} of the kind that is limited;"
        " this class may have at most {count_limit}."
    ),
    Restriction.GROUP_COUNT: (
        "There would be {count_actual} investors of the kind of {account}; this class may have at most {count_limit}."
    ),
    Restriction.ISSUER_COUNTRY_COUNT: (
        "The issuer would have {count_actual} investors in all classes in the country of {account}, of the kind that is limited;"
        " it may have at most {count_limit}."
    ),
    Restriction.ISSUER_GROUP_COUNT: (
        "The issuer would have {count_actual} investors in all classes of the kind of {account}; it may have at most {count_limit}."
    ),
    Restriction.MINIMUM_INVESTORS: (
        "{account} would sell out and leave {count_actual} investors; this class must have at least {count_limit}."
    ),
    Restriction.MINIMUM_HOLDING: "{account} would hold {actual} units; an investor must hold at least {limit}, or none.",
    Restriction.WHOLE_POSITION: "{account} can transfer all its {limit} units or none; {actual} were asked for.",
    Restriction.HOLDING_PERIOD: (
        "{account} can move {limit} units{until}, because the rest is within its holding period; {actual} were asked for."
    ),
    Restriction.LOTS_FULL: (
        "{account} would have {count_actual} lots of units with holding periods of their own; a wallet can have at most {count_limit}."
    ),
    Restriction.DENIED: "{account} is on the issuer's deny list.",
    Restriction.AUTHORISED_SUPPLY: "There would be {actual} units; the issuer is authorised to issue {limit}.",
    Restriction.COMPLIANCE: "The compliance contract of this class refuses the transfer, without a reason of its own.",
    Restriction.EXTERNAL_RULE: "A rule of the issuer refuses the transfer, without a reason of its own.",
    Restriction.VESTING: (
        "{account} can move {limit} units{until}, because the rest has not vested; {actual} were asked for."
    ),
    Restriction.VOLUME: (
        "{account} can transfer {limit} more units{until}, because of the volume limit; {actual} were asked for."
    ),
    Restriction.TRADING_HOURS: "Units change hands in trading hours only; trading is closed{until}.",
    Restriction.BLACKOUT: "Units do not change hands in a blackout period; there is one{until}.",
    Restriction.NOT_APPROVED: (
        "The issuer has approved the transfer of {limit} units to {account}; {actual} were asked for. The holder can request approval."
    ),
    Restriction.SPENDER: "{account} may not move units of others.",
    Restriction.SANCTIONED: "{account} is on a sanctions list, or the list cannot be read.",
    Restriction.COMPLIANCE_RULE: "The compliance contract {account} refuses the transfer, without a reason of its own.",
}

_ONE_OF_SEVERAL = re.compile(r"(?<![\d.,])1 (more unit|unit|investor|lot)s\b")

_ADMISSION: Mapping[int, str] = {
    1: "{account} cannot {act}: not registered as an investor.",
    2: "{account} cannot {act}: the attestation ended on {limit_time} and was not renewed.",
    3: "{account} cannot {act}: attested by a provider that is not accepted (any more).",
    4: "{account} cannot {act}: residents of {country_actual} may not hold this class.",
    5: "{account} cannot {act}: not attested as {lacking}, which residents of that country must be.",
    6: "{account} cannot {act}: the wallet was lost and replaced.",
    7: "{account} cannot {act}: not verified in the identity registry.",
}


_LACKS: Mapping[int, str] = {
    1: "it is not registered as an investor",
    2: "its attestation has ended",
    3: "its attestation is by a provider that is not accepted (any more)",
    4: "residents of its country may not hold this class",
    5: "it lacks a claim that the terms require",
    6: "it was lost and replaced",
    7: "it is not verified in the identity registry",
}


def not_admitted(reason: int) -> str:
    """Say why the registry does not admit a wallet; *reason* is the registry's own, 1 … 7."""
    return _LACKS.get(reason, f"the registry gives reason {reason}")


def template(code: int) -> str:
    """Return the sentence of a *code*, with places for the figures."""
    if code in EXTERNAL_CODES and code not in _SENTENCES:
        return "A rule of the issuer refuses the transfer (its code {code}; limit {limit}, asked for {actual})."
    side, reason = divmod(code, 10)
    if side in (1, 2) and reason in _ADMISSION:
        return _ADMISSION[reason].replace("{act}", "send" if side == 1 else "receive")
    return _SENTENCES.get(code, "The transfer is refused with code {code}, unknown to this version of tokenkit.")


def describe(
    refusal: Refusal,
    *,
    decimals: int = 0,
    who: Callable[[Address], str] = str,
    lacking: Callable[[Address], str] | None = None,
) -> str:
    """Fill the sentence of *refusal* with its figures, amounts written with *decimals*."""
    until = f" until {_day(refusal.earliest)}" if refusal.earliest else ""
    said = template(refusal.code).format(
        code=refusal.code,
        account=who(refusal.account),
        limit=_grouped(refusal.limit, decimals),
        actual=_grouped(refusal.actual, decimals),
        count_limit=f"{refusal.limit:,}",
        count_actual=f"{refusal.actual:,}",
        country_limit=_country(refusal.limit),
        country_actual=_country(refusal.actual),
        limit_time=_day(refusal.limit),
        lacking=lacking(refusal.account) if lacking and _is_about_claims(refusal.code) else "what the terms require",
        until=until,
    )
    return _ONE_OF_SEVERAL.sub(r"1 \1", said)


def _is_about_claims(code: int) -> bool:
    return code in (Restriction.SENDER_CLAIMS, Restriction.RECEIVER_CLAIMS)


def _grouped(units: int, decimals: int) -> str:
    whole, point, fraction = format_units(units, decimals).partition(".")
    return f"{int(whole):,}{point}{fraction}"


def _country(numeric: int) -> str:
    try:
        return parse_country(numeric).in_sentence
    except InvalidCountry:
        return f"country {numeric}"


def _day(second: int | None) -> str:
    if second is None or second > LAST_SECOND:
        return "an unknown time"
    return f"{from_unix(second):%Y-%m-%d %H:%M} UTC"
