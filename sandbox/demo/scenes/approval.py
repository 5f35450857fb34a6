"""An outsider is refused, Grace approves, and Ada watches the key being made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.moves import expect, link_in, plain, player, screen
from sandbox.demo.visitor import has_button, words
from sandbox.people import ADA, GRACE, MALLORY

if TYPE_CHECKING:
    from sandbox.demo.moves import Player
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Grace approves, and Ada watches her key being made"
TICK, BOX = "✅", "▫️"
LEAST_STATES = 2


async def tell(stage: Stage, scene: Scene) -> None:
    """From the card with two buttons to the message with a link."""
    ada, grace, mallory = (player(stage, scene, person) for person in (ADA, GRACE, MALLORY))
    request_id = stage.known["first"]

    await mallory.presses("approve_request", await mallory.card(request_id))
    expect("Guests" in await mallory.told(), "a guest was not refused")

    await grace.presses("approve_request", await grace.card(request_id))
    decided = await grace.card(request_id, lambda m: not has_button(m, "approve_request"))
    expect(GRACE.user_id in words(decided), "the card does not say who decided")
    grace.saw(f"the card without buttons: {plain(screen(decided).splitlines()[-1])}")

    ready = await ada.key_ready(request_id)
    states = _progress(ada, request_id)
    for before, state in zip(["", *states], states, strict=False):
        ticked = state.count(TICK)
        ada.saw(f"the list at {ticked} of {ticked + state.count(BOX)}: {_new(before, state)}")
    expect(len(states) >= LEAST_STATES, f"the progress list did not tick: {states}")
    stage.known["link"] = link_in(ready)
    ada.saw(f"a new message: {plain(screen(ready).splitlines()[0])} [Open in Secret Manager] [How to use it]")

    await ada.presses("how_to_use", ready)
    await ada.form()
    await ada.eyes.close()


def _progress(ada: Player, request_id: str) -> list[str]:
    """List the different states in which the progress list stood in the DM."""
    said = [words(m) for m in ada.eyes.changes if m["channel"].startswith("D")]
    lists = [text for text in said if request_id in text and (TICK in text or BOX in text) and BOX in text]
    return list(dict.fromkeys(lists))


def _new(before: str, state: str) -> str:
    ticked = [line for line in state.splitlines() if line.startswith(TICK) and line not in before]
    return " ".join(ticked) or "nothing is done yet"
