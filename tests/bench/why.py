"""Number 3: how long `why-403` thinks about a text, also about a long one, and how long it looks."""

from __future__ import annotations

import contextlib
import gc
import json
import time
from pathlib import Path

from bot.diagnosis.why import diagnose
from bot.errors import BotError
from tests.bench.child import child
from tests.bench.rows import Limit, Row
from tests.bench.stage import POLICY
from tests.bench.timing import median, percentile, spread
from tests.diagnosis.hostile import HOSTILE, repeated

TEXTS = [
    Path(__file__).parents[1] / "diagnosis" / name for name in ("cases.json", "field.json", "threads.json")
]
# Lines of an innocent log round the error: what people paste when they paste too much.
NOISE = "2026-11-20 12:00:00 INFO worker: handled request 4711 in 23 ms, status 200\n"
LONG = 200


async def measure(*, quick: bool) -> list[Row]:
    """Diagnose every collected text several times, and the same texts inside a long log; then look live."""
    return [*_offline(quick=quick), _hostile(quick=quick), await _live(rounds=3 if quick else 15)]


def texts() -> list[str]:
    """List all texts of the collection."""
    return [case["text"] for path in TEXTS for case in json.loads(path.read_text(encoding="utf-8"))]


async def _live(*, rounds: int) -> Row:
    """Answer with Google's word, against the slowest of the calls that the answer took."""
    async with child("town", "--no-delays") as town:
        environment = {
            **{name: value for name, value in town["environment"].items() if not name.startswith("SLACK_")},
            "GEMINI_KEY_BOT_POLICY_FILE": str(POLICY),
        }
        async with child("why_live", str(rounds), environment=environment) as took:
            more = [ours - probe for ours, probe in zip(took["answers"], took["slowest"], strict=True)]
    return Row(
        number="3 why-403 live", unit="ms", measured=median(took["answers"]), anchor=median(took["slowest"]),
        judged=median(more), judged_as="ms more", limit=Limit(sense="<=", value=50), spread=spread(more),
        note=f"{took['probes']} calls at once, each 150 ms on the road; the anchor is the slowest of them",
    )  # fmt: skip


def _offline(*, quick: bool) -> list[Row]:
    collected = texts()
    longer = [NOISE * LONG + text for text in collected]
    rounds = 2 if quick else 15
    once = [_seconds(text) for text in collected]
    runs = [[_seconds(text) for text in collected] for _ in range(rounds)]
    of_long = [[_seconds(text) for text in longer] for _ in range(1 if quick else 3)]
    each = [median(times) for times in zip(*runs, strict=True)]  # of every text, so that no neighbour counts
    medians, tails = [median(run) for run in runs], [percentile(run, 0.99) for run in runs]
    size = sum(map(len, longer)) / sum(map(len, collected))
    growth = [median(run) / median(each) for run in of_long]
    one_ms = Limit(sense="<=", value=1)
    return [
        Row(
            number="3 why-403 per text, median", unit="ms", measured=median(each), anchor=None,
            judged=median(each), judged_as="ms", limit=one_ms, spread=spread(medians),
            note=f"{len(collected)} texts, {sum(ms > 1 for ms in each)} over 1 ms; cold {max(once):.2f} ms",
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


def _hostile(*, quick: bool) -> Row:
    """Read a megabyte of each fragment that is made to be slow."""
    length = 100_000 if quick else 1_000_000
    each = {
        name: min(_seconds(repeated(piece, length)) for _ in range(1 if quick else 3))
        for name, piece in HOSTILE.items()
    }
    slowest = max(each, key=lambda name: each[name])
    return Row(
        number="3 why-403, hostile megabyte", unit="ms", measured=each[slowest], anchor=None,
        judged=each[slowest], judged_as="ms", limit=Limit(sense="<=", value=100),
        spread=spread(list(each.values())), note=f"the slowest of {len(each)} fragments is {slowest!r}",
    )  # fmt: skip


def _seconds(text: str) -> float:
    """Diagnose once, in milliseconds of the processor, which neighbours can't stretch, garbage aside."""
    gc.disable()
    began = time.process_time()
    with contextlib.suppress(BotError):
        diagnose(text)
    taken = (time.process_time() - began) * 1000
    gc.enable()
    return taken
