"""T-REX 4.1.6 and ONCHAINID 2.2.1 as published on npm: their artifacts from node_modules, deployed as their own factory does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode
from eth_account.messages import encode_defunct

from _toolchain.settings import REPOSITORY
from tokenkit._keccak import keccak
from tokenkit.artifacts import _parse
from tokenkit.chain import Transaction
from tokenkit.types import ZERO_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokenkit.artifacts import Artifact, Event
    from tokenkit.chain import DevelopmentChain, Receipt, Signer
    from tokenkit.types import Address

PACKAGES = REPOSITORY / "node_modules"
TREX, ONCHAINID = PACKAGES / "@tokenysolutions" / "t-rex", PACKAGES / "@onchain-id" / "solidity"
VERSIONS = {TREX: "4.1.6", ONCHAINID: "2.2.1"}

MODULES = (
    "ConditionalTransfer",
    "CountryAllow",
    "CountryRestrict",
    "ExchangeMonthlyLimits",
    "MaxBalance",
    "SupplyLimit",
    "TimeExchangeLimits",
    "TimeTransfersLimits",
    "TokenListingRestrictions",
    "TransferFees",
    "TransferRestrict",
)
"""The eleven compliance modules."""

KYC_TOPIC = 10_101_000_666_003
"""A claim topic as T-REX's documents use it."""


def absent() -> str | None:
    """Return why T-REX cannot be had here; ``None``: it can."""
    for package, version in VERSIONS.items():
        manifest = package / "package.json"
        if not manifest.exists():
            return f"{package.relative_to(REPOSITORY)} is missing: run `make node`"
        found = json.loads(manifest.read_text(encoding="utf-8"))["version"]
        if found != version:
            return f"{package.name} is {found}, not {version}: run `make node`"
    return None


@cache
def artifact(name: str) -> Artifact:
    """Read a published artifact of T-REX, or else of ONCHAINID."""
    for package in VERSIONS:
        found = sorted((package / "artifacts" / "contracts").rglob(f"{name}.sol/{name}.json"))
        if found:
            published = json.loads(found[0].read_text(encoding="utf-8"))
            unsaid: dict[str, object] = {key: {} for key in _UNSAID}
            abi = [entry for entry in published["abi"] if entry["type"] != "error"]
            return _parse(unsaid | {"compiler": "as published"} | published | {"abi": abi})
    raise LookupError(name)


_UNSAID = ("immutableReferences", "errorNotices", "settings", "sourceHashes", "storageLayout")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A deployed contract of theirs."""

    chain: DevelopmentChain
    name: str
    address: Address

    def send(self, signer: Signer, function: str, *args: object) -> Receipt:
        return self.chain.send(Transaction(to=self.address, data=self.data(function, *args)), signer)

    def read(self, function: str, *args: object) -> Any:  # noqa: ANN401 - the ABI knows the type
        values = artifact(self.name).decode_result(function, self.chain.call(self.address, self.data(function, *args)))
        return values[0] if len(values) == 1 else values

    def data(self, function: str, *args: object) -> bytes:
        return artifact(self.name).encode_call(function, args)

    def events(self, receipt: Receipt) -> tuple[Event, ...]:
        logs = (log for log in receipt.logs if log.address == self.address)
        return tuple(event for log in logs if (event := artifact(self.name).decode_event(log)) is not None)


def create(chain: DevelopmentChain, signer: Signer, name: str, *args: object, face: str | None = None) -> Foreign:
    """Deploy a contract of theirs; *face* is the ABI to speak to it with, for proxies."""
    receipt = chain.send(Transaction(to=None, data=artifact(name).encode_constructor(args)), signer)
    assert receipt.contract_address is not None
    return Foreign(chain, face or name, receipt.contract_address)


def create_module(chain: DevelopmentChain, owner: Signer, name: str) -> Foreign:
    """Deploy a compliance module behind its proxy."""
    full = f"{name}Module"
    logic = create(chain, owner, full)
    return create(chain, owner, "ModuleProxy", logic.address, logic.data("initialize"), face=full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A T-REX suite. ``owner`` owns every contract and is agent of the token and the registry; the token is not paused."""

    chain: DevelopmentChain
    owner: Signer
    authority: Foreign
    identities: Foreign
    issuer: Foreign
    token: Foreign
    registry: Foreign
    storage: Foreign
    issuers: Foreign
    topics: Foreign
    compliance: Foreign

    def create_compliance(self) -> Foreign:
        """Deploy another modular compliance, bound to nothing, that asks no module."""
        return create(
            self.chain, self.owner, "ModularComplianceProxy", self.authority.address, face="ModularCompliance"
        )

    def create_identity(self, manager: Signer) -> Foreign:
        """Deploy an ONCHAINID that *manager* manages."""
        return create(
            self.chain, self.owner, "IdentityProxy", self.identities.address, manager.address, face="Identity"
        )

    def attest(self, identity: Foreign, manager: Signer, *, topic: int = KYC_TOPIC, data: bytes = b"known") -> None:
        """Let the claim issuer sign a claim and put it on the identity."""
        signature = sign_claim(self.owner, identity.address, topic, data)
        identity.send(manager, "addClaim", topic, 1, self.issuer.address, signature, data, "")

    def register(self, wallet: Signer, identity: Foreign, country: int) -> None:
        self.registry.send(self.owner, "registerIdentity", wallet.address, identity.address, country)

    def welcome(self, wallet: Signer, country: int) -> Foreign:
        """Give a wallet an identity with a signed claim, and register it."""
        identity = self.create_identity(wallet)
        self.attest(identity, wallet)
        self.register(wallet, identity, country)
        return identity

    def configure(self, compliance: Foreign, module: Foreign, function: str, *args: object) -> Receipt:
        """Change a module's settings the only way there is: through its compliance."""
        return compliance.send(self.owner, "callModuleFunction", module.data(function, *args), module.address)


def key_of(address: str) -> bytes:
    """Return an address as an ERC-734 key."""
    return keccak(encode(["address"], [address]))


def sign_claim(signer: Signer, identity: str, topic: int, data: bytes) -> bytes:
    """Sign a claim as ONCHAINID checks it: over identity, topic and data only."""
    digest = keccak(encode(["address", "uint256", "bytes"], [identity, topic, data]))
    return bytes(signer._account.sign_message(encode_defunct(digest)).signature)  # type: ignore[attr-defined]


def deploy_suite(chain: DevelopmentChain, owner: Signer) -> Suite:
    """Deploy a whole suite: implementations, authority, proxies; one claim topic and one trusted issuer of it."""
    authority = create(chain, owner, "TREXImplementationAuthority", True, ZERO_ADDRESS, ZERO_ADDRESS)
    parts = _implementations(chain, owner)
    authority.send(owner, "addAndUseTREXVersion", {"major": 4, "minor": 1, "patch": 6}, parts)
    at = authority.address

    def proxy(name: str, *args: object) -> Foreign:
        return create(chain, owner, f"{name}Proxy", at, *args, face=name)

    topics, issuers, storage = (
        proxy("ClaimTopicsRegistry"),
        proxy("TrustedIssuersRegistry"),
        proxy("IdentityRegistryStorage"),
    )
    registry = proxy("IdentityRegistry", issuers.address, topics.address, storage.address)
    compliance = proxy("ModularCompliance")
    token = proxy("Token", registry.address, compliance.address, "Their Shares", "TREX", 0, ZERO_ADDRESS)
    identity = create(chain, owner, "Identity", owner.address, True)
    suite = Suite(
        chain=chain,
        owner=owner,
        authority=authority,
        identities=create(chain, owner, "ImplementationAuthority", identity.address),
        issuer=create(chain, owner, "ClaimIssuer", owner.address),
        token=token,
        registry=registry,
        storage=storage,
        issuers=issuers,
        topics=topics,
        compliance=compliance,
    )
    storage.send(owner, "bindIdentityRegistry", registry.address)
    topics.send(owner, "addClaimTopic", KYC_TOPIC)
    issuers.send(owner, "addTrustedIssuer", suite.issuer.address, [KYC_TOPIC])
    for contract, agent in ((registry, owner.address), (registry, token.address), (token, owner.address)):
        contract.send(owner, "addAgent", agent)
    token.send(owner, "unpause")
    return suite


def _implementations(chain: DevelopmentChain, owner: Signer) -> Mapping[str, Address]:
    fields = {
        "tokenImplementation": "Token",
        "ctrImplementation": "ClaimTopicsRegistry",
        "irImplementation": "IdentityRegistry",
        "irsImplementation": "IdentityRegistryStorage",
        "tirImplementation": "TrustedIssuersRegistry",
        "mcImplementation": "ModularCompliance",
    }
    return {field: create(chain, owner, name).address for field, name in fields.items()}
