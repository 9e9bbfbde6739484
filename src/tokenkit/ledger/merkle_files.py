"""Merkle trees and proofs as texts: the files of ``@openzeppelin/merkle-tree``, both ways, and proofs one to a line."""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Any

from tokenkit.errors import InvalidInput
from tokenkit.ledger.merkle import Leaf, MerkleTree, merkle_tree
from tokenkit.types import Address, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LEAF_ENCODING = ("uint256", "address", "uint256")
"""The ABI types of a leaf: index, account and amount."""

FORMAT = "standard-v1"

_HASH = 32
_DAMAGED = "The file of the tree is damaged: a value or a node cannot be read."


def proof_lines(tree: MerkleTree) -> Iterator[str]:
    """Write the proofs of all payments lazily, in the order of their indices, one line of JSON each.

    Numbers are decimal texts, as in the JavaScript library: no reader rounds them.
    """
    nodes = tree.nodes.hex()  # once for all proofs: most nodes stand in many
    for leaf, leaf_place in zip(tree, tree.places, strict=True):
        place, proof = leaf_place, []
        while place > 0:
            sibling = place + 1 if place % 2 else place - 1
            proof.append(f'"0x{nodes[2 * _HASH * sibling : 2 * _HASH * (sibling + 1)]}"')
            place = (place - 1) // 2
        written = ",".join(proof)
        yield f'{{"index":"{leaf.index}","account":"{leaf.account}","amount":"{leaf.amount}","proof":[{written}]}}\n'


def read_proof(line: str) -> tuple[Leaf, tuple[bytes, ...]]:
    """Read a line of :func:`proof_lines`.

    Raises:
        InvalidInput: it is not one.
    """
    try:
        row = json.loads(line)
        leaf = Leaf(index=_number(row["index"]), account=parse_address(row["account"]), amount=_number(row["amount"]))
        return leaf, tuple(_node(node) for node in row["proof"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"This is not a line with the proof of a payment: {line[:80]!r}") from error


def dump_tree(tree: MerkleTree) -> Iterator[str]:
    """Write *tree* lazily as ``StandardMerkleTree.dump`` does; the pieces joined are the JSON that ``load`` reads."""
    yield f'{{"format":"{FORMAT}","leafEncoding":{json.dumps(LEAF_ENCODING)},"tree":['
    for start in range(0, len(tree.nodes), _HASH):
        yield f'{"," if start else ""}"0x{tree.nodes[start : start + _HASH].hex()}"'
    yield '],"values":['
    for leaf, place in zip(tree, tree.places, strict=True):
        value = f'["{leaf.index}","{leaf.account}","{leaf.amount}"]'
        yield f'{"," if leaf.index else ""}{{"value":{value},"treeIndex":{place}}}'
    yield "]}"


def load_tree(data: Mapping[str, Any]) -> MerkleTree:
    """Read a tree that the JavaScript library, or :func:`dump_tree`, wrote; every hash is computed again.

    Raises:
        InvalidInput: another format or leaf encoding, indices other than 0, 1, 2 …, or nodes that are not those of the values.
    """
    if data.get("format") != FORMAT or tuple(data.get("leafEncoding", ())) != LEAF_ENCODING:
        raise InvalidInput(
            f"The tree is of the format {data.get('format')!r} with leaves {data.get('leafEncoding')!r}. "
            f"Give one of the format {FORMAT} with leaves of {', '.join(LEAF_ENCODING)}: index, account and amount."
        )
    # Nothing is copied that is as long as the list, but references: a million payments must not take gigabytes.
    try:
        values = sorted(data["values"], key=lambda entry: _number(entry["value"][0]))
        indices = (_number(entry["value"][0]) for entry in values)
        numbered = all(index == place for place, index in enumerate(indices))
        places = array("Q", (_number(entry["treeIndex"]) for entry in values))
        nodes = b"".join(map(_node, data["tree"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(_DAMAGED) from error
    if not numbered:
        raise InvalidInput(f"The payments of the tree are not numbered 0 to {len(values) - 1}, each number once.")
    tree = merkle_tree(_payments(values))
    if tree.nodes != nodes or tree.places.tolist() != places.tolist():
        raise InvalidInput(
            "The nodes of the tree are not those of its payments, or its leaves are not sorted. Build it again from the payments."
        )
    return tree


def _payments(values: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Address, int]]:
    for entry in values:
        try:
            _, account, amount = entry["value"]
            payment = parse_address(account), _number(amount)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(_DAMAGED) from error
        yield payment


def _number(value: object) -> int:
    """Read a number or its text, decimal or after ``0x``, as JavaScript writes them."""
    number = value if type(value) is int else int(value, 0) if isinstance(value, str) else -1
    if number < 0:
        raise InvalidInput(f"{value!r} is not a number of zero or more.")
    return number


def _node(value: str) -> bytes:
    node = bytes.fromhex(value.removeprefix("0x"))
    if len(node) != _HASH:
        raise InvalidInput(f"{value!r} is not a node of 32 bytes.")
    return node
