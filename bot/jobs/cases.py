"""The workers' tasks for people who wait: answer a question, look something up, carry out a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from docket import CurrentExecution, Execution

from bot.errors import NotFound, Unavailable
from bot.google import reason
from bot.google.key_survey import KeySurvey
from bot.jobs.sweeping import wake_due
from bot.operations.fixes.mend import mend
from bot.operations.look_up import Sources, look_up
from bot.operations.why_403.explain import answer
from bot.store.case_queue import EXPLAIN, LOOK_UP, MEND
from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.google.cloud import Cloud
    from bot.wiring import Service

# docket's way to hand a task the job it runs as.
THIS: Execution = CurrentExecution()

log = structlog.get_logger(__name__)


def tasks(service: Service, cloud: Cloud) -> dict[str, Callable[..., Awaitable[None]]]:
    """Make the tasks by the names under which they are sent."""
    explainer, mender = service.explainer(cloud), service.mender(cloud)
    sources = Sources(cloud.usage, KeySurvey(cloud.calls))

    async def explain_case(team_id: str, case_id: str, job: Execution = THIS) -> None:
        with (
            tracing.working(EXPLAIN, job.trace_context, case=case_id),
            reason.named("why-403"),
            structlog.contextvars.bound_contextvars(team=team_id, case=case_id),
        ):
            try:
                case = await service.cases.get(team_id, case_id)
                if case.report is None:
                    report = await answer(explainer, case)
                    await service.cases.answer(case, report)
                    service.watch.answered(report)
            except (NotFound, Unavailable) as error:  # too old, or Redis is away: the asker can ask again
                log.warning("explain.dropped", sentence=error.template)

    async def mend_repair(team_id: str, repair_id: str, job: Execution = THIS) -> None:
        with (
            tracing.working(MEND, job.trace_context, repair=repair_id),
            reason.named(repair_id),
            structlog.contextvars.bound_contextvars(team=team_id, repair=repair_id),
        ):
            try:
                await mend(mender, team_id, repair_id)
            except Unavailable as error:
                log.warning("mend.delayed", sentence=error.template)

    async def answer_lookup(team_id: str, lookup_id: str, job: Execution = THIS) -> None:
        with (
            tracing.working(LOOK_UP, job.trace_context, lookup=lookup_id),
            reason.named("look-up"),
            structlog.contextvars.bound_contextvars(team=team_id, lookup=lookup_id),
        ):
            try:
                lookup = await service.lookups.get(team_id, lookup_id)
                if not lookup.answered:
                    answered = await look_up(sources, lookup, service.now())
                    if answered.survey is not None:  # first, so that its buttons find what they act on
                        await service.surveys.put(team_id, answered.survey)
                    await service.lookups.put_answered(answered)
            except (NotFound, Unavailable) as error:  # as above
                log.warning("look-up.dropped", sentence=error.template)

    return {EXPLAIN: explain_case, MEND: mend_repair, LOOK_UP: answer_lookup}


async def sweep(service: Service, team_id: str, until: datetime) -> None:
    """Find due repairs without a job."""
    await wake_due(service.repairs, service.case_queue, team_id, until)
