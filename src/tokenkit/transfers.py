"""What holders do with one share class: transfer, approve, permit; what they hold; and why a transfer is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from tokenkit import events, interop
from tokenkit._arguments import counted, instant
from tokenkit._contract import TOKEN, Contract, pages
from tokenkit.restrictions import Refusal
from tokenkit.types import UINT96_MAX, ZERO_ADDRESS, Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tokenkit.chain import Chain, Signer
    from tokenkit.ledger import Difference, Movement, Register
    from tokenkit.operation import Operation

UINT256_MAX = 2**256 - 1
"""An allowance that is never used up."""

_PAGE = 400
_ROUNDS = 24
"""More than rules that agree with each other take: each of them lowers the amount once or twice."""


class Kind(IntEnum):
    """What a movement is, in law (``contracts/types/Move.sol``)."""

    ISSUE = 0
    REDEEM = 1
    TRANSFER = 2
    FORCED = 3


class _Question(NamedTuple):
    """A movement without its amount, as the contract takes it."""

    kind: int
    operator: Address
    source: Address
    target: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What a share class is called and how it is counted."""

    name: str
    symbol: str
    decimals: int
    total_supply: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What one wallet holds."""

    wallet: Address
    units: int
    frozen: int
    """Set frozen; may be more than the wallet holds."""
    free: int
    """Neither frozen by amount nor by wallet; lockups are rules, see :meth:`Transfers.explain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Every reason why a movement would be refused now; none: it would pass."""

    kind: Kind
    sender: Address
    receiver: Address
    units: int
    refusals: tuple[Refusal, ...]
    largest: int
    """The most units that would pass every restriction now; those asked for, where they pass."""
    reasons: tuple[interop.Reason, ...] = ()
    """What a registry or compliance contract of others shows beyond its no: the claim that is missing, the module that refuses."""

    @property
    def passes(self) -> bool:
        """Whether the movement would go through now."""
        return not self.refusals

    @property
    def earliest(self) -> int | None:
        """Unix second from which the same units could pass; ``None``: now, or not by waiting alone."""
        times = [refusal.earliest for refusal in self.refusals]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None

    def sentences(
        self, *, decimals: int = 0, who: Callable[[Address], str] = str, lacking: Callable[[Address], str] | None = None
    ) -> tuple[str, ...]:
        """Return one sentence a refusal, as :meth:`Refusal.sentence <tokenkit.restrictions.Refusal.sentence>` words it, then the reasons."""
        refused = tuple(refusal.sentence(decimals=decimals, who=who, lacking=lacking) for refusal in self.refusals)
        return refused + tuple(reason.sentence(who=who) for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """An allowance signed by the owner (ERC-2612), which anyone may hand in before the deadline."""

    owner: Address
    spender: Address
    units: int
    deadline: int
    signature: bytes


class Transfers:
    """The holders' verbs of one token."""

    __slots__ = ("_chain", "_contract", "_from_block")

    def __init__(self, chain: Chain, token: str, *, from_block: int = 0) -> None:
        """Serve the holders of *token*; no event before *from_block* is looked for."""
        self._chain = chain
        self._contract = Contract(chain, token, *TOKEN)
        self._from_block = from_block

    @property
    def address(self) -> Address:
        """The token's address."""
        return self._contract.address

    def transfer(self, receiver: str, units: int) -> Operation[None]:
        """Move units of the sender.

        Raises (when tried):
            TransferRestricted: a restriction refuses; see :meth:`explain`.
            ERC20InsufficientBalance: more than the sender holds.
            ERC7943InsufficientUnfrozenBalance: more than the sender's free units.
        """
        account = parse_address(receiver)
        return self._contract.write(
            "transfer", account, counted(units), summary=f"Transfer {units:,} units to {account}"
        )

    def transfer_many(self, transfers: Iterable[tuple[str, int]], *, sender: str) -> tuple[Operation[None], ...]:
        """Move units of *sender* to many, in as few transactions as their gas allows."""
        rows = [(parse_address(receiver), counted(units)) for receiver, units in transfers]

        def page(part: Sequence[tuple[Address, int]]) -> Operation[None]:
            receivers, units = [receiver for receiver, _ in part], [each for _, each in part]
            summary = f"Transfer {sum(units):,} units to {len(part)} wallets"
            return self._contract.write("batchTransfer", receivers, units, summary=summary)

        return pages(rows, page, sender=sender, page_size=_PAGE)

    def transfer_from(self, owner: str, receiver: str, units: int) -> Operation[None]:
        """Move units of *owner*, within the allowance it gave the sender."""
        source, target = parse_address(owner), parse_address(receiver)
        summary = f"Transfer {units:,} units from {source} to {target}"
        return self._contract.write("transferFrom", source, target, counted(units), summary=summary)

    def approve(self, spender: str, units: int) -> Operation[None]:
        """Let *spender* move up to *units* of the sender."""
        account = parse_address(spender)
        limit = counted(units, maximum=UINT256_MAX)
        return self._contract.write("approve", account, limit, summary=f"Allow {account} to move {units:,} units")

    def sign_permit(self, owner: Signer, spender: str, units: int, *, deadline: int) -> Permit:
        """Sign an allowance with *owner*'s key, for anyone to hand in; sends nothing (ERC-2612, EIP-712)."""
        account = parse_address(spender)
        nonce = self._contract.read("nonces", owner.address)
        values = {
            "owner": owner.address,
            "spender": account,
            "value": counted(units, maximum=UINT256_MAX),
            "nonce": nonce,
            "deadline": instant("deadline", deadline),
        }
        message = {"types": _PERMIT_TYPES, "primaryType": "Permit", "domain": self._domain(), "message": values}
        signature = owner.sign_typed_data(message)
        return Permit(owner=owner.address, spender=account, units=units, deadline=deadline, signature=signature)

    def permit(self, permit: Permit) -> Operation[None]:
        """Hand in a signed allowance.

        Raises (when tried):
            ERC2612ExpiredSignature, ERC2612InvalidSigner.
        """
        r, s, v = permit.signature[:32], permit.signature[32:64], permit.signature[64]
        summary = f"Hand in the allowance of {permit.units:,} units that {permit.owner} signed for {permit.spender}"
        return self._contract.write(
            "permit", permit.owner, permit.spender, permit.units, permit.deadline, v, r, s, summary=summary
        )

    def explain(
        self, sender: str, receiver: str, units: int, *, kind: Kind = Kind.TRANSFER, operator: str | None = None
    ) -> Explanation:
        """List every restriction that would refuse a movement now, with limits, the largest amount and the earliest time.

        The contract runs the same check as the movement itself. The largest amount is looked for downwards from all that could move: each
        restriction says how much it would let pass, and the least of these is asked about again, until nothing refuses. *operator* is who would send it: by default the
        holder. For an issue the *sender* is the zero address, for a redemption the *receiver*.
        """
        source, target = parse_address(sender), parse_address(receiver)
        question = _Question(int(kind), parse_address(operator) if operator else source, source, target)
        refusals = self._refusals(question, counted(units, maximum=UINT256_MAX))
        giver = ZERO_ADDRESS if kind is Kind.ISSUE else source
        reasons = interop.further(self._chain, self.address, refusals, sender=giver, receiver=target, units=units)
        return Explanation(
            kind=kind,
            reasons=reasons,
            sender=source,
            receiver=target,
            units=units,
            refusals=refusals,
            largest=self._largest(question) if refusals else units,
        )

    def token(self) -> TokenFacts:
        """Return name, symbol, decimals and supply."""
        name, symbol, decimals, supply = self._contract.read_many(
            [("name", ()), ("symbol", ()), ("decimals", ()), ("totalSupply", ())]
        )
        return TokenFacts(name=name, symbol=symbol, decimals=decimals, total_supply=supply)

    def balance(self, wallet: str) -> Balance:
        """Return what a wallet holds, and what of it is free."""
        return self.balances([wallet])[0]

    def balances(self, wallets: Iterable[str]) -> tuple[Balance, ...]:
        """Return what each wallet holds, in one go."""
        accounts = [parse_address(wallet) for wallet in wallets]
        getters = ("balanceOf", "getFrozenTokens", "isFrozen")
        answers = self._contract.read_many([(getter, (account,)) for account in accounts for getter in getters])
        rows = zip(accounts, answers[::3], answers[1::3], answers[2::3], strict=True)
        return tuple(
            Balance(wallet=account, units=units, frozen=frozen, free=0 if is_frozen else max(units - frozen, 0))
            for account, units, frozen, is_frozen in rows
        )

    def balance_at(self, wallet: str, record_date: int) -> int:
        """Return what a wallet held just before a record date.

        Raises:
            UnknownRecordDate: not scheduled, or not come yet.
        """
        return int(self._contract.read("balanceOfAt", parse_address(wallet), instant("record_date", record_date)))

    def supply(self, *, record_date: int | None = None) -> int:
        """Return the units in issue, now or at a record date."""
        if record_date is None:
            return int(self._contract.read("totalSupply"))
        return int(self._contract.read("totalSupplyAt", instant("record_date", record_date)))

    def allowance(self, owner: str, spender: str) -> int:
        """Return how many units *spender* may still move for *owner*."""
        return int(self._contract.read("allowance", parse_address(owner), parse_address(spender)))

    def movements(self) -> tuple[Movement[Address], ...]:
        """Return every movement of units since the beginning, in order."""
        return events.movements(self._chain, self.address, from_block=self._from_block)

    def register(self, *, at_block: int | None = None, record_date: int | None = None) -> Register[Address]:
        """Count the register from the events: now, at the end of a block, or at a record date."""
        return events.register(
            self._chain, self.address, at_block=at_block, record_date=record_date, from_block=self._from_block
        )

    def reconcile(self, *, at_block: int | None = None, record_date: int | None = None) -> tuple[Difference, ...]:
        """Compare that register with what the token's getters say; empty when they agree to the unit."""
        return events.reconcile(
            self._chain, self.address, at_block=at_block, record_date=record_date, from_block=self._from_block
        )

    def _refusals(self, question: _Question, units: int) -> tuple[Refusal, ...]:
        return tuple(map(_refusal, self._contract.read("explain", *question, units)))

    def _largest(self, question: _Question) -> int:
        units = UINT96_MAX
        for _ in range(_ROUNDS):
            refusals = self._refusals(question, units)
            if not refusals:
                return units
            less = min(refusal.largest for refusal in refusals)
            if not 0 < less < units:  # a rule of others may say anything
                return 0
            units = less
        return 0

    def _domain(self) -> dict[str, object]:
        _, name, version, chain_id, contract, _, _ = self._contract.read("eip712Domain")  # ERC-5267
        return {"name": name, "version": version, "chainId": chain_id, "verifyingContract": contract}


_PERMIT_TYPES = {
    "EIP712Domain": [
        {"name": "name", "type": "string"},
        {"name": "version", "type": "string"},
        {"name": "chainId", "type": "uint256"},
        {"name": "verifyingContract", "type": "address"},
    ],
    "Permit": [
        {"name": "owner", "type": "address"},
        {"name": "spender", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "nonce", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ],
}


def _refusal(verdict: Any) -> Refusal:  # noqa: ANN401 - a decoded struct
    return Refusal(
        code=verdict["code"],
        account=verdict["account"] or ZERO_ADDRESS,
        limit=verdict["limit"],
        actual=verdict["actual"],
        largest=verdict["largest"],
        earliest=verdict["earliest"] or None,
    )
