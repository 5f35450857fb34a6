"""The workers' tasks, run by docket: each wakes up for a record and does what the record says."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from docket import Execution, Perpetual, Worker

from bot.errors import GoogleError, Unavailable
from bot.google import reason
from bot.google.key_uses import KeyUsesReader
from bot.jobs import cases, setups
from bot.jobs.cases import THIS
from bot.jobs.sweeping import wake_due
from bot.operations.attend import attend
from bot.store import keys
from bot.store.queue import ATTEND
from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.google.cloud import Cloud
    from bot.operations.workshop import Workshop
    from bot.wiring import Service

AT_ONCE = 20
SURVEY_EVERY = timedelta(minutes=5)
# Once over all workers, however many there are.
SURVEYING = Perpetual(every=SURVEY_EVERY, automatic=True)
# Google shows usage late and Home by the day: more often would tell nothing new.
LOOKING_AT_USES = Perpetual(every=timedelta(hours=1), automatic=True)

log = structlog.get_logger(__name__)


def tasks(service: Service, workshop: Workshop, cloud: Cloud) -> dict[str, Callable[..., Awaitable[None]]]:
    """Make the tasks by the names under which they are sent; what repeats by itself has its function's."""
    between_sweeps = timedelta(seconds=service.settings.sweep_seconds)
    sweeping = Perpetual(every=between_sweeps, automatic=True)

    async def attend_request(team_id: str, request_id: str, job: Execution = THIS) -> None:
        with (
            tracing.working(ATTEND, job.trace_context, request=request_id),
            reason.named(request_id),
            structlog.contextvars.bound_contextvars(team=team_id, request=request_id),
        ):
            try:
                await attend(workshop, team_id, request_id)
            except Unavailable as error:
                log.warning("attend.delayed", sentence=error.template)
                # Where Redis is back by now this job is done, and the record would rest for a whole silence.
                await service.queue.wake_again(team_id, request_id)

    async def sweep(perpetual: Perpetual = sweeping) -> None:
        """Find due records without a job: whatever was lost on the way is found here."""
        now = service.now()
        for team_id in await service.requests.workspaces():
            await wake_due(service.requests, service.queue, team_id, now + between_sweeps)
            await cases.sweep(service, team_id, now + between_sweeps)
            await setups.sweep(service, team_id, now + between_sweeps)
        await service.redis.set(keys.worker(), now.isoformat(), ex=keys.worker.ttl)

    async def survey(perpetual: Perpetual = SURVEYING) -> None:
        """Look at every project, so that the form can say which there are, and how ready each is."""
        if service.policies.has_patterns:
            await _look_around(service, cloud)
        for project_id in service.policies.project_ids():
            with reason.named("survey"):
                await service.readiness.put(await cloud.project_readiness(project_id))

    async def survey_uses(perpetual: Perpetual = LOOKING_AT_USES) -> None:
        """Read when each project's keys were used last; what Google does not say fades."""
        for project_id in service.policies.project_ids():
            with reason.named("survey"), suppress(GoogleError):
                await service.uses.put(await KeyUsesReader(cloud.calls).of(project_id, service.now()))

    return {
        ATTEND: attend_request,
        **cases.tasks(service, cloud),
        **setups.tasks(service, cloud),
        "sweep": sweep,
        "survey": survey,
        "survey_uses": survey_uses,
    }


async def _look_around(service: Service, cloud: Cloud) -> None:
    """See which projects there are; while Google does not say, those that were seen last stay."""
    try:
        with reason.named("survey"):
            await service.visible.put(await cloud.projects.visible())
        service.policies.see(await service.visible.get() or ())
    except (GoogleError, Unavailable) as error:
        log.warning("survey.unseen", sentence=error.template)


def new_worker(service: Service, workshop: Workshop, cloud: Cloud) -> Worker:
    """Set up one worker of this process; start more processes to have more."""
    for name, task in tasks(service, workshop, cloud).items():
        service.docket.register(task, names=[name])
    return Worker(
        service.docket,
        concurrency=AT_ONCE,
        redelivery_timeout=timedelta(seconds=service.settings.redelivery_seconds),
        minimum_check_interval=timedelta(milliseconds=100),
        scheduling_resolution=timedelta(milliseconds=100),
    )
