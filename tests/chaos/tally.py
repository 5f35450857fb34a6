"""Count what was tried and what it broke, print it as a table, keep it as JSON."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

FIGURES = Path(__file__).parents[2] / "docs" / "reliability.json"
# "all" tries every point; anything else a selection that fits into `make test`.
ALL = os.environ.get("CHAOS") == "all"
# The Redis that every lane without one of its own runs on: plain, sentinel, cluster.
TOPOLOGY = os.environ.get("CHAOS_REDIS", "plain")
only_plain = pytest.mark.skipif(
    TOPOLOGY != "plain", reason="it brings a Redis of its own, so CHAOS_REDIS changes nothing: run it plain"
)
only_full = pytest.mark.skipif(not ALL, reason="takes minutes: `make chaos` runs it (CHAOS=all)")


@dataclass
class Row:
    """One kind of fault: the distinct points it was tried at, and what went wrong."""

    points: set[str] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)
    seconds: float = 0


class Tally:
    """All rows of one run."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = defaultdict(Row)

    def add(self, fault: str, point: str, violations: list[str], seconds: float = 0) -> None:
        """Note one try."""
        row = self.rows[fault if TOPOLOGY == "plain" else f"{TOPOLOGY}: {fault}"]
        row.points.add(point)
        row.violations += [f"{point}: {violation}" for violation in violations]
        row.seconds += seconds

    def table(self) -> str:
        """Draw what was tried."""
        lines = [f"{'fault':<58} {'points':>6} {'violations':>10}"]
        for fault, row in sorted(self.rows.items()):
            lines.append(f"{fault:<58} {len(row.points):>6} {len(row.violations):>10}")
        lines.append(f"{'all':<58} {self.points:>6} {self.violations:>10}")
        return "\n".join(lines)

    @property
    def points(self) -> int:
        return sum(len(row.points) for row in self.rows.values())

    @property
    def violations(self) -> int:
        return sum(len(row.violations) for row in self.rows.values())

    def write(self) -> None:
        """Keep the figures of a full run for docs/reliability.md; rows that did not run keep theirs."""
        before = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
        rows = {
            fault: {"points": len(row.points), "violations": row.violations, "seconds": round(row.seconds)}
            for fault, row in self.rows.items()
        }
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps({**before, **rows}, indent=2, sort_keys=True) + "\n")
