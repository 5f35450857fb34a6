"""Promise 1: count the keys that live at Google."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.demo import holdings, memory
from sandbox.demo.promises import NothingToCheck, check

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Transcript


async def check_one_key(stage: Stage, transcript: Transcript) -> str:
    """Each live request has one key, one secret, one version, and they fit together."""
    world = stage.town.cloud.world
    live = await memory.live(stage.redis.client)
    made = Counter((thing.kind, thing.request) for thing in holdings.of(world))
    if not live and not made:
        raise NothingToCheck("no key was made")
    for request in sorted(live):
        for kind in ("key", "secret"):
            check(made[kind, request] == 1, f"{request} has {made[kind, request]} {kind}s at Google")
    for project in world.projects.values():
        texts = {key.key_string.encode() for key in project.keys.values() if not key.deleted}
        for secret in project.secrets.values():
            versions = holdings.readable_versions(secret)
            check(len(versions) == 1, f"{secret.secret_id} has {len(versions)} readable versions")
            check(versions[0] in texts, f"{secret.secret_id} holds no key that lives")
    return f"Google's state: {len(live)} live requests, each with one key, in the one version of its secret"
