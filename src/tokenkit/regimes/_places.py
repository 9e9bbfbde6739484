"""Countries as the laws mean them, by ISO 3166-1 numeric codes."""

from __future__ import annotations

from typing import Final

from tokenkit.countries import COUNTRIES, parse_country


def _named(codes: str) -> frozenset[int]:
    return frozenset(parse_country(code).numeric for code in codes.split())


UNITED_STATES: Final = 840

US_TERRITORIES: Final = _named("AS GU MP PR UM VI")
"""Part of the United States (17 CFR 230.902(l): its territories and possessions) with codes of their own."""

US: Final = frozenset({UNITED_STATES}) | US_TERRITORIES

CANADA: Final = 124

SINGAPORE: Final = 702

EUROPEAN_UNION: Final = _named("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE")

EEA: Final = EUROPEAN_UNION | _named("IS LI NO")
"""The 27 Member States of the European Union and the three other states of the European Economic Area."""

EU_TERRITORIES: Final = _named("AX GF GP MQ YT RE MF")
"""Parts of Member States with codes of their own: Åland (Finland) and the outermost regions of France."""

EVERYWHERE: Final = frozenset(country.numeric for country in COUNTRIES)
