"""Where the demo happens: a chain, a suite, the people of the example company, a coin, and a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tokenkit._contract import Contract
from tokenkit.artifacts import load
from tokenkit.chain import LocalChain, LocalSigner, Transaction
from tokenkit.cli._onboarding import claim_names
from tokenkit.errors import DeployError
from tokenkit.ocf import example_directory, example_key, read_investors
from tokenkit.types import Address, to_unix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.chain import Signer
    from tokenkit.ocf import InvestorRow
    from tokenkit.plan import Plan
    from tokenkit.suite import ShareClass, Suite

ORDINARY, PREFERRED = "QWO", "QWA"
COIN_DECIMALS = 6
COIN_SUPPLY = 1_000_000 * 10**COIN_DECIMALS
POCKET_MONEY = 10**18
"""Native coins that each investor gets, to pay for transactions."""


def second(year: int, month: int, day: int) -> int:
    """Return the first unix second of a day in UTC."""
    return to_unix(datetime(year, month, day, tzinfo=UTC))


TRADING = second(2030, 2, 4)
RECORD_DATE = second(2030, 3, 1)
DIVIDEND_DAY = second(2030, 3, 11)
MEETING_OPENS, MEETING_CLOSES = second(2030, 3, 20), second(2030, 4, 10)
DEADLINE = second(2031, 3, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An investor of the example, with the keys of its wallets."""

    external_id: str
    name: str
    country: str
    claims: tuple[str, ...]
    signers: tuple[LocalSigner, ...]

    @property
    def wallet(self) -> Address:
        """The first wallet."""
        return self.signers[0].address

    @property
    def signer(self) -> LocalSigner:
        """Who signs for the first wallet."""
        return self.signers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that scenes act on."""

    chain: LocalChain
    suite: Suite
    people: Mapping[str, Person]
    coin: Address

    @property
    def ordinary(self) -> ShareClass:
        """The class that pays and votes."""
        return self.suite.classes[ORDINARY]

    def office(self, name: str) -> Signer:
        """Return who signs for an office of the plan."""
        return office(self.chain, self.suite.plan, name)

    def name(self, wallet: Address) -> str:
        """Return the name of a wallet's owner."""
        for person in self.people.values():
            for position, signer in enumerate(person.signers):
                if signer.address == wallet:
                    return person.name if position == 0 else f"{person.name} ({position + 1}nd wallet)"
        return wallet

    def lacking(self, wallet: Address) -> str:
        """Name the claims that somebody lacks to hold the ordinary shares."""
        missing = self.suite.registry.missing_claims(self.ordinary.address, wallet)
        return " and ".join(claim_names(missing, self.suite.plan.claims))

    def coins(self, account: Address) -> int:
        """Return how many coins somebody has."""
        return int(Contract(self.chain, self.coin, "IERC20Metadata").read("balanceOf", account))


def office(chain: LocalChain, plan: Plan, name: str) -> Signer:
    """Return the embedded chain's account that holds an office of the plan.

    Raises:
        DeployError: the holder is not an account of the embedded chain.
    """
    holder = getattr(plan.roles, name).holders[0]
    for signer in chain.accounts:
        if signer.address == holder:
            return signer
    raise DeployError(
        f"The {name} of the plan, {holder}, is not an account of the embedded chain, so the demo cannot sign."
    )


def plan_path() -> Path:
    """Return where the example plan is: inside the installed package, or in the clone.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    package = Path(__file__).resolve().parents[2]
    for place in (package, package.parents[1]):
        path = place / "deployments" / "plans" / "quillwater.toml"
        if path.is_file():
            return path
    raise FileNotFoundError("The example plan is not installed. Install tokenkit again, or work in a full clone.")


def read_people(plan: Plan) -> tuple[tuple[InvestorRow, ...], dict[str, Person]]:
    """Read the list of investors and derive their keys, which everybody can."""
    file = example_directory() / "investors.csv"
    rows = read_investors(file.read_bytes(), file=file.name, known_claims=plan.claims)
    people: dict[str, Person] = {}
    for row in rows:
        known = people.get(row.external_id)
        signers = known.signers if known else ()
        people[row.external_id] = Person(
            external_id=row.external_id,
            name=row.name or row.external_id,
            country=row.country.alpha2,
            claims=row.claims,
            signers=(*signers, LocalSigner.from_key(example_key(row.external_id, len(signers) + 1))),
        )
    return rows, people


def mint_coin(chain: LocalChain, owner: Signer) -> Address:
    """Deploy the test coin; all of it belongs to *owner*."""
    data = load("TestCoin").encode_constructor(["Test Dollar", "TUSD", COIN_DECIMALS, COIN_SUPPLY])
    receipt = chain.send(Transaction(to=None, data=data), owner)
    if receipt.contract_address is None:
        raise DeployError("The test coin was not created.")
    return receipt.contract_address


def give_pocket_money(chain: LocalChain, people: Mapping[str, Person]) -> None:
    """Give everybody native coins to pay for transactions."""
    giver = chain.accounts[-1]
    for person in people.values():
        for signer in person.signers:
            chain.send(Transaction(to=signer.address, value=POCKET_MONEY), giver)
