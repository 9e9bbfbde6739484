"""The tables of a plan, from the company down to a document, each with the contradictions that show inside it; rules stand apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tokenkit._plan_base import GIVE_ADDRESS, Section, all_known
from tokenkit._plan_providers import ISSUER_PROVIDER
from tokenkit._plan_rules import Rules
from tokenkit._plan_values import (
    AccountAddress,
    CountryCode,
    CountryCodes,
    Delay,
    Digest,
    DocumentName,
    Isin,
    Issue,
    Lei,
    Location,
    Symbol,
    Text,
    refusal,
    refuse,
    repeated,
)
from tokenkit.countries import parse_country
from tokenkit.types import UINT96_MAX, parse_units

if TYPE_CHECKING:
    from decimal import Decimal


class Issuer(Section):
    """The company."""

    name: Text = Field(description="Give the company's legal name in quotes.")
    country: CountryCode = Field(description="Give the ISO 3166-1 code of the company's seat, such as 'CH'.")
    lei: Lei | None = Field(default=None, description="Give the legal entity identifier in quotes, or leave it out.")
    onchain_id: AccountAddress | None = Field(default=None, description=GIVE_ADDRESS)


class Admin(Section):
    """Who may change powers and members. Cannot move units or admit anybody without first taking a role, on record."""

    address: AccountAddress = Field(description=GIVE_ADDRESS)
    delay: Delay = Field(
        default=0, description="Give whole seconds between scheduling an act and doing it, at most a year."
    )
    target_delay: Delay = Field(
        default=0,
        description="Give whole seconds between scheduling a change of who may call what and making it, at most a year.",
    )


class Office(Section):
    """A role: who holds it, how long its acts wait, and who may cancel them meanwhile."""

    holders: tuple[AccountAddress, ...] = Field(default=(), description="Give a list of addresses.")
    delay: Delay = Field(
        default=0, description="Give whole seconds between scheduling an act and doing it, at most a year."
    )
    guardians: tuple[AccountAddress, ...] = Field(
        default=(),
        description="Give a list of addresses. Those of the issuer cancel what resolutions would execute, too, and need no delay.",
    )
    grant_delay: Delay = Field(
        default=0,
        description="Give whole seconds before a new holder may act, at most a year; it counts for later grants.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Office:
        issues = [
            Issue((key, position), f"{account} is named twice.", "Name each account once.")
            for key, accounts in (("holders", self.holders), ("guardians", self.guardians))
            for position, account in repeated(accounts)
        ]
        if self.delay and not self.holders:
            issues.append(
                Issue(("delay",), "There is a delay, but nobody holds the role.", "Name holders, or remove the delay.")
            )
        if issues:
            raise refusal(issues)
        return self


class Offices(Section):
    """The roles below the admin. A role left out is held by nobody until the admin grants it."""

    issuer: Office = Office()
    registrar: Office = Office()
    compliance: Office = Office()
    paying_agent: Office = Office()
    enforcement: Office = Office()
    upgrader: Office = Office()

    @model_validator(mode="after")
    def _guarded(self) -> Offices:
        issues = [
            Issue(
                (name, "guardians"),
                "Without a delay there is nothing that guardians could cancel.",
                "Set a delay, or remove the guardians.",
            )
            for name in Offices.model_fields
            if (office := getattr(self, name)).guardians and not office.delay and name != "issuer"
        ]
        if issues:
            raise refusal(issues)
        return self


class CountryGroup(Section):
    """Countries that share the claims required of their residents; no countries: all that no other group names."""

    countries: CountryCodes = Field(
        description='Give a list of country codes, or "*" for all that no other group names.'
    )
    claims: tuple[str, ...] = Field(default=(), description="Give a list of claim names.")

    @field_validator("claims")
    @classmethod
    def _known(cls, claims: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return all_known(claims, info, "claims", "Add it under [claims], or correct the name")


class Terms(Section):
    """Who may hold a class."""

    providers: tuple[str, ...] = Field(
        default=(ISSUER_PROVIDER,),
        min_length=1,
        description='Give a list of provider names; "issuer" is the registrar, "onchain_ids" the claims on ONCHAINIDs.',
    )
    lapsed_may_sell: bool = Field(default=False, description="Give true or false.")
    groups: tuple[CountryGroup, ...] = Field(min_length=1, max_length=6, description="Give one to six country groups.")

    @field_validator("providers")
    @classmethod
    def _known(cls, providers: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return all_known(providers, info, "providers", 'Add it under [[providers]], or accept "issuer"')

    @model_validator(mode="after")
    def _consistent(self) -> Terms:
        places = [
            (group, at, country) for group, one in enumerate(self.groups) for at, country in enumerate(one.countries)
        ]
        issues = [
            Issue(
                ("groups", places[position][0], "countries", places[position][1]),
                f"{parse_country(country).name} stands in the terms twice.",
                "Keep it in one group, once.",
            )
            for position, country in repeated([country for _, _, country in places])
        ]
        issues += [
            Issue(
                ("groups", group, "countries"),
                'Only the last group may be for all other countries ("*").',
                "Move this group to the end.",
            )
            for group, one in enumerate(self.groups[:-1])
            if not one.countries
        ]
        if issues:
            raise refusal(issues)
        return self


class Document(Section):
    """A document of a class: where it is and how to tell that it was not changed."""

    name: DocumentName = Field(description="Give 1 to 32 bytes of text.")
    uri: Location = Field(description="Give a URI in quotes.")
    sha256: Digest | None = Field(default=None, description="Give 64 hexadecimal digits.")
    keccak256: Digest | None = Field(default=None, description="Give 64 hexadecimal digits.")
    file: str | None = Field(default=None, description="Give the path of the document, seen from the plan.")

    @model_validator(mode="before")
    @classmethod
    def _hashed(cls, data: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever stands in the file
        if not isinstance(data, Mapping):
            return data
        given = [key for key in ("sha256", "keccak256", "file") if key in data]
        if len(given) != 1:
            what = "no hash" if not given else " and ".join(given)
            raise refuse(f"The document has {what}.", "Give exactly one of sha256, keccak256 and file.")
        if isinstance(data.get("file"), str):
            return {**data, "sha256": _hash_of(data["file"], info)}
        return data

    @property
    def hash(self) -> bytes:
        """The hash that goes on the chain."""
        return self.sha256 or self.keccak256 or b""

    @property
    def key(self) -> bytes:
        """The name as the contract keeps it."""
        return self.name.encode().ljust(32, b"\0")


class ShareClass(Section):
    """One class of shares: one token contract."""

    name: Text = Field(description="Give the name of the class in quotes.")
    symbol: Symbol = Field(description="Give 1 to 16 letters, digits, dots or hyphens in quotes, such as 'ALPA'.")
    decimals: int = Field(
        default=0, ge=0, le=18, description="Give a whole number from 0 to 18; shares usually have 0."
    )
    isin: Isin | None = Field(default=None, description="Give the ISIN in quotes, or leave it out.")
    upgradeable: bool = Field(default=False, description="Give true or false.")
    starts_paused: bool = Field(default=False, description="Give true or false.")
    terms: Terms = Field(description="Say who may hold the class: [classes.terms].")
    rules: Rules = Field(default=Rules(), description="Give a table: [classes.rules].")
    documents: tuple[Document, ...] = Field(default=(), description="Give a list: [[classes.documents]].")

    @model_validator(mode="after")
    def _consistent(self) -> ShareClass:
        issues = [
            Issue(
                ("documents", position, "name"), f"There are two documents named {name!r}.", "Give each its own name."
            )
            for position, name in repeated([document.name for document in self.documents])
        ]
        issues += self.rules.inexact(self.decimals)
        if issues:
            raise refusal(issues)
        return self

    def units(self, amount: Decimal | None) -> int:
        """Turn an amount of the plan into the class's smallest units; ``None``: all."""
        return UINT96_MAX if amount is None else parse_units(amount, self.decimals)


def file_hash(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).digest()


def _hash_of(name: str, info: ValidationInfo) -> bytes:
    hash_file: Callable[[str], bytes] = (info.context or {}).get("hash_file", lambda name: file_hash(Path(name)))
    try:
        return hash_file(name)
    except OSError as error:
        reason = error.strerror or "not recorded"
        raise refusal(
            [Issue(("file",), f"{name} cannot be read ({reason}).", "Correct the path, or give sha256 instead.")]
        ) from error
