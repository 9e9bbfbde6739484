"""A contract that does what its first byte of call data says; assembled by hand, so that the chain's tests need no compiler.

0x00…  answers with the call data            0x04  answers timestamp, number, caller
0x01…  refuses with the rest of the data     0x05  counts up, answers the count, logs it with the caller and topic 7
0x02   invalid opcode                        0x06  works once, then refuses without data
0x03   asks for so much memory that the gas is gone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi.abi import encode

from tokenkit.chain import Transaction
from tokenkit.errors import Reverted
from tokenkit.types import keccak

if TYPE_CHECKING:
    from tokenkit.chain import Chain, Signer
    from tokenkit.types import Address

INIT_CODE = bytes.fromhex(
    "61009280600a5f395ff35f355f1a80600114610040578060021461004f5780600314610051578060041461005a578060051461006a5780"
    "60061461008057610038565b365f5f37365ff35b6001360360015f37600136035ffd5bfe5b5f63ffffffff52005b425f52436020523360"
    "405260605ff35b60015f5401805f555f5233600760205fa260205ff35b60015461008e576001600155005b5f5ffd"
)
ECHO, REFUSE, HALT, DEVOUR, WHERE, COUNT, ONCE = (bytes([mode]) for mode in range(7))


class TooMany(Reverted):
    """Stands for a generated error: ``TooMany(address account, uint256 limit)``."""

    selector = keccak(b"TooMany(address,uint256)")[:4]
    abi_types = ("address", "uint256")
    field_names = ("account", "limit")
    sentence_template = "{account} may hold {limit} at most."

    account: Address
    limit: int


REGISTRY = {TooMany.selector: TooMany}


def refusal(types: tuple[str, ...], *values: object, selector: bytes) -> bytes:
    """Return the call data that makes the probe refuse with these values."""
    return REFUSE + selector + encode(types, values)


def deploy(chain: Chain, signer: Signer) -> Address:
    """Put a probe on *chain*."""
    created = chain.send(Transaction(to=None, data=INIT_CODE), signer).contract_address
    assert created is not None
    return created


def counted(answer: bytes) -> int:
    return int.from_bytes(answer, "big")
