"""Words that the bot does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.moves import expect, player
from sandbox.people import ADA, MALLORY

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Misspelt words get help"


async def tell(stage: Stage, scene: Scene) -> None:
    """A misspelt verb, a request that does not exist, somebody else's request."""
    ada, mallory = player(stage, scene, ADA), player(stage, scene, MALLORY)
    await ada.types("/gemini-key reqest")
    expect("Did you mean `request`" in await ada.told(), "a misspelt word was not understood")
    await ada.types("/gemini-key show GK-2222")
    expect("GK-2222" in await ada.told(), "an unknown request was not called unknown")
    await mallory.types(f"/gemini-key show {stage.known['first']}")
    expect("acme-vision" not in await mallory.told(), "a guest was shown somebody's request")
