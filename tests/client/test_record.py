"""Records: what tokenkit wrote comes back the same, and nothing else is taken for a record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.client.test_plan import GOOD

from tokenkit.chain import LocalChain
from tokenkit.errors import InvalidRecord, WrongChain
from tokenkit.plan import Plan
from tokenkit.record import Build, ChainMark, DeployedContract, Record, Step
from tokenkit.types import Address

if TYPE_CHECKING:
    from pathlib import Path

ANA = Address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
RECORD = Record(
    plan=Plan.parse(GOOD),
    chain=ChainMark(id=1337, first_block_hash="0x01", anchor_block=7, anchor_block_hash="0x02"),
    deployer=ANA,
    build=Build(tokenkit="0.1.0", compiler="0.8.37", settings={"viaIR": True, "optimizer": {"runs": 200}}, artifacts={"A": "0x04"}, sources={"contracts/A.sol": "0x03"}),
    contracts=(
        DeployedContract(name="registry", artifact="IdentityRegistry", address=ANA, block=9, transaction="0x04", code_hash="0x05", constructor="0x06"),
        DeployedContract(name="token SHR", artifact="SecurityToken", address=ANA, block=8, transaction="0x07", code_hash="0x08", constructor="0x", implementation="token implementation"),
    ),
    steps=(
        Step(name="create registry", status="done", transaction="0x04", block=9, gas_used=21_000),
        Step(name="create token SHR", status="pending", transaction="0x07", signed="0x02ff"),
    ),
)  # fmt: skip


def test_parse__what_was_written__is_the_same_record() -> None:
    text = RECORD.to_toml()
    again = Record.parse(text)
    assert again.to_toml() == text
    assert replace(again, plan=RECORD.plan) == RECORD
    assert again.plan.model_dump() == RECORD.plan.model_dump()


@given(comment=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_parse__any_plan_text__comes_back_letter_by_letter(comment: str) -> None:
    text = GOOD + f"# {comment}\n# \"\"\" ''' \\ \\n \t\n"
    record = replace(RECORD, plan=Plan.parse(text))
    assert Record.parse(record.to_toml()).plan.text == text


def test_parse__document_given_by_path__needs_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(
        GOOD + '[[classes.documents]]\nname = "a"\nuri = "u:x"\nfile = "a.txt"\n', encoding="utf-8"
    )
    plan = Plan.read(tmp_path / "plan.toml")
    text = replace(RECORD, plan=plan).to_toml()
    (tmp_path / "a.txt").unlink()
    assert Record.parse(text).plan.model_dump() == plan.model_dump()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "has format 2; this tokenkit reads format 1"),
        ("format = 1", "format = ", "is not TOML"),
        (f'deployer = "{ANA}"\n', "", "lacks 'deployer'"),
        (f'deployer = "{ANA}"', f'deployer = "{ANA[:-1]}"', "is not an address"),
        ("id = 1337", 'id = "1337"', "id is '1337'"),
        ("id = 1337", "id = 1337\nname = 'x'", "ChainMark has no key 'name'"),
        ('code_hash = "0x05"', 'code_hash = "0xzz"', "registry: code_hash is not hexadecimal"),
        ("complete = false", "complete = 'no'", "complete is 'no'"),
        ("Test AG", "Best AG", "its hash differs"),
        ('status = "pending"', 'status = "lost"', "status is 'lost'"),
    ],
)
def test_parse__something_changed__refused(old: str, new: str, message: str) -> None:
    text = RECORD.to_toml()
    assert old in text
    with pytest.raises(InvalidRecord, match=message):
        Record.parse(text.replace(old, new, 1))


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"", b"[plan]\n"])
def test_read__not_a_record__refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "record.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidRecord):
        Record.read(path)


def test_contract__not_deployed__refused() -> None:
    with pytest.raises(InvalidRecord, match="no contract named 'payouts'"):
        RECORD.address("payouts")
    with pytest.raises(InvalidRecord, match="no contract named 'token XYZ'"):
        RECORD.token("XYZ")


def test_require_chain__another_number__refused() -> None:
    with pytest.raises(WrongChain) as refused:
        RECORD.require_chain(LocalChain(accounts=1, chain_id=5))
    assert (refused.value.expected, refused.value.actual) == (1337, 5)


def test_require_chain__same_number_and_other_blocks__refused() -> None:
    chain = LocalChain(accounts=1)
    with pytest.raises(InvalidRecord, match="another chain with the number 1337: block 0 is"):
        RECORD.require_chain(chain)
    mark = replace(RECORD.chain, first_block_hash=chain.block(0).hash)
    with pytest.raises(InvalidRecord, match="block 7 is not there"):
        replace(RECORD, chain=mark).require_chain(chain)


def test_write__twice__leaves_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "record.toml"
    RECORD.write(path)
    RECORD.completed().write(path)
    assert [one.name for one in path.parent.iterdir()] == ["record.toml"]
    assert Record.read(path).complete


def test_first_block__is_that_of_the_oldest_contract() -> None:
    assert RECORD.first_block == 8
    assert replace(RECORD, contracts=()).first_block == 7
