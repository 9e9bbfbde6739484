"""Merkle trees: the JavaScript library's, node for node; proofs of one and of many; files that cannot be trusted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenkit.errors import InvalidAmount, InvalidInput, NoHolders
from tokenkit.ledger import (
    Leaf,
    MerkleTree,
    MultiProof,
    dump_tree,
    load_tree,
    merkle_tree,
    proof_lines,
    read_proof,
    verify_multiproof,
    verify_proof,
)
from tokenkit.types import ZERO_ADDRESS, Address, address_from_bytes

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = json.loads((Path(__file__).parent / "merkle_standard_v1.json").read_text(encoding="utf-8"))
PAYMENTS = st.lists(
    st.tuples(st.binary(min_size=20, max_size=20).map(address_from_bytes), st.integers(0, 2**256 - 1)),
    min_size=1,
    max_size=40,
)

#: What the JavaScript library makes of payments and of a file of ours, as one line of JSON.
SCRIPT = """
const { StandardMerkleTree } = require('@openzeppelin/merkle-tree');
const { payments, file, several } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const tree = StandardMerkleTree.of(payments, ['uint256', 'address', 'uint256']);
const loaded = StandardMerkleTree.load(file);
const { leaves, proof, proofFlags } = loaded.getMultiProof(several);
console.log(JSON.stringify({ dump: tree.dump(), root: loaded.root, first: loaded.getProof(0), leaves, proof, proofFlags }));
"""


def addresses(count: int) -> list[Address]:
    return [address_from_bytes(keccak(index.to_bytes(8, "big"))[:20]) for index in range(count)]


def small() -> MerkleTree:
    return merkle_tree((Address(f"0x{str(index + 1) * 40}"), 1000**index) for index in range(7))


def dumped(tree: MerkleTree) -> dict[str, Any]:
    data: dict[str, Any] = json.loads("".join(dump_tree(tree)))
    return data


def naive_root(payments: list[tuple[Address, int]]) -> bytes:
    """The definition, without an array: leaves sorted, the tree complete from the left of the array's point of view."""
    leaves = sorted(
        keccak(keccak(encode(["uint256", "address", "uint256"], [index, *payment])))
        for index, payment in enumerate(payments)
    )
    nodes = [b""] * (len(leaves) - 1) + leaves[::-1]
    for at in reversed(range(len(leaves) - 1)):
        nodes[at] = keccak(b"".join(sorted(nodes[2 * at + 1 : 2 * at + 3])))
    return nodes[0]


def test_merkle_tree__nobody_to_pay__refused() -> None:
    with pytest.raises(NoHolders):
        merkle_tree([])


@pytest.mark.parametrize("amount", [-1, 2**256])
def test_merkle_tree__amount_that_no_leaf_holds__refused(amount: int) -> None:
    with pytest.raises(InvalidAmount, match="which a leaf cannot hold"):
        merkle_tree([(ZERO_ADDRESS, amount)])


@pytest.mark.parametrize("index", [-1, 7])
def test_proof__payment_that_is_not_there__refused(index: int) -> None:
    for ask in (small().proof, small().leaf, lambda at: small().multiproof([at])):
        with pytest.raises(InvalidInput, match="it has 0 to 6"):
            ask(index)


def test_multiproof__payment_named_twice__refused() -> None:
    with pytest.raises(InvalidInput, match="proved twice"):
        small().multiproof([1, 2, 1])


def test_merkle_tree__published_file_of_the_javascript_library__same_root_nodes_proofs_and_text() -> None:
    tree = small()
    assert f"0x{tree.root.hex()}" == PUBLISHED["root"]
    assert dumped(tree)["tree"] == PUBLISHED["dump"]["tree"]
    assert [[f"0x{node.hex()}" for node in tree.proof(index)] for index in range(7)] == PUBLISHED["proofs"]
    several = tree.multiproof(PUBLISHED["multiproof"]["of"])
    assert [[str(leaf.index), leaf.account, str(leaf.amount)] for leaf in several.leaves] == PUBLISHED["multiproof"][
        "leaves"
    ]
    assert [f"0x{node.hex()}" for node in several.proof] == PUBLISHED["multiproof"]["proof"]
    assert list(several.flags) == PUBLISHED["multiproof"]["flags"]
    assert load_tree(PUBLISHED["dump"]) == tree
    assert repr(tree) == f"MerkleTree(root={PUBLISHED['root']}, leaves=7)"


def test_merkle_tree__javascript_library_at_hand__each_reads_the_other() -> None:
    node = shutil.which("node")
    probe = [node or "", "-e", "require.resolve('@openzeppelin/merkle-tree')"]
    if node is None or subprocess.run(probe, cwd=REPOSITORY, capture_output=True, check=False).returncode:
        pytest.skip("needs npm's @openzeppelin/merkle-tree (make node)")
    payments = [(account, index**9) for index, account in enumerate(addresses(200))]
    tree, several = merkle_tree(payments), [3, 199, 0, 77]
    given = {
        "payments": [[str(index), account, str(amount)] for index, (account, amount) in enumerate(payments)],
        "file": dumped(tree),
        "several": several,
    }
    answer = subprocess.run(
        [node, "-e", SCRIPT],
        cwd=REPOSITORY,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    theirs = json.loads(answer.stdout)
    ours = tree.multiproof(several)
    assert theirs["dump"] == dumped(tree)
    assert load_tree(theirs["dump"]) == tree
    assert theirs["root"] == f"0x{tree.root.hex()}"
    assert theirs["first"] == [f"0x{node.hex()}" for node in tree.proof(0)]
    assert theirs["proof"] == [f"0x{node.hex()}" for node in ours.proof]
    assert theirs["proofFlags"] == list(ours.flags)
    assert [int(leaf[0]) for leaf in theirs["leaves"]] == [leaf.index for leaf in ours.leaves]


@settings(max_examples=60)
@given(PAYMENTS, st.data())
def test_merkle_tree__any_payments__as_the_definition_and_every_proof_holds(
    payments: list[tuple[Address, int]], data: st.DataObject
) -> None:
    tree = merkle_tree(payments)
    assert tree.root == naive_root(payments)
    assert [(leaf.account, leaf.amount) for leaf in tree] == payments
    assert tree.total == sum(amount for _, amount in payments)
    assert all(verify_proof(tree.root, leaf, tree.proof(leaf.index)) for leaf in tree)
    several = data.draw(st.lists(st.integers(0, len(payments) - 1), unique=True))
    multiproof = tree.multiproof(several)
    assert sorted(leaf.index for leaf in multiproof.leaves) == sorted(several)
    assert verify_multiproof(tree.root, multiproof)
    assert load_tree(dumped(tree)) == tree


def test_verify_proof__anything_changed__fails() -> None:
    tree = small()
    leaf, proof = tree.leaf(3), tree.proof(3)
    others = [
        Leaf(index=4, account=leaf.account, amount=leaf.amount),
        Leaf(index=3, account=ZERO_ADDRESS, amount=leaf.amount),
        Leaf(index=3, account=leaf.account, amount=leaf.amount + 1),
    ]
    assert verify_proof(tree.root, leaf, proof)
    assert not any(verify_proof(tree.root, other, proof) for other in others)
    assert not verify_proof(tree.root, leaf, proof[1:])
    assert not verify_proof(tree.root, leaf, (*proof, proof[0]))
    assert not verify_proof(proof[0], leaf, proof)


def test_verify_multiproof__anything_changed__fails() -> None:
    tree = small()
    right = tree.multiproof([1, 4, 6])
    one = tree.leaf(0)
    wrong = [
        MultiProof(leaves=right.leaves[:-1], proof=right.proof, flags=right.flags),
        MultiProof(leaves=(*right.leaves[:-1], one), proof=right.proof, flags=right.flags),
        MultiProof(leaves=right.leaves, proof=right.proof[:-1], flags=right.flags),
        MultiProof(leaves=right.leaves, proof=right.proof, flags=right.flags[:-1]),
        MultiProof(leaves=right.leaves, proof=right.proof, flags=tuple(not flag for flag in right.flags)),
        MultiProof(leaves=right.leaves[::-1], proof=right.proof, flags=right.flags),
        MultiProof(leaves=(), proof=(bytes(32),), flags=()),
        MultiProof(leaves=(one,), proof=(bytes(32),), flags=(True,)),
        MultiProof(leaves=(one, tree.leaf(1), tree.leaf(2)), proof=(), flags=(False, False)),
    ]
    assert verify_multiproof(tree.root, right)
    assert not any(verify_multiproof(tree.root, each) for each in wrong)
    assert verify_multiproof(tree.root, tree.multiproof([]))


def test_proof_lines__twenty_thousand_payments__lazy_and_each_line_verifies() -> None:
    accounts = [address_from_bytes((index * 0x9E3779B97F4A7C15).to_bytes(20, "big")) for index in range(20_000)]
    tree = merkle_tree(zip(accounts, range(1, 20_001), strict=True))
    lines = proof_lines(tree)
    for index, line in zip(range(40), lines, strict=False):  # the others are not written
        leaf, proof = read_proof(line)
        assert leaf == Leaf(index=index, account=accounts[index], amount=index + 1)
        assert len(proof) in {14, 15}
        assert verify_proof(tree.root, leaf, proof)
    assert tree.total == 20_000 * 20_001 // 2
    assert all(verify_proof(tree.root, tree.leaf(index), tree.proof(index)) for index in range(0, 20_000, 997))


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"index":"0","account":"0x1","amount":"1","proof":[]}'])
def test_read_proof__not_a_line__refused(line: str) -> None:
    with pytest.raises(InvalidInput, match="not a line with the proof"):
        read_proof(line)


def spoil(data: dict[str, Any], what: str) -> dict[str, Any]:
    match what:
        case "format":
            data["format"] = "simple-v1"
        case "encoding":
            data["leafEncoding"] = ["address", "uint256"]
        case "no nodes":
            del data["tree"]
        case "short node":
            data["tree"][3] = "0x12"
        case "other root":
            data["tree"][0] = "0x" + "00" * 32
        case "other amount":
            data["values"][2]["value"][2] = "1"
        case "negative amount":
            data["values"][2]["value"][2] = "-1"
        case "other place":
            data["values"][2]["treeIndex"], data["values"][3]["treeIndex"] = (
                data["values"][3]["treeIndex"],
                data["values"][2]["treeIndex"],
            )
        case "index twice":
            data["values"][2]["value"][0] = "1"
    return data


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("format", "of the format 'simple-v1'"),
        ("encoding", "index, account and amount"),
        ("no nodes", "damaged"),
        ("short node", "damaged"),
        ("other root", "not those of its payments"),
        ("other amount", "not those of its payments"),
        ("negative amount", "damaged"),
        ("other place", "not those of its payments"),
        ("index twice", "not numbered 0 to 6"),
    ],
)
def test_load_tree__file_changed__refused(what: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        load_tree(spoil(dumped(small()), what))


def test_load_tree__payments_in_another_order__the_same_tree() -> None:
    data = dumped(small())
    data["values"].reverse()
    assert load_tree(data) == small()
