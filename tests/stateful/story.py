"""Stories: what happens, step by step, drawn evenly.

A story is made of a number alone. By default the numbers are 0, 1, 2, …, so that every machine tells the same stories, whatever else is
installed or loaded. (Hypothesis draws from the constants of all loaded modules, fixed seed or not.) ``TOKENKIT_PROPERTIES=deep`` lets
hypothesis throw many and new numbers, one a step, and shorten a story that fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar, TypeVar

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

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


class Story:
    """Something that can go on in many ways: actions, by weight."""

    weights: ClassVar[Mapping[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.told: list[str] = []

    def begin(self, number: int) -> None:
        """Set the scene of the story *number*."""

    def go_on(self, dice: Random) -> None:
        """Draw an action, and let it happen."""
        (name,) = dice.choices(list(self.weights), list(self.weights.values()))
        method = getattr(self, name)
        drawn = method.draw(dice)
        self.told.append(f"{name}({', '.join(f'{key}={value!r}' for key, value in drawn.items())})")
        self.steps += 1
        method(**drawn)

    def end(self) -> None:
        """Look at everything once more."""


def explore(story: type[Story], *, examples: int, steps: int, **shared: object) -> None:
    """Tell so many stories of so many *steps*; *shared* are attributes of them all."""
    kind = type(story.__name__, (story,), dict(shared))
    if os.environ.get("TOKENKIT_PROPERTIES") == "deep":
        _search(kind, examples=examples * 40, steps=steps * 2)
        return
    for number in range(examples):
        _tell(kind(), number, steps)


def _tell(one: Story, number: int, steps: int) -> None:
    try:
        one.begin(number)
        for step in range(steps):
            one.go_on(Random(f"{number} {step}"))
        one.end()
    except Exception as broken:
        broken.add_note("\n".join((f"Story {number}:", *one.told)))
        raise


def _search(story: type[Story], *, examples: int, steps: int) -> None:
    numbers = st.integers(0, 2**64 - 1)

    class Machine(story, RuleBasedStateMachine):  # type: ignore[valid-type, misc]  # a class given at run time
        @initialize(number=numbers)
        def first(self, number: int) -> None:
            self.begin(number)

        @rule(number=numbers)
        def then(self, number: int) -> None:
            try:
                self.go_on(Random(f"{number} {self.steps}"))
            finally:
                note(self.told[-1])

        def teardown(self) -> None:
            self.end()

    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=bounds)
