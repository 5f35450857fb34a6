"""Read the cloud's call log: what was called, by which door, for which request."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Call = dict[str, Any]
DOORS = {"grpc": "gRPC", "rest": "REST", "console": "console"}
UNNAMED = frozenset({"survey", ""})


def told(call: Call) -> Call:
    """Keep what the transcript shows of one call."""
    return {
        "at": call["at"],
        "method": call["method"],
        "door": DOORS.get(call["door"], call["door"]),
        "code": call["code"],
        "ms": call["ms"],
        "project": call["project"],
        "principal": call["principal"],
        "for": call["request_reason"],
    }


def lines(calls: Iterable[Call]) -> Iterator[str]:
    """Say one line a call; calls that repeat themselves (polling) are one line."""
    for (method, door, code, reason), same in groupby(calls, _alike):
        repeated = list(same)
        ms = sum(call["ms"] for call in repeated)
        times = f", {len(repeated)} times," if len(repeated) > 1 else ""
        yield f"{method} ({door}) {code}{times} {ms:.1f} ms{f' for {reason}' if reason else ''}"


def named(calls: Iterable[Call]) -> list[Call]:
    """Leave out what belongs to no request: the survey of all projects, and people at the console."""
    return [call for call in calls if call["for"] not in UNNAMED]


def _alike(call: Call) -> tuple[str, str, str, str]:
    return call["method"], call["door"], call["code"], call["for"]
