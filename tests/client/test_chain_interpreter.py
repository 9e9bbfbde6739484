from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from eth.exceptions import Revert
from eth.vm import opcode_values as code
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.state import PragueState
from eth.vm.message import Message
from eth_typing import Address as RawAddress

from tokenkit.chain import LocalChain
from tokenkit.chain.evm import EvmChain, TesterBackend
from tokenkit.deploy import deploy
from tokenkit.plan import Plan
from tokenkit.testing import PLAN, People

if TYPE_CHECKING:
    from eth.abc import ComputationAPI, StateAPI

HERE = RawAddress(b"\xaa" * 20)
CALLER = RawAddress(b"\xbb" * 20)
ECHO = RawAddress(b"\xcc" * 20)

NUMBERS = (0, 1, 2, 3, 31, 32, 33, 64, 255, 256, 2**160 - 1, 2**255 - 1, 2**255, 2**256 - 2, 2**256 - 1)
COMPUTING = (*range(code.ADD, code.SIGNEXTEND + 1), *range(code.LT, code.SAR + 1))
LOOKING = (
    code.ADDRESS, code.ORIGIN, code.CALLER, code.CALLVALUE, code.CALLDATASIZE, code.CODESIZE, code.GASPRICE, code.RETURNDATASIZE,
    code.TIMESTAMP, code.NUMBER, code.CHAINID, code.SELFBALANCE, code.PC, code.MSIZE, code.GAS, code.PUSH0,
)  # fmt: skip
TOUCHING = {
    code.SHA3: 2, code.CALLDATALOAD: 1, code.CALLDATACOPY: 3, code.CODECOPY: 3, code.RETURNDATACOPY: 3, code.MLOAD: 1, code.MSTORE: 2,
    code.MSTORE8: 2, code.SLOAD: 1, code.SSTORE: 2, code.TLOAD: 1, code.TSTORE: 2, code.MCOPY: 3, code.LOG0: 2, code.LOG1: 3,
    code.RETURN: 2, code.REVERT: 2, code.EXTCODESIZE: 1, code.BALANCE: 1,
}  # fmt: skip
"""Instructions that take places and lengths, which should be small, with how many of them."""


class Program(bytearray):
    """A random program that mostly makes sense."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self.dice = dice
        for number in range(6):
            self.push(dice.choice(NUMBERS) if number % 2 else dice.getrandbits(256))
        for _ in range(dice.randint(5, 40)):
            write = dice.choices(
                (self.compute, self.look, self.touch, self.jump, self.call, self.err), (7, 1, 1, 1, 1, 1)
            )[0]
            write()

    def push(self, value: int, width: int = 0) -> None:
        raw = value.to_bytes(width or max(1, (value.bit_length() + 7) // 8), "big")
        self.extend((code.PUSH0 + len(raw), *raw))

    def compute(self) -> None:
        kind = self.dice.randrange(7)
        if kind < 3:
            self.push(self.dice.choice(NUMBERS))
        elif kind < 6:
            self.append(self.dice.choice(COMPUTING))
        else:
            self.append(self.dice.choice((code.DUP1, code.SWAP1)) + self.dice.choice((0, 1, 2, 3, 15)))

    def look(self) -> None:
        self.append(self.dice.choice(LOOKING))

    def touch(self) -> None:
        """Touch memory or storage, or end."""
        instruction = self.dice.choice(tuple(TOUCHING))
        for _ in range(TOUCHING[instruction]):
            self.push(self.dice.randrange(100))
        self.append(instruction)

    def jump(self) -> None:
        """Jump forwards, over up to two bytes, mostly to a place for it; sometimes the place is computed, sometimes on a condition."""
        conditional, computed, skipped = self.dice.random() < 0.6, self.dice.random() < 0.4, self.dice.randrange(3)
        if conditional:
            self.push(self.dice.randrange(2))
        to = len(self) + (7 if computed else 4) + skipped
        self.push(to - 1 if computed else to, 2)
        if computed:
            self.push(1)
            self.append(code.ADD)
        self.append(code.JUMPI if conditional else code.JUMP)
        self.extend(self.dice.choice((code.JUMPDEST, code.PUSH1, code.CALLER)) for _ in range(skipped))
        self.append(code.JUMPDEST if self.dice.random() < 0.95 else code.PUSH0)

    def call(self) -> None:
        for value in (64, 0, 32, 0, 0, int.from_bytes(ECHO, "big"), self.dice.randrange(40_000)):
            self.push(value)
        self.append(code.CALL)

    def err(self) -> None:
        self.append(self.dice.choice((code.POP, code.JUMPDEST, self.dice.randrange(256))))


class Machine:
    """A state with a contract that answers what it is sent, on py-evm as it is or as tokenkit runs it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, plain: bool) -> None:
        with monkeypatch.context() as patch:
            if plain:
                patch.setattr(EvmChain, "vm_configuration", ((0, PragueVM),))
            chain = TesterBackend(accounts=1).chain
            self.state: StateAPI = chain.state_at(chain.head)
        assert (type(self.state) is PragueState) == plain
        # Returns what it is sent; refuses where that is nothing.
        self.state.set_code(ECHO, bytes.fromhex("36 5f 5f 37 36 600b 57 5f 5f fd 5b 36 5f f3"))

    def run(self, program: bytes, gas: int) -> tuple[str, tuple[Any, ...]]:
        """Run *program* and undo it; return how it ended, and everything that can be seen of it."""
        before = self.state.snapshot()
        context = self.state.get_transaction_context_class()(gas_price=7, origin=CALLER)
        message = Message(gas=gas, to=HERE, sender=CALLER, value=0, data=bytes(range(1, 50)), code=program)
        done = self.state.computation_class.apply_message(self.state, message, context)
        kept = [self.state.get_storage(HERE, slot) for slot in range(100)]
        self.state.revert(before)
        seen = (done.get_gas_used(), done.get_gas_refund(), done.output, done.get_log_entries(), kept, _inside(done))
        return ("done" if done.is_success else "refused" if isinstance(done.error, Revert) else "failed"), seen


def _inside(done: ComputationAPI) -> tuple[Any, ...]:
    stack = [one if isinstance(one, int) else int.from_bytes(one, "big") for one in done._stack.values]  # type: ignore[attr-defined]
    return () if done.is_error else (stack, bytes(done._memory._bytes), done.return_data)  # type: ignore[attr-defined]


@pytest.mark.filterwarnings("ignore:SELFDESTRUCT")
def test_run__any_program__as_py_evm_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, fast = (Machine(monkeypatch, plain=one) for one in (True, False))
    dice, ends = Random(7), Counter[str]()
    for _ in range(600):
        program, gas = bytes(Program(dice)), dice.choice((100_000, 100_000, dice.randrange(2_000)))

        end, seen = plain.run(program, gas)

        assert fast.run(program, gas) == (end, seen), program.hex()
        ends[end] += 1
    assert min(ends["done"], ends["refused"], ends["failed"]) >= 20, ends


@pytest.mark.parametrize(
    ("program", "values"),
    [
        (bytes([code.PUSH0] * 1025), "too many"),
        (bytes([code.PUSH0] * 1024), "as many as there may be"),
        (bytes([code.PUSH0, code.ADD]), "too few"),
        (bytes([code.PUSH1, 5, code.JUMP, code.JUMPDEST, code.PUSH1, code.JUMPDEST]), "a destination inside a value"),
        (bytes([code.PUSH32, 1]), "a value that is cut off"),
        (bytes([code.PUSH1, 0, code.PUSH1, 9, code.JUMPI]), "a bad destination that is not taken"),
        (b"", "no code"),
        (b"\x0c", "no instruction"),
    ],
    ids=str,
)
def test_run__at_the_edges__as_py_evm_runs_it(monkeypatch: pytest.MonkeyPatch, program: bytes, values: str) -> None:
    plain, fast = (Machine(monkeypatch, plain=one) for one in (True, False))

    assert fast.run(program, 50_000) == plain.run(program, 50_000)


def test_deploy__a_suite__every_block_as_py_evm_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def deployed() -> list[str]:
        chain = LocalChain(accounts=15)
        names = People.__dataclass_fields__
        addresses = {name: signer.address for name, signer in zip(names, chain.accounts, strict=True)}
        deploy(Plan.parse(PLAN.format(**addresses)), chain, chain.accounts[0])
        return [chain.block(number).hash for number in range(chain.block().number + 1)]

    fast = deployed()
    monkeypatch.setattr(EvmChain, "vm_configuration", ((0, PragueVM),))

    assert fast == deployed()
