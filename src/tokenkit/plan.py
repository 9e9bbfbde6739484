"""The plan an issuer writes: a TOML file that says what to deploy, for whom, and on what terms.

Every value is checked when the plan is read, and everything that is wrong is said at once, with line and remedy.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from tokenkit._keccak import keccak
from tokenkit._plan_base import Section
from tokenkit._plan_contradictions import contradictions, never_issued
from tokenkit._plan_problems import problems_of, syntax_problem
from tokenkit._plan_providers import ISSUER_PROVIDER, ONCHAIN_IDS_PROVIDER, OnchainIds, Provider
from tokenkit._plan_rules import IssuerRules, Lockup
from tokenkit._plan_sections import (
    Admin,
    Document,
    Issuer,
    Office,
    Offices,
    ShareClass,
    Terms,
    file_hash,
)
from tokenkit._plan_values import Bit, ClaimName, Issue, refusal, repeated
from tokenkit._plan_warnings import unstaffed
from tokenkit._plan_wishes import requirements
from tokenkit._ruleset_check import check
from tokenkit.errors import InvalidPlan, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tokenkit._ruleset_findings import Finding
    from tokenkit._ruleset_values import Requirements

__all__ = ["Document", "Lockup", "Office", "Plan", "Provider", "ShareClass", "Terms"]


class Plan(Section):
    """All that is to be deployed for one issuer."""

    chain_id: int | None = Field(
        default=None, ge=1, le=2**63 - 1, description="Give the number of the chain, or leave it out."
    )
    payouts: bool = Field(default=True, description="Give true or false.")
    meetings: bool = Field(default=True, description="Give true or false.")
    standard_faces: bool = Field(default=False, description="Give true or false.")
    erc3643_agents: bool = Field(default=False, description="Give true or false.")
    attestations: bool = Field(
        default=False, description="Give true: whoever holds what a provider signed can hand it in."
    )
    issuer: Issuer = Field(description="Say who the company is: [issuer].")
    admin: Admin = Field(description="Say who may change powers: [admin].")
    roles: Offices = Field(default=Offices(), description="Name the office holders: [roles.issuer] and so on.")
    claims: dict[ClaimName, Bit] = Field(
        default={}, description="Name each claim and give it a bit from 0 to 31, such as kyc = 0."
    )
    providers: tuple[Provider, ...] = Field(
        default=(), max_length=31, description="Give a list: [[providers]], at most 31."
    )
    onchain_ids: OnchainIds | None = Field(default=None, description="Give a table: [onchain_ids].")
    rules: IssuerRules = Field(default=IssuerRules(), description="Give a table: [rules].")
    classes: tuple[ShareClass, ...] = Field(
        min_length=1, max_length=16, description="Describe 1 to 16 share classes: [[classes]]."
    )

    _text: str = PrivateAttr(default="")

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """Read the plan in the file at *path*; documents given by path are looked for beside it.

        Raises:
            InvalidPlan: the file cannot be read, or something in it is wrong; ``problems`` holds everything at once.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = Problem(
                line=1,
                key="",
                message=f"The file cannot be read ({error}).",
                remedy="Give the path of a plan in UTF-8.",
            )
            raise InvalidPlan([problem], file=str(path)) from error
        return _parsed(text, file=path.name, hash_file=lambda name: file_hash(path.parent / name))

    @classmethod
    def parse(cls, text: str, *, file: str = "the plan", hashes: Mapping[str, bytes] | None = None) -> Plan:
        """Read a plan from its *text*. Documents given by path have the *hashes* of a record; without, they are looked for here.

        Raises:
            InvalidPlan: something in it is wrong; ``problems`` holds everything at once.
        """

        def recorded(name: str) -> bytes:
            if hashes is None:
                return file_hash(Path(name))
            if name not in hashes:
                raise FileNotFoundError(name)
            return hashes[name]

        return _parsed(text, file=file, hash_file=recorded)

    @field_validator("claims")
    @classmethod
    def _own_bits(cls, claims: dict[str, int]) -> dict[str, int]:
        twice = repeated(tuple(claims.values()))
        if twice:
            names = tuple(claims)
            raise refusal(
                Issue((names[at],), f"Bit {bit} stands for another claim already.", "Give each claim its own bit.")
                for at, bit in twice
            )
        return claims

    @field_validator("providers")
    @classmethod
    def _own_names(cls, providers: tuple[Provider, ...]) -> tuple[Provider, ...]:
        issues = [
            Issue(
                (at, "name"),
                f"The name {name!r} is taken.",
                "Give each provider its own name; the issuer's registrar is 'issuer'.",
            )
            for at, name in repeated([ISSUER_PROVIDER, *(provider.name for provider in providers)], first=-1)
        ]
        issues += [
            Issue((at, "account"), f"{account} attests under two names.", "Give each provider its own account.")
            for at, account in repeated([provider.account for provider in providers])
        ]
        if issues:
            raise refusal(issues)
        return providers

    @field_validator("classes")
    @classmethod
    def _told_apart(cls, classes: tuple[ShareClass, ...]) -> tuple[ShareClass, ...]:
        issues = [
            Issue((at, key), f"Another class has {key} {value!r} too.", f"Give each class its own {key}.")
            for key, values in (
                ("symbol", [one.symbol.upper() for one in classes]),
                ("name", [one.name for one in classes]),
                ("isin", [one.isin or str(at) for at, one in enumerate(classes)]),
            )
            for at, value in repeated(values)
        ]
        if issues:
            raise refusal(issues)
        return classes

    @model_validator(mode="after")
    def _consistent(self) -> Plan:
        issues = list(contradictions(self))
        if issues:
            raise refusal(issues)
        return self

    @property
    def text(self) -> str:
        """The plan as it was written."""
        return self._text

    @property
    def hash(self) -> str:
        """keccak256 of the text, as 0x hex."""
        return "0x" + keccak(self._text.encode()).hex()

    @property
    def file_hashes(self) -> Mapping[str, bytes]:
        """The hashes of the documents that were given by path."""
        return {
            document.file: document.hash
            for one in self.classes
            for document in one.documents
            if document.file is not None
        }

    @property
    def decimals(self) -> int:
        """The decimals of all classes, where the rules over all classes need them to be the same."""
        return self.classes[0].decimals

    @property
    def provider_names(self) -> tuple[str, ...]:
        """Who attests facts about investors, by index in the registry: the issuer first, the claims on ONCHAINIDs last."""
        adapter = (ONCHAIN_IDS_PROVIDER,) if self.onchain_ids else ()
        return (ISSUER_PROVIDER, *(provider.name for provider in self.providers), *adapter)

    def share_class(self, symbol: str) -> ShareClass:
        """Find a class by its symbol.

        Raises:
            KeyError: there is none.
        """
        return {one.symbol: one for one in self.classes}[symbol]

    def requirements(self, symbol: str) -> Requirements:
        """Return who may hold a class and what may move in it, as values that compose with a regime's; spenders are none of these.

        Raises:
            KeyError: there is no such class.
        """
        return requirements(self, self.share_class(symbol))

    def findings(self, *, now: int | None = None) -> Mapping[str, tuple[Finding, ...]]:
        """Say, class by class, what can be deployed but is hardly meant; at unix second *now* also what is over by then."""
        return {
            one.symbol: (*check(requirements(self, one), self.claims, now=now), *never_issued(one))
            for one in self.classes
        }

    def vacancies(self) -> tuple[Finding, ...]:
        """Name the offices that somebody has to hold and that nobody does."""
        return tuple(unstaffed(self))

    def claim_mask(self, names: Iterable[str]) -> int:
        """Return the bits of claims, as the registry keeps them."""
        return sum(1 << self.claims[name] for name in set(names))

    def provider_mask(self, names: Iterable[str]) -> int:
        """Return the bits of providers, as the registry keeps them: bit 0 is the issuer."""
        return sum(1 << self.provider_names.index(name) for name in set(names))

    def groups(self, terms: Terms) -> list[tuple[int, list[int]]]:
        """Return the country groups of *terms* as the registry keeps them: claims, and countries in ascending order."""
        return [(self.claim_mask(group.claims), sorted(group.countries)) for group in terms.groups]


def _parsed(text: str, *, file: str, hash_file: Callable[[str], bytes]) -> Plan:
    try:
        data = _as_tuples(tomllib.loads(text, parse_float=Decimal))
    except tomllib.TOMLDecodeError as error:
        raise InvalidPlan([syntax_problem(error, text)], file=file) from error
    context = {"claims": _names(data.get("claims"), ()), "providers": _provider_names(data), "hash_file": hash_file}
    try:
        plan = Plan.model_validate(data, context=context)
    except ValidationError as error:
        raise InvalidPlan(problems_of(error, text, Plan), file=file) from error
    plan._text = text  # noqa: SLF001 - its own; a frozen model takes no text beside its sections
    return plan


def _as_tuples(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Turn lists into tuples, all the way down: sections are frozen, and strict validation takes tuples only."""
    if isinstance(value, dict):
        return {key: _as_tuples(entry) for key, entry in value.items()}
    return tuple(map(_as_tuples, value)) if isinstance(value, list) else value


def _names(table: object, more: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*table, *more)) if isinstance(table, dict) else frozenset(more)


def _provider_names(data: Mapping[str, object]) -> frozenset[str]:
    providers = data.get("providers")
    entries = providers if isinstance(providers, tuple) else ()
    adapter = {ONCHAIN_IDS_PROVIDER} if "onchain_ids" in data else set()
    return frozenset(
        {ISSUER_PROVIDER, *(str(entry["name"]) for entry in entries if isinstance(entry, dict) and "name" in entry)}
        | adapter
    )
