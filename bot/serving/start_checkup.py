"""The doctor's look at a running bot, once it has started: each finding a line of the log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

import structlog

from bot.doctor.line import Mark
from bot.serving.checkup import checkup

if TYPE_CHECKING:
    from bot.doctor.line import Line
    from bot.settings import Role, Settings

# With one of these nothing can be done at all, whoever asks; `slack-token` is a setting, not one of many.
BLOCKING = frozenset({"google-credentials-missing", "google-credentials-refused", "slack-token"})

log = structlog.get_logger(__name__)


class StartCheckup:
    """Looks in the background, some seconds after the start, so that the start waits for nothing."""

    def __init__(self, settings: Settings, role: Role) -> None:
        """Nothing runs before `async with`; zero seconds mean never."""
        self._settings = settings
        self._role = role
        self._looking: asyncio.Task[None] | None = None
        self._blocked = ""

    async def __aenter__(self) -> Self:
        if self._settings.checkup_seconds:
            self._looking = asyncio.create_task(self._look(), name="checkup")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    @property
    def connections(self) -> int:
        """Nothing comes to it."""
        return 0

    def trouble(self) -> str:
        """Say what lets nobody be served; a problem of one project is none of all."""
        return self._blocked

    async def _look(self) -> None:
        await asyncio.sleep(self._settings.checkup_seconds)
        fine = 0
        try:
            async for line in checkup(self._settings, self._role):
                fine += line.healthy
                self._note(line)
        except Exception as error:
            log.exception("doctor.failed", kind=type(error).__name__)
            return
        log.info("doctor.looked", fine=fine)

    def _note(self, line: Line) -> None:
        if line.healthy:
            return
        write = log.warning if line.mark is Mark.PROBLEM else log.info
        write("doctor.found", **line.as_json())
        if line.mark is Mark.PROBLEM and line.check in BLOCKING:
            self._blocked = f"{line.check}: {line.finding.title}"
