"""Radia, an approver herself, asks: she cannot decide it, is denied, asks again, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.moves import ask, expect, plain, player, screen, sent
from sandbox.demo.visitor import has_button, words
from sandbox.people import ALAN, RADIA

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "Radia cannot approve her own request; a no has a reason; a request can be taken back"
PURPOSE = "Classify the alerts of our build machines"


async def tell(stage: Stage, scene: Scene) -> None:
    """Refused, denied, sent again from the filled form, withdrawn."""
    radia, alan = player(stage, scene, RADIA), player(stage, scene, ALAN)
    request_id = await ask(radia, "acme-ml-dev", "dev", PURPOSE)
    await radia.presses("approve_request", await radia.card(request_id))
    expect("your own" in await radia.told(), "an approver decided her own request")

    await alan.presses("deny_request", await alan.card(request_id))
    await alan.form()
    await alan.fills_in(reason="detail", note="Which alerts? There are four systems.")
    denied = await radia.dm("the reason", lambda m: request_id in words(m) and has_button(m, "send_again"))
    radia.saw(plain(screen(denied)))
    expect("Which alerts?" in words(denied), "the reason did not arrive")

    await radia.presses("send_again", denied)
    form = await radia.form()
    filled = {
        b["block_id"]: b["element"].get("initial_value") for b in form["blocks"] if b["type"] == "input"
    }
    expect(filled["purpose"] == PURPOSE, "the form was not filled with what she had written")
    radia.saw(f"in it what she had written: {filled['purpose']}")
    await radia.fills_in(purpose=f"{PURPOSE} (the nightly ones)")
    second = await sent(radia)

    waiting = await radia.dm(
        "the waiting request", lambda m: second in words(m) and has_button(m, "withdraw_request")
    )
    await radia.presses("withdraw_request", waiting)
    gone = await radia.dm("that it is withdrawn", lambda m: second in words(m) and "You withdrew" in words(m))
    radia.saw(plain(screen(gone).splitlines()[0]))
    card = await alan.card(second, lambda m: not has_button(m, "approve_request"))
    alan.saw(plain(screen(card).splitlines()[-1]))
