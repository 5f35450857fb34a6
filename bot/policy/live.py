"""The policy as the file says it now; a file with a mistake leaves the rules as they were."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.errors import Misconfigured, NoPolicy
from bot.policy import toml_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.domain.policy import Policy

log = structlog.get_logger(__name__)

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken: what is wrong with it, and a name for this very content."""

    sentence: str
    digest: str


class LivePolicy:
    """Call it for the rules that hold."""

    def __init__(self, path: Path, *, at_once: bool = True) -> None:
        """Read the file, where a bad one stops the start with `Misconfigured`, or leave it to later looks."""
        self.path = path
        self._written: Policy | None = None
        self._policy: Policy | None = None
        self._visible: frozenset[str] = frozenset()
        self._taken: Stamp | None = None
        self._seen: Stamp | None = None
        self._told = asyncio.Event()
        self.refusal: Refusal | None = None
        if at_once:
            self._written = toml_file.load(path)
            self.see(())
            self._taken = self._seen = self._stamp()

    def __call__(self) -> Policy:
        """Give the rules that hold now."""
        if self._policy is None:
            raise NoPolicy
        return self._policy

    @property
    def written(self) -> Policy | None:
        """The rules with the patterns that the file names; None while there are no rules."""
        return self._written

    def see(self, project_ids: Iterable[str]) -> None:
        """Learn which projects there are for the patterns of the file."""
        self._visible = frozenset(project_ids)
        self._policy = self._written.over(self._visible) if self._written else None

    def look(self) -> None:
        """Take the file at the next look, whether it seems to have changed or not."""
        self._taken = None

    async def refused(self) -> Refusal:
        """Wait until a file is refused; one that was mended or taken away meanwhile is not told."""
        while True:
            await self._told.wait()
            self._told.clear()
            if self.refusal:
                return self.refusal

    def reread(self) -> None:
        """Take a file that has changed."""
        if changed := self.changed():
            self.take(changed)

    def changed(self) -> Policy | None:
        """Read a changed file once it stays the same between two looks: a half-written one is no mistake."""
        stamp, before = self._stamp(), self._seen
        self._seen = stamp
        if stamp == self._taken or stamp != before:
            return None
        self._taken = stamp
        try:
            return toml_file.load(self.path)
        except Misconfigured as error:
            self.refuse(str(error))
            return None

    def take(self, policy: Policy) -> None:
        """Let these rules hold from now on."""
        self.refusal, self._written = None, policy
        self.see(self._visible)
        log.info("policy.taken", path=str(self.path), projects=len(policy.projects))

    def drop(self) -> None:
        """Let no rules hold: the file was taken away."""
        self.refusal = self._written = self._policy = self._taken = self._seen = None
        log.warning("policy.dropped", path=str(self.path))

    def refuse(self, sentence: str, told: str = "") -> None:
        """Keep the rules as they are, and say why; people hear what is `told`, where that differs."""
        try:
            content = self.path.read_bytes()
        except OSError:
            content = b""
        self.refusal = Refusal(told or sentence, hashlib.sha256(content).hexdigest()[:16])
        self._told.set()
        log.error("policy.refused", path=str(self.path), problem=sentence, kept="the rules before it")

    def _stamp(self) -> Stamp | None:
        """Tell one version of the file from the next."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
