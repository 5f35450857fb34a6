"""The rules of every workspace, as their files say them now."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.errors import NoPolicy, Unavailable
from bot.policy.live import LivePolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
    from pathlib import Path
    from typing import Self

    from bot.domain.policy import Policy

# Seconds. A mounted file is replaced at any time, and nobody sends a signal then.
EVERY = 2.0
SEEING_EVERY = 5.0


class Policies(ABC):
    """What holds where, followed while the bot runs."""

    def __init__(self) -> None:
        """Nothing is watched before `watched`."""
        self._visible: frozenset[str] = frozenset()
        self._look = asyncio.Event()

    @abstractmethod
    def live(self, team_id: str) -> LivePolicy | None:
        """Find the file of a workspace."""

    @abstractmethod
    def all(self) -> Iterable[LivePolicy]:
        """List every file."""

    @abstractmethod
    def teams(self) -> list[str]:
        """List the workspaces that have rules of their own."""

    @abstractmethod
    def reread(self) -> None:
        """Take what has changed."""

    @abstractmethod
    def workspace(self, project_id: str) -> str:
        """Name the workspace that a project belongs to; empty where it is everybody's or nobody's."""

    def of(self, team_id: str) -> Policy:
        """Give the rules that hold in a workspace now; raises `NoPolicy` where there are none."""
        live = self.live(team_id)
        if live is None:
            raise NoPolicy
        return live()

    def bound(self, team_id: str) -> Callable[[], Policy]:
        """Let somebody ask for one workspace's rules and for no other's."""
        return partial(self.of, team_id)

    def written(self) -> list[Policy]:
        """List all rules with the patterns that their files name."""
        return [live.written for live in self.all() if live.written]

    def project_ids(self) -> list[str]:
        """List every workspace's projects."""
        return [project.id for live in self.all() if live.written for project in live().projects]

    @property
    def has_patterns(self) -> bool:
        """Whether a file names projects by patterns, so that somebody must say which there are."""
        return any(policy.has_patterns for policy in self.written())

    def see(self, project_ids: Iterable[str]) -> None:
        """Learn which projects there are for the patterns."""
        self._visible = frozenset(project_ids)
        for live in self.all():
            live.see(self._visible)

    def see_also(self, project_id: str) -> None:
        """Learn of one more."""
        self.see({*self._visible, project_id})

    @asynccontextmanager
    async def seeing(self, read: Callable[[], Awaitable[list[str] | None]]) -> AsyncIterator[Self]:
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
        """Read every file soon, whether it seems to have changed or not (SIGHUP)."""
        for live in self.all():
            live.look()
        self._look.set()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[Self]:
        """Look at the files now and then."""
        watching = asyncio.create_task(self._watch(), name="policy")
        try:
            yield self
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), EVERY)
            self._look.clear()
            self.reread()


class OneFile(Policies):
    """One file, whose rules hold in every workspace."""

    def __init__(self, path: Path) -> None:
        """Read the file; a bad one stops the start with `Misconfigured`."""
        super().__init__()
        self._only = LivePolicy(path)

    def live(self, team_id: str) -> LivePolicy | None:
        """Give the one file, whoever asks."""
        return self._only

    def all(self) -> Iterable[LivePolicy]:
        """List the one file."""
        return (self._only,)

    def reread(self) -> None:
        """Take the file if it has changed."""
        self._only.reread()

    def teams(self) -> list[str]:
        """List none: the rules are everybody's."""
        return []

    def workspace(self, project_id: str) -> str:
        """Say that a project is everybody's."""
        return ""
