"""Make the key of an approved request, or stop with what blocks it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bot.domain import key_request
from bot.errors import BotError, GoogleError, Unavailable
from bot.operations.explain import explain
from bot.operations.workshop import take_up
from bot.provisioning import runner
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import RecordJournal, Workshop


async def provision(workshop: Workshop, request: KeyRequest) -> None:
    """Run the plan from wherever an earlier run left it."""
    journal = await take_up(workshop, request, key_request.take_up)
    if journal.request.failure:
        await _give_up(workshop, journal)
        return
    try:
        await runner.provision(workshop.steps, journal)
    except (Superseded, Unavailable):
        raise
    except BotError as error:
        if _worth_another_run(workshop, journal, error):
            await journal.put_off()
            return
        await journal.write("abandon", partial(key_request.abandon, failure=explain(error, journal.request)))
        await _give_up(workshop, journal)
        return
    await journal.write("activate", key_request.activate)


def _worth_another_run(workshop: Workshop, journal: RecordJournal, error: BotError) -> bool:
    transient = isinstance(error, GoogleError) and error.transient
    return transient and journal.request.failed_runs < workshop.most_runs


async def _give_up(workshop: Workshop, journal: RecordJournal) -> None:
    """Take away what was made; what cannot be taken away yet is tried again until it can."""
    try:
        await runner.undo(workshop.steps, journal)
    except GoogleError:
        await journal.put_off()
        return
    await journal.write("fail", key_request.fail)
