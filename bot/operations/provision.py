"""Make the key of an approved request, or stop with what blocks it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import adoption, granting, leaving
from bot.errors import BotError, Conflict, GoogleError, OutOfTurn, Unavailable, may_pass
from bot.operations.explain import explain
from bot.operations.retire import delete_forced
from bot.operations.workshop import take_up
from bot.provisioning import runner
from bot.provisioning.step import Superseded

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.operations.workshop import RecordJournal, Workshop

# How long approvers may try a failed request again before it lapses.
KEPT_FOR_RETRY = timedelta(days=7)


async def provision(workshop: Workshop, request: KeyRequest) -> None:
    """Run the plan from wherever an earlier run left it."""
    journal = await take_up(workshop, request, granting.take_up)
    if journal.request.failure:
        await _give_up(workshop, journal)
        return
    try:
        _check_time_left(workshop, journal.request)
        await delete_forced(workshop, journal)
        await runner.provision(workshop.steps_for(journal.request), journal)
    except (Superseded, Unavailable):
        raise
    except Exception as error:
        if worth_another_run(workshop, journal, error):
            await journal.put_off(error)
        else:
            failure = explain(error, journal.request)
            await journal.write("abandon", partial(granting.abandon, failure=failure))
            await _give_up(workshop, journal)
        if not isinstance(error, BotError):
            raise  # a fault of ours: the requester is told all the same, and the log gets its trace
        return
    verb = "adopted" if journal.request.in_place else "activate"
    await journal.write(verb, partial(adoption.activate, at=workshop.now()))


async def clean_up(workshop: Workshop, request: KeyRequest) -> None:
    """Go on taking away what a failed request left."""
    await _give_up(workshop, await take_up(workshop, request, granting.take_up_cleaning))


def _check_time_left(workshop: Workshop, request: KeyRequest) -> None:
    if request.expires_at is not None and request.expires_at <= workshop.now():
        raise Conflict("The time of {id} was over before its key could be made.", id=request.id)


def worth_another_run(workshop: Workshop, journal: RecordJournal, error: Exception) -> bool:
    """Tell whether the same may succeed later, and has not been tried too often; a turn always comes."""
    if isinstance(error, OutOfTurn):
        return True
    return may_pass(error) and journal.request.failed_runs < workshop.most_runs


async def _give_up(workshop: Workshop, journal: RecordJournal) -> None:
    """Take away what was made; what cannot be taken away yet is tried again until it can."""
    now, runs = workshop.now(), journal.request.failed_runs
    try:
        await runner.undo(workshop.steps_of(journal.request), journal)
    except GoogleError as error:
        until = now + (error.wait if isinstance(error, OutOfTurn) else workshop.wait(runs))
        await journal.write("clean-up-put-off", partial(granting.fail_unclean, until=until))
        return
    if leaving.cut_short(journal.request):
        await journal.put_off()
        return
    await journal.write("fail", partial(granting.fail, until=now + KEPT_FOR_RETRY))
