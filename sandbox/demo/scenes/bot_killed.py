"""The process that answered the click is killed at once; the others will make the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.moves import MONTH, ask, player
from sandbox.people import ADA, ALAN

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "The bot that answers an approval dies right afterwards"


async def tell(stage: Stage, scene: Scene) -> None:
    """Kill -9 right after the ack."""
    ada, alan = player(stage, scene, ADA), player(stage, scene, ALAN)
    number = await stage.second_bot()
    request_id = await ask(ada, "acme-ml-prod", "prod", "Answer customers in the help centre", MONTH)
    card = await alan.card(request_id)
    await stage.aim(number, 1)
    await alan.presses("approve_request", card)
    await stage.kill_bot(number)
    scene.did("The town", f"kills process {number} of the bot (SIGKILL) right after its ack of {request_id}")
    stage.hurt[request_id] = f"Process {number} was killed right after its ack"
