"""Who may hold: investors, their wallets and facts, providers, and each token's terms (``IdentityRegistry.sol``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import within
from tokenkit._contract import Contract, pages
from tokenkit.countries import Country, parse_country
from tokenkit.errors import InvalidInput
from tokenkit.restrictions import Restriction
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation

NO_EXPIRY = 2**32 - 1
"""``valid_until`` of facts that hold for ever."""

CLAIM_BITS = 32
PROVIDER_BITS = 32
MAX_GROUPS = 6
_PAGE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is attested about an investor."""

    country: int
    """ISO 3166-1 numeric; a code in letters is turned into it."""
    claims: int = 0
    """One bit a claim, 32 of them."""
    identity: Address = ZERO_ADDRESS
    """An ONCHAINID; zero: the first wallet is the identity."""
    provider: int = 0
    """Index of who attests; 0 is the issuer."""
    valid_until: int = NO_EXPIRY
    """Unix second up to which the facts count."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "country", parse_country(self.country).numeric)
        within("claims", self.claims, 2**CLAIM_BITS - 1)
        within("provider", self.provider, PROVIDER_BITS - 1)
        within("valid_until", self.valid_until, NO_EXPIRY)
        object.__setattr__(self, "identity", parse_address(self.identity))

    def as_arguments(self) -> dict[str, object]:
        """Return the struct that the registry takes."""
        return {
            "identity": self.identity,
            "country": self.country,
            "claims": self.claims,
            "provider": self.provider,
            "validUntil": self.valid_until,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Investor:
    """A registered investor, seen from one of its wallets."""

    wallet: Address
    identity: Address
    wallets: tuple[Address, ...]
    """All of them, retired ones included."""
    retired: bool
    """The wallet asked about was lost and replaced."""
    facts: Facts

    @property
    def country(self) -> Country:
        """The country of residence."""
        return parse_country(self.facts.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a wallet may hold a token under its terms."""

    wallet: Address
    admitted: bool
    reason: Restriction
    """``NONE``, or why not, as a receiver."""
    may_sell: bool
    """Admitted, or lapsed where the terms let it sell what it has."""
    valid_until: int
    """Unix second up to which an admission holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryGroup:
    """Countries that share the claims required of their residents."""

    claims: int
    countries: tuple[int, ...] = ()
    """ISO 3166-1 numeric; empty in the last group only: every country not named."""

    def __post_init__(self) -> None:
        within("claims", self.claims, 2**CLAIM_BITS - 1)
        for country in self.countries:
            parse_country(country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who may hold one token."""

    groups: tuple[CountryGroup, ...]
    providers: int = 1
    """One bit a provider whose attestations are accepted; bit 0 is the issuer."""
    lapsed_may_sell: bool = False

    def __post_init__(self) -> None:
        within("providers", self.providers, 2**PROVIDER_BITS - 1)
        if len(self.groups) > MAX_GROUPS:
            raise InvalidInput(f"{len(self.groups)} country groups; terms have at most {MAX_GROUPS}. Merge some.")
        if any(not group.countries for group in self.groups[:-1]):
            raise InvalidInput("Only the last country group may name no country (it then stands for all the others).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who attests facts about investors."""

    index: int
    account: Address
    active: bool


class Registry:
    """The identity registry of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "IdentityRegistry")

    @property
    def address(self) -> Address:
        """The registry's address."""
        return self._contract.address

    def register(self, wallet: str, facts: Facts) -> Operation[None]:
        """Register a wallet; with an identity that is known already it joins that investor, whose facts must be equal.

        Raises (when tried):
            AlreadyRegistered, WalletRetired, InvalidCountry, InvalidProvider, AlreadyExpired, TooManyWallets.
        """
        account = parse_address(wallet)
        return self._contract.write("register", account, facts.as_arguments(), summary=f"Register {account}")

    def register_many(self, rows: Iterable[tuple[str, Facts]], *, sender: str) -> tuple[Operation[None], ...]:
        """Register many wallets in as few transactions as their gas allows; *sender* is who will send them."""
        listed = [(parse_address(wallet), facts) for wallet, facts in rows]

        def page(part: Sequence[tuple[Address, Facts]]) -> Operation[None]:
            wallets = [wallet for wallet, _ in part]
            facts = [facts.as_arguments() for _, facts in part]
            summary = f"Register {'1 wallet' if len(part) == 1 else f'{len(part)} wallets'}"
            return self._contract.write("registerBatch", wallets, facts, summary=summary)

        return pages(listed, page, sender=sender, page_size=_PAGE)

    def link(self, wallet: str, investor_wallet: str) -> Operation[None]:
        """Add a wallet to the investor that *investor_wallet* belongs to; it gets the investor's facts."""
        account, known = parse_address(wallet), parse_address(investor_wallet)
        return self._contract.write("link", account, known, summary=f"Link {account} to the investor of {known}")

    def update(self, wallet: str, facts: Facts) -> Operation[None]:
        """Replace the facts of the investor, for all its wallets."""
        account = parse_address(wallet)
        return self._contract.write("update", account, facts.as_arguments(), summary=f"Update the facts of {account}")

    def lapse(self, wallet: str) -> Operation[None]:
        """End the facts of the investor now, for all its wallets; country and claims stay, so that what is counted by them stays counted."""
        account = parse_address(wallet)
        return self._contract.write("lapse", account, summary=f"End the facts of {account}")

    def remove(self, wallet: str) -> Operation[None]:
        """Take a wallet off the registry; what it holds stays, but it can no longer receive or send."""
        account = parse_address(wallet)
        return self._contract.write("deleteIdentity", account, summary=f"Remove {account} from the registry")

    def add_provider(self, account: str, name: str) -> Operation[int]:
        """Add a provider; the simulation's answer is the index it gets."""
        if not name.strip():
            raise InvalidInput("A provider needs a name that people know it by.")
        return self._contract.write_returning(
            "addProvider", parse_address(account), name, summary=f"Add provider {name}", result=int
        )

    def revoke_provider(self, provider: int, *, reason: str) -> Operation[None]:
        """Stop counting everything a provider attested, for everybody at once."""
        return self._contract.write("revokeProvider", provider, reason, summary=f"Revoke provider {provider}")

    def reinstate_provider(self, provider: int, *, reason: str) -> Operation[None]:
        """Count a revoked provider's attestations again."""
        return self._contract.write("reinstateProvider", provider, reason, summary=f"Reinstate provider {provider}")

    def set_terms(self, token: str, terms: Terms) -> Operation[None]:
        """Replace the terms of a token; every admission is looked at again."""
        address = parse_address(token)
        groups = [{"claims": group.claims, "countries": list(group.countries)} for group in terms.groups]
        return self._contract.write(
            "setTerms", address, terms.providers, terms.lapsed_may_sell, groups, summary=f"Set the terms of {address}"
        )

    def bind(self, token: str) -> Operation[None]:
        """Let a token ask this registry."""
        address = parse_address(token)
        return self._contract.write("bindToken", address, summary=f"Bind token {address} to the registry")

    def unbind(self, token: str) -> Operation[None]:
        """Stop telling a token of changes; it must point at another registry first."""
        address = parse_address(token)
        return self._contract.write("unbindToken", address, summary=f"Unbind token {address} from the registry")

    def expel(self, token: str) -> Operation[None]:
        """Stop serving a token for good, whatever it answers; for what was bound by mistake."""
        address = parse_address(token)
        return self._contract.write("expelToken", address, summary=f"Expel token {address} from the registry")

    def facts(self, wallet: str) -> Facts | None:
        """Return what is attested about the investor of a wallet, or ``None`` if it is not registered."""
        return _facts(self._contract.read("factsOf", parse_address(wallet))[0])

    def facts_of(self, wallets: Iterable[str]) -> dict[Address, Facts]:
        """Return what is attested about the investor of each wallet, in one go; a wallet that is not registered is left out."""
        accounts = [parse_address(wallet) for wallet in wallets]
        answers = self._contract.read_many([("factsOf", (account,)) for account in accounts])
        found = ((account, _facts(raw)) for account, (raw, _) in zip(accounts, answers, strict=True))
        return {account: facts for account, facts in found if facts is not None}

    def investor(self, wallet: str) -> Investor | None:
        """Return the investor that a wallet belongs to, or ``None`` if it is not registered."""
        account = parse_address(wallet)
        (raw, retired), identity, wallets = self._contract.read_many(
            [("factsOf", (account,)), ("investorOf", (account,)), ("walletsOf", (account,))]
        )
        facts = _facts(raw)
        if facts is None:
            return None
        return Investor(wallet=account, identity=identity, wallets=tuple(wallets), retired=retired, facts=facts)

    def wallets(self, wallet: str) -> tuple[Address, ...]:
        """Return all wallets of the investor that *wallet* belongs to; none if it is not registered."""
        return tuple(self._contract.read("walletsOf", parse_address(wallet)))

    def identities(self, wallets: Iterable[str]) -> dict[Address, Address]:
        """Return the identity of the investor of each wallet, in one go; a wallet that is not registered is left out."""
        accounts = [parse_address(wallet) for wallet in wallets]
        answers = self._contract.read_many([("investorOf", (account,)) for account in accounts])
        return {
            account: identity for account, identity in zip(accounts, answers, strict=True) if identity != ZERO_ADDRESS
        }

    def admission(self, token: str, wallet: str) -> Admission:
        """Ask whether a wallet may hold a token, afresh."""
        account = parse_address(wallet)
        raw = self._contract.read("admission", parse_address(token), account)
        reason = Restriction(20 + raw["reason"]) if raw["reason"] else Restriction.NONE
        admitted = reason is Restriction.NONE
        return Admission(
            wallet=account,
            admitted=admitted,
            reason=reason,
            may_sell=admitted or raw["maySell"],
            valid_until=raw["validUntil"],
        )

    def missing_claims(self, token: str, wallet: str) -> int:
        """Return the claims (one bit each) that a token's terms require of residents of a wallet's country and that it lacks."""
        facts = self.facts(wallet)
        if facts is None:
            return 0
        groups = self.terms(token).groups
        required = next((each.claims for each in groups if facts.country in each.countries or not each.countries), 0)
        return required & ~facts.claims

    def terms(self, token: str) -> Terms:
        """Return the terms of a token."""
        providers, lapsed_may_sell, groups = self._contract.read("termsOf", parse_address(token))
        return Terms(
            providers=providers,
            lapsed_may_sell=lapsed_may_sell,
            groups=tuple(CountryGroup(claims=each["claims"], countries=tuple(each["countries"])) for each in groups),
        )

    def providers(self) -> tuple[Provider, ...]:
        """Return all providers; index 0 is the issuer itself."""
        count = self._contract.read("providerCount")
        answers = self._contract.read_many([("providerAt", (index,)) for index in range(count)])
        return tuple(
            Provider(index=index, account=account, active=active) for index, (account, active) in enumerate(answers)
        )

    def tokens(self) -> tuple[Address, ...]:
        """Return the tokens that ask this registry."""
        return tuple(self._contract.read("boundTokens"))

    def registered(self, *, from_block: int = 0) -> tuple[Address, ...]:
        """Return every wallet registered now, ascending, found by the registry's events."""
        seen = sorted(
            {str(event.args["wallet"]) for event in self._contract.events("FactsAttested", from_block=from_block)}
        )
        known = self._contract.read_many([("contains", (wallet,)) for wallet in seen])
        return tuple(Address(wallet) for wallet, contained in zip(seen, known, strict=True) if contained)

    def attested_claims(self, *, from_block: int = 0) -> int:
        """Return the claims that anybody was ever attested, one bit each, found by the registry's events."""
        claims = 0
        for event in self._contract.events("FactsAttested", from_block=from_block):
            claims |= int(event.args["claims"])
        return claims


def claim_bits(*positions: int) -> int:
    """Return the claims word with these bits set.

    Raises:
        InvalidInput: a position outside 0 … 31.
    """
    for position in positions:
        within("claim", position, CLAIM_BITS - 1)
    return sum(1 << position for position in set(positions))


def _facts(raw: Any) -> Facts | None:  # noqa: ANN401 - a decoded struct
    if not raw["country"]:
        return None
    return Facts(
        identity=raw["identity"],
        country=raw["country"],
        claims=raw["claims"],
        provider=raw["provider"],
        valid_until=raw["validUntil"],
    )
