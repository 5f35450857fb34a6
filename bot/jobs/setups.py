"""The workers' task for setups: help, look, try a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.errors import NoPolicy, Unavailable
from bot.google import reason
from bot.jobs.cases import THIS
from bot.jobs.sweeping import wake_due
from bot.operations.projects.outfit import outfit
from bot.store.setups import SET_UP
from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from docket import Execution

    from bot.google.cloud import Cloud
    from bot.wiring import Service

log = structlog.get_logger(__name__)


def tasks(service: Service, cloud: Cloud) -> dict[str, Callable[..., Awaitable[None]]]:
    """Make the task by the name under which it is sent."""
    outfitter = service.outfitter(cloud)

    async def set_up(team_id: str, setup_id: str, job: Execution = THIS) -> None:
        with (
            tracing.working(SET_UP, job.trace_context, setup=setup_id),
            reason.named(setup_id),
            structlog.contextvars.bound_contextvars(team=team_id, setup=setup_id),
        ):
            try:
                await outfit(outfitter, team_id, setup_id)
            except (Unavailable, NoPolicy) as error:
                log.warning("setup.delayed", sentence=error.template)

    return {SET_UP: set_up}


async def sweep(service: Service, team_id: str, until: datetime) -> None:
    """Find due setups without a job."""
    await wake_due(service.setups, service.setup_queue, team_id, until)
