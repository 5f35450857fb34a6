"""Ada asks for a key: what is wrong is said at its field, and hostile words stay words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.demo.moves import WEEK, expect, plain, player, screen, sent
from sandbox.demo.visitor import has_button, words
from sandbox.people import ADA, GRACE

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Ada asks for a key"
OVERRIDE = "\u202e"
LONGEST = 500
HOSTILE = (
    "<!channel> <@U0GRACE> *pay* ```rm -rf /``` <http://evil.test|Approve> "
    f"{OVERRIDE}yned{OVERRIDE} 🔑🧨 & <b>"
)


async def tell(stage: Stage, scene: Scene) -> None:
    """Have two forms refused at their fields, then send a hostile one that is fine."""
    ada, grace = player(stage, scene, ADA), player(stage, scene, GRACE)
    await ada.types("/gemini-key request acme-vision")
    await ada.form()
    await ada.fills_in(environment="dev", purpose="x", lifetime=WEEK)
    expect("purpose" in await ada.field_error(), "a purpose of one letter was not refused")
    await ada.fills_in(environment="dev", purpose=" " * 40, lifetime=WEEK)
    expect("purpose" in await ada.field_error(), "a purpose of blanks was not refused")
    await ada.fills_in(environment="prod", purpose="Summarise our support tickets", lifetime=WEEK)
    expect("environment" in await ada.field_error(), "prod was not refused in a dev project")

    await ada.fills_in(environment="dev", purpose=HOSTILE.ljust(LONGEST, "🧨"), lifetime=WEEK)
    stage.known["first"] = await sent(ada)

    card = await grace.card(stage.known["first"], lambda m: has_button(m, "approve_request"))
    grace.saw(plain(screen(card)))
    expect(OVERRIDE not in words(card), "the card can turn the reading direction")
    expect(not any("<!channel>" in text for text in _marked(card)), "the card would notify the whole channel")


def _marked(card: dict[str, Any]) -> list[str]:
    """List the texts in which Slack reads marks; the rest is shown letter by letter."""
    texts = [part for block in card["blocks"] for part in (block.get("text"), *block.get("fields", []))]
    return [str(card.get("text", "")), *(t["text"] for t in texts if t and t["type"] == "mrkdwn")]
