"""Facts about investors that providers sign and anyone hands in (``Attestations.sol``).

What goes on the chain is what the registry keeps anyway: addresses, a country, one bit a claim, times and a number. No name, no document, no
hash of one. See ``docs/privacy.md``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from tokenkit import _registrars
from tokenkit._arguments import instant, within
from tokenkit._contract import Contract, pages
from tokenkit.chain import decode
from tokenkit.countries import parse_country
from tokenkit.errors import InvalidInput
from tokenkit.types import ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tokenkit.chain import Chain, Signer
    from tokenkit.errors import Reverted
    from tokenkit.operation import Operation, Sent

DOMAIN_NAME, DOMAIN_VERSION = "tokenkit attestations", "1"
"""Of the EIP-712 domain in which providers sign."""

_CLAIMS = 2**32 - 1
_PROVIDERS = 31
_SECONDS = 2**32 - 1
_NONCES = 2**48 - 1
_PAGE = 100

_DOMAIN = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))
_MEMBERS = (
    ("registry", "address"),
    ("wallet", "address"),
    ("identity", "address"),
    ("country", "uint16"),
    ("claims", "uint32"),
    ("provider", "uint8"),
    ("issuedAt", "uint40"),
    ("validUntil", "uint32"),
    ("nonce", "uint48"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What a provider says about an investor, as it is kept on the chain: no name, and nothing that leads to one but the wallet."""

    wallet: Address
    country: int
    """ISO 3166-1 numeric; a code in letters is turned into it."""
    provider: int
    """The registry's index of who signs, 1 … 31."""
    issued_at: int
    """Unix second; not ahead of the chain's clock when it is handed in."""
    valid_until: int
    """Unix second up to which the facts count."""
    nonce: int
    """From 1, rising with each attestation of this provider about this wallet; see :meth:`Attestations.next_nonce`."""
    claims: int = 0
    """One bit a claim, 32 of them."""
    identity: Address = ZERO_ADDRESS
    """The investor's ONCHAINID; zero: the wallet itself is the identity."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "wallet", parse_address(self.wallet))
        object.__setattr__(self, "identity", parse_address(self.identity))
        object.__setattr__(self, "country", parse_country(self.country).numeric)
        within("claims", self.claims, _CLAIMS)
        within("valid_until", self.valid_until, _SECONDS)
        instant("issued_at", self.issued_at)
        if within("provider", self.provider, _PROVIDERS) == 0:
            raise InvalidInput("Provider 0 is the issuer, which enters facts itself and signs none. Give 1 … 31.")
        if within("nonce", self.nonce, _NONCES) == 0:
            raise InvalidInput("Nonces start from 1.")
        if self.valid_until < self.issued_at:
            raise InvalidInput("The attestation would end before it is issued.")

    def as_arguments(self) -> dict[str, object]:
        """Return the struct that the contract takes."""
        return {
            "wallet": self.wallet,
            "identity": self.identity,
            "country": self.country,
            "claims": self.claims,
            "provider": self.provider,
            "issuedAt": self.issued_at,
            "validUntil": self.valid_until,
            "nonce": self.nonce,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAttestation:
    """An attestation and its provider's signature, for the investor to keep and anybody to hand in."""

    attestation: Attestation
    signature: bytes

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, to be written with ``json.dump``."""
        return {**asdict(self.attestation), "signature": "0x" + self.signature.hex()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SignedAttestation:
        """Read what :meth:`as_dict` wrote.

        Raises:
            InvalidInput: a value is missing, unknown or wrong.
        """
        names = {field.name for field in fields(Attestation)}
        odd = sorted((names | {"signature"}) ^ values.keys())
        if odd:
            raise InvalidInput(f"Not an attestation file: look at {', '.join(odd)}.")
        try:
            signature = bytes.fromhex(str(values["signature"]).removeprefix("0x"))
        except ValueError as error:
            raise InvalidInput("The signature is not hexadecimal.") from error
        return cls(attestation=Attestation(**{name: values[name] for name in names}), signature=signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An attestation of a batch that did not take effect; it can be handed in again."""

    position: int
    """In its batch, from 0."""
    wallet: Address
    provider: int
    reason: Reverted


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the facts in force about a wallet's investor rest on."""

    attested: bool
    """They came from an attestation; otherwise they were entered by hand, or there are none."""
    issued_at: int
    """Unix second at which the latest attestation that says them was issued, or at which they ended by its revocation; 0: none."""
    revoked: bool
    """Every attestation that says them is revoked: :meth:`Attestations.lapse_revoked` ends them, if they have not ended."""


class Attestations:
    """Signed attestations of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "Attestations")

    @property
    def address(self) -> Address:
        """The contract's address."""
        return self._contract.address

    # ---- signing ----

    def typed_data(self, attestation: Attestation) -> dict[str, object]:
        """Return the whole EIP-712 message that the provider signs: bound to the chain, this contract and its registry."""
        return {
            "types": {"EIP712Domain": _typed(_DOMAIN), "Attestation": _typed(_MEMBERS)},
            "primaryType": "Attestation",
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": self._contract.chain.chain_id,
                "verifyingContract": self.address,
            },
            "message": {"registry": self._contract.read("registry"), **attestation.as_arguments()},
        }

    def sign(self, signer: Signer, attestation: Attestation) -> SignedAttestation:
        """Sign as the provider. Nothing is sent; the investor, or anybody, hands it in when it suits."""
        return SignedAttestation(
            attestation=attestation, signature=signer.sign_typed_data(self.typed_data(attestation))
        )

    def next_nonce(self, provider: int, wallet: str) -> int:
        """Return the lowest nonce that counts; a provider that signs ahead of the chain keeps its own numbers."""
        series = self._contract.read("seriesOf", within("provider", provider, _PROVIDERS), parse_address(wallet))
        return 1 + max(int(series["nonce"]), int(series["revokedNonce"]))

    # ---- handing in ----

    def submit(self, signed: SignedAttestation) -> Operation[None]:
        """Hand in one: registers the wallet, links it to its investor, or replaces the investor's facts.

        Raises (when tried):
            AttestationNotSigned, AttestationNotYetIssued, AttestationExpired, AttestationRevoked, AttestationReplayed,
            AttestationOutOfOrder, AttestationOutdated, AttestedElsewhere, EnteredByHand, InvalidProvider, NotSameInvestor, WalletRetired.
        """
        wallet, provider = signed.attestation.wallet, signed.attestation.provider
        return self._contract.write(
            "submit",
            signed.attestation.as_arguments(),
            signed.signature,
            summary=f"Hand in provider {provider}'s attestation about {wallet}",
        )

    def submit_many(self, rows: Iterable[SignedAttestation], *, sender: str) -> tuple[Operation[int], ...]:
        """Hand in many, in as few transactions as their gas allows; each answers how many took effect, :meth:`refused` why not.

        One that is refused does not stop the others: anybody may have handed it in a moment before.
        """

        def page(part: Sequence[SignedAttestation]) -> Operation[int]:
            attestations = [one.attestation.as_arguments() for one in part]
            summary = f"Hand in {'1 attestation' if len(part) == 1 else f'{len(part)} attestations'}"
            return self._contract.write_returning(
                "submitBatch", attestations, [one.signature for one in part], summary=summary, result=int
            )

        return pages(list(rows), page, sender=sender, page_size=_PAGE)

    def refused(self, sent: Sent[int]) -> tuple[Refused, ...]:
        """List what a batch refused, and why, in order."""
        events = (event for event in sent.events if event.name == "AttestationRefused")
        return tuple(
            Refused(
                position=event.args["index"],
                wallet=event.args["wallet"],
                provider=event.args["provider"],
                reason=decode(event.args["reason"]),
            )
            for event in events
        )

    # ---- taking back ----

    def revoke(self, provider: int, wallet: str, *, nonce: int) -> Operation[None]:
        """Revoke, as the provider, all it attested about a wallet with a nonce up to *nonce*, handed in or not.

        Facts in force that rest on nothing else end at once, and no attestation issued until then brings them back, about whichever of the
        investor's wallets: to replace one without a gap, hand in the new one first.
        """
        account = parse_address(wallet)
        return self._contract.write(
            "revoke",
            within("provider", provider, _PROVIDERS),
            account,
            within("nonce", nonce, _NONCES),
            summary=f"Revoke provider {provider}'s attestations about {account} up to number {nonce}",
        )

    def revoke_wallet(self, provider: int, wallet: str) -> Operation[None]:
        """Revoke, as the provider, all it attested about a wallet up to now, as :meth:`revoke` does; later attestations count."""
        account = parse_address(wallet)
        return self._contract.write(
            "revokeWallet",
            within("provider", provider, _PROVIDERS),
            account,
            summary=f"Revoke provider {provider}'s attestations about {account}",
        )

    def revoke_all_before(self, provider: int, second: int) -> Operation[None]:
        """Revoke, as the provider, all it issued before a unix second: for a key that leaked.

        What was not handed in is refused at once. Facts in force end with :meth:`lapse_revoked`; ``Registry.revoke_provider`` ends them for
        everybody in one transaction.
        """
        return self._contract.write(
            "revokeAllBefore",
            within("provider", provider, _PROVIDERS),
            instant("second", second),
            summary=f"Revoke all that provider {provider} attested before {second}",
        )

    def lapse_revoked(self, wallets: Iterable[str], *, sender: str) -> tuple[Operation[None], ...]:
        """End the facts of those wallets whose facts rest on revoked attestations only; the others stay as they are."""

        def page(part: Sequence[Address]) -> Operation[None]:
            return self._contract.write("lapseRevoked", list(part), summary=f"End what is revoked about {_named(part)}")

        return pages([parse_address(wallet) for wallet in wallets], page, sender=sender, page_size=_PAGE)

    # ---- for the registrar ----

    def hand_over(self, wallets: Iterable[str], *, sender: str) -> tuple[Operation[None], ...]:
        """Let attestations issued from now on replace what the registrar entered, or removed, by hand, or what another provider attested.

        Raises (when tried):
            NotRegistered: nothing was ever entered about a wallet.
        """

        def page(part: Sequence[Address]) -> Operation[None]:
            return self._contract.write("handOver", list(part), summary=f"Hand {_named(part)} over to providers")

        return pages([parse_address(wallet) for wallet in wallets], page, sender=sender, page_size=_PAGE)

    def status(self, wallet: str) -> Status:
        """Look up what the facts in force about a wallet's investor rest on."""
        attested, issued_at, revoked = self._contract.read("sourceOf", parse_address(wallet))
        return Status(attested=attested, issued_at=issued_at, revoked=revoked)


def deploy_attestations(chain: Chain, signer: Signer | None, *, authority: str, registry: str) -> Address:
    """Deploy the contract for an issuer and return its address; *signer* pays, and gets no power over it.

    It can do nothing until :func:`empower_attestations`.

    Raises:
        ReadOnly: no *signer*.
    """
    return _registrars.create(chain, signer, "Attestations", authority=authority, registry=registry)


def empower_attestations(chain: Chain, address: str, *, authority: str) -> tuple[Operation[None], ...]:
    """Prepare the admin's acts that let the contract at *address* write to the registry. Providers are those of the registry."""
    return _registrars.empower(chain, "Attestations", address, authority=authority)


def _named(wallets: Sequence[Address]) -> str:
    return wallets[0] if len(wallets) == 1 else f"{len(wallets)} wallets"


def _typed(members: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in members]
