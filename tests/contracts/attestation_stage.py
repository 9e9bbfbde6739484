"""A small world for attestations: a registry with one share class that records what it is told, providers, and people."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from tests.contracts.compliance_stage import (
    COMPLIANCE_ROLE,
    NO_EXPIRY,
    REGISTRAR_FUNCTIONS,
    REGISTRAR_ROLE,
    SWITZERLAND,
    TERMS_FUNCTIONS,
    facts,
    grant,
)
from tests.contracts.rights_stage import Handle, artifact, deploy, nothing_changes

from tokenkit.attestations import Attestation, Attestations, SignedAttestation
from tokenkit.chain import Transaction
from tokenkit.testing import reverts
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.compliance_stage import FactsFields

    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.errors import Reverted
    from tokenkit.types import Address

KYROS, ARGOS, SAFE, ADAPTER = 1, 2, 3, 4
"""Providers: two with keys, one whose account is a contract wallet, and the ONCHAINID adapter."""

ADAPTER_FUNCTIONS = ("setSource", "removeSource", "setValidity")

ADMITTED, EXPIRED, PROVIDER_REVOKED = 0, 2, 3
"""Answers of the registry, as in contracts/types/Verdict.sol."""


class Changes(TypedDict, total=False):
    """What an attestation says otherwise than by default."""

    country: int
    provider: int
    issued_at: int
    valid_until: int
    nonce: int
    claims: int
    identity: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Nobody is registered, nothing is attested; the class admits everybody whom any of the providers, or the issuer, attests."""

    chain: DevelopmentChain
    admin: Signer
    registrar: Signer
    officer: Signer
    relayer: Signer
    kyros: Signer
    argos: Signer
    people: tuple[Signer, ...]
    manager: Handle
    registry: Handle
    attestations: Handle
    token: Handle
    safe: Handle
    adapter: Handle

    @property
    def ana(self) -> Address:
        return self.people[0].address

    @property
    def ben(self) -> Address:
        return self.people[1].address

    @property
    def cleo(self) -> Address:
        return self.people[2].address

    @property
    def dora(self) -> Address:
        return self.people[3].address

    @property
    def service(self) -> Attestations:
        return Attestations(self.chain, self.attestations.address)

    # ---- what people do ----

    def attest(self, wallet: Address, **changes: Unpack[Changes]) -> Attestation:
        """Say by Kyros that the wallet's investor lives in Switzerland, as of now and for ever; with *changes*."""
        plain = Attestation(
            wallet=wallet,
            country=SWITZERLAND,
            provider=KYROS,
            issued_at=self.chain.now(),
            valid_until=NO_EXPIRY,
            nonce=1,
        )
        return replace(plain, **changes)

    def sign(self, attestation: Attestation, *, by: Signer | None = None) -> SignedAttestation:
        signer = by or {KYROS: self.kyros, ARGOS: self.argos, SAFE: self.kyros}[attestation.provider]
        return self.service.sign(signer, attestation)

    def hand_in(self, attestation: Attestation, *, by: Signer | None = None) -> Receipt:
        return self.submit(self.sign(attestation, by=by))

    def submit(self, signed: SignedAttestation) -> Receipt:
        return self.attestations.send(self.relayer, "submit", signed.attestation.as_arguments(), signed.signature)

    def hand_in_many(self, *attestations: Attestation) -> Receipt:
        signed = [self.sign(one) for one in attestations]
        arguments = [one.attestation.as_arguments() for one in signed]
        return self.attestations.send(self.relayer, "submitBatch", arguments, [one.signature for one in signed])

    def call(self, function: str, *args: object) -> Transaction:
        data = artifact("Attestations").encode_call(function, args)
        return Transaction(to=self.attestations.address, data=data)

    def attested(self, wallet: Address, **changes: Unpack[Changes]) -> Attestation:
        """Attest and hand in."""
        attestation = self.attest(wallet, **changes)
        self.hand_in(attestation)
        return attestation

    def enter(self, wallet: Address, country: int = SWITZERLAND, **more: Unpack[FactsFields]) -> Receipt:
        """Register by hand."""
        return self.registry.send(self.registrar, "register", wallet, facts(country, **more))

    def remove(self, wallet: Address) -> Receipt:
        return self.registry.send(self.registrar, "deleteIdentity", wallet)

    def hand_over(self, *wallets: Address) -> Receipt:
        return self.attestations.send(self.registrar, "handOver", list(wallets))

    def recover(self, lost: Address, replacement: Address, identity: Address) -> Receipt:
        return self.token.send(self.admin, "recover", lost, replacement, identity)

    # ---- what they see ----

    def facts(self, wallet: Address) -> dict[str, Any]:
        found, _ = self.registry.read("factsOf", wallet)
        return dict(found)

    def says(self, attestation: Attestation) -> dict[str, Any]:
        """Return the facts that an attestation makes."""
        return {
            "identity": attestation.wallet if attestation.identity == ZERO_ADDRESS else attestation.identity,
            "country": attestation.country,
            "claims": attestation.claims,
            "provider": attestation.provider,
            "validUntil": attestation.valid_until,
        }

    def reason(self, wallet: Address) -> int:
        return int(self.registry.read("admission", self.token.address, wallet)["reason"])

    def source(self, wallet: Address) -> tuple[bool, int, bool]:
        attested, issued_at, revoked = self.attestations.read("sourceOf", wallet)
        return attested, issued_at, revoked

    def told(self, receipt: Receipt) -> list[tuple[str, frozenset[Address]]]:
        return [(event.name, frozenset(event.args["wallets"])) for event in self.token.events(receipt)]

    @contextmanager
    def refused(self, kind: type[Reverted], **fields: object) -> Iterator[None]:
        """Expect a refusal of this kind, and nothing mined."""
        with nothing_changes(lambda: self.chain.block().hash), reverts(kind, **fields):
            yield


def build(chain: DevelopmentChain) -> Stage:
    admin, registrar, officer, relayer, kyros, argos, *others = chain.accounts[34:46]
    people = tuple(sorted(others, key=lambda one: int(one.address, 16)))
    manager = deploy(chain, admin, "AccessManager", admin.address)
    registry = deploy(chain, admin, "IdentityRegistry", manager.address)
    attestations = deploy(chain, admin, "Attestations", manager.address, registry.address)
    safe = deploy(chain, admin, "ContractWallet", kyros.address)
    grant(manager, admin, registry, REGISTRAR_FUNCTIONS, role=REGISTRAR_ROLE, holder=registrar)
    grant(manager, admin, attestations, ("handOver",), role=REGISTRAR_ROLE, holder=registrar)
    grant(manager, admin, registry, TERMS_FUNCTIONS, role=COMPLIANCE_ROLE, holder=officer)
    adapter = deploy(chain, admin, "OnchainIdAdapter", manager.address, registry.address)
    grant(manager, admin, adapter, ADAPTER_FUNCTIONS, role=COMPLIANCE_ROLE, holder=officer)
    for contract in (attestations, adapter):
        manager.send(admin, "grantRole", REGISTRAR_ROLE, contract.address, 0)
    for account in (kyros.address, argos.address, safe.address, adapter.address):
        registry.send(officer, "addProvider", account, "a provider")
    token = deploy(chain, admin, "RecordingToken")
    registry.send(officer, "bindToken", token.address)
    token.send(admin, "ask", registry.address, ZERO_ADDRESS)
    registry.send(officer, "setTerms", token.address, 0b11111, False, [{"claims": 0, "countries": []}])
    return Stage(
        chain=chain,
        admin=admin,
        registrar=registrar,
        officer=officer,
        relayer=relayer,
        kyros=kyros,
        argos=argos,
        people=people,
        manager=manager,
        registry=registry,
        attestations=attestations,
        token=token,
        safe=safe,
        adapter=adapter,
    )
