from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain import names
from bot.domain.audit import Event
from bot.domain.key_request import State
from sandbox.google.company import set_bot_roles
from sandbox.google.roles import BOT
from sandbox.people import TEAM_ID
from tests.chaos import invariants
from tests.chaos.lane import GRACE_P, Lane
from tests.chaos.tally import ALL

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from tests.chaos.tally import Tally
    from tests.chaos.zygote import Zygote

pytestmark = pytest.mark.chaos

GRANTS = 50 if ALL else 12


async def granted(lane: Lane, count: int) -> list[KeyRequest]:
    """Have so many live grants."""
    set_bot_roles(lane.town.cloud.world.projects["acme-stranger"], [BOT])
    asked = [await lane.approved(await lane.submitted()) for _ in range(count)]
    return [await lane.until(request, State.ACTIVE) for request in asked]


async def test_a_wiped_redis_gets_every_live_grant_back(zygote: Zygote, tally: Tally) -> None:
    """FLUSHALL: a report changes nothing, --apply brings owner, approver, end, keys back; none is revoked."""
    async with Lane(zygote) as lane:
        worker = await lane.bot(door=False)
        rotated, *others = await granted(lane, GRANTS)
        before = [await lane.rotated(rotated), *others]
        await worker.kill()
        await lane.service.redis.flushall()

        code, told = await lane.command("reconcile")
        assert (code, told.count("lost-record")) == (1, GRANTS), told
        assert await lane.service.requests.workspaces() == set()

        code, told = await lane.command("reconcile", "--apply")
        assert (code, f"{GRANTS} repaired" in told) == (0, True), told
        await lane.bot(door=False)
        await asyncio.sleep(3)  # three sweeps

        found = []
        for request in before:
            after = await lane.service.requests.get(TEAM_ID, request.id)
            if _what_counts(after) != _what_counts(request):
                found.append(f"{request.id} came back as {after}")
            found += invariants.google(lane.town.cloud.world, after)
        found += await invariants.listed(lane.service)
        tally.add("Redis: FLUSHALL, then reconcile --apply", f"{GRANTS} live grants", found)
        assert found == []
        code, said = await lane.command("reconcile")
        assert (code, said.splitlines()[-1]) == (0, "no difference"), said
        over = await lane.until(await lane.expire(before[0]), State.EXPIRED)
        assert invariants.google(lane.town.cloud.world, over) == []


async def test_a_project_that_cannot_be_read_is_told_and_hides_no_other(zygote: Zygote) -> None:
    """No answer from one project is no evidence about it, and the others are compared all the same."""
    async with Lane(zygote) as lane:
        code, told = await lane.command("reconcile", "--apply")

        assert (code, told.count("unreadable-project")) == (1, 1), told
        assert "acme-stranger  PERMISSION_DENIED" in told


def _what_counts(request: KeyRequest) -> tuple[object, ...]:
    by = [(decision.by.account, decision.at) for decision in request.approvals]
    return (
        *(request.requester.account, request.requester.email, request.project_id, request.environment, by),
        *(request.state, request.expires_at, request.lifetime, request.key_uid, request.secret_version),
        *(request.rotation, names.key_id(request), request.project_number),
    )


async def test_orphans_go_after_their_grace_and_no_sooner(zygote: Zygote, tally: Tally) -> None:
    """A key without secret, a secret without key, a stranger's binding: told, spared while young, mended."""
    async with Lane(zygote) as lane:
        worker = await lane.bot(door=False)
        lonely, empty, shared, whole = await granted(lane, 4)
        await worker.kill()
        world = lane.town.cloud.world
        project = world.projects[lonely.project_id]
        await lane.service.redis.flushall()
        for request in (shared, whole):
            event = Event(at=request.requested_at, by="test", verb="restore")
            assert await lane.service.requests.add(replace(request), event, once="")
        del project.secrets[names.secret_id(lonely)]
        del project.keys[names.key_id(empty)]

        for binding in project.secrets[names.secret_id(shared)].policy.bindings:
            binding.members[:] = [GRACE_P.member]

        code, told = await lane.command("reconcile", "--apply")
        assert (code, told.count("too young")) == (1, 2), told
        assert [key.key_id for key in invariants.live_keys(world, lonely)] == [names.key_id(lonely)]
        assert invariants.google(world, shared) == [], told

        code, told = await lane.command("reconcile", "--apply", "--grace-minutes", "0")
        found = [] if code == 0 else [told]
        for gone in (lonely, empty):
            found += invariants.google(world, replace(gone, state=State.EXPIRED))
        for kept in (shared, whole):
            found += invariants.google(world, kept)
        tally.add("Google: orphans and strangers, then reconcile --apply", "key, secret, binding", found)
        assert found == []
