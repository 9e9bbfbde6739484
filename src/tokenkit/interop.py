"""Contracts of others: why a plain ERC-3643 registry or compliance says no, and events in T-REX's dialect.

ERC-3643 contracts answer yes or no. T-REX 4.1.6 can be asked further: which claim a wallet lacks, which compliance module refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._contract import TOKEN
from tokenkit._keccak import keccak
from tokenkit._trex import MODULES
from tokenkit.artifacts import load
from tokenkit.errors import Reverted, StaleAbi
from tokenkit.restrictions import Refusal, Restriction
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tokenkit.artifacts import Artifact, Event
    from tokenkit.artifacts import RawLog as Log
    from tokenkit.chain import BlockId, Chain

_NOT_VERIFIED = (Restriction.SENDER_NOT_VERIFIED, Restriction.RECEIVER_NOT_VERIFIED)
_NOT_COMPLIANT = (Restriction.COMPLIANCE, Restriction.COMPLIANCE_RULE)
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that stands in the way, as a contract of others shows it."""

    template: str
    """The sentence, with ``{0}``, ``{1}`` … for the accounts."""
    accounts: tuple[Address, ...] = ()

    def sentence(self, *, who: Callable[[Address], str] = str) -> str:
        """Say it to a person; *who* puts names in the place of addresses."""
        return self.template.format(*map(who, self.accounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A wallet's place was taken by another (``RecoverySuccess`` of either dialect)."""

    lost: Address
    replacement: Address
    identity: Address
    block_number: int


def further(
    chain: Chain, token: str, refusals: Sequence[Refusal], *, sender: str, receiver: str, units: int
) -> tuple[Reason, ...]:
    """Ask the contracts behind those *refusals* of *token* that came without a reason."""
    reasons: list[Reason] = []
    for refusal in refusals:
        if refusal.code in _NOT_COMPLIANT:
            reasons += why_not_compliant(chain, refusal.account, sender, receiver, units)
        elif refusal.code in _NOT_VERIFIED:
            (registry,) = _ask(chain, token, "identityRegistry")
            reasons += why_not_verified(chain, registry or ZERO_ADDRESS, refusal.account)
    return tuple(reasons)


def why_not_transferable(chain: Chain, token: str, sender: str, receiver: str, units: int) -> tuple[Reason, ...]:
    """List what stands against a transfer of a T-REX token; from the zero address: an issue. Empty: nothing that it shows."""
    source, target = parse_address(sender), parse_address(receiver)
    names = ("paused", "identityRegistry", "compliance")
    paused, registry, compliance = _ask_all(chain, [(token, name, ()) for name in names])
    reasons: list[Reason] = []
    if source != ZERO_ADDRESS:
        if paused:
            reasons.append(Reason(template="Transfers are paused."))
        reasons += _why_not_free(chain, token, source, target, units)
    reasons += why_not_verified(chain, registry or ZERO_ADDRESS, target)
    reasons += why_not_compliant(chain, compliance or ZERO_ADDRESS, source, target, units)
    return tuple(reasons)


def why_not_verified(chain: Chain, registry: str, wallet: str) -> tuple[Reason, ...]:
    """List what a wallet lacks to be verified by an ERC-3643 registry; empty: it is verified.

    A registry that is not T-REX's shows no more than that it says no.
    """
    at, account = parse_address(registry), parse_address(wallet)
    calls: list[_Call] = [(at, name, (account,)) for name in ("isVerified", "identity")]
    calls += [(at, name, ()) for name in ("topicsRegistry", "issuersRegistry")]
    verified, identity, topics_at, issuers_at = _ask_all(chain, calls)
    if verified:
        return ()
    if identity in (None, ZERO_ADDRESS):
        return (Reason(template="{0} is not registered in the identity registry {1}.", accounts=(account, at)),)
    if topics_at and issuers_at:
        (topics,) = _ask(chain, topics_at, "getClaimTopics")
        lacking = [_why_not_attested(chain, account, identity, issuers_at, topic) for topic in topics or ()]
        reasons = tuple(reason for reason in lacking if reason is not None)
        if reasons:
            return reasons
    return (Reason(template="The identity registry {1} does not say what {0} lacks.", accounts=(account, at)),)


def why_not_compliant(chain: Chain, compliance: str, sender: str, receiver: str, units: int) -> tuple[Reason, ...]:
    """List which modules of an ERC-3643 compliance refuse a movement; empty: it passes.

    A rulebook of tokenkit's behind a ``StandardCompliance`` gives its own reasons; another compliance shows no more than that it says no.
    """
    at, source, target = (parse_address(one) for one in (compliance, sender, receiver))
    passes, modules = _ask_all(chain, [(at, "canTransfer", (source, target, units)), (at, "getModules", ())])
    if passes:
        return ()
    if modules is None:
        return _rules_behind(chain, at, source, target, units)
    calls: list[_Call] = [(module, "moduleCheck", (source, target, units, at)) for module in modules]
    answers = _ask_all(chain, calls + [(module, "name", ()) for module in modules])
    judged = zip(modules, answers[: len(modules)], answers[len(modules) :], strict=True)
    reasons = tuple(_module_reason(module, name, fails=ok is None) for module, ok, name in judged if not ok)
    return reasons or (_silent(at),)


def decode_event(log: Log) -> Event | None:
    """Read an event of an ERC-3643 token in the EIP's dialect or in T-REX's; ``None``: it is neither.

    T-REX indexes what the EIP does not: its names and symbols in ``UpdatedTokenInformation`` are hashes.
    """
    for artifact in _dialects():
        event = artifact.decode_event(log)
        if event is not None:
            return event
    return None


def recoveries(chain: Chain, token: str, *, from_block: int = 0, to_block: BlockId = "latest") -> Iterator[Recovered]:
    """Read the recoveries of an ERC-3643 token of either dialect, in order."""
    topics = (load("ITrex").event_topic("RecoverySuccess"),)
    for log in chain.logs([parse_address(token)], topics, from_block, to_block):
        event = decode_event(log)
        if event is not None:
            lost, replacement, identity = event.args.values()
            yield Recovered(lost=lost, replacement=replacement, identity=identity, block_number=event.block_number)


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

_Call = tuple[str, str, tuple[object, ...]]


def _ask_all(chain: Chain, calls: Sequence[_Call]) -> list[Any]:
    """Ask contracts of others in one go; ``None`` for each that refuses, or answers what does not fit."""
    trex = load("ITrex")
    requests = [(parse_address(to), trex.encode_call(function, args)) for to, function, args in calls]
    answers: list[Any] = []
    for (_, function, _), answer in zip(calls, chain.batch_call(requests), strict=True):
        try:
            values = None if isinstance(answer, Reverted) else trex.decode_result(function, answer)
        except StaleAbi:
            values = None
        answers.append(values[0] if values is not None and len(values) == 1 else values)
    return answers


def _ask(chain: Chain, contract: str, function: str, *args: object) -> list[Any]:
    return _ask_all(chain, [(contract, function, args)])


def _why_not_free(chain: Chain, token: str, sender: Address, receiver: Address, units: int) -> Iterator[Reason]:
    calls: list[_Call] = [(token, "isFrozen", (one,)) for one in (sender, receiver)]
    calls += [(token, name, (sender,)) for name in ("balanceOf", "getFrozenTokens")]
    *frozen, balance, frozen_units = _ask_all(chain, calls)
    for wallet, is_frozen in zip((sender, receiver), frozen, strict=True):
        if is_frozen:
            yield Reason(template="{0} is frozen.", accounts=(wallet,))
    free = max((balance or 0) - (frozen_units or 0), 0)
    if units > free:
        yield Reason(template=f"{{0}} can move {free:,} units; {units:,} were asked for.", accounts=(sender,))


def _why_not_attested(
    chain: Chain, wallet: Address, identity: Address, issuers_at: Address, topic: int
) -> Reason | None:
    """Say what is wrong with the claims about one topic, judged as T-REX does; ``None``: one of them is valid."""
    (issuers,) = _ask(chain, issuers_at, "getTrustedIssuersForClaimTopic", topic)
    if not issuers:
        return Reason(template=f"Nobody is trusted to attest claim topic {topic}, so no wallet can be verified.")
    claims = _ask_all(chain, [(identity, "getClaim", (_claim_id(issuer, topic),)) for issuer in issuers])
    if all(claim is None for claim in claims):
        return Reason(template="{1}, the identity of {0}, is not an ONCHAINID.", accounts=(wallet, identity))
    shown = [claim for claim in claims if claim is not None and claim[0] == topic]
    checks: list[_Call] = [
        (issuer, "isClaimValid", (identity, topic, signature, data)) for _, _, issuer, signature, data, _ in shown
    ]
    if any(_ask_all(chain, checks)):
        return None
    if shown:
        words = f"{{0}} is not verified: the claim of {{1}} about topic {topic} was revoked, or is not validly signed."
        return Reason(template=words, accounts=(wallet, shown[0][2]))
    places = ", ".join(f"{{{position}}}" for position in range(1, len(issuers) + 1))
    words = f"{{0}} is not verified: its identity has no claim about topic {topic}. Trusted to make one: {places}."
    return Reason(template=words, accounts=(wallet, *issuers))


def _claim_id(issuer: Address, topic: int) -> bytes:
    return keccak(bytes.fromhex(issuer[2:]).rjust(32, b"\0") + topic.to_bytes(32))  # ERC-735 as ONCHAINID has it


def _module_reason(module: Address, name: str | None, *, fails: bool) -> Reason:
    known = MODULES.get(name or "")
    shown = "".join(one for one in (name or "without a name")[:_LONGEST_NAME] if one.isprintable())
    label = shown.replace("{", "{{").replace("}", "}}")
    if fails:
        words = f"The compliance module {label} ({{0}}) fails when it is asked, which counts as a no."
    else:
        words = f"The compliance module {label} ({{0}}) refuses{': ' + known if known else ''}."
    return Reason(template=words, accounts=(module,))


def _rules_behind(
    chain: Chain, compliance: Address, sender: Address, receiver: Address, units: int
) -> tuple[Reason, ...]:
    standard = load("StandardCompliance")
    data = standard.encode_call("explain", (sender, receiver, units))
    (answer,) = chain.batch_call([(compliance, data)])
    try:
        verdicts = () if isinstance(answer, Reverted) else standard.decode_result("explain", answer)[0]
    except StaleAbi:
        verdicts = ()
    return tuple(_rule_reason(one) for one in verdicts if one["account"] != compliance) or (_silent(compliance),)


def _rule_reason(verdict: dict[str, Any]) -> Reason:
    refusal = Refusal(**(verdict | {"earliest": verdict["earliest"] or None}))
    return Reason(template=refusal.sentence(who=lambda _: "{0}"), accounts=(refusal.account,))


def _silent(compliance: Address) -> Reason:
    return Reason(template="The compliance contract {0} does not say why it refuses.", accounts=(compliance,))


def _dialects() -> tuple[Artifact, ...]:
    return (*(load(name) for name in TOKEN), load("ITrex"))
