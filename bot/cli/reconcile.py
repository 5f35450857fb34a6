"""`gemini-key-bot reconcile`: hold Redis against Google, and repair on request."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot import settings
from bot.errors import GoogleError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.google.cloud import Cloud
    from bot.operations.differences import Difference
    from bot.wiring import Service


# A command may wait for its turn at Google where a worker would do something else.
PATIENCE = timedelta(hours=1)
# Resource Manager's method, in the place of a project where all of them could not be looked for.
SEARCH = "projects.search"
# What the bot still holds in a project that it made and did not end.
OWNER = "roles/owner"


def reconcile(
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="repair what is found; without it nothing changes")
    ] = False,
    grace_minutes: Annotated[int, typer.Option(min=0, help="leave alone what is younger than this")] = 60,
) -> None:
    """Compare Redis with Google: lost records, orphans, readers. Exit 1 when something stays different."""
    left = asyncio.run(_run(timedelta(minutes=grace_minutes), apply=apply))
    raise typer.Exit(1 if left else 0)


async def _run(grace: timedelta, *, apply: bool) -> int:
    """Print every difference; returns how many are left."""
    from bot.cloud_wiring import open_cloud  # noqa: PLC0415 - 0.3 s that other commands never need
    from bot.google.holdings import Inventory  # noqa: PLC0415 - the same
    from bot.operations.reconcile import Reconciler  # noqa: PLC0415 - the same
    from bot.wiring import open_service  # noqa: PLC0415 - the same

    known = settings.load()
    async with (
        open_service(known, beside=True) as service,
        open_cloud(known, turns=service.turns(), soon=PATIENCE) as cloud,
    ):
        policies = service.policies
        reconciler = Reconciler(service.requests, Inventory(cloud), service.now, grace, policies.workspace)
        unseen = await _look_around(service, cloud)
        unseen += await _half_made(service, cloud, service.now() - grace)
        found = unseen + await reconciler.differences(policies.project_ids())
        left = 0
        for difference in found:
            repaired = apply and await reconciler.repair(difference)
            left += not repaired
            typer.echo(_line(difference, apply=apply, repaired=repaired))
    typer.echo(f"{len(found)} differences, {len(found) - left} repaired" if found else "no difference")
    return left


async def _look_around(service: Service, cloud: Cloud) -> list[Difference]:
    """Learn which projects the policy's patterns stand for, as a lost Redis can't tell; no answer is told."""
    from bot.operations.differences import Difference, Kind  # noqa: PLC0415 - the same

    if not service.policies.has_patterns:
        return []
    try:
        found = await cloud.projects.visible()
    except GoogleError as error:
        return [Difference(Kind.UNREADABLE, SEARCH, error.status, "")]
    service.policies.see({*found, *await service.visible.made()})
    return []


async def _half_made(service: Service, cloud: Cloud, before: datetime) -> list[Difference]:
    """Name the projects that the bot began to make before a time and still owns; people decide about them."""
    from bot.operations.differences import Difference, Kind  # noqa: PLC0415 - the same

    if not any(policy.new_projects for policy in service.policies.written()):
        return []
    try:
        found = await cloud.projects.half_made(before)
    except GoogleError as error:
        return [Difference(Kind.UNREADABLE, SEARCH, error.status, "")]
    return [Difference(Kind.HALF_MADE, project_id, OWNER, "") for project_id in found]


def _line(difference: Difference, *, apply: bool, repaired: bool) -> str:
    """Say one difference: what was done, what, where, whose."""
    if repaired:
        done = "repaired"
    elif difference.young:
        done = "too young"
    elif not difference.repairable:
        done = "look at it"
    else:
        done = "overtaken" if apply else "repairable"
    whose = f"  {difference.owner}" if difference.owner else ""
    member = f"  {difference.member}" if difference.member else ""
    return f"{done:<10}  {difference.kind:<24}  {difference.project_id}  {difference.name}{whose}{member}"
