"""Keep background work: a task that nobody holds may vanish half-way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


@dataclass(slots=True)
class Scheduler:
    """Run coroutines beside the requests that started them, until they end or Slack stops."""

    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run in the background; an exception reaches the loop's exception handler."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def later(self, seconds: float, work: Coroutine[Any, Any, Any]) -> None:
        """Run after a while."""

        async def wait_first() -> None:
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                work.close()
                raise
            await work

        self.start(wait_first())

    async def stop(self) -> None:
        """Cancel what is still running and wait for it."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            context = {"message": "background work of the sandbox Slack failed", "exception": error}
            task.get_loop().call_exception_handler(context)
