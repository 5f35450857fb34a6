"""Number 3: how long `why-403` thinks about a pasted text, and whether a long one takes it much longer."""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path

from bot.diagnosis.why import diagnose
from tests.bench.rows import Limit, Row
from tests.bench.timing import median, percentile, spread

CASES = Path(__file__).parents[1] / "diagnosis" / "cases.json"
# Lines of an innocent log round the error: what people paste when they paste too much.
NOISE = "2026-11-20 12:00:00 INFO worker: handled request 4711 in 23 ms, status 200\n"
LONG = 200


async def measure(*, quick: bool) -> list[Row]:
    """Diagnose every collected text several times, and the same texts inside a long log."""
    texts = [case["text"] for case in json.loads(CASES.read_text(encoding="utf-8"))]
    longer = [NOISE * LONG + text for text in texts]
    rounds = 2 if quick else 15
    once = [_seconds(text) for text in texts]
    runs = [[_seconds(text) for text in texts] for _ in range(rounds)]
    of_long = [[_seconds(text) for text in longer] for _ in range(1 if quick else 3)]
    each = [median(times) for times in zip(*runs, strict=True)]  # of every text, so that no neighbour counts
    medians, tails = [median(run) for run in runs], [percentile(run, 0.99) for run in runs]
    size = sum(map(len, longer)) / sum(map(len, texts))
    growth = [median(run) / median(each) for run in of_long]
    one_ms = Limit(sense="<=", value=1)
    return [
        Row(
            number="3 why-403 per text, median", unit="ms", measured=median(each), anchor=None,
            judged=median(each), judged_as="ms", limit=one_ms, spread=spread(medians),
            note=f"{len(texts)} texts, {sum(ms > 1 for ms in each)} over 1 ms; unwarmed {max(once):.2f} ms",
        ),
        Row(
            number="3 why-403 per text, p99", unit="ms", measured=percentile(each, 0.99), anchor=None,
            judged=percentile(each, 0.99), judged_as="ms", limit=one_ms, spread=spread(tails),
        ),
        Row(
            number="3 why-403, long log against text", unit="ms",
            measured=median([median(run) for run in of_long]), anchor=median(each),
            judged=median(growth), judged_as="x", limit=Limit(sense="<=", value=size), spread=spread(growth),
            note=f"the texts are {size:.0f} times as long; linear is at most {size:.0f} x",
        ),
    ]  # fmt: skip


def _seconds(text: str) -> float:
    """Diagnose once, in milliseconds, with no garbage collection inside."""
    gc.disable()
    began = time.perf_counter()
    diagnose(text)
    taken = (time.perf_counter() - began) * 1000
    gc.enable()
    return taken
