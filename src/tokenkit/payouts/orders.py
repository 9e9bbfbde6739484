"""Claims signed by a holder, for anyone to hand in (EIP-712; ERC-1271 for wallets that are contracts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenkit._arguments import instant, within
from tokenkit._eip712 import Domain
from tokenkit.errors import InvalidInput
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME, _VERSION = "tokenkit payouts", "1"
_MEMBERS = (
    ("claimant", "address"),
    ("holder", "address"),
    ("payoutIds", "uint256[]"),
    ("nonce", "uint256"),
    ("deadline", "uint48"),
)
_MOST_NONCE = 2**256 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedClaim:
    """A claim that whoever has it may hand in, once; the money goes where the claimant's money goes."""

    claimant: Address
    """Who signs: the owner of the share."""
    holder: Address
    """Who held at the record date: the claimant, or a lost wallet that it replaced."""
    payouts: tuple[int, ...]
    nonce: int
    deadline: int
    """Unix second up to which it may be handed in."""
    signature: bytes = b""

    def __post_init__(self) -> None:
        for name in ("claimant", "holder"):
            object.__setattr__(self, name, parse_address(getattr(self, name)))
        if not self.payouts or any(type(each) is not int or each < 1 for each in self.payouts):
            raise InvalidInput("A claim names the payouts it is for, by number from 1 on.")
        within("nonce", self.nonce, _MOST_NONCE)
        instant("deadline", self.deadline)

    def message(self, chain_id: int, contract: Address) -> dict[str, object]:
        """Return what the claimant signs: the whole EIP-712 message, for this contract on this chain only."""
        domain = Domain(name=_NAME, version=_VERSION, chain_id=chain_id, contract=contract)
        return domain.message("Claim", _MEMBERS, self.as_arguments())

    def as_arguments(self) -> dict[str, object]:
        """Return the struct that the contract takes."""
        return {
            "claimant": self.claimant,
            "holder": self.holder,
            "payoutIds": list(self.payouts),
            "nonce": self.nonce,
            "deadline": self.deadline,
        }

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON has it, to be handed on."""
        return {**self.as_arguments(), "nonce": str(self.nonce), "signature": "0x" + self.signature.hex()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SignedClaim:
        """Read what :meth:`as_dict` wrote.

        Raises:
            InvalidInput: it is something else.
        """
        try:
            return cls(
                claimant=parse_address(data["claimant"]),
                holder=parse_address(data["holder"]),
                payouts=tuple(data["payoutIds"]),
                nonce=int(data["nonce"]),
                deadline=data["deadline"],
                signature=bytes.fromhex(data["signature"].removeprefix("0x")),
            )
        except InvalidInput:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput("This is not a signed claim. Give the JSON that `payout claim --sign` wrote.") from error
