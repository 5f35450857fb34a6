"""The moments of a request's life at which something can break, found by watching one life."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import docket

from bot.store.redis import SCRIPTS
from sandbox.google.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.lane import Lane

# Killed before it takes effect; killed when it has, before the answer comes; the answer alone is lost.
HOWS = ("before", "after", "cut")
VERB = re.compile(rb'"verb":"([^"]+)"')
REQUEST_KEY = re.compile(rb"GK-[0-9A-Z]{4,8}(:[0-9.]+)?")


@dataclass(frozen=True, slots=True)
class Point:
    """The n-th time that one call is made for a request: to `redis` or to `google`."""

    where: str
    call: str
    n: int

    def __str__(self) -> str:
        return f"{self.where} {self.call} #{self.n}"


@cache
def _scripts() -> dict[str, str]:
    """Name every script by the digest that it is called by, ours and the engine's."""
    folders = (SCRIPTS, Path(docket.__file__).parent / "lua")
    files = (path for folder in folders for path in sorted(folder.glob("*.lua")))
    return {hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest(): path.stem for path in files}


def redis_call(arguments: list[bytes], request_id: str) -> str | None:
    """Name a command that is about a request, None for any other."""
    said = b" ".join(arguments)
    if request_id.encode() not in said:
        return None
    command = arguments[0].decode().upper()
    if not command.startswith("EVAL"):
        return f"{command} {REQUEST_KEY.sub(b'*', arguments[1]).decode()}"
    verb = VERB.search(said)
    script = _scripts().get(arguments[1].decode(errors="replace"), "script")
    about = verb[1].decode() if verb else REQUEST_KEY.sub(b"*", arguments[3]).decode()
    return f"{script} {about}"


class Recorder:
    """Watch one life and list its points."""

    def __init__(self, lane: Lane, request_id: Callable[[], str]) -> None:
        self._lane, self._request_id = lane, request_id
        self._redis: list[str] = []
        self._first = len(lane.town.cloud.log.after(0))

    def watch(self, arguments: list[bytes]) -> None:
        name = redis_call(arguments, self._request_id())
        if name:
            self._redis.append(name)

    def points(self) -> list[Point]:
        """List what was seen, in order: Redis first, then Google."""
        google = [
            short(call["method"])
            for call in self._lane.town.cloud.log.after(0)
            if call["request_reason"] == self._request_id()
        ]
        return [*_numbered("redis", self._redis), *_numbered("google", google)]


class Trap:
    """Spring once, at one point of one request's life."""

    def __init__(self, lane: Lane, request_id: str, point: Point, how: str) -> None:
        self._lane, self._id, self._point, self.how = lane, request_id, point, how
        self._seen = 0
        self._redis_sprang = False
        if point.where == "google":
            self._set()

    @property
    def sprang(self) -> bool:
        """Whether the moment came."""
        return (
            self._redis_sprang if self._point.where == "redis" else not self._lane.town.cloud.plan.entries()
        )

    def watch(self, arguments: list[bytes]) -> str | None:
        """Be the door's watch."""
        if self._redis_sprang or redis_call(arguments, self._id) != self._point.call:
            return None
        self._seen += 1
        if self._seen != self._point.n:
            return None
        self._redis_sprang = True
        return self.how

    def release(self) -> None:
        """Let Google's hanging calls go."""
        self._lane.town.cloud.plan.clear()

    def _set(self) -> None:
        plan = self._lane.town.cloud.plan
        if self._point.n > 1:
            plan.add(Fault(self._point.call, times=self._point.n - 1))
        kill = self.how != "cut"
        plan.add(Fault(self._point.call, after_commit=self.how != "before", hang=kill))


def short(method: str) -> str:
    """Name a method as faults do: Service/Method."""
    return method.rpartition(".")[2]


def _numbered(where: str, calls: list[str]) -> list[Point]:
    counts: Counter[str] = Counter()
    points = []
    for call in calls:
        counts[call] += 1
        points.append(Point(where, call, counts[call]))
    return points
