"""Medians, percentiles, and how far the repetitions of one run lie apart."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TICKS = os.sysconf("SC_CLK_TCK")
# Fields 14 and 15 of proc(5)'s stat; the name before them may hold blanks, so counting starts behind it.
USER_TICKS = 11


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Give the middle value."""
    return percentile(values, 0.5)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Give the lowest and the highest value."""
    return min(values), max(values)


def cpu_seconds(pid: int) -> float:
    """Read how long a process has computed, in all its threads; resolution 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[USER_TICKS : USER_TICKS + 2])) / TICKS


def resident_mib(pid: int) -> float:
    """Read a process's resident memory in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def children(pid: int) -> list[int]:
    """List the processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
