"""What steps of a deployment are made of: a place to build on, contracts, acts, and expectations of what the chain answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tokenkit.artifacts import load
from tokenkit.errors import Reverted, StaleAbi

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.record import Record
    from tokenkit.types import Address

Area = Literal["chain", "code", "wiring", "powers", "parameters"]

PROXY = "ERC1967Proxy"
SHARE_CLASS = "SecurityToken"
OFFICE_CODE = "TokenOffice"
"""What a token runs on its own storage for every call it does not answer itself; its artifact answers for both."""

RULEBOOK = "Rulebook"
RULEBOOK_OFFICE_CODE = "RulebookOffice"
"""What a rulebook runs in the same way."""

PAYOUTS = "Payouts"
PAYOUTS_OFFICE_CODE = "PayoutsOffice"
"""What payouts run in the same way."""

MEETINGS = "Meetings"
MEETINGS_OFFICE_CODE = "MeetingsOffice"
"""What meetings run in the same way."""

OFFICE_OF = {
    SHARE_CLASS: "token office",
    RULEBOOK: "rulebook office",
    PAYOUTS: "payouts office",
    MEETINGS: "meetings office",
}
"""By artifact, the contract of the suite whose code it runs on its own storage."""

OFFICE_CODES = (OFFICE_CODE, RULEBOOK_OFFICE_CODE, PAYOUTS_OFFICE_CODE, MEETINGS_OFFICE_CODE)
"""Code that has no authority of its own, hence no powers."""

Words = Callable[[Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A chain, and where on it the contracts of a record stand."""

    chain: Chain
    record: Record

    def address(self, name: str) -> Address:
        """Return the address of a contract by its name in the suite."""
        return self.record.address(name)

    def token(self, symbol: str) -> Address:
        """Return the address of the token of a class."""
        return self.record.token(symbol)

    def call_data(self, name: str, function: str, *args: object) -> bytes:
        """Encode a call of a contract, by its name in the suite."""
        return load(self.record.contract(name).artifact).encode_call(function, args)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """In the place of an answer: why there is none."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a view must answer; ``pick`` takes the part of the answer that counts, ``words`` writes it for people."""

    area: Area
    subject: str
    contract: str
    function: str
    args: Sequence[object] = ()
    expected: object
    pick: Callable[[Any], object] = lambda answer: answer
    words: Words = str

    def read(self, site: Site, answer: bytes | Reverted) -> object:
        """Take from the chain's *answer* the part that counts; :class:`Unanswered` if there is none."""
        if isinstance(answer, Reverted):
            return Unanswered(f"no answer: {answer.sentence}")
        try:
            values = load(site.record.contract(self.contract).artifact).decode_result(self.function, answer)
        except StaleAbi as error:
            return Unanswered(f"no answer: {error}")
        return self.pick(values[0] if len(values) == 1 else values)


def ask(site: Site, expectations: Iterable[Expectation]) -> list[tuple[Expectation, object]]:
    """Ask the chain about all *expectations* in one go, the same question once; give each with what it answered."""
    asked = [(one, _question(site, one)) for one in expectations]
    questions = list(dict.fromkeys(question for _, question in asked))
    answers = dict(zip(questions, site.chain.batch_call(questions), strict=True))
    return [(one, one.read(site, answers[question])) for one, question in asked]


def _question(site: Site, one: Expectation) -> tuple[Address, bytes]:
    return site.address(one.contract), site.call_data(one.contract, one.function, *one.args)


def hold(site: Site, expectations: Iterable[Expectation]) -> bool:
    """Tell whether the chain answers what is expected throughout."""
    return all(answer == one.expected for one, answer in ask(site, expectations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A contract to create. ``args`` are made when it is its turn, from the addresses of those before it."""

    contract: str
    artifact: str
    args: Callable[[Site], Sequence[object]]
    implementation: str = ""

    @property
    def created(self) -> str:
        """The artifact that is created: a proxy, where there is an implementation behind it."""
        return PROXY if self.implementation else self.artifact

    @property
    def name(self) -> str:
        """The name of the step."""
        return f"create {self.contract}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A transaction to send, and what shows that it was."""

    name: str
    contract: str
    data: Callable[[Site], bytes]
    expect: Callable[[Site], Sequence[Expectation]] = field(default=lambda _: ())

    def is_done(self, site: Site) -> bool:
        """Tell from the chain whether the act was done; an act that leaves nothing to look at was not."""
        expectations = self.expect(site)
        return bool(expectations) and hold(site, expectations)


Part = Creation | Act
