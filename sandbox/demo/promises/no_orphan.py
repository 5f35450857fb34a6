"""Promise 2: everything that was made at Google belongs to a live request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.demo import holdings, memory
from sandbox.demo.promises import NothingToCheck, check

if TYPE_CHECKING:
    from sandbox.demo.holdings import Thing
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript
    from sandbox.google.state import World


async def check_no_orphan(stage: Stage, transcript: Transcript) -> str:
    """Look at each key, secret and binding, and at the policies that must be as they were."""
    world, redis = stage.town.cloud.world, stage.redis.client
    live, made = await memory.live(redis), holdings.of(world)
    if not made and not live:
        raise NothingToCheck("nothing was made")
    for thing in made:
        check(
            thing.request in live, f"{thing.kind} {thing.name} in {thing.project} belongs to no live request"
        )
        if thing.kind == "binding":
            requester = (await memory.record(redis, thing.request))["requester"]["email"]
            check_binding(thing, requester)
    check(stage.policies() == stage.policies_before, "a project's own IAM policy was changed")
    counted = Counter(thing.kind for thing in made)
    return (
        f"Google's state: {counted['key']} keys, {counted['secret']} secrets and {counted['binding']} "
        "bindings, each of a live request; no project's policy changed; "
        f"{_bare_accounts(world)} role-less service accounts, one per project, are kept for the next key"
    )


def check_binding(thing: Thing, requester: str) -> None:
    """Only the requester may read, and only until a time."""
    check(thing.member == f"user:{requester}", f"{thing.name} lets {thing.member} in")
    check("request.time <" in thing.condition, f"{thing.name} has no end")


def _bare_accounts(world: World) -> int:
    """Count the accounts that keys are bound to; none may be used by anybody, or hold a key file."""
    ours = [
        account
        for project in world.projects.values()
        for account in project.service_accounts.values()
        if account.message.email.startswith("gemini-keys-")
    ]
    for account in ours:
        check(not account.policy.bindings, f"somebody may act as {account.message.email}")
        check(not account.public_keys, f"{account.message.email} has a key file")
    return len(ours)
