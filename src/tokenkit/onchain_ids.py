"""Investors whose facts follow the claims on their ONCHAINIDs (``OnchainIdAdapter.sol``).

Of a claim the chain keeps one bit here: that a trusted issuer stands by it. What it says, its signature and where its papers are stay on the
ONCHAINID, or off the chain. See ``docs/privacy.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit import _registrars
from tokenkit._arguments import within
from tokenkit._contract import Contract
from tokenkit.errors import InvalidInput
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain, Signer
    from tokenkit.operation import Operation

LONGEST_AGE = 3_653 * 86_400
"""Ten years, in seconds."""

_LAST_CLAIM = 31
_LAST_TOPIC = 2**256 - 1
_PROVIDERS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A claim that counts."""

    issuer: Address
    """A trusted claim issuer."""
    topic: int
    """Of ERC-735."""
    claim: int
    """Position of the bit it stands for, 0 … 31; with several sources for a bit, one suffices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Which investors are served, and for how long a refresh holds."""

    provider: int
    """Facts with this provider index follow ONCHAINIDs; 0: not set up."""
    max_age: int
    """Seconds."""


class OnchainIds:
    """The ONCHAINID adapter of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "OnchainIdAdapter")

    @property
    def address(self) -> Address:
        """The adapter's address."""
        return self._contract.address

    def set_source(self, issuer: str, topic: int, *, claim: int) -> Operation[None]:
        """Count a trusted issuer's claim about a topic as the bit at position *claim*.

        Raises (when tried):
            NotAClaimIssuer, TooManySources.
        """
        account = parse_address(issuer)
        return self._contract.write(
            "setSource",
            account,
            _topic(topic),
            within("claim", claim, _LAST_CLAIM),
            summary=f"Count claims of {account} about topic {topic} as bit {claim}",
        )

    def remove_source(self, issuer: str, topic: int) -> Operation[None]:
        """Stop counting it; investors lose the bit with their next :meth:`refresh`, or when their facts end."""
        account = parse_address(issuer)
        return self._contract.write(
            "removeSource",
            account,
            _topic(topic),
            summary=f"Count no claims of {account} about topic {topic} any more",
        )

    def set_validity(self, provider: int, *, max_age: int) -> Operation[None]:
        """Serve the investors with this provider index, for *max_age* seconds from each refresh.

        Raises (when tried):
            NotOurProvider: the registry's provider at this index is not the adapter (``Registry.add_provider`` with its address).
        """
        if within("max_age", max_age, LONGEST_AGE) == 0:
            raise InvalidInput("max_age is 0; facts hold for at least a second.")
        return self._contract.write(
            "setValidity",
            within("provider", provider, _PROVIDERS),
            max_age,
            summary=f"Refresh facts of provider {provider} for {max_age} seconds at a time",
        )

    def refresh(self, wallet: str) -> Operation[None]:
        """Bring the facts of a wallet's investor in step with its ONCHAINID; without a single valid claim they end at once. Anyone may.

        While the bits stay the same, it does nothing until half of the time that facts hold has passed.

        Raises (when tried):
            NotRegistered, WalletRetired, KeptElsewhere, NotAnIdentityContract, InvalidProvider.
        """
        account = parse_address(wallet)
        return self._contract.write("refresh", account, summary=f"Refresh the facts of {account} from its ONCHAINID")

    def claims(self, identity: str) -> int:
        """Return the bits that valid claims on an ONCHAINID stand for now."""
        return int(self._contract.read("claimsOf", parse_address(identity)))

    def sources(self) -> tuple[Source, ...]:
        """Return every claim that counts."""
        return tuple(
            Source(issuer=one["issuer"], topic=one["topic"], claim=one["claim"])
            for one in self._contract.read("sources")
        )

    def validity(self) -> Validity:
        """Return which investors are served, and for how long a refresh holds."""
        provider, max_age = self._contract.read("validity")
        return Validity(provider=provider, max_age=max_age)


def deploy_onchain_ids(chain: Chain, signer: Signer | None, *, authority: str, registry: str) -> Address:
    """Deploy the adapter for an issuer and return its address; *signer* pays, and gets no power over it.

    It can do nothing until :func:`empower_onchain_ids`, and serves nobody until the compliance officer added it to the registry's providers
    (``Registry.add_provider``) and named that index (:meth:`OnchainIds.set_validity`).

    Raises:
        ReadOnly: no *signer*.
    """
    return _registrars.create(chain, signer, "OnchainIdAdapter", authority=authority, registry=registry)


def empower_onchain_ids(chain: Chain, address: str, *, authority: str) -> tuple[Operation[None], ...]:
    """Prepare the admin's acts that let the adapter at *address* write to the registry, and the compliance officer set it up."""
    return _registrars.empower(chain, "OnchainIdAdapter", address, authority=authority)


def _topic(topic: int) -> int:
    if within("topic", topic, _LAST_TOPIC) == 0:
        raise InvalidInput("Topic 0 stands for no claim. Give the topic that the issuer attests.")
    return topic
