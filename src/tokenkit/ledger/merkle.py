"""Merkle trees of payments, leaf for leaf and node for node those of ``@openzeppelin/merkle-tree`` (``standard-v1``).

A leaf is ``keccak256(keccak256(abi.encode(index, account, amount)))``, leaves are in descending order of their hashes at the end of one
array, and the node at *i* is the hash of those at 2 *i* + 1 and 2 *i* + 2, the smaller one first. So a million payments take three million
hashes and 120 MB: the tree keeps bytes, never one object for each payment, and writes proofs and files piece by piece.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from tokenkit._keccak import bare_keccak
from tokenkit.errors import InvalidAmount, InvalidInput, NoHolders
from tokenkit.types import Address, address_from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HASH = 32
_ADDRESS = 20
_PAD = bytes(12)
_PAGE = 4096
_UINT256_END = 2**256


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One payment of a tree."""

    index: int
    """Its place among the payments, from 0: what the contract marks as paid."""
    account: Address
    amount: int

    @property
    def hash(self) -> bytes:
        """The hash that stands in the tree."""
        return _leaf_hash(self.index, bytes.fromhex(self.account[2:]), self.amount.to_bytes(_HASH, "big"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiProof:
    """A proof of several leaves at once, as ``MerkleProof.multiProofVerify`` of OpenZeppelin takes it."""

    leaves: tuple[Leaf, ...]
    """In the order in which the proof uses them."""
    proof: tuple[bytes, ...]
    flags: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MerkleTree:
    """The payments of a tree and its nodes; made by :func:`merkle_tree` or read by :func:`load_tree`."""

    nodes: bytes
    """All nodes of 32 bytes, the root first."""
    accounts: bytes
    """Addresses of 20 bytes, by index."""
    amounts: bytes
    """Amounts of 32 bytes, by index."""
    places: array[int]
    """Which node is the leaf of a payment, by index."""

    def __len__(self) -> int:
        return len(self.places)

    def __repr__(self) -> str:
        return f"MerkleTree(root=0x{self.root.hex()}, leaves={len(self)})"

    @property
    def root(self) -> bytes:
        """What the contract is given."""
        return self.nodes[:_HASH]

    @property
    def total(self) -> int:
        """All amounts together."""
        return sum(leaf.amount for leaf in self)

    def __iter__(self) -> Iterator[Leaf]:
        return (self.leaf(index) for index in range(len(self)))

    def leaf(self, index: int) -> Leaf:
        """Return the payment at *index*.

        Raises:
            InvalidInput: the tree has no such payment.
        """
        self._place(index)
        return Leaf(
            index=index,
            account=address_from_bytes(self.accounts[index * _ADDRESS : (index + 1) * _ADDRESS]),
            amount=int.from_bytes(self.amounts[index * _HASH : (index + 1) * _HASH], "big"),
        )

    def proof(self, index: int) -> tuple[bytes, ...]:
        """Return the proof of the payment at *index*: the siblings on the way up to the root.

        Raises:
            InvalidInput: the tree has no such payment.
        """
        place, siblings = self._place(index), []
        while place > 0:
            siblings.append(self._node(_sibling(place)))
            place = (place - 1) // 2
        return tuple(siblings)

    def multiproof(self, indices: Iterable[int]) -> MultiProof:
        """Prove the payments at *indices* together, whatever their order.

        Raises:
            InvalidInput: the tree has no such payment, or one is named twice.
        """
        given = tuple(indices)
        by_place = {self._place(index): index for index in given}
        if len(by_place) != len(given):
            raise InvalidInput("A payment is proved twice. Name each index once.")
        order = sorted(by_place, reverse=True)
        queue, proof, flags, head = list(order), [], [], 0
        while head < len(queue) and queue[head] > 0:
            place, head = queue[head], head + 1
            paired = head < len(queue) and queue[head] == _sibling(place)
            head += paired
            flags.append(paired)
            if not paired:
                proof.append(self._node(_sibling(place)))
            queue.append((place - 1) // 2)
        if not order:
            proof.append(self.root)
        return MultiProof(
            leaves=tuple(self.leaf(by_place[place]) for place in order), proof=tuple(proof), flags=tuple(flags)
        )

    def _place(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise InvalidInput(f"The tree has no payment {index}: it has 0 to {len(self) - 1}.")
        return self.places[index]

    def _node(self, place: int) -> bytes:
        return self.nodes[place * _HASH : (place + 1) * _HASH]


def merkle_tree(payments: Iterable[tuple[Address, int]]) -> MerkleTree:
    """Build the tree of *payments* (account and amount); their order gives the indices.

    An account may stand in it more than once: each index is a payment of its own.

    Raises:
        NoHolders: there are no payments.
        InvalidAmount: a negative amount, or one above 2^256 − 1.
    """
    accounts, amounts = bytearray(), bytearray()
    leaves: list[bytes] = []
    rows = iter(payments)
    while page := list(islice(rows, _PAGE)):
        holders, words = [bytes.fromhex(account[2:]) for account, _ in page], _words(page)
        leaves += [
            _leaf_hash(index, holder, word)
            for index, (holder, word) in enumerate(zip(holders, words, strict=True), len(leaves))
        ]
        accounts += b"".join(holders)
        amounts += b"".join(words)
    if not leaves:
        raise NoHolders
    count = len(leaves)
    order = sorted(range(count), key=leaves.__getitem__)
    places = array("I", bytes(4 * count))
    last = 2 * count - 2
    for rank, index in enumerate(order):
        places[index] = last - rank
    nodes = [b""] * (count - 1) + [leaves[index] for index in reversed(order)]
    _fill(nodes, count)
    return MerkleTree(nodes=b"".join(nodes), accounts=bytes(accounts), amounts=bytes(amounts), places=places)


def verify_proof(root: bytes, leaf: Leaf, proof: Sequence[bytes]) -> bool:
    """Say whether *proof* shows that *leaf* is in the tree of *root*, as ``MerkleProof.verify`` does."""
    node = leaf.hash
    for sibling in proof:
        node = _pair_hash(node, sibling)
    return node == root


def verify_multiproof(root: bytes, multiproof: MultiProof) -> bool:
    """Say whether *multiproof* shows that all its leaves are in the tree of *root*, as ``MerkleProof.multiProofVerify`` does."""
    queue, proof = [leaf.hash for leaf in multiproof.leaves], iter(multiproof.proof)
    if (
        len(queue) + len(multiproof.proof) != len(multiproof.flags) + 1  # each hash takes two nodes and gives one
        or len(multiproof.proof) < multiproof.flags.count(False)
    ):
        return False
    head = 0
    for flag in multiproof.flags:
        if head + 1 + flag > len(queue):
            return False
        other = queue[head + 1] if flag else next(proof)
        queue.append(_pair_hash(queue[head], other))
        head += 1 + flag
    return (queue[-1] if queue else next(proof)) == root


def _words(page: Iterable[tuple[Address, int]]) -> list[bytes]:
    try:
        return [amount.to_bytes(_HASH, "big") for _, amount in page]
    except OverflowError:
        account, amount = next((account, amount) for account, amount in page if not 0 <= amount < _UINT256_END)
        raise InvalidAmount(f"{account} is to get {amount}, which a leaf cannot hold. Give 0 to 2^256 − 1.") from None


def _fill(nodes: list[bytes], count: int) -> None:
    """Hash whole levels, from the lowest up to the root: the parents of nodes 2 *a* + 1 … 2 *b* are nodes *a* … *b* − 1."""
    end = count - 1
    while end > 0:
        start = end // 2
        children = nodes[2 * start + 1 : 2 * end + 1]
        nodes[start:end] = [
            _hashed(left + right if left < right else right + left)
            for left, right in zip(children[::2], children[1::2], strict=True)
        ]
        end = start


def _leaf_hash(index: int, account: bytes, amount: bytes) -> bytes:
    return _hashed(_hashed(b"%b%b%b%b" % (index.to_bytes(_HASH, "big"), _PAD, account, amount)))


def _pair_hash(one: bytes, other: bytes) -> bytes:
    return _hashed(one + other if one < other else other + one)


def _sibling(place: int) -> int:
    return place + 1 if place % 2 else place - 1


_hashed = bare_keccak()
