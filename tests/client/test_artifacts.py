"""The loader of artifacts and the codec of their ABI."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tokenkit import artifacts
from tokenkit.artifacts import Artifact, Event
from tokenkit.errors import InvalidInput, StaleAbi
from tokenkit.types import Address

if TYPE_CHECKING:
    from pathlib import Path

ANA = Address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
BEN = Address("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    address: Address = ANA
    topics: tuple[str, ...]
    data: bytes = b""
    block_number: int = 7
    block_timestamp: int | None = 1_893_456_007
    log_index: int = 3
    transaction_hash: str = "0x" + "ab" * 32


def _part(kind: str, name: str = "", components: list[dict[str, Any]] | None = None, **more: object) -> dict[str, Any]:
    return {"type": kind, "name": name, **({"components": components} if components else {}), **more}


def _declared(
    kind: str, name: str, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    return {"type": kind, "name": name, "inputs": inputs, "outputs": outputs or [], "anonymous": False}


ROW = [_part("address", "holder"), _part("uint96", "units")]
ABI = [
    {"type": "constructor", "inputs": [_part("uint8", "decimals")]},
    _declared("function", "transfer", [_part("address", "to"), _part("uint256", "amount")], [_part("bool")]),
    _declared("function", "note", [_part("string", "text")]),
    _declared("function", "note", [_part("string", "text"), _part("bytes32", "hash")]),
    _declared(
        "function",
        "issue",
        [_part("tuple[]", "rows", ROW)],
        [_part("tuple[]", "rows", ROW), _part("address[2]", "ends")],
    ),
    _declared(
        "event",
        "Transfer",
        [_part("address", "from", indexed=True), _part("address", "to", indexed=True), _part("uint256", "value")],
    ),
    _declared("event", "Noted", [_part("string", "text", indexed=True), _part("tuple", "row", ROW)]),
]


@pytest.fixture
def share(tmp_path: Path) -> Artifact:
    path = tmp_path / "Share.json"
    content = {
        "abi": ABI,
        "bytecode": "0x6001",
        "compiler": "0.8.37",
        "contractName": "Share",
        "deployedBytecode": "0x6002",
        "errorNotices": {},
        "immutableReferences": {"_decimals": [[1, 32], [64, 32]]},
        "settings": {},
        "sourceHashes": {},
        "sourceName": "Share.sol",
        "storageLayout": {},
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return artifacts.read(path)


def _topic(signature: str) -> str:
    return "0x" + keccak(text=signature).hex()


def _word(address: Address) -> str:
    return "0x" + address[2:].lower().rjust(64, "0")


# --- loading


@pytest.mark.parametrize("name", ["Unheard", "../artifacts/AccessManager", ""])
def test_load__unknown_name__refused(name: str) -> None:
    with pytest.raises(LookupError, match="carries no contract"):
        artifacts.load(name)


def test_read__not_an_artifact__stale(tmp_path: Path) -> None:
    path = tmp_path / "Share.json"
    path.write_text('{"abi": []}', encoding="utf-8")
    with pytest.raises(StaleAbi, match=r"Share\.json is not an artifact"):
        artifacts.read(path)


def test_load__known_name__gives_code_and_is_kept() -> None:
    manager = artifacts.load("AccessManager")
    assert manager.name == "AccessManager"
    assert manager.compiler == "0.8.37+commit.f401782d"
    assert manager.settings["evmVersion"] == "prague"
    assert len(manager.deployed_bytecode) > 1_000
    assert manager.deployed_bytecode in manager.bytecode
    assert manager.source_hashes.keys() >= {"@openzeppelin/contracts/access/manager/AccessManager.sol"}
    assert artifacts.load("AccessManager") is manager


def test_read__immutables__by_name(share: Artifact) -> None:
    assert share.immutable_references == {"_decimals": ((1, 32), (64, 32))}


# --- calls


def test_encode_call__unknown_function__refused(share: Artifact) -> None:
    with pytest.raises(LookupError, match="Share has no function named burn"):
        share.encode_call("burn", [1])


def test_encode_call__overloaded_name__names_the_ways(share: Artifact) -> None:
    with pytest.raises(LookupError, match=r"note\(string\), note\(string,bytes32\)"):
        share.encode_call("note", ["x"])


@pytest.mark.parametrize(
    ("function", "args", "message"),
    [
        ("transfer", [ANA], r"Share\.transfer takes 2 arguments \(address to, uint256 amount\), not 1"),
        ("transfer", ["0x12", 1], "'0x12' is not a address to"),
        ("transfer", [ANA, -1], "-1 is not a uint256 amount"),
        ("transfer", [ANA, 2**256], "is not a uint256 amount"),
        ("transfer", [ANA, True], "True is not a uint256 amount"),
        ("transfer", [ANA, 1.5], "1.5 is not a uint256 amount"),
        ("note(string,bytes32)", ["x", b"short"], "bytes32 hash takes exactly 32 bytes"),
        ("issue", [{ANA: 1}], r"\(address,uint96\)\[\] rows is a list"),
        ("issue", [[{"holder": ANA}]], "rows has the fields holder, units, not holder"),
        ("issue", [[(ANA, 1, 2)]], "rows has the fields holder, units"),
        ("issue", [[(ANA, 2**96)]], "rows"),
    ],
)
def test_encode_call__misfit__names_the_argument(
    share: Artifact, function: str, args: list[object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        share.encode_call(function, args)


def test_encode_call__plain_arguments__selector_and_words(share: Artifact) -> None:
    data = share.encode_call("transfer", [ANA, 5])
    assert data == bytes.fromhex("a9059cbb") + encode(["address", "uint256"], [ANA, 5])
    assert share.selector("transfer") == bytes.fromhex("a9059cbb")


def test_encode_call__overload_by_signature__selects_it(share: Artifact) -> None:
    data = share.encode_call("note(string,bytes32)", ["x", bytes(32)])
    assert data[:4] == keccak(text="note(string,bytes32)")[:4]


def test_encode_call__structs__by_name_or_position(share: Artifact) -> None:
    by_name = share.encode_call("issue", [[{"units": 3, "holder": ANA}]])
    assert by_name == share.encode_call("issue", [[(ANA, 3)]])
    assert by_name[:4] == keccak(text="issue((address,uint96)[])")[:4]
    assert by_name[4:] == encode(["(address,uint96)[]"], [[(ANA, 3)]])


# --- answers


@pytest.mark.parametrize("data", [b"", b"\x01", (2).to_bytes(32), b"\xff" * 32])
def test_decode_result__garbage__stale(share: Artifact, data: bytes) -> None:
    with pytest.raises(StaleAbi, match=r"Share\.transfer gave"):
        share.decode_result("transfer", data)


def test_decode_result__nothing_promised__empty(share: Artifact) -> None:
    assert share.decode_result("note(string)", b"") == ()


def test_decode_result__structs_and_addresses__named_and_checksummed(share: Artifact) -> None:
    data = encode(["(address,uint96)[]", "address[2]"], [[(ANA.lower(), 3)], [ANA.lower(), BEN.lower()]])
    assert share.decode_result("issue", data) == (({"holder": ANA, "units": 3},), (ANA, BEN))


# --- deployment


def test_encode_constructor__misfit__refused(share: Artifact) -> None:
    with pytest.raises(InvalidInput, match="256 is not a uint8 decimals"):
        share.encode_constructor([256])


def test_encode_constructor__interface__refused() -> None:
    with pytest.raises(LookupError, match="interface"):
        artifacts.load("IERC20Metadata").encode_constructor()


def test_encode_constructor__arguments__follow_the_code(share: Artifact) -> None:
    assert share.encode_constructor([6]) == b"\x60\x01" + (6).to_bytes(32)


# --- events


def test_event_topic__unknown__refused(share: Artifact) -> None:
    with pytest.raises(LookupError, match="Share has no event named Burned"):
        share.event_topic("Burned")


def test_event_topic__known__hash_of_the_signature(share: Artifact) -> None:
    assert share.event_topic("Transfer") == _topic("Transfer(address,address,uint256)")


@pytest.mark.parametrize(
    "topics",
    [(), (_topic("Other()"),), (_topic("Transfer(address,address,uint256)"), _word(ANA), _word(BEN), _word(BEN))],
)
def test_decode_event__of_another_contract__none(share: Artifact, topics: tuple[str, ...]) -> None:
    assert share.decode_event(Log(topics=topics, data=(5).to_bytes(32))) is None


def test_decode_event__data_misfit__stale(share: Artifact) -> None:
    with pytest.raises(StaleAbi, match=r"Share\.Transfer"):
        share.decode_event(Log(topics=(share.event_topic("Transfer"), _word(ANA), _word(BEN)), data=b"\x01"))


def test_decode_event__transfer__all_arguments_in_order(share: Artifact) -> None:
    log = Log(topics=(share.event_topic("Transfer"), _word(ANA), _word(BEN)), data=(5).to_bytes(32))
    event = share.decode_event(log)
    assert event == Event(
        name="Transfer",
        args={"from": ANA, "to": BEN, "value": 5},
        address=ANA,
        block_number=7,
        block_timestamp=1_893_456_007,
        log_index=3,
        transaction_hash="0x" + "ab" * 32,
    )
    assert list(event.args) == ["from", "to", "value"]


def test_decode_event__indexed_text__only_its_hash(share: Artifact) -> None:
    hashed = keccak(text="hello")
    log = Log(
        topics=(_topic("Noted(string,(address,uint96))"), "0x" + hashed.hex()),
        data=encode(["(address,uint96)"], [(ANA, 3)]),
    )
    event = share.decode_event(log)
    assert event is not None
    assert event.args == {"text": hashed, "row": {"holder": ANA, "units": 3}}
