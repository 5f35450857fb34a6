"""Redis is killed right after a click was answered; when it is back, the decision is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo import memory
from sandbox.demo.moves import ask, expect, player
from sandbox.people import ADA, GRACE

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Redis dies right after an approval; nothing is forgotten"


async def tell(stage: Stage, scene: Scene) -> None:
    """Kill -9 right after the ack, then start it on its file."""
    ada, grace = player(stage, scene, ADA), player(stage, scene, GRACE)
    request_id = await ask(ada, "acme-vision", "dev", "Read the serial numbers on parcels")
    await grace.presses("approve_request", await grace.card(request_id))
    await stage.redis.kill()
    scene.did("The town", f"kills Redis (SIGKILL) right after the ack of {request_id}, and starts it again")
    await stage.redis.start()
    state = await memory.state_of(stage.redis.client, request_id)
    expect(state in {"approved", "provisioning", "active"}, f"{request_id} came back as {state}")
    scene.saw("The town", f"{request_id} in Redis, read from its file: {state}")
    stage.hurt[request_id] = f"Redis was killed right after an ack and came back with it ({state})"
