"""Who may do what, and acts that have to wait (OpenZeppelin's ``AccessManager``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import within
from tokenkit._contract import Contract, topic
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from tokenkit.chain import Chain
    from tokenkit.operation import Operation

_LONGEST = 2**32 - 1
_ROLES = 2**64 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether somebody may carry out an operation."""

    immediately: bool
    delay: int
    """Seconds it must be scheduled ahead; 0 and not *immediately*: not at all."""

    @property
    def allowed(self) -> bool:
        """Whether it can be done, now or after waiting."""
        return self.immediately or self.delay > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """How somebody holds a role."""

    member: bool
    delay: int
    """Seconds that its acts wait."""


class Authority:
    """The access manager of one issuer."""

    __slots__ = ("_contract",)

    def __init__(self, chain: Chain, address: str) -> None:
        self._contract = Contract(chain, address, "AccessManager")

    @property
    def address(self) -> Address:
        """The manager's address."""
        return self._contract.address

    def permission(self, caller: str, operation: Operation[Any]) -> Permission:
        """Look up whether *caller* may carry out *operation*, and whether it has to wait."""
        immediately, delay = self._contract.read("canCall", parse_address(caller), operation.to, operation.data[:4])
        return Permission(immediately=immediately, delay=delay)

    def schedule(self, operation: Operation[Any], *, at: int = 0) -> Operation[None]:
        """Announce *operation*, for the sender to send once its delay is over (not before unix second *at*).

        Raises (when tried):
            AccessManagerUnauthorizedCall: the sender may not do it at all, or *at* is too soon.
            AccessManagerAlreadyScheduled: it waits already.
        """
        summary = f"Announce: {operation.summary}"
        return self._contract.write("schedule", operation.to, operation.data, at, summary=summary)

    def cancel(self, operation: Operation[Any], *, caller: str) -> Operation[None]:
        """Cancel what *caller* announced; its guardians, the admin and the caller itself may."""
        summary = f"Cancel: {operation.summary}"
        return self._contract.write("cancel", parse_address(caller), operation.to, operation.data, summary=summary)

    def scheduled(self, operation: Operation[Any], *, caller: str) -> int | None:
        """Return the unix second from which an announced operation can be sent; ``None``: not announced, or expired."""
        identifier = self._contract.read("hashOperation", parse_address(caller), operation.to, operation.data)
        return int(self._contract.read("getSchedule", identifier)) or None

    def grant(self, role: int, account: str, *, delay: int = 0) -> Operation[None]:
        """Give *account* a role; its acts wait *delay* seconds."""
        holder = parse_address(account)
        return self._contract.write(
            "grantRole",
            within("role", int(role), _ROLES),
            holder,
            within("delay", delay, _LONGEST),
            summary=f"Grant role {int(role)} to {holder}",
        )

    def revoke(self, role: int, account: str) -> Operation[None]:
        """Take a role from *account*."""
        holder = parse_address(account)
        return self._contract.write(
            "revokeRole", within("role", int(role), _ROLES), holder, summary=f"Revoke role {int(role)} from {holder}"
        )

    def role_for(self, operation: Operation[Any]) -> int:
        """Return the role that may carry out *operation*; 0, the admin's, where none was given."""
        return int(self._contract.read("getTargetFunctionRole", operation.to, operation.data[:4]))

    def holders(self, role: int, *, from_block: int = 0) -> tuple[Address, ...]:
        """Return who holds a role now, in the order of their grants; no event before *from_block* is looked for."""
        number = within("role", int(role), _ROLES)
        granted = self._contract.events("RoleGranted", topic(number), from_block=from_block)
        accounts = tuple(dict.fromkeys(event.args["account"] for event in granted))
        answers = self._contract.read_many([("hasRole", (number, account)) for account in accounts])
        return tuple(account for account, (member, _) in zip(accounts, answers, strict=True) if member)

    def membership(self, role: int, account: str) -> Membership:
        """Look up whether *account* holds a role."""
        member, delay = self._contract.read("hasRole", within("role", int(role), _ROLES), parse_address(account))
        return Membership(member=member, delay=delay)
