"""Production must be billed, and acme-legacy's billing account is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.moves import MONTH, ask, expect, plain, player, screen
from sandbox.demo.visitor import words
from sandbox.people import ADA, ALAN

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "acme-legacy: production needs billing, and its account is closed"


async def tell(stage: Stage, scene: Scene) -> None:
    """Fail before anything is made, with billing named."""
    ada, alan = player(stage, scene, ADA), player(stage, scene, ALAN)
    request_id = await ask(ada, "acme-legacy", "prod", "Serve the old shop's product texts", MONTH)
    await alan.presses("approve_request", await alan.card(request_id))
    failed = await ada.dm(
        "why it failed", lambda m: request_id in words(m) and "could not be made" in words(m)
    )
    ada.saw(plain(screen(failed)))
    expect("illing" in words(failed), "the message does not name billing")
