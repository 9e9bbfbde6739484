"""What office holders do to one share class: issue, redeem, freeze, force, recover, pause, schedule record dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenkit._arguments import NO_DOCUMENT, counted, hashed, instant, reasoned
from tokenkit._contract import TOKEN, Contract, pages
from tokenkit.types import Address, from_unix, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tokenkit.chain import Chain
    from tokenkit.operation import Operation

_PAGE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Units that one wallet is issued."""

    to: Address
    units: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "to", parse_address(self.to))
        counted(self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class JustifiedAct:
    """An act of an office holder, as it stands on the chain."""

    operator: Address
    action: bytes
    """Selector of the function."""
    account: Address
    reason: str
    document_hash: bytes
    block: int
    transaction: str


class Issuance:
    """The office holders' verbs of one token. Every act that takes from somebody carries its reason."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, token: str) -> None:
        self._contract = Contract(chain, token, *TOKEN)

    @property
    def address(self) -> Address:
        """The token's address."""
        return self._contract.address

    def issue(self, to: str, units: int, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Issue units to an admitted wallet.

        Raises (when tried):
            TransferRestricted: the receiver is not admitted, or a rule refuses.
            UnitsOverflow: more units than a token can count.
        """
        account = parse_address(to)
        return self._contract.write(
            "issue",
            account,
            counted(units),
            reasoned(reason),
            hashed(document_hash),
            summary=f"Issue {units:,} units to {account}",
        )

    def issue_many(
        self,
        allotments: Iterable[Allotment],
        *,
        sender: str,
        reason: str,
        document_hash: bytes = NO_DOCUMENT,
        counted_as: Callable[[int], str] = "{:,} units".format,
    ) -> tuple[Operation[None], ...]:
        """Issue to many for one reason, in as few transactions as their gas allows.

        *sender* is who will send them; *counted_as* words an amount of units in the summaries.
        """
        why, proof = reasoned(reason), hashed(document_hash)

        def page(part: Sequence[Allotment]) -> Operation[None]:
            units = [each.units for each in part]
            wallets = "1 wallet" if len(part) == 1 else f"{len(part)} wallets"
            summary = f"Issue {counted_as(sum(units))} to {wallets}"
            return self._contract.write("issueBatch", [each.to for each in part], units, why, proof, summary=summary)

        return pages(tuple(allotments), page, sender=sender, page_size=_PAGE)

    def redeem(self, holder: str, units: int, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Retire units; frozen ones are released as far as needed."""
        account = parse_address(holder)
        return self._contract.write(
            "redeem",
            account,
            counted(units),
            reasoned(reason),
            hashed(document_hash),
            summary=f"Redeem {units:,} units of {account}",
        )

    def force_transfer(
        self, sender: str, receiver: str, units: int, *, reason: str, document_hash: bytes = NO_DOCUMENT
    ) -> Operation[None]:
        """Move units by order; the receiver must be admitted, limits do not refuse it."""
        source, target = parse_address(sender), parse_address(receiver)
        return self._contract.write(
            "forceTransfer",
            source,
            target,
            counted(units),
            reasoned(reason),
            hashed(document_hash),
            summary=f"Move {units:,} units from {source} to {target} by order",
        )

    def freeze_wallet(self, wallet: str, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Stop a wallet from sending and receiving."""
        return self._freeze(wallet, True, reason, document_hash)

    def unfreeze_wallet(self, wallet: str, *, reason: str, document_hash: bytes = NO_DOCUMENT) -> Operation[None]:
        """Release a frozen wallet."""
        return self._freeze(wallet, False, reason, document_hash)

    def freeze_units(
        self, wallet: str, units: int, *, reason: str, document_hash: bytes = NO_DOCUMENT
    ) -> Operation[None]:
        """Set the frozen units of a wallet, 0 to release all; may be more than it holds."""
        account = parse_address(wallet)
        return self._contract.write(
            "freezeUnits",
            account,
            counted(units),
            reasoned(reason),
            hashed(document_hash),
            summary=f"Set the frozen units of {account} to {units:,}",
        )

    def recover(
        self, lost: str, replacement: str, identity: str, *, reason: str, document_hash: bytes = NO_DOCUMENT
    ) -> Operation[None]:
        """Move all that a lost wallet has, its rights too, to another wallet of the same investor (*identity*)."""
        old, new = parse_address(lost), parse_address(replacement)
        return self._contract.write(
            "recover",
            old,
            new,
            parse_address(identity),
            reasoned(reason),
            hashed(document_hash),
            summary=f"Recover {old} into {new}",
        )

    def pause(self) -> Operation[None]:
        """Stop all transfers of holders."""
        return self._contract.write("pause", summary="Pause transfers")

    def unpause(self) -> Operation[None]:
        """Let holders transfer again."""
        return self._contract.write("unpause", summary="Resume transfers")

    def schedule_record_date(self, record_date: int) -> Operation[None]:
        """Let the holdings before this second count for payouts and meetings.

        Raises (when tried):
            InvalidRecordDate: not ahead, or scheduled already.
            TooManyRecordDates: 64 lie ahead.
        """
        second = instant("record_date", record_date)
        summary = f"Schedule the record date {from_unix(second):%Y-%m-%d %H:%M:%S} UTC"
        return self._contract.write("scheduleRecordDate", second, summary=summary)

    def set_registry(self, registry: str) -> Operation[None]:
        """Ask another identity registry from now on; it must serve this token."""
        address = parse_address(registry)
        return self._contract.write("setIdentityRegistry", address, summary=f"Use the identity registry {address}")

    def set_rulebook(self, rulebook: str) -> Operation[None]:
        """Obey another rulebook, or an ERC-3643 compliance of others, from now on (zero: none); it must serve this token."""
        address = parse_address(rulebook)
        return self._contract.write("setCompliance", address, summary=f"Use the rulebook {address}")

    def rename(self, name: str) -> Operation[None]:
        """Give the token another name."""
        return self._contract.write("setName", name, summary=f"Rename the token to {name}")

    def change_symbol(self, symbol: str) -> Operation[None]:
        """Give the token another symbol."""
        return self._contract.write("setSymbol", symbol, summary=f"Change the symbol to {symbol}")

    def set_onchain_id(self, onchain_id: str) -> Operation[None]:
        """Point at the token's own ONCHAINID; zero: none."""
        address = parse_address(onchain_id)
        return self._contract.write("setOnchainID", address, summary=f"Set the token's ONCHAINID to {address}")

    def upgrade(self, implementation: str) -> Operation[None]:
        """Run the code of another implementation from now on; only a class that was planned as upgradeable can."""
        address = parse_address(implementation)
        return self._contract.write("upgradeToAndCall", address, b"", summary=f"Upgrade the token to {address}")

    def add_agent(self, agent: str) -> Operation[None]:
        """Make somebody an agent (ERC-3643), where the plan says ``erc3643_agents``."""
        account = parse_address(agent)
        return self._contract.write("addAgent", account, summary=f"Add the agent {account}")

    def remove_agent(self, agent: str) -> Operation[None]:
        """Dismiss an agent (ERC-3643)."""
        account = parse_address(agent)
        return self._contract.write("removeAgent", account, summary=f"Remove the agent {account}")

    def is_agent(self, account: str) -> bool:
        """Say whether somebody is an agent in the sense of ERC-3643."""
        return bool(self._contract.read("isAgent", parse_address(account)))

    def record_dates(self) -> tuple[int, ...]:
        """Return all record dates in unix seconds, ascending, passed or ahead."""
        return tuple(self._contract.read("recordDates"))

    def is_paused(self) -> bool:
        """Say whether transfers of holders are stopped."""
        return bool(self._contract.read("paused"))

    def is_frozen(self, wallet: str) -> bool:
        """Say whether a wallet is frozen as a whole."""
        return bool(self._contract.read("isFrozen", parse_address(wallet)))

    def frozen_units(self, wallet: str) -> int:
        """Return the frozen units of a wallet; may be more than it holds."""
        return int(self._contract.read("getFrozenTokens", parse_address(wallet)))

    def successor(self, wallet: str) -> Address | None:
        """Return the wallet that replaced a lost one."""
        replacement = Address(self._contract.read("successorOf", parse_address(wallet)))
        return replacement if int(replacement, 16) else None

    def acts(self, *, from_block: int = 0) -> tuple[JustifiedAct, ...]:
        """Return what office holders did, in order, with their reasons."""
        return tuple(
            JustifiedAct(
                operator=event.args["operator"],
                action=event.args["action"],
                account=event.args["account"],
                reason=event.args["reason"],
                document_hash=event.args["documentHash"],
                block=event.block_number,
                transaction=event.transaction_hash,
            )
            for event in self._contract.events("Justified", from_block=from_block)
        )

    def _freeze(self, wallet: str, frozen: bool, reason: str, document_hash: bytes) -> Operation[None]:
        account = parse_address(wallet)
        verb = "Freeze" if frozen else "Release"
        return self._contract.write(
            "freezeWallet", account, frozen, reasoned(reason), hashed(document_hash), summary=f"{verb} {account}"
        )
