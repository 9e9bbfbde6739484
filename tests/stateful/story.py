"""Stories: a state machine whose steps are drawn evenly.

Left to itself, hypothesis draws the first of several choices most of the time, leaves out many actions of a story (swarm testing) and repeats
others; a run of seconds then sees little. Here hypothesis throws one number a step, and what happens is drawn from that and from the number of
steps before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

T = TypeVar("T")
S = TypeVar("S")
Method = TypeVar("Method", bound=Callable[..., None])
Draw = Callable[[Random], T]


def even(*choices: T) -> Draw[T]:
    """Draw one of *choices*; one that is given twice comes twice as often."""
    return lambda dice: dice.choice(choices)


def between(least: int, most: int) -> Draw[int]:
    """Draw a number."""
    return lambda dice: dice.randint(least, most)


def both(one: Draw[T], other: Draw[S]) -> Draw[tuple[T, S]]:
    """Draw a pair."""
    return lambda dice: (one(dice), other(dice))


def many(one: Draw[T], most: int) -> Draw[list[T]]:
    """Draw none to *most* of them."""
    return lambda dice: [one(dice) for _ in range(dice.randint(0, most))]


def table(**draws: Draw[Any]) -> Draw[dict[str, Any]]:
    """Draw something for each name."""
    return lambda dice: {name: draw(dice) for name, draw in draws.items()}


def action(**draws: Draw[Any]) -> Callable[[Method], Method]:
    """Mark a method as something that can happen, with what is drawn for it."""

    def mark(method: Method) -> Method:
        method.draw = table(**draws)  # type: ignore[attr-defined]  # read by Story
        return method

    return mark


class Story(RuleBasedStateMachine):
    """A machine whose steps are actions, by weight."""

    weights: ClassVar[Mapping[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0

    @rule(number=st.integers(0, 2**64 - 1))
    def happens(self, number: int) -> None:
        """Draw an action, and let it happen."""
        dice = Random(f"{number} {self.steps}")
        self.steps += 1
        (name,) = dice.choices(list(self.weights), list(self.weights.values()))
        method = getattr(self, name)
        drawn = method.draw(dice)
        note(f"{name}({', '.join(f'{key}={value!r}' for key, value in drawn.items())})")
        method(**drawn)


def explore(story: type[Story], *, examples: int, steps: int, **shared: object) -> None:
    """Run *story* many times: the same stories each time, or many and new ones with ``TOKENKIT_PROPERTIES=deep``.

    With ``TOKENKIT_PROPERTIES=fault`` the first failure ends the run, as it stands. *shared* are attributes of all machines.
    """
    depth = os.environ.get("TOKENKIT_PROPERTIES", "")
    deep = depth == "deep"
    bounds = settings(
        max_examples=examples * 40 if deep else examples,
        stateful_step_count=steps * 2 if deep else steps,
        derandomize=not deep,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        phases=(Phase.generate,) if depth == "fault" else (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(type(story.__name__, (story,), dict(shared)), settings=bounds)
