"""`python -m tests.bench`: every number against its limit, as a table and as JSON."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from tests.bench import ack, million, provisioning, start, why, workers
from tests.bench.rows import Row, table, write

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = {
    "ack": ack.measure,
    "provisioning": provisioning.measure,
    "why": why.measure,
    "million": million.measure,
    "workers": workers.measure,
    "start": start.measure,
}


async def run(names: Sequence[str], *, quick: bool) -> list[Row]:
    """Measure part by part; nothing else of ours runs meanwhile."""
    rows: list[Row] = []
    for name in names:
        sys.stderr.write(f"measuring {name} …\n")
        measured = await PARTS[name](quick=quick)
        sys.stderr.write(table(measured) + "\n")
        rows += measured
    return rows


def main() -> None:
    """Read the command line, measure, print; exit 1 when a promise was not kept in this run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part; may be repeated")
    chosen = parser.parse_args()
    rows = uvloop.run(run(chosen.only or list(PARTS), quick=chosen.quick))
    sys.stdout.write(table(rows) + "\n")
    for row in rows:
        if row.note:
            sys.stdout.write(f"{row.number.strip()}: {row.note}\n")
    if chosen.json:
        write(rows, chosen.json)
    sys.exit(any(row.held is False for row in rows))


if __name__ == "__main__":
    main()
