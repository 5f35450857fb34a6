"""Judge every promise at the end of the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.demo.promises import (
    Broken,
    NothingToCheck,
    Promise,
    audited,
    key_text,
    loopback,
    no_orphan,
    one_decision,
    one_key,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.demo.promises import Verdict
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript

    Check = Callable[[Stage, Transcript], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """A promise as it was given; `rest` says where what this demo does not show is tested."""

    number: int
    sentence: str
    check: Check | None = None
    rest: str = ""


PROMISES = (
    Given(1, "At most one live key per request and rotation number.", one_key.check_one_key),
    Given(2, "No orphan: whatever was made belongs to a live request.", no_orphan.check_no_orphan),
    Given(3, "Nothing is granted without its audit event.", audited.check_audited),
    Given(4, "One decision per request; the loser is told.", one_decision.check_one_decision),
    Given(5, "The key's text is nowhere but in Secret Manager.", key_text.check_key_text),
    Given(6, "An answered click is durable."),
    Given(
        7,
        "Nothing lost can lengthen a key's life.",
        rest="deleting the key at its end is the bot's work, shown in tests/fundamentals",
    ),
    Given(8, "What could not be read is never evidence.", rest="tests/diagnosis"),
    Given(9, "why-403 never asks for a key.", rest="tests/diagnosis, tests/why"),
    Given(10, "Redis wiped: live grants come back from Google.", rest="tests/chaos/test_reconcile.py"),
    Given(11, "The sandbox reaches no address off the machine.", loopback.check_loopback),
)


async def judge(stage: Stage, transcript: Transcript) -> list[Promise]:
    """Check what can be checked, with every bot stopped and Redis still there."""
    return [await _judged(given, stage, transcript) for given in PROMISES]


async def _judged(given: Given, stage: Stage, transcript: Transcript) -> Promise:
    seen = transcript.proofs(given.number)
    try:
        found = [await given.check(stage, transcript)] if given.check else []
    except Broken as broken:
        return Promise(given.number, given.sentence, "broken", str(broken))
    except NothingToCheck as nothing:
        return Promise(given.number, given.sentence, "not checked", str(nothing))
    evidence = [*found, *seen]
    if not evidence:
        why = "not part of this demo" if given.rest else "the scenes that show it were not told to their end"
        return Promise(given.number, given.sentence, "not checked", f"{why}{_in(given.rest)}")
    verdict: Verdict = "held in part" if given.rest else "held"
    rest = [f"Not part of this demo: {given.rest}"] if given.rest else []
    return Promise(given.number, given.sentence, verdict, ". ".join([*evidence, *rest]) + ".")


def _in(rest: str) -> str:
    return f" ({rest})" if rest else ""
