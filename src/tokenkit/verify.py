"""Verify a suite: from the record and the chain alone, name every difference in code, wiring, powers and parameters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain as joined
from typing import TYPE_CHECKING

from tokenkit._blueprint import built_in
from tokenkit._blueprint import code as codes
from tokenkit._blueprint import expectations as expect
from tokenkit._blueprint.members import RoleHolder, power_findings
from tokenkit._blueprint.parts import IMPLEMENTATION, contract_names, creation_of
from tokenkit._blueprint.site import PROXY, Area, Site, Unanswered, ask
from tokenkit._keccak import keccak
from tokenkit.artifacts import load
from tokenkit.errors import InvalidRecord, VerifyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tokenkit._blueprint.site import Expectation
    from tokenkit.artifacts import Artifact
    from tokenkit.chain import Chain
    from tokenkit.record import DeployedContract, Record

UNSEEN = (
    "Who controls the accounts that hold powers: a key, a contract or several people look the same from outside.",
    "Whether the documents behind the locations still have the hashes on the chain: nothing is fetched.",
    "The sources themselves: code is compared with what this tokenkit carries; compare that with `scripts/compile.py --check --recompile`.",
)
"""What no look at the chain can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something on the chain that is not as the record says."""

    area: Area
    subject: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.area}: {self.subject}: expected {self.expected}, found {self.actual}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome. ``warnings`` are about what is as it may be, and still deserves a look; ``checked`` counts single questions.

    ``holders`` are all who hold a role, by the role's number.
    """

    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]
    holders: tuple[RoleHolder, ...]
    unseen: tuple[str, ...]
    checked: int
    block: int

    @property
    def ok(self) -> bool:
        """Whether the chain is as the record says."""
        return not self.differences

    def require(self) -> None:
        """Refuse a suite that differs.

        Raises:
            VerifyError: there are differences; the message names each.
        """
        if self.differences:
            raise VerifyError(
                "The chain is not as the record says:\n" + "\n".join(f"- {one}" for one in self.differences)
            )


@dataclass(frozen=True, slots=True)
class _Finding:
    """A question with its answer; the same twice if all is well."""

    area: Area
    subject: str
    expected: str
    actual: str


def verify(record: Record, chain: Chain) -> Verification:
    """Compare the suite of *record* with what is on *chain*.

    What office holders changed since the deployment shows as a difference, too: the record is what was agreed.

    Raises:
        WrongChain: the record is for another chain.
        InvalidRecord: the deployment is not complete, or the chain is not the one it was written on.
    """
    record.require_chain(chain)
    missing = [name for name in contract_names(record.plan) if not record.has(name)]
    if missing or not record.complete:
        raise InvalidRecord(
            "The deployment in this record is not complete. Run the deployment again: it goes on where it was."
        )
    site = Site(chain=chain, record=record)
    block = chain.block().number
    power = power_findings(record.plan, site)
    findings = list(
        joined(
            (found for contract in record.contracts for found in _code_findings(site, contract)),
            _answers(site, expect.expectations(record.plan, site)),
            (_Finding("powers", *found) for found in power.findings),
        )
    )
    return Verification(
        differences=tuple(
            Difference(area=one.area, subject=one.subject, expected=one.expected, actual=one.actual)
            for one in findings
            if one.expected != one.actual
        ),
        warnings=(*_build_warnings(record), *power.warnings, *_upgrade_warnings(site), *_pause_warnings(site)),
        holders=power.holders,
        unseen=UNSEEN,
        checked=len(findings),
        block=block,
    )


def _answers(site: Site, expectations: Iterable[Expectation]) -> Iterator[_Finding]:
    for one, answer in ask(site, expectations):
        expected = one.words(one.expected)
        actual = answer.sentence if isinstance(answer, Unanswered) else one.words(answer)
        if answer != one.expected and actual == expected:
            actual = f"{answer!r}"  # never let two values that read the same hide a difference
        yield _Finding(one.area, one.subject, expected, actual if answer != one.expected else expected)


def _code_findings(site: Site, contract: DeployedContract) -> Iterator[_Finding]:
    artifact = load(PROXY if contract.implementation else contract.artifact)
    code = site.chain.code(contract.address)
    name = contract.name
    yield _Finding("code", name, contract.code_hash, "0x" + keccak(code).hex() if code else "no code")
    if code and _is_current(site.record, artifact):
        count = codes.differences(artifact, code)
        yield _Finding(
            "code",
            f"{name}: {artifact.name}",
            "the code of the artifact",
            f"{count} bytes that differ" if count else "the code of the artifact",
        )
        if not count:
            yield from _built_in_findings(site, contract, artifact, code)
    expected = creation_of(site.record.plan, name).args(site)
    encoded = "0x" + artifact.encode_constructor(expected)[len(artifact.bytecode) :].hex()
    yield _Finding("code", f"{name}: constructor arguments in the record", encoded, contract.constructor)
    if contract.implementation:
        yield _Finding(
            "code", f"{name}: implementation", site.address(contract.implementation), _implementation(site, contract)
        )


def _built_in_findings(site: Site, contract: DeployedContract, artifact: Artifact, code: bytes) -> Iterator[_Finding]:
    """Compare the values that were built into the code when it was created."""
    expected = built_in.known(site, contract)
    for variable, values in codes.built_in(artifact, code).items():
        name = variable.rpartition(".")[2]
        wanted = built_in.words(expected[name]) if name in expected else "a value that tokenkit knows how to check"
        found = " and ".join(sorted(map(built_in.words, values)))
        yield _Finding("code", f"{contract.name}: built-in {name}", wanted, found)


def _implementation(site: Site, contract: DeployedContract) -> str:
    """Return the code behind a proxy: its constructor and every upgrade emit an event (ERC-1967), and no call reads the slot."""
    implementations = _implementations(site, contract)
    return implementations[-1] if implementations else "none"


def _implementations(site: Site, contract: DeployedContract) -> list[str]:
    proxy = load(PROXY)
    logs = site.chain.logs([contract.address], (proxy.event_topic("Upgraded"),), contract.block)
    return [str(event.args["implementation"]) for log in logs if (event := proxy.decode_event(log))]


def _upgrade_warnings(site: Site) -> Iterator[str]:
    for contract in site.record.contracts:
        times = len(_implementations(site, contract)) - 1 if contract.implementation else 0
        if times > 0:
            often = "once" if times == 1 else f"{times} times"
            yield f"{contract.name} was upgraded {often}: what other code wrote into its storage does not show here."


def _is_current(record: Record, artifact: Artifact) -> bool:
    return record.build.artifacts.get(artifact.name) == codes.creation_hash(artifact)


def _build_warnings(record: Record) -> Iterator[str]:
    artifacts = [load(PROXY if one.implementation else one.artifact) for one in record.contracts]
    if not all(_is_current(record, artifact) for artifact in artifacts):
        yield (
            f"The suite was built by tokenkit {record.build.tokenkit} from other contracts than this one carries, so its code was compared with the hashes in the "
            "record only. Verify it with that version, too."
        )


def _pause_warnings(site: Site) -> Iterator[str]:
    for one, answer in ask(site, map(expect.paused, site.record.plan.classes)):
        if answer != one.expected:
            yield f"{one.subject} is {one.words(answer)} now; the plan let it start with {one.words(one.expected)}."


__all__ = ["IMPLEMENTATION", "Difference", "RoleHolder", "Verification", "verify"]
