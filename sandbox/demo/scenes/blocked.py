"""A company policy forbids the key: the cause is named, and nothing stays behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo import holdings
from sandbox.demo.moves import ask, expect, plain, player, screen
from sandbox.demo.visitor import has_button, words
from sandbox.people import ADA, GRACE

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "acme-locked: a company policy forbids the key"
CONSTRAINT = "iam.managed.disableServiceAccountApiKeyCreation"


async def tell(stage: Stage, scene: Scene) -> None:
    """Fail with the cause, and look into Google for what was made on the way."""
    ada, grace = player(stage, scene, ADA), player(stage, scene, GRACE)
    request_id = await ask(ada, "acme-locked", "dev", "Try Gemini in the locked project")
    await grace.presses("approve_request", await grace.card(request_id))
    failed = await ada.dm(
        "why it failed", lambda m: request_id in words(m) and "could not be made" in words(m)
    )
    ada.saw(plain(screen(failed)))
    expect("polic" in words(failed), "the message does not name the policy")
    card = await grace.card(request_id, lambda m: has_button(m, "retry_request"))
    grace.saw(f"{plain(screen(card).splitlines()[-2])} [Try again]")

    left = [thing for thing in holdings.of(stage.town.cloud.world) if thing.project == "acme-locked"]
    expect(not left, f"something stayed behind in acme-locked: {left}")
    scene.saw(
        "The town", "in Google's state: acme-locked holds no key, no secret and no binding of this request"
    )
    scene.proves(2, f"{request_id} failed at the mint and left nothing behind")
