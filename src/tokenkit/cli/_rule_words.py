"""Rules as people type them."""

# ruff: noqa: PLC0415 - what takes long to import waits until a command runs

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.cli._rule_scope import Scope
    from tokenkit.rules import CountLimit, CountryPair

OFF = "off"
_LIMIT = re.compile(r"(\d+)(?:@([A-Za-z]{2}))?(?::([A-Za-z0-9_+,-]+))?")

_CLAIMS = "with :+claim,-claim for who has a claim and who lacks one"
LIMIT_HELP = f"LIMIT, {_CLAIMS}, such as 35:-accredited"
GROUP_HELP = f"LIMIT or LIMIT@COUNTRY, each {_CLAIMS}, such as 35:-accredited or 500@US:+kyc"


def units_or_off(text: str | None, scope: "Scope") -> int | None:
    """Read units of a class as people write them; ``None``: off."""
    from tokenkit.types import parse_units

    return None if text in (None, OFF) else parse_units(text or "", scope.decimals)


def number_or_off(text: str) -> int | None:
    """Read a whole number; ``None``: off."""
    from tokenkit.errors import InvalidInput

    if text == OFF:
        return None
    if not text.isascii() or not text.isdigit():
        raise InvalidInput(f"{text!r} is not a whole number. Give one, or off.")
    return int(text)


def investor_limit(text: str, claims: "Mapping[str, int]", *, how: str) -> "CountLimit":
    """Read a limit on investors; *how* says how one is written."""
    from tokenkit.cli._onboarding import claims_word
    from tokenkit.countries import parse_country
    from tokenkit.errors import InvalidInput
    from tokenkit.rules import CountLimit

    found = _LIMIT.fullmatch(text)
    names = found[3].split(",") if found and found[3] else []
    if found is None or any(name[:1] not in "+-" for name in names):
        raise InvalidInput(f"{text!r} is no limit on investors. Write {how}.")
    having = claims_word([name[1:] for name in names if name[0] == "+"], claims)
    lacking = claims_word([name[1:] for name in names if name[0] == "-"], claims)
    country = parse_country(found[2]).numeric if found[2] else None
    return CountLimit(country=country, mask=having | lacking, claims=having, limit=int(found[1]))


def country_pair(text: str) -> "CountryPair":
    """Read two countries between which nothing is to move."""
    from tokenkit.countries import parse_country
    from tokenkit.errors import InvalidInput
    from tokenkit.rules import CountryPair

    source, colon, target = text.partition(":")
    if not colon:
        raise InvalidInput(f"{text!r} is no pair of countries. Write FROM:TO, such as CH:US or '*:US'.")
    return CountryPair(
        source=0 if source == "*" else parse_country(source).numeric, target=parse_country(target).numeric
    )
