"""The policy as the file says it now; a file with a mistake leaves the rules as they were."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.errors import Misconfigured, Unavailable
from bot.policy import toml_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path

    from bot.domain.policy import Policy

# Seconds. A mounted file is replaced at any time, and nobody sends a signal then.
EVERY = 2.0
SEEING_EVERY = 5.0

log = structlog.get_logger(__name__)

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken: what is wrong with it, and a name for this very content."""

    sentence: str
    digest: str


class LivePolicy:
    """Call it for the rules that hold."""

    def __init__(self, path: Path) -> None:
        """Read the file; a bad one stops the start with `Misconfigured`."""
        self._path = path
        self._written = self._policy = toml_file.load(path)
        self._visible: frozenset[str] = frozenset()
        self.see(())
        self._taken = self._seen = self._stamp()
        self._look = asyncio.Event()
        self._told = asyncio.Event()
        self.refusal: Refusal | None = None

    def __call__(self) -> Policy:
        """Give the rules that hold now."""
        return self._policy

    @property
    def has_patterns(self) -> bool:
        """Whether the file names projects by patterns, so that somebody must say which there are."""
        return self._written.has_patterns

    def see(self, project_ids: Iterable[str]) -> None:
        """Learn which projects there are for the patterns of the file."""
        self._visible = frozenset(project_ids)
        self._policy = self._written.over(self._visible)

    def see_also(self, project_id: str) -> None:
        """Learn of one more."""
        self.see({*self._visible, project_id})

    @asynccontextmanager
    async def seeing(self, read: Callable[[], Awaitable[list[str] | None]]) -> AsyncIterator[LivePolicy]:
        """Learn it at once, and again now and then; what nobody can tell now stays as it was."""

        async def learn() -> None:
            with suppress(Unavailable):
                if self.has_patterns and (known := await read()) is not None:
                    self.see(known)

        async def follow() -> None:
            while True:
                await asyncio.sleep(SEEING_EVERY)
                await learn()

        await learn()
        following = asyncio.create_task(follow(), name="visible projects")
        try:
            yield self
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following

    def look(self) -> None:
        """Read the file soon, whether it seems to have changed or not (SIGHUP)."""
        self._taken = None
        self._look.set()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[LivePolicy]:
        """Look at the file now and then."""
        watching = asyncio.create_task(self._watch(), name="policy")
        try:
            yield self
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def refused(self) -> Refusal:
        """Wait until a file is refused."""
        await self._told.wait()
        self._told.clear()
        assert self.refusal is not None  # noqa: S101 - set before it is told
        return self.refusal

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), EVERY)
            self._look.clear()
            self.reread()

    def reread(self) -> None:
        """Take a changed file once it stays the same between two looks: a half-written one is no mistake."""
        stamp, before = self._stamp(), self._seen
        self._seen = stamp
        if stamp == self._taken or stamp != before:
            return
        self._taken = stamp
        try:
            self._written = toml_file.load(self._path)
        except Misconfigured as error:
            self._refuse(str(error))
            return
        self.refusal = None
        self.see(self._visible)
        log.info("policy.taken", path=str(self._path), projects=len(self._policy.projects))

    def _refuse(self, sentence: str) -> None:
        try:
            content = self._path.read_bytes()
        except OSError:
            content = b""
        self.refusal = Refusal(sentence, hashlib.sha256(content).hexdigest()[:16])
        self._told.set()
        log.error("policy.refused", path=str(self._path), problem=sentence, kept="the rules before it")

    def _stamp(self) -> Stamp | None:
        """Tell one version of the file from the next."""
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
