"""What the EVM's simple instructions do to a stack of plain integers. Everything else an instruction can do is left to py-evm."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from eth.vm import opcode_values as code

if TYPE_CHECKING:
    from tokenkit.chain.interpreter import Frame

Stack = list[int]
Step = Callable[[Stack, Any], Any]
"""Carries out an instruction on a stack and in a :class:`Frame`, which is ``None`` for arithmetic on constants; the last of a run answers
where the next one starts."""

WORD = 2**256 - 1
_SIGN = 2**255


def push(values: tuple[int, ...]) -> Step:
    """Make the step that puts *values* on the stack, the last on top."""
    if len(values) == 1:
        (value,) = values
        return lambda stack, _frame: stack.append(value)
    return lambda stack, _frame: stack.extend(values)


@cache
def duplicate(depth: int) -> Step:
    """Make the step of DUP1 … DUP16."""

    def step(stack: Stack, _frame: Frame) -> None:
        stack.append(stack[-depth])

    return step


@cache
def swap(depth: int) -> Step:
    """Make the step of SWAP1 … SWAP16."""
    below = depth + 1

    def step(stack: Stack, _frame: Frame) -> None:
        stack[-1], stack[-below] = stack[-below], stack[-1]

    return step


def _pop(stack: Stack, _frame: Frame) -> None:
    del stack[-1]


def _add(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = (top + stack[-1]) & WORD


def _sub(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = (top - stack[-1]) & WORD


def _mul(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = (top * stack[-1]) & WORD


def _div(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = top // stack[-1] if stack[-1] else 0


def _mod(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = top % stack[-1] if stack[-1] else 0


def _lt(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = int(top < stack[-1])


def _gt(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = int(top > stack[-1])


def _slt(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = int(top ^ _SIGN < stack[-1] ^ _SIGN)


def _sgt(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = int(top ^ _SIGN > stack[-1] ^ _SIGN)


def _eq(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] = int(top == stack[-1])


def _iszero(stack: Stack, _frame: Frame) -> None:
    stack[-1] = int(not stack[-1])


def _and(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] &= top


def _or(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] |= top


def _xor(stack: Stack, _frame: Frame) -> None:
    top = stack.pop()
    stack[-1] ^= top


def _not(stack: Stack, _frame: Frame) -> None:
    stack[-1] ^= WORD


def _shl(stack: Stack, _frame: Frame) -> None:
    bits = stack.pop()
    stack[-1] = stack[-1] << bits & WORD if bits < 256 else 0


def _shr(stack: Stack, _frame: Frame) -> None:
    bits = stack.pop()
    stack[-1] = stack[-1] >> bits if bits < 256 else 0


def _mload(stack: Stack, frame: Frame) -> None:
    stack[-1] = frame.load(stack[-1])


def _mstore(stack: Stack, frame: Frame) -> None:
    start = stack.pop()
    frame.store(start, stack.pop())


def _caller(stack: Stack, frame: Frame) -> None:
    stack.append(int.from_bytes(frame.msg.sender, "big"))


def _address(stack: Stack, frame: Frame) -> None:
    stack.append(int.from_bytes(frame.msg.storage_address, "big"))


def _callvalue(stack: Stack, frame: Frame) -> None:
    stack.append(frame.msg.value)


def _calldatasize(stack: Stack, frame: Frame) -> None:
    stack.append(len(frame.msg.data))


def _calldataload(stack: Stack, frame: Frame) -> None:
    start = stack[-1]
    stack[-1] = int.from_bytes(bytes(frame.msg.data[start : start + 32]).ljust(32, b"\0"), "big")


def _returndatasize(stack: Stack, frame: Frame) -> None:
    stack.append(len(frame.return_data))


STEPS: dict[int, tuple[int, int, Step]] = {
    code.POP: (1, 0, _pop),
    code.ADD: (2, 1, _add),
    code.SUB: (2, 1, _sub),
    code.MUL: (2, 1, _mul),
    code.DIV: (2, 1, _div),
    code.MOD: (2, 1, _mod),
    code.LT: (2, 1, _lt),
    code.GT: (2, 1, _gt),
    code.SLT: (2, 1, _slt),
    code.SGT: (2, 1, _sgt),
    code.EQ: (2, 1, _eq),
    code.ISZERO: (1, 1, _iszero),
    code.AND: (2, 1, _and),
    code.OR: (2, 1, _or),
    code.XOR: (2, 1, _xor),
    code.NOT: (1, 1, _not),
    code.SHL: (2, 1, _shl),
    code.SHR: (2, 1, _shr),
    code.MLOAD: (1, 1, _mload),
    code.MSTORE: (2, 0, _mstore),
    code.CALLER: (0, 1, _caller),
    code.ADDRESS: (0, 1, _address),
    code.CALLVALUE: (0, 1, _callvalue),
    code.CALLDATASIZE: (0, 1, _calldatasize),
    code.CALLDATALOAD: (1, 1, _calldataload),
    code.RETURNDATASIZE: (0, 1, _returndatasize),
    **{code.DUP1 + n: (n + 1, n + 2, duplicate(n + 1)) for n in range(16)},
    **{code.SWAP1 + n: (n + 2, n + 2, swap(n + 1)) for n in range(16)},
}
"""Instructions by number: how many values each takes from the stack, how many it leaves in their place, and what it does."""

ARITHMETIC = frozenset(
    (code.ADD, code.SUB, code.MUL, code.DIV, code.MOD, code.AND, code.OR, code.XOR, code.NOT, code.SHL, code.SHR)
)
"""Instructions that look at nothing but the stack: of constants, they make constants."""
