"""Two approvers press at the same instant, and two processes of the bot get the clicks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.demo import holdings
from sandbox.demo.moves import ask, expect, player
from sandbox.people import ADA, ALAN, GRACE

if TYPE_CHECKING:
    from sandbox.demo.moves import Player
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Grace and Alan approve at the same instant, at two processes"


async def tell(stage: Stage, scene: Scene) -> None:
    """One decision, one loser who is told the winner, one key."""
    ada, grace, alan = (player(stage, scene, person) for person in (ADA, GRACE, ALAN))
    other = await stage.second_bot()
    request_id = await ask(ada, "acme-ml-dev", "dev", "Label photos for the parts catalogue")
    card = await grace.card(request_id)
    await alan.card(request_id)

    await stage.aim(1, other)
    await asyncio.gather(
        grace.presses("approve_request", card),
        alan.presses("approve_request", card),
    )
    loser = await _first_told(grace, alan)
    winner = alan if loser is grace else grace
    told = await loser.told()
    expect(winner.person.real_name in told, f"{loser.name} was not told that {winner.name} decided: {told}")
    expect(not winner.eyes.whispers, f"{winner.name} was told something too")

    await ada.key_ready(request_id)
    ada.saw("her second key, once")
    minted = [t for t in holdings.of(stage.town.cloud.world) if t.kind == "key" and t.request == request_id]
    expect(len(minted) == 1, f"{len(minted)} keys were minted for {request_id}")
    scene.proves(1, f"{request_id}, approved twice at the same instant, has one key")
    scene.proves(
        4, f"{winner.name} decided {request_id}; {loser.name}'s click at the other process was refused"
    )


async def _first_told(*players: Player) -> Player:
    """Wait until one of them is told something that the others are not."""
    waits = {asyncio.create_task(each.is_told()): each for each in players}
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        first = done.pop()
        await first
        return waits[first]
    finally:
        for wait in waits:
            wait.cancel()
