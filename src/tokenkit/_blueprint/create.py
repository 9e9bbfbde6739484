"""Where a transaction creates its contract: the little RLP that takes."""

from __future__ import annotations

from tokenkit._keccak import keccak
from tokenkit.types import Address, address_from_bytes


def created_address(sender: Address, nonce: int) -> Address:
    """Return where CREATE puts the contract of *sender*'s transaction number *nonce* (yellow paper, section 7)."""
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    encoded = number if nonce and nonce < 0x80 else bytes([0x80 + len(number)]) + number
    items = b"\x94" + bytes.fromhex(sender[2:]) + encoded
    return address_from_bytes(keccak(bytes([0xC0 + len(items)]) + items)[12:])


def nonce_of(signed: bytes) -> int:
    """Read the nonce of a *signed* transaction: the second field of a typed one (EIP-2718), the first of a legacy one."""
    typed = signed[0] < 0x80
    at = 1 if typed else 0
    at += 1 if signed[at] <= 0xF7 else signed[at] - 0xF6  # the list's own header
    if typed:
        at += 1 if signed[at] < 0x80 else signed[at] - 0x7F  # the chain id
    first = signed[at]
    return first if first < 0x80 else int.from_bytes(signed[at + 1 : at + first - 0x7F], "big")
