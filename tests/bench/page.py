"""docs/performance.md: its table is written from the figures of a run, and nothing else in it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.rows import HEADINGS, Limit, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FIGURES = DOCS / "performance.md", DOCS / "performance.json"
NONE = "No full run is kept yet: `make bench` writes one."
BEGIN, END = "<!-- table: python -m tests.bench --markdown -->", "<!-- end of the table -->"


def read(path: Path = FIGURES) -> list[Row]:
    """Read the rows that a run has written with `--json`; none were written yet: none."""
    listed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [_row(one) for one in listed]


def markdown(rows: Iterable[Row]) -> str:
    """Write the rows as a table, with what each run noted."""
    rows = list(rows)
    if not rows:
        return NONE
    lines = [f"| {' | '.join((*HEADINGS, 'beside'))} |", "|---" * (len(HEADINGS) + 1) + "|"]
    lines += [f"| {' | '.join((*(cell.strip() for cell in row.cells()), row.note))} |" for row in rows]
    return "\n".join(lines)


def renewed(text: str, rows: Iterable[Row]) -> str:
    """Put the table of these rows in the place of the old one."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{markdown(rows)}\n{END}{after}"


def renew() -> None:
    """Bring the page up to date with the figures."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), read()), encoding="utf-8")


def _row(one: dict[str, object]) -> Row:
    fields = {name: value for name, value in one.items() if name != "held"}
    limit = fields.pop("limit")
    spread = fields.pop("spread")
    return Row(
        **fields,  # type: ignore[arg-type]
        limit=Limit(**limit) if isinstance(limit, dict) else None,
        spread=tuple(spread),  # type: ignore[arg-type]
    )
