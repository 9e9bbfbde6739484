"""One operation that is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One row of the table. ``limit`` and ``aim`` are gas, or multiples of OpenZeppelin's transfer where ``relative``.

    ``above`` says what the gas goes into where it is more than the aim.
    """

    key: str
    label: str
    limit: float | None = None
    aim: float | None = None
    relative: bool = False
    peers: str = ""
    above: str = ""

    def most(self, baseline: int) -> int | None:
        """Return the gas the operation may cost."""
        return self._gas(self.limit, baseline)

    def hoped(self, baseline: int) -> int | None:
        """Return the gas that was aimed at."""
        return self._gas(self.aim, baseline)

    def _gas(self, figure: float | None, baseline: int) -> int | None:
        return None if figure is None else int(figure * baseline) if self.relative else int(figure)
