"""Contract code, run several times as fast as py-evm runs it, with the same outcome and the same gas.

py-evm looks up, charges and calls for every single instruction. Here code is cut, once, into runs of simple instructions, which are paid
and checked in one go. Instructions that do more than compute, or that look at the gas left, end a run and are py-evm's own. Where a run
lacks gas or values on the stack, some instruction in it would have failed anyhow; a failure undoes the call and takes all its gas,
whichever instruction it was.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from eth.exceptions import FullStack, InsufficientStack, InvalidJumpDestination, OutOfGas
from eth.vm import opcode_values as code
from eth.vm.code_stream import CodeStream
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.prague.computation import PragueComputation
from eth.vm.forks.prague.opcodes import PRAGUE_OPCODES
from eth.vm.forks.prague.state import PragueState
from eth.vm.logic.invalid import InvalidOpcode
from eth.vm.memory import Memory

from tokenkit.chain.instructions import ARITHMETIC, STEPS, Stack, Step, push

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from eth.abc import MessageAPI, StateAPI, TransactionContextAPI

_INSTRUCTIONS: Mapping[int, Any] = PRAGUE_OPCODES
"""Typed loosely: py-evm's abstract instruction shows neither its price nor how it is called."""

_STACK_LIMIT = 1024
_PROGRAMS = 256
_WHOLE = 0
"""The one instruction that py-evm sees of a contract."""


class Run(NamedTuple):
    """Instructions that are carried out one after the other, once all of them are paid."""

    gas: int
    least: int
    """How many values must be on the stack."""
    most: int
    """How many there may be, so that it does not overflow."""
    steps: tuple[Step, ...]
    end: Step
    """Carried out last; answers where the next run starts."""


class Program(dict[int, Run]):
    """The runs of a contract by where they start, cut when they are first needed."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw
        self.destinations = frozenset(at for at, number, _ in self.read(0) if number == code.JUMPDEST)

    def __missing__(self, start: int) -> Run:
        run = self[start] = _cut(self, start)
        return run

    def read(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Read the instructions from *start*: where each is, its number, and its value if it is PUSH. The last is always STOP."""
        raw, at = self._raw, start
        while at < len(raw):
            number = raw[at]
            width = number - code.PUSH0 if code.PUSH0 <= number <= code.PUSH32 else 0
            yield at, number, int.from_bytes(raw[at + 1 : at + 1 + width].ljust(width, b"\0"), "big")
            at += 1 + width
        yield at, code.STOP, 0


class _Cut:
    """A run in the making. Constants are kept back for as long as they can be computed with."""

    def __init__(self) -> None:
        self.gas = self._height = self._lowest = self._highest = 0
        self._constants: list[int] = []
        self._steps: list[Step] = []

    def push(self, number: int, value: int) -> None:
        """Add a constant."""
        self.charge(number, 0, 1)
        self._constants.append(value)

    def add(self, number: int) -> None:
        """Add a simple instruction."""
        takes, leaves, step = STEPS[number]
        self.charge(number, takes, leaves)
        if number in ARITHMETIC and takes <= len(self._constants):
            step(self._constants, None)
        else:
            self._flush()
            self._steps.append(step)

    def charge(self, number: int, takes: int, leaves: int) -> None:
        """Count what an instruction costs, takes from the stack and leaves on it."""
        self.gas += _INSTRUCTIONS[number].gas_cost
        self._lowest = min(self._lowest, self._height - takes)
        self._height += leaves - takes
        self._highest = max(self._highest, self._height)

    def target(self, program: Program) -> int | None:
        """Take the constant on top of the stack, if it is one and a place to jump to."""
        known = bool(self._constants) and self._constants[-1] in program.destinations
        return self._constants.pop() if known else None

    def ended(self, end: Step) -> Run:
        """Return the run that ends so."""
        self._flush()
        return Run(self.gas, -self._lowest, _STACK_LIMIT - self._highest, tuple(self._steps), end)

    def _flush(self) -> None:
        if self._constants:
            self._steps.append(push(tuple(self._constants)))
            self._constants = []


def _cut(program: Program, start: int) -> Run:
    cut = _Cut()
    for at, number, value in program.read(start):
        if code.PUSH0 <= number <= code.PUSH32:
            cut.push(number, value)
        elif number == code.PC:
            cut.push(number, at)
        elif number in STEPS:
            cut.add(number)
        elif number == code.JUMPDEST and at == start:
            cut.charge(number, 0, 0)
        elif number == code.JUMPDEST:
            return cut.ended(_goes_on(at))
        elif number == code.JUMP:
            cut.charge(number, 1, 0)
            return cut.ended(_jumps(program, cut.target(program)))
        elif number == code.JUMPI:
            cut.charge(number, 2, 0)
            return cut.ended(_branches(program, cut.target(program), at + 1))
        else:
            return cut.ended(_as_py_evm(_INSTRUCTIONS.get(number) or InvalidOpcode(number), at + 1))
    raise AssertionError("Code ends with STOP.")


def _goes_on(at: int) -> Step:
    return lambda _stack, _frame: at


def _jumps(program: Program, to: int | None) -> Step:
    if to is not None:
        return _goes_on(to)
    destinations = program.destinations

    def end(stack: Stack, _frame: Frame) -> int:
        to = stack.pop()
        if to not in destinations:
            raise InvalidJumpDestination("Invalid Jump Destination")
        return to

    return end


def _branches(program: Program, to: int | None, otherwise: int) -> Step:
    if to is not None:
        return lambda stack, _frame: to if stack.pop() else otherwise
    jump = _jumps(program, None)

    def end(stack: Stack, frame: Frame) -> int:
        if stack[-2]:
            to: int = jump(stack, frame)
            del stack[-1]
            return to
        del stack[-2:]
        return otherwise

    return end


def _as_py_evm(instruction: Callable[..., None], after: int) -> Step:
    def end(stack: list[Any], frame: Frame) -> int:
        instruction(computation=frame)
        if stack and type(stack[-1]) is bytes:  # py-evm leaves a result as it comes
            stack[-1] = int.from_bytes(stack[-1], "big")
        return after

    return end


@lru_cache(_PROGRAMS)
def _program(raw: bytes) -> Program:
    return Program(raw)


def _execute(computation: Frame) -> None:
    """Run the whole code of *computation*; like any last instruction, it ends with an exception: Halt, or an error of the EVM."""
    frame, stack, meter = computation, computation.stack, computation.get_gas_meter()
    program, at = _program(frame.msg.code), 0
    while True:
        gas, least, most, steps, end = program[at]
        if gas > meter.gas_remaining:
            raise OutOfGas(f"Out of gas: Needed {gas} - Remaining {meter.gas_remaining}")
        meter.gas_remaining -= gas
        if not least <= len(stack) <= most:
            raise InsufficientStack if len(stack) < least else FullStack
        for step in steps:
            step(stack, frame)
        at = end(stack, frame)


class _Whole(CodeStream):
    """Code as one instruction."""

    __slots__ = ()

    def __iter__(self) -> Iterator[int]:
        yield _WHOLE


class _Heap(Memory):
    """Memory that reads and writes single words."""

    __slots__ = ()

    def load(self, start: int) -> int | None:
        """Read a word; ``None`` where memory has to grow first."""
        end = start + 32
        return int.from_bytes(self._bytes[start:end], "big") if end <= len(self._bytes) else None

    def store(self, start: int, word: int) -> bool:
        """Write a word, and tell whether memory reached that far."""
        end = start + 32
        if end > len(self._bytes):
            return False
        self._bytes[start:end] = word.to_bytes(32, "big")
        return True


class Frame(PragueComputation):
    """One call."""

    opcodes: ClassVar[dict[int, Any]] = {_WHOLE: _execute}  # type: ignore[misc]

    def __init__(self, state: StateAPI, message: MessageAPI, transaction_context: TransactionContextAPI) -> None:
        super().__init__(state, message, transaction_context)
        self.code = _Whole(message.code)
        self.stack: Stack = self._stack.values  # type: ignore[attr-defined]  # not in py-evm's abstract stack
        self._memory = self._heap = _Heap()

    def extend_memory(self, start_position: int, size: int) -> None:
        """Let memory reach this far, and charge for it (yellow paper, C_mem)."""
        before, after = len(self._heap) // 32, (start_position + size + 31) // 32
        if size and after > before:
            self.consume_gas(3 * (after - before) + after**2 // 512 - before**2 // 512, "memory")
            self._heap.extend(start_position, size)

    def load(self, start: int) -> int:
        """Read a word of memory."""
        word = self._heap.load(start)
        if word is None:
            self.extend_memory(start, 32)
            return int.from_bytes(self.memory_read_bytes(start, 32), "big")
        return word

    def store(self, start: int, word: int) -> None:
        """Write a word to memory."""
        if not self._heap.store(start, word):
            self.extend_memory(start, 32)
            self._heap.store(start, word)


class _State(PragueState):
    computation_class = Frame


class FastVM(PragueVM):
    """Prague, with the calls of contracts carried out here."""

    _state_class = _State
