"""What the dead had begun is finished by the living, once they are known to be dead."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.demo import memory
from sandbox.demo.moves import player
from sandbox.people import ADA

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Both crashes are over: the keys are made, and their messages arrive"
# A worker that is silent for 20 s is taken for dead, a reader of announcements after 40 s.
PATIENCE = 60.0


async def tell(stage: Stage, scene: Scene) -> None:
    """Wait for each key, then for the link to it."""
    ada = player(stage, scene, ADA)
    await asyncio.gather(*(memory.until_active(stage.redis.client, r, PATIENCE) for r in stage.hurt))
    await asyncio.gather(*(ada.key_ready(request_id, PATIENCE) for request_id in stage.hurt))
    for request_id, crash in stage.hurt.items():
        ada.saw(f"a new message with the link to the key of {request_id}")
        scene.proves(6, f"{crash}; {request_id} kept its approval and got its key")
