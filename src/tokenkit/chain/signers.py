"""Who signs: a key in memory, a keystore file, or an account that the node keeps.

A key is never shown: not by ``repr``, not in an error, not in a log.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from eth_account import Account

from tokenkit.errors import InvalidKey, NodeError, TransactionRejected
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eth_account.signers.local import LocalAccount
    from eth_account.types import TransactionDictType

DEFAULT_KEY_VARIABLE = "TOKENKIT_PRIVATE_KEY"

_KEY = re.compile(r"(0x)?[0-9a-fA-F]{64}")
_CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Signer(Protocol):
    """Whoever can sign for one address."""

    @property
    def address(self) -> Address:
        """The address signed for."""
        ...

    def sign_transaction(self, fields: Mapping[str, int | str]) -> bytes:
        """Return the signed bytes of an unsigned transaction, ready to be sent."""
        ...

    def sign_typed_data(self, message: Mapping[str, object]) -> bytes:
        """Return the 65-byte signature of a whole EIP-712 *message* (types, domain, primaryType, message)."""
        ...


class Node(Protocol):
    """A node that can be asked by JSON-RPC."""

    def request(self, method: str, *params: object) -> object:
        """Return the result of one JSON-RPC request."""
        ...


class LocalSigner:
    """Signs with a private key held in memory."""

    __slots__ = ("_account", "_address")

    def __init__(self, account: LocalAccount) -> None:
        """Sign with an account of eth_account; of a key, :meth:`from_key` makes a signer.

        Raises:
            InvalidKey: a key, and no account.
        """
        if isinstance(account, str | bytes):
            raise InvalidKey(
                "That is no account. Make a signer of a key with LocalSigner.from_key or from_environment."
            )
        self._account = account
        self._address = Address(str(account.address))

    @classmethod
    def from_key(cls, key: str | bytes) -> LocalSigner:
        """Make a signer from a private key: 32 bytes, or 64 hexadecimal digits with or without 0x.

        Raises:
            InvalidKey: not a private key; the message does not repeat it.
        """
        secret = key.hex() if isinstance(key, bytes) else key.strip()
        if not _KEY.fullmatch(secret):
            raise InvalidKey("Not a private key. Give 32 bytes, written as 64 hexadecimal digits.")
        if not 0 < int(secret, 16) < _CURVE_ORDER:
            raise InvalidKey("Not a private key: the number is outside the range of secp256k1. Make a new key.")
        return cls(Account.from_key(secret))

    @classmethod
    def from_environment(cls, variable: str = DEFAULT_KEY_VARIABLE) -> LocalSigner:
        """Make a signer from the private key in an environment variable.

        Raises:
            InvalidKey: the variable is not set, or holds no private key.
        """
        key = os.environ.get(variable)
        if not key:
            raise InvalidKey(
                f"The environment variable {variable} is not set. Put the private key there, or use a keystore."
            )
        try:
            return cls.from_key(key)
        except InvalidKey as error:
            raise InvalidKey(f"The environment variable {variable}: {error}") from None

    @property
    def address(self) -> Address:
        """The address signed for."""
        return self._address

    def sign_transaction(self, fields: Mapping[str, int | str]) -> bytes:
        """Return the signed bytes of an unsigned transaction."""
        try:
            return bytes(self._account.sign_transaction(cast("TransactionDictType", dict(fields))).raw_transaction)
        except Exception as error:  # eth_account raises whatever its codecs raise
            raise TransactionRejected(f"The transaction cannot be signed: {error}") from error

    def sign_typed_data(self, message: Mapping[str, object]) -> bytes:
        """Return the 65-byte signature of a whole EIP-712 *message*."""
        try:
            return bytes(self._account.sign_typed_data(full_message=dict(message)).signature)
        except Exception as error:  # as above
            raise TransactionRejected(f"The message cannot be signed: {error}") from error

    def __repr__(self) -> str:
        return f"LocalSigner({self._address})"

    def __reduce__(self) -> str:
        raise TypeError("A signer cannot be pickled or copied: it holds a private key.")


class KeystoreSigner:
    """Signs with a keystore file (Web3 Secret Storage v3), opened at the first signature."""

    __slots__ = ("_address", "_password", "_path", "_signer")

    def __init__(self, path: str | Path, *, password: Callable[[], str]) -> None:
        """Take the keystore at *path*; *password* is asked once, when it is first needed.

        Raises:
            InvalidKey: no such file, or not a keystore.
        """
        self._path = Path(path)
        self._password = password
        self._signer: LocalSigner | None = None
        self._address = parse_address("0x" + str(self._read()["address"]).removeprefix("0x").lower())

    @property
    def address(self) -> Address:
        """The address signed for."""
        return self._address

    def sign_transaction(self, fields: Mapping[str, int | str]) -> bytes:
        """Return the signed bytes of an unsigned transaction."""
        return self._opened().sign_transaction(fields)

    def sign_typed_data(self, message: Mapping[str, object]) -> bytes:
        """Return the 65-byte signature of a whole EIP-712 *message*."""
        return self._opened().sign_typed_data(message)

    def open(self) -> None:
        """Ask for the password now rather than at the first signature.

        Raises:
            InvalidKey: the password is another's, or the keystore is damaged.
        """
        self._opened()

    def _read(self) -> dict[str, object]:
        try:
            keystore = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidKey(f"{self._path} is not a readable keystore file ({type(error).__name__}).") from error
        if not isinstance(keystore, dict) or keystore.get("version") != 3 or "address" not in keystore:
            raise InvalidKey(f"{self._path} is not a keystore of version 3 with an address.")
        return keystore

    def _opened(self) -> LocalSigner:
        if self._signer is None:
            keystore, password = self._read(), self._password()
            try:
                key = Account.decrypt(keystore, password)
            except ValueError:  # shown without its cause, whose frames hold the password
                raise InvalidKey(f"The password does not open {self._path}.") from None
            except Exception:  # noqa: BLE001 - eth_keyfile does not check what it reads
                raise InvalidKey(f"{self._path} is a damaged keystore. Take it from its backup.") from None
            signer = LocalSigner.from_key(bytes(key))
            if signer.address != self._address:
                raise InvalidKey(f"{self._path} says {self._address}, but its key belongs to {signer.address}.")
            self._signer = signer
        return self._signer

    def __repr__(self) -> str:
        return f"KeystoreSigner({self._address}, path={str(self._path)!r})"

    def __reduce__(self) -> str:
        raise TypeError("A signer cannot be pickled or copied: it may hold a private key.")


class NodeSigner:
    """Signs with an account that the node keeps and has unlocked."""

    __slots__ = ("_address", "_node")

    def __init__(self, address: str, node: Node) -> None:
        self._address = parse_address(address)
        self._node = node

    @property
    def address(self) -> Address:
        """The address signed for."""
        return self._address

    def sign_transaction(self, fields: Mapping[str, int | str]) -> bytes:
        """Return the signed bytes of an unsigned transaction."""
        request = {name: hex(value) if isinstance(value, int) else value for name, value in fields.items()}
        signed = self._node.request("eth_signTransaction", {"from": self._address, **request})
        return _bytes_of(signed["raw"] if isinstance(signed, dict) and "raw" in signed else signed)

    def sign_typed_data(self, message: Mapping[str, object]) -> bytes:
        """Return the 65-byte signature of a whole EIP-712 *message*."""
        return _bytes_of(self._node.request("eth_signTypedData_v4", self._address, dict(message)))

    def __repr__(self) -> str:
        return f"NodeSigner({self._address})"


def _bytes_of(signed: object) -> bytes:
    try:
        return bytes.fromhex(str(signed).removeprefix("0x"))
    except ValueError as error:
        raise NodeError("The node's signature is not hexadecimal. Sign with a key or a keystore instead.") from error
