"""Who may do what: the one table of powers, used to deploy them, to verify them, to test them and to write ``docs/powers.md``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from tokenkit import _external_powers
from tokenkit._keccak import keccak


class Role(IntEnum):
    """The roles of the AccessManager, by number. Each office has a guardian role that may cancel what waits for its delay."""

    ADMIN = 0
    ISSUER = 1
    REGISTRAR = 2
    COMPLIANCE = 3
    PAYING_AGENT = 4
    ENFORCEMENT = 5
    UPGRADER = 6
    AGENT_ADMIN = 7
    NOBODY = 8
    ISSUER_GUARDIAN = 11
    REGISTRAR_GUARDIAN = 12
    COMPLIANCE_GUARDIAN = 13
    PAYING_AGENT_GUARDIAN = 14
    ENFORCEMENT_GUARDIAN = 15
    UPGRADER_GUARDIAN = 16

    @property
    def label(self) -> str:
        """The role's name for people, as the AccessManager's ``RoleLabel`` event carries it."""
        return _LABELS.get(self) or f"guardian of the {_LABELS[Role(self - _GUARDIANS)]}"

    @property
    def guardian(self) -> Role:
        """The role whose members may cancel what this office has scheduled.

        Raises:
            ValueError: not an office.
        """
        return Role(self + _GUARDIANS)


_GUARDIANS = 10

_LABELS = {
    Role.ADMIN: "admin",
    Role.ISSUER: "issuer",
    Role.REGISTRAR: "registrar",
    Role.COMPLIANCE: "compliance officer",
    Role.PAYING_AGENT: "paying agent",
    Role.ENFORCEMENT: "enforcement",
    Role.UPGRADER: "upgrader",
    Role.AGENT_ADMIN: "agent admin",
    Role.NOBODY: "nobody",
}

OFFICES = (Role.ISSUER, Role.REGISTRAR, Role.COMPLIANCE, Role.PAYING_AGENT, Role.ENFORCEMENT, Role.UPGRADER)
"""The roles that a plan fills, in the order of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """A function that only one role may call.

    A standard face does, without a reason or a document, what another power does with them. Plans that do not ask for the faces leave
    them to :attr:`Role.NOBODY`.
    """

    contract: str
    signature: str
    role: Role
    sentence: str
    standard_face: bool = False

    @property
    def selector(self) -> bytes:
        """The four bytes that call the function."""
        return keccak(self.signature.encode())[:4]

    def held_by(self, *, standard_faces: bool) -> Role:
        """Return the role that may call the function under a plan."""
        return Role.NOBODY if self.standard_face and not standard_faces else self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrestricted:
    """A function that no role guards, and why that does no harm."""

    contract: str
    signature: str
    reason: str


_FACTS = "(address,uint16,uint32,uint8,uint32)"
_ATTESTATION = "(address,address,uint16,uint32,uint8,uint40,uint32,uint48)"
_TERMS = "setTerms(address,uint32,bool,(uint32,uint16[])[])"
_DECLARATION = "declare((address,address,uint128,uint48,uint48,address,address[],bytes32))"
_ITEM = "(bytes32,bytes32,uint8,uint8,uint8,uint8,uint8,uint8,uint8,uint8,uint16,address[])"
_FULL_NOTICE = f"convene((uint48,uint48,uint48,uint48,uint48,uint32,bytes32,(address,uint16)[],{_ITEM}[],address[]))"
_SIGNED_BALLOT = "(uint256,address,address,uint8,uint128,uint256[],uint48)"
_OPTIONS = "(uint48,uint48,bool,uint112,uint96,(uint16,uint32,uint32,uint24,address)[],(address,uint24)[],(uint112,uint96,uint48,address))"
_PUBLICATION = "(bytes32,address,address,uint96,uint48,uint48,uint48,address,bytes32,bool)"
_LEAF = "(uint256,uint256,address,uint256,bytes32[])"
_NOTICE = "call((address,uint48,uint48,uint48,uint16,bytes32,(bytes32,uint8)[],address[]))"

_TOKEN: tuple[tuple[Role, str, str], ...] = (
    (Role.ISSUER, "issue(address,uint256,string,bytes32)", "Issues units to an admitted investor."),
    (Role.ISSUER, "issueBatch(address[],uint256[],string,bytes32)", "Issues units to many, for one reason."),
    (Role.ISSUER, "redeem(address,uint256,string,bytes32)", "Retires units, frozen ones included."),
    (Role.ISSUER, "scheduleRecordDate(uint48)", "Schedules a record date."),
    (Role.ISSUER, "setDocument(bytes32,string,bytes32)", "Adds or replaces a document."),
    (Role.ISSUER, "removeDocument(bytes32)", "Removes a document."),
    (Role.ISSUER, "setName(string)", "Renames the class."),
    (Role.ISSUER, "setSymbol(string)", "Changes the symbol."),
    (Role.ISSUER, "setOnchainID(address)", "Points at the issuer's ONCHAINID."),
    (Role.COMPLIANCE, "pause()", "Stops transfers by holders; issues, redemptions and orders go on."),
    (Role.COMPLIANCE, "unpause()", "Lets holders transfer again."),
    (
        Role.COMPLIANCE,
        "setIdentityRegistry(address)",
        "Points the class at another registry; everybody is asked again.",
    ),
    (Role.COMPLIANCE, "setCompliance(address)", "Points the class at another rulebook."),
    (
        Role.ENFORCEMENT,
        "forceTransfer(address,address,uint256,string,bytes32)",
        "Moves units by order, frozen ones included, to an admitted investor.",
    ),
    (Role.ENFORCEMENT, "freezeWallet(address,bool,string,bytes32)", "Freezes or releases a wallet."),
    (Role.ENFORCEMENT, "freezeUnits(address,uint256,string,bytes32)", "Sets the frozen units of a wallet."),
    (
        Role.ENFORCEMENT,
        "recover(address,address,address,string,bytes32)",
        "Moves everything of a lost wallet to another of the same investor.",
    ),
    (
        Role.UPGRADER,
        "upgradeToAndCall(address,bytes)",
        "Replaces the code of an upgradeable class; a plain class has none to replace.",
    ),
    (Role.ADMIN, "addAgent(address)", "Makes an ERC-3643 agent: grants the issuer and enforcement roles."),
    (Role.ADMIN, "removeAgent(address)", "Takes both roles from an ERC-3643 agent."),
)

_FACES: tuple[tuple[Role, str, str], ...] = (
    (Role.ISSUER, "mint(address,uint256)", "ERC-3643: issues units."),
    (Role.ISSUER, "batchMint(address[],uint256[])", "ERC-3643: issues units to many."),
    (Role.ISSUER, "burn(address,uint256)", "ERC-3643: retires units."),
    (Role.ISSUER, "batchBurn(address[],uint256[])", "ERC-3643: retires units of many."),
    (Role.ENFORCEMENT, "forcedTransfer(address,address,uint256)", "ERC-3643 and ERC-7943: moves units by order."),
    (Role.ENFORCEMENT, "batchForcedTransfer(address[],address[],uint256[])", "ERC-3643: moves units of many by order."),
    (Role.ENFORCEMENT, "setAddressFrozen(address,bool)", "ERC-3643: freezes or releases a wallet."),
    (Role.ENFORCEMENT, "batchSetAddressFrozen(address[],bool[])", "ERC-3643: freezes or releases many wallets."),
    (Role.ENFORCEMENT, "freezePartialTokens(address,uint256)", "ERC-3643: freezes more units."),
    (Role.ENFORCEMENT, "unfreezePartialTokens(address,uint256)", "ERC-3643: releases frozen units."),
    (Role.ENFORCEMENT, "batchFreezePartialTokens(address[],uint256[])", "ERC-3643: freezes units of many."),
    (Role.ENFORCEMENT, "batchUnfreezePartialTokens(address[],uint256[])", "ERC-3643: releases frozen units of many."),
    (Role.ENFORCEMENT, "setFrozenTokens(address,uint256)", "ERC-7943: sets the frozen units of a wallet."),
    (
        Role.ENFORCEMENT,
        "recoveryAddress(address,address,address)",
        "ERC-3643: moves everything of a lost wallet to another of the investor.",
    ),
    (Role.ENFORCEMENT, "controllerTransfer(address,address,uint256,bytes,bytes)", "ERC-1644: moves units by order."),
    (Role.ENFORCEMENT, "controllerRedeem(address,uint256,bytes,bytes)", "ERC-1644: retires units by order."),
)

_REGISTRY: tuple[tuple[Role, str, str], ...] = (
    (Role.REGISTRAR, f"register(address,{_FACTS})", "Registers a wallet with the facts of its investor."),
    (Role.REGISTRAR, f"registerBatch(address[],{_FACTS}[])", "Registers many wallets."),
    (Role.REGISTRAR, "link(address,address)", "Adds a wallet to a registered investor."),
    (Role.REGISTRAR, f"update(address,{_FACTS})", "Replaces the facts of an investor."),
    (Role.REGISTRAR, "lapse(address)", "Ends the facts of an investor."),
    (Role.REGISTRAR, "registerIdentity(address,address,uint16)", "ERC-3643: registers a wallet, without claims."),
    (
        Role.REGISTRAR,
        "batchRegisterIdentity(address[],address[],uint16[])",
        "ERC-3643: registers many wallets, without claims.",
    ),
    (Role.REGISTRAR, "updateIdentity(address,address)", "ERC-3643: changes the identity of a wallet."),
    (Role.REGISTRAR, "updateCountry(address,uint16)", "ERC-3643: changes the country of an investor."),
    (Role.REGISTRAR, "deleteIdentity(address)", "ERC-3643: removes a wallet; it is no longer admitted."),
    (Role.COMPLIANCE, "addProvider(address,string)", "Adds a provider of attestations."),
    (Role.COMPLIANCE, "revokeProvider(uint8,string)", "Stops counting all that a provider attested."),
    (Role.COMPLIANCE, "reinstateProvider(uint8,string)", "Counts a revoked provider's attestations again."),
    (Role.COMPLIANCE, _TERMS, "Replaces the terms of a class: who may hold it."),
    (Role.COMPLIANCE, "bindToken(address)", "Lets a class ask this registry."),
    (Role.COMPLIANCE, "unbindToken(address)", "Ends that."),
    (Role.COMPLIANCE, "expelToken(address)", "Ends that for good, whatever the class says."),
)

_ATTESTATIONS: tuple[tuple[Role, str, str], ...] = (
    (
        Role.REGISTRAR,
        "handOver(address[])",
        "Lets attestations replace what was entered or removed by hand, or what another provider attested.",
    ),
)

_ONCHAIN_IDS: tuple[tuple[Role, str, str], ...] = (
    (Role.COMPLIANCE, "setSource(address,uint256,uint8)", "Counts a trusted issuer's claim about a topic."),
    (Role.COMPLIANCE, "removeSource(address,uint256)", "Stops counting it."),
    (Role.COMPLIANCE, "setValidity(uint8,uint32)", "Sets how long refreshed facts hold."),
)

_RULEBOOK: tuple[tuple[Role, str, str], ...] = (
    (Role.COMPLIANCE, "setHoldingCap(address,uint96,uint16)", "Caps what one investor may hold."),
    (Role.COMPLIANCE, "setInvestorLimit(address,uint24,uint24)", "Limits the number of investors, above and below."),
    (
        Role.COMPLIANCE,
        "setCountryLimits(address,(uint16,uint32,uint32,uint24)[])",
        "Limits the number of investors of each of these countries.",
    ),
    (
        Role.COMPLIANCE,
        "setGroupLimits(address,(uint16,uint32,uint32,uint24)[])",
        "Limits the number of investors with certain claims.",
    ),
    (Role.COMPLIANCE, "count(address,uint256,address[])", "Counts the investors, which puts these limits in force."),
    (Role.COMPLIANCE, "setMinimumHolding(address,uint96,bool)", "Sets the least holding, and whole positions only."),
    (Role.COMPLIANCE, "setAuthorisedSupply(address,uint96)", "Limits the units in issue."),
    (Role.COMPLIANCE, "setHoldingPeriod(address,uint32,uint32)", "Locks units issued from now on, lot by lot."),
    (
        Role.COMPLIANCE,
        "setLots(address,address,(uint96,uint40,uint40)[])",
        "Replaces the lots of a wallet: what it acquired earlier.",
    ),
    (Role.COMPLIANCE, "setDenied(address[],bool,string)", "Puts wallets on the deny list, or takes them off."),
    (Role.COMPLIANCE, "switchDenyList(bool)", "Looks at the deny list, or not."),
    (Role.COMPLIANCE, "setLockup(address,address,uint96,uint48)", "Locks units of a wallet until a time."),
    (Role.COMPLIANCE, "switchLockups(address,bool)", "Looks at lockups, or not."),
    (
        Role.COMPLIANCE,
        "setFlowBack(address,uint48,(uint16,uint16)[])",
        "Blocks transfers between countries until a time.",
    ),
    (Role.COMPLIANCE, "addRule(address,address)", "Adds an external rule."),
    (Role.COMPLIANCE, "removeRule(address,address)", "Removes an external rule."),
    (Role.COMPLIANCE, "bindToken(address)", "Serves a class."),
    (Role.COMPLIANCE, "unbindToken(address)", "Stops serving a class."),
    (Role.COMPLIANCE, "expelToken(address)", "Stops serving a class whatever it says."),
)

_PAYOUTS: tuple[tuple[Role, str, str], ...] = (
    (Role.PAYING_AGENT, _DECLARATION, "Declares a payout and funds it from its own account."),
    (
        Role.PAYING_AGENT,
        f"{_DECLARATION[:-1].replace('declare', 'declareWith')},{_OPTIONS})",
        "Declares a payout with options; with reinvestment, only if it may issue units of the class, too.",
    ),
    (
        Role.PAYING_AGENT,
        "cancel(uint256)",
        "Calls a payout off before its record date; all of it goes to the account named when it was declared.",
    ),
    (Role.PAYING_AGENT, "push(uint256,address[])", "Pays a page of holders."),
    (
        Role.PAYING_AGENT,
        "reclaim(uint256)",
        "Returns what was not paid to the account named when it was declared, after the deadline.",
    ),
)

_MERKLE_PAYOUTS: tuple[tuple[Role, str, str], ...] = (
    (Role.PAYING_AGENT, f"publish({_PUBLICATION})", "Publishes a payout and funds it from its own account."),
    (
        Role.COMPLIANCE,
        "withdraw(uint256,string)",
        "Withdraws a payout whose tree is wrong; all of it goes to the account named when it was published.",
    ),
    (
        Role.PAYING_AGENT,
        "reclaim(uint256)",
        "Returns what was not paid to the account named when it was published, after the deadline.",
    ),
)

_MEETINGS: tuple[tuple[Role, str, str], ...] = (
    (Role.ISSUER, _NOTICE, "Calls a meeting of holders."),
    (Role.ISSUER, _FULL_NOTICE, "Calls a meeting of several classes, with elections or prepared calls."),
    (Role.ISSUER, "extend(uint256,uint48)", "Puts off the close of a meeting, as far as its notice says."),
    (
        Role.ISSUER_GUARDIAN,
        "cancel(uint256,uint256,string)",
        "Cancels what a resolution that passed would execute after its delay.",
    ),
)


def _table(contract: str, rows: tuple[tuple[Role, str, str], ...], *, faces: bool = False) -> tuple[Power, ...]:
    return tuple(
        Power(contract=contract, signature=signature, role=role, sentence=sentence, standard_face=faces)
        for role, signature, sentence in rows
    )


POWERS: tuple[Power, ...] = (
    *_table("SecurityToken", _TOKEN),
    *_table("SecurityToken", _FACES, faces=True),
    *_table("IdentityRegistry", _REGISTRY),
    *_table("Attestations", _ATTESTATIONS),
    *_table("OnchainIdAdapter", _ONCHAIN_IDS),
    *_table("Rulebook", _RULEBOOK),
    *_table("Payouts", _PAYOUTS),
    *_table("MerklePayouts", _MERKLE_PAYOUTS),
    *_table("Meetings", _MEETINGS),
    *(
        power
        for contract, rows in _external_powers.OFFICER.items()
        for power in _table(contract, tuple((Role.COMPLIANCE, *row) for row in rows))
    ),
)
"""Every function that a role guards."""


def powers_of(contract: str) -> tuple[Power, ...]:
    """List the powers over one contract."""
    return tuple(power for power in POWERS if power.contract == contract)


_SET_AUTHORITY = ("setAuthority(address)", "Only the AccessManager itself gets through, on an order of its admin.")

_OPEN: dict[str, tuple[tuple[str, str], ...]] = {
    "SecurityToken": (
        (
            "initialize((string,string,uint8,address,address))",
            "Works once; a proxy is set up while it is created, and the code behind it is locked.",
        ),
        ("transfer(address,uint256)", "Moves the caller's own units."),
        ("batchTransfer(address[],uint256[])", "Moves the caller's own units."),
        ("transferFrom(address,address,uint256)", "Moves what the holder approved."),
        ("approve(address,uint256)", "Approves over the caller's own units."),
        ("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "Needs the holder's signature."),
        ("admissionsChanged()", "Nothing happens unless the registry of the class calls."),
        ("beforeFactsChange(address[])", "Nothing happens unless the registry of the class calls."),
        ("afterFactsChange(address[],uint16,uint32)", "Nothing happens unless the registry of the class calls."),
        _SET_AUTHORITY,
    ),
    "IdentityRegistry": (
        ("recover(address,address,address)", "Only a bound class gets through, within a recovery by enforcement."),
        _SET_AUTHORITY,
    ),
    "Attestations": (
        (f"submit({_ATTESTATION},bytes)", "Needs the signature of a provider."),
        (f"submitBatch({_ATTESTATION}[],bytes[])", "Needs the signatures of providers."),
        ("revoke(uint8,address,uint48)", "Only the provider's own account gets through."),
        ("revokeWallet(uint8,address)", "Only the provider's own account gets through."),
        ("revokeAllBefore(uint8,uint40)", "Only the provider's own account gets through."),
        ("lapseRevoked(address[])", "Ends facts that rest on revoked attestations only."),
        _SET_AUTHORITY,
    ),
    "OnchainIdAdapter": (
        ("refresh(address)", "Takes over what trusted claim issuers stand by at this moment."),
        _SET_AUTHORITY,
    ),
    "Rulebook": (
        (
            "moved((uint8,address,bool,(address,uint16,uint32,uint256,uint256),(address,uint16,uint32,uint256,uint256),uint256,uint256))",
            "Only a bound class gets through.",
        ),
        ("recovered(address,address)", "Only a bound class gets through."),
        ("attach()", "Only a bound class gets through."),
        _SET_AUTHORITY,
    ),
    "StandardCompliance": (
        ("bindToken(address)", "Only the token that it was created for gets through."),
        ("unbindToken(address)", "Only the token that it was created for gets through."),
        ("transferred(address,address,uint256)", "Only the token that it was created for gets through."),
        ("created(address,uint256)", "Only the token that it was created for gets through."),
        ("destroyed(address,uint256)", "Only the token that it was created for gets through."),
        ("admissionsChanged()", "Nothing happens: the token asks the registry each time."),
        ("beforeFactsChange(address[])", "Nothing happens unless the registry of the token calls."),
        ("afterFactsChange(address[],uint16,uint32)", "Nothing happens unless the registry of the token calls."),
    ),
    "Payouts": (
        ("claim(uint256)", "Pays the caller its own share."),
        ("claimFor(uint256,address)", "Pays the caller the share of a wallet it replaced."),
        ("claimMany(uint256[],address)", "Pays the caller its own shares, or those of a wallet it replaced."),
        ("claimSigned((address,address,uint256[],uint256,uint48),bytes)", "Needs the signature of the shares' owner."),
        ("claimOmitted(uint256,address,uint32,address[])", "Pays a holder that a page left out; the page proves it."),
        ("voidOrders()", "Voids what the caller itself signed."),
        ("setPayee(address,address)", "Says where the caller's own payments go."),
        ("setReinvestment(address,bool)", "Says whether the caller itself wants new units."),
        ("reinvest(uint256,address,address,uint256,uint256,uint256)", "Only the contract itself gets through."),
        ("topUp(uint256)", "Pays in exactly what a payout per unit lacks."),
        ("withdrawWithheld(uint256,address)", "Pays tax to the authority named when the payout was declared."),
        _SET_AUTHORITY,
    ),
    "MerklePayouts": (
        (
            "claim(uint256,uint256,address,uint256,bytes32[])",
            "Pays a share of the tree to its owner; the proof shows it.",
        ),
        (f"claimMany({_LEAF}[])", "Pays shares of the tree to their owners; the proofs show them."),
        ("redirect(address,address,uint48)", "Notes who replaced a lost wallet, as the token says."),
        ("setPayee(address,address)", "Says where the caller's own payments go."),
        _SET_AUTHORITY,
    ),
    "Meetings": (
        ("vote(uint256,uint128)", "Casts the caller's own ballot."),
        ("voteFor(uint256,address,uint128)", "Casts the ballot of a wallet that the caller replaced."),
        ("decide(uint256)", "Puts a result on record that is final already."),
        (
            "cast(uint256,(address,uint8,bool,uint128,uint256[])[])",
            "Casts ballots of the caller, and of who named it proxy.",
        ),
        (f"castSigned({_SIGNED_BALLOT},bytes)", "Needs the voter's signature."),
        (f"castBatch({_SIGNED_BALLOT}[],bytes[])", "Needs the voters' signatures."),
        ("grantProxy(uint256,address,uint8,address,uint96,uint128)", "Gives a proxy units of the caller."),
        ("revokeProxy(uint256,address,uint8,address)", "Takes units of the caller back from a proxy."),
        ("commit(uint256,address,uint8,bool,bytes32)", "Hands in the caller's own secret ballot."),
        ("open(uint256,address,uint8,address,uint128,uint256[],bytes32)", "Needs the salt of the secret ballot."),
        ("schedule(uint256,uint256,(address,bytes)[])", "Only the calls of a notice whose resolution passed."),
        (
            "execute(uint256,uint256,(address,bytes)[])",
            "Only the calls of a notice whose resolution passed, after the delay.",
        ),
        _SET_AUTHORITY,
    ),
}

UNRESTRICTED: tuple[Unrestricted, ...] = tuple(
    Unrestricted(contract=contract, signature=signature, reason=reason)
    for contract, rows in (_OPEN | _external_powers.OPEN).items()
    for signature, reason in rows
)
"""Every function that changes state and that no role guards."""

SELF_GUARDED = {
    "AccessManager": "Keeps the powers themselves: only members of the role in question, or of its admin role, get through.",
    "ERC1967Proxy": "Has no functions of its own; it runs the code of the class behind it.",
}
"""Contracts outside the table, and why."""
