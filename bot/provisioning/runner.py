"""Run a plan: whatever may run now runs now, harmless steps first, and each success is written down."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import granting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.provisioning.step import Journal, Step


async def provision(steps: Sequence[Step], journal: Journal) -> None:
    """Do every step that is not done yet, as early as its needs allow.

    The first error stops new steps, lets the running ones finish and write down what
    they reached, and is raised: no answer of Google's is thrown away unread.
    """
    running: dict[asyncio.Task[None], Step] = {}
    started: set[str] = set()
    error: BaseException | None = None
    try:
        while True:
            if error is None:
                for step in _ready(steps, journal, started):
                    started.add(step.name)
                    running[asyncio.create_task(_do(step, journal), name=step.name)] = step
            if not running:
                break
            finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                del running[task]
                # Asked of each: asyncio logs an exception that nobody has fetched.
                failure = task.exception()
                error = error or failure
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if error is not None:
        raise error


async def undo(steps: Sequence[Step], journal: Journal) -> None:
    """Take away whatever may have been made, last made first; a step that could not begin made nothing.

    What is being brought back was made before: all of it is taken away, however far the way back went.
    """
    for step in reversed(steps):
        if journal.request.restoring or _may_begin(step, journal.request.done):
            await step.undo(journal)


def _ready(steps: Sequence[Step], journal: Journal, started: set[str]) -> list[Step]:
    done = journal.request.done
    return [
        step
        for step in steps
        if step.name not in done and step.name not in started and _may_begin(step, done)
    ]


def _may_begin(step: Step, done: tuple[str, ...]) -> bool:
    return all(need in done for need in step.needs)


async def _do(step: Step, journal: Journal) -> None:
    await step.do(journal)
    await journal.write(step.name, partial(granting.tick, step=step.name))
