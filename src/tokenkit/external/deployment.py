"""Putting a rule contract on the chain, and its settings into the compliance officer's hands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.artifacts import load
from tokenkit.chain import Transaction
from tokenkit.errors import InvalidInput, Reverted, StaleAbi
from tokenkit.powers import powers_of
from tokenkit.types import parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain, Signer
    from tokenkit.operation import Operation
    from tokenkit.types import Address


class RuleKind(StrEnum):
    """The rule contracts that tokenkit carries, by the word for people."""

    VESTING = "vesting"
    VOLUME = "volume"
    HOURS = "hours"
    APPROVAL = "approval"
    SPENDERS = "spenders"
    SANCTIONS = "sanctions"
    COMPLIANCE = "compliance"

    @property
    def artifact(self) -> str:
        """The contract's artifact."""
        return _ARTIFACTS[self]


_ARTIFACTS = {
    RuleKind.VESTING: "VestingRule",
    RuleKind.VOLUME: "VolumeRule",
    RuleKind.HOURS: "TradingHoursRule",
    RuleKind.APPROVAL: "ApprovalRule",
    RuleKind.SPENDERS: "SpenderRule",
    RuleKind.SANCTIONS: "SanctionsRule",
    RuleKind.COMPLIANCE: "ComplianceRule",
}

_NAMES = {
    "Vesting": RuleKind.VESTING,
    "Volume": RuleKind.VOLUME,
    "Trading hours": RuleKind.HOURS,
    "Approval": RuleKind.APPROVAL,
    "Spenders": RuleKind.SPENDERS,
    "Sanctions": RuleKind.SANCTIONS,
    "ERC-3643 compliance": RuleKind.COMPLIANCE,
}
"""What the contracts call themselves."""


def deploy_rule(
    chain: Chain,
    kind: RuleKind | str,
    signer: Signer | None,
    *,
    authority: str,
    rulebook: str,
    token: str | None = None,
) -> Address:
    """Deploy a rule contract for an issuer and return its address; *signer* pays, and gets no power over it.

    Its settings are the admin's until :func:`empower`, and no token obeys it until it is added to the rulebook. A compliance rule serves
    one *token*, which it is deployed for; the others serve all.

    Raises:
        InvalidInput: there is no such *kind*; a *token* is missing, or given where none belongs.
        ReadOnly: no *signer*.
    """
    wanted = _kind(kind)
    if (token is not None) != (wanted is RuleKind.COMPLIANCE):
        raise InvalidInput("A compliance rule is deployed for one token; every other rule serves all of them.")
    arguments = [parse_address(authority), parse_address(rulebook)]
    arguments += [] if token is None else [parse_address(token)]
    creation = Transaction(to=None, data=load(wanted.artifact).encode_constructor(arguments))
    address = chain.send(creation, signer).contract_address
    if address is None:
        raise StaleAbi("The node reports no address for a contract that it created.")
    return address


def empower(chain: Chain, kind: RuleKind | str, rule: str, *, authority: str) -> Operation[None]:
    """Prepare the admin's act that gives the settings of *rule* to the compliance officer."""
    wanted, address = _kind(kind), parse_address(rule)
    powers = powers_of(wanted.artifact)
    (role,) = {power.role for power in powers}
    return Contract(chain, authority, "AccessManager").write(
        "setTargetFunctionRole",
        address,
        [power.selector for power in powers],
        int(role),
        summary=f"Give the settings of the {wanted} rule {address} to the {role.label}",
    )


def kind_of(chain: Chain, rule: str) -> RuleKind | None:
    """Say which of tokenkit's rules a contract calls itself; ``None``: another's. A name proves nothing about the code."""
    try:
        name = Contract(chain, rule, RuleKind.VESTING.artifact).read("name")
    except (Reverted, StaleAbi):
        return None
    return _NAMES.get(name)


def _kind(kind: RuleKind | str) -> RuleKind:
    try:
        return RuleKind(kind)
    except ValueError:
        raise InvalidInput(f"There is no rule {kind!r}. The rules are {', '.join(RuleKind)}.") from None
