"""`python -m tests.bench`: every number against its limit, as a table and as JSON."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import uvloop

from tests.bench import ack, load, million, page, profile, provisioning, start, ten_thousand, why, workers
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
    "ten-thousand": ten_thousand.measure,
    "load": load.measure,
}


async def run(names: Sequence[str], *, quick: bool, long: bool = False) -> list[Row]:
    """Measure part by part; nothing else of ours runs meanwhile."""
    rows: list[Row] = []
    parts = PARTS | {"load": partial(load.measure, long=long)}
    for name in names:
        sys.stderr.write(f"measuring {name} …\n")
        measured = await parts[name](quick=quick)
        sys.stderr.write(table(measured) + "\n")
        rows += measured
    return rows


def main() -> None:
    """Read the command line, measure, print; exit 1 when a promise was not kept in this run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part; may be repeated")
    parser.add_argument("--long", action="store_true", help="watch the memory for half an hour")
    parser.add_argument("--markdown", action="store_true", help="write docs/performance.json into its page")
    parser.add_argument("--profile", action="store_true", help="print where the time goes, measure nothing")
    chosen = parser.parse_args()
    if chosen.markdown:
        page.renew()
        return
    if chosen.profile:
        sys.stdout.write(uvloop.run(profile.report(quick=chosen.quick)) + "\n")
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed bot starts from compiled files
    rows = uvloop.run(run(chosen.only or list(PARTS), quick=chosen.quick, long=chosen.long))
    sys.stdout.write(table(rows) + "\n")
    for row in rows:
        if row.note:
            sys.stdout.write(f"{row.number.strip()}: {row.note}\n")
    if chosen.json:
        write(rows, chosen.json)
    sys.exit(any(row.held is False for row in rows))


if __name__ == "__main__":
    main()
