"""One measured number, and the table and the JSON of all of them."""

from __future__ import annotations

import json
import operator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

HEADINGS = ("number", "measured", "anchor", "judged", "limit", "held?")
COMPARE: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "<": operator.lt}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What was promised of the judged value: `sense` is "<=", "<" or ">="."""

    sense: str
    value: float

    def holds(self, judged: float) -> bool:
        """Tell whether a value keeps the promise."""
        return COMPARE[self.sense](judged, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `judged` is what the limit is about: a difference, a ratio or a value.

    `spread` is the lowest and the highest judged value among the run's repetitions.
    """

    number: str
    unit: str
    measured: float
    anchor: float | None
    judged: float
    judged_as: str
    limit: Limit | None
    spread: tuple[float, float]
    note: str = ""

    @property
    def held(self) -> bool | None:
        """Whether the promise was kept in this run; None when the row is only beside another one."""
        return self.limit.holds(self.judged) if self.limit else None

    def cells(self) -> tuple[str, ...]:
        """Write the row as the table shows it."""
        anchor = "" if self.anchor is None else f"{_short(self.anchor)} {self.unit}"
        judged = (
            f"{_short(self.judged)} {self.judged_as} ({_short(self.spread[0])}..{_short(self.spread[1])})"
        )
        limit = f"{self.limit.sense} {_short(self.limit.value)}" if self.limit else ""
        held = {True: "yes", False: "NO", None: ""}[self.held]
        return self.number, f"{_short(self.measured)} {self.unit}", anchor, judged, limit, held


def table(rows: Iterable[Row]) -> str:
    """Align the rows under their headings."""
    lines = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write(rows: Iterable[Row], path: Path) -> None:
    """Keep the rows as JSON."""
    listed = [asdict(row) | {"held": row.held} for row in rows]
    path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
