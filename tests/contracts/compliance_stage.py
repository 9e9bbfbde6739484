"""A small world for the registry and the rulebook: two share classes that record what they are told, and people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from tests.contracts.rights_stage import Handle, artifact, deploy, nothing_changes

from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.types import Address

REGISTRAR_ROLE = 2
COMPLIANCE_ROLE = 3

REGISTRAR_FUNCTIONS = (
    "register",
    "registerBatch",
    "link",
    "update",
    "lapse",
    "registerIdentity",
    "batchRegisterIdentity",
    "updateIdentity",
    "updateCountry",
    "deleteIdentity",
)
TERMS_FUNCTIONS = (
    "addProvider",
    "revokeProvider",
    "reinstateProvider",
    "setTerms",
    "bindToken",
    "unbindToken",
    "expelToken",
)
RULE_FUNCTIONS = (
    "setHoldingCap",
    "setInvestorLimit",
    "setCountryLimits",
    "setGroupLimits",
    "count",
    "setMinimumHolding",
    "setAuthorisedSupply",
    "setHoldingPeriod",
    "setLots",
    "setDenied",
    "switchDenyList",
    "setLockup",
    "switchLockups",
    "setFlowBack",
    "addRule",
    "removeRule",
    "bindToken",
    "unbindToken",
    "expelToken",
)

NO_EXPIRY = 2**32 - 1
FOR_EVER = 2**48 - 1
ALL_UNITS = 2**96 - 1

SWITZERLAND, GERMANY, USA, JAPAN = 756, 276, 840, 392


class Kind(IntEnum):
    """As in contracts/types/Move.sol."""

    ISSUE = 0
    REDEEM = 1
    TRANSFER = 2
    FORCED = 3
    RECLASSIFY = 4


class Code(IntEnum):
    """As in contracts/types/Verdict.sol."""

    NONE = 0
    NOT_REGISTERED = 1
    EXPIRED = 2
    PROVIDER = 3
    COUNTRY = 4
    CLAIMS = 5
    RETIRED = 6
    HOLDING_CAP = 40
    HOLDING_SHARE = 41
    INVESTOR_COUNT = 42
    LOCKUP = 43
    FLOW_BACK = 44
    ISSUER_HOLDING_CAP = 45
    ISSUER_INVESTOR_COUNT = 46
    COUNTRY_COUNT = 47
    GROUP_COUNT = 48
    ISSUER_COUNTRY_COUNT = 49
    ISSUER_GROUP_COUNT = 50
    MINIMUM_INVESTORS = 51
    MINIMUM_HOLDING = 52
    WHOLE_POSITION = 53
    HOLDING_PERIOD = 54
    LOTS_FULL = 55
    DENIED = 56
    AUTHORISED_SUPPLY = 57
    EXTERNAL_RULE = 200


class FactsFields(TypedDict, total=False):
    """What a registration says beside the country."""

    claims: int
    provider: int
    valid_until: int
    identity: Address


def facts(
    country: int = SWITZERLAND,
    *,
    claims: int = 0,
    provider: int = 0,
    valid_until: int = NO_EXPIRY,
    identity: Address = ZERO_ADDRESS,
) -> dict[str, Any]:
    return {
        "identity": identity,
        "country": country,
        "claims": claims,
        "provider": provider,
        "validUntil": valid_until,
    }


def ascending(*people: Signer) -> list[Address]:
    return sorted((one.address for one in people), key=lambda address: int(address, 16))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Two classes bound to a registry and a rulebook; nobody is registered, no rule is on."""

    chain: DevelopmentChain
    admin: Signer
    registrar: Signer
    officer: Signer
    stranger: Signer
    people: tuple[Signer, ...]
    manager: Handle
    registry: Handle
    rulebook: Handle
    common: Handle
    preferred: Handle

    @property
    def ana(self) -> Signer:
        return self.people[0]

    @property
    def ben(self) -> Signer:
        return self.people[1]

    @property
    def cleo(self) -> Signer:
        return self.people[2]

    @property
    def dora(self) -> Signer:
        return self.people[3]

    @property
    def eve(self) -> Signer:
        return self.people[4]

    # ---- registry ----

    def register(self, wallet: Signer, country: int = SWITZERLAND, **more: Unpack[FactsFields]) -> Receipt:
        return self.registry.send(self.registrar, "register", wallet.address, facts(country, **more))

    def link(self, wallet: Signer, investor: Signer) -> Receipt:
        return self.registry.send(self.registrar, "link", wallet.address, investor.address)

    def set_terms(
        self,
        *groups: tuple[int, Sequence[int]],
        providers: int = 1,
        lapsed_may_sell: bool = False,
        token: Handle | None = None,
    ) -> Receipt:
        listed = [{"claims": claims, "countries": list(countries)} for claims, countries in groups]
        target = (token or self.common).address
        return self.registry.send(self.officer, "setTerms", target, providers, lapsed_may_sell, listed)

    def admission(self, wallet: Signer, *, token: Handle | None = None) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.registry.read("admission", (token or self.common).address, wallet.address)
        return answer

    def reason(self, wallet: Signer, *, token: Handle | None = None) -> Code:
        return Code(self.admission(wallet, token=token)["reason"])

    def verified_for(self, caller: Address, wallet: Signer) -> bool:
        """Return what ``isVerified`` answers to this caller."""
        found = artifact("IdentityRegistry")
        data = found.encode_call("isVerified", (wallet.address,))
        (answer,) = found.decode_result("isVerified", self.chain.call(self.registry.address, data, sender=caller))
        return bool(answer)

    def wallets_of(self, wallet: Signer) -> set[Address]:
        return set(self.registry.read("walletsOf", wallet.address))

    def told(self, receipt: Receipt, token: Handle | None = None) -> list[tuple[object, ...]]:
        """Return what a token was told, in order, as (event, wallets, country, claims) or parts of it."""
        return [
            (
                event.name,
                *(frozenset(value) if isinstance(value, list | tuple) else value for value in event.args.values()),
            )
            for event in (token or self.common).events(receipt)
        ]

    # ---- rulebook ----

    def hold(self, units: Mapping[Signer, int], *, token: Handle | None = None) -> None:
        """Write down what people hold, behind the rulebook's back."""
        accounts = [one.address for one in units]
        (token or self.common).send(self.admin, "hold", accounts, list(units.values()))

    def act(
        self, kind: Kind, giver: Signer | None, receiver: Signer | None, units: int, *, token: Handle | None = None
    ) -> Receipt:
        return (token or self.common).send(self.admin, "act", int(kind), _address(giver), _address(receiver), units)

    def transfer(self, giver: Signer, receiver: Signer, units: int, *, token: Handle | None = None) -> Receipt:
        return self.act(Kind.TRANSFER, giver, receiver, units, token=token)

    def issue(self, receiver: Signer, units: int, *, token: Handle | None = None) -> Receipt:
        return self.act(Kind.ISSUE, None, receiver, units, token=token)

    def redeem(self, giver: Signer, units: int, *, token: Handle | None = None) -> Receipt:
        return self.act(Kind.REDEEM, giver, None, units, token=token)

    def force(self, giver: Signer, receiver: Signer, units: int, *, token: Handle | None = None) -> Receipt:
        return self.act(Kind.FORCED, giver, receiver, units, token=token)

    def explain(
        self, kind: Kind, giver: Signer | None, receiver: Signer | None, units: int, *, token: Handle | None = None
    ) -> list[dict[str, Any]]:
        verdicts = (token or self.common).read("explain", int(kind), _address(giver), _address(receiver), units)
        return [dict(verdict) for verdict in verdicts]

    def rule(self, function: str, *args: object, scope: Address | None = None) -> Receipt:
        """Set a rule as the compliance officer, of the common class unless *scope* says otherwise (zero: over all classes)."""
        token = self.common.address if scope is None else scope
        return self.rulebook.send(self.officer, function, token, *args)

    def limit(
        self, most: int, holders: Sequence[Address] = (), *, minimum: int = 0, scope: Address | None = None
    ) -> Receipt:
        """Limit the investors, and count them if holders are named."""
        receipt = self.rule("setInvestorLimit", most, minimum, scope=scope)
        return self.rule("count", 0, list(holders), scope=scope) if holders else receipt

    def settings(self, token: Handle | None = None) -> dict[str, Any]:
        return dict(self.rulebook.read("settingsOf", (token or self.common).address))

    def issuer_settings(self) -> dict[str, Any]:
        return dict(self.rulebook.read("settingsOf", ZERO_ADDRESS))

    def balance(self, wallet: Signer, *, token: Handle | None = None) -> int:
        return int((token or self.common).read("balanceOf", wallet.address))

    # ---- looking at everything ----

    def state(self) -> object:
        accounts = [one.address for one in (*self.people, self.registrar, self.stranger)]
        tokens = (self.common, self.preferred)
        registry, rulebook = self.registry.read, self.rulebook.read
        return (
            [registry("factsOf", account) for account in accounts],
            [registry("walletsOf", account) for account in accounts],
            registry("boundTokens"),
            registry("providerCount"),
            [registry("providerAt", index) for index in range(4)],
            [registry("termsOf", token.address) for token in tokens],
            rulebook("boundTokens"),
            [rulebook("settingsOf", address) for address in (ZERO_ADDRESS, *(token.address for token in tokens))],
            [rulebook("lockOf", token.address, account) for token in tokens for account in accounts],
            [token.read("balanceOf", account) for token in tokens for account in accounts],
        )

    def nothing_changes(self) -> AbstractContextManager[None]:
        """Check that nothing at all was mined: a refusal leaves not even a block."""
        return nothing_changes(lambda: self.chain.block().hash)

    def same_state(self) -> AbstractContextManager[None]:
        """Check that what was mined changed nothing that can be read."""
        return nothing_changes(self.state)


def build(chain: DevelopmentChain) -> Stage:
    admin, registrar, officer, stranger, *others = chain.accounts[20:34]
    people = tuple(sorted(others, key=lambda one: int(one.address, 16)))
    manager = deploy(chain, admin, "AccessManager", admin.address)
    registry = deploy(chain, admin, "IdentityRegistry", manager.address)
    rulebook = deploy(chain, admin, "Rulebook", manager.address, deploy(chain, admin, "RulebookOffice").address)
    grant(manager, admin, registry, REGISTRAR_FUNCTIONS, role=REGISTRAR_ROLE, holder=registrar)
    grant(manager, admin, registry, TERMS_FUNCTIONS, role=COMPLIANCE_ROLE, holder=officer)
    grant(manager, admin, rulebook, RULE_FUNCTIONS, role=COMPLIANCE_ROLE, holder=officer)
    common, preferred = (deploy(chain, admin, "RecordingToken") for _ in range(2))
    for token in (common, preferred):
        registry.send(officer, "bindToken", token.address)
        rulebook.send(officer, "bindToken", token.address)
        token.send(admin, "ask", registry.address, rulebook.address)
    return Stage(
        chain=chain,
        admin=admin,
        registrar=registrar,
        officer=officer,
        stranger=stranger,
        people=people,
        manager=manager,
        registry=registry,
        rulebook=rulebook,
        common=common,
        preferred=preferred,
    )


def grant(
    manager: Handle, admin: Signer, target: Handle, functions: Sequence[str], *, role: int, holder: Signer
) -> None:
    selectors = [artifact(target.name).selector(function) for function in functions]
    manager.send(admin, "setTargetFunctionRole", target.address, selectors, role)
    manager.send(admin, "grantRole", role, holder.address, 0)


def _address(person: Signer | None) -> Address:
    return ZERO_ADDRESS if person is None else person.address
