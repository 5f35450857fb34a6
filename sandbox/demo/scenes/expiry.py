"""The time is over: Google itself ends the access, although no bot runs any more."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from sandbox.demo import secret_page
from sandbox.demo.moves import WEEK, expect, player
from sandbox.people import ADA

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "A week later Google ends Ada's access by itself"
A_MINUTE = timedelta(minutes=1)


async def tell(stage: Stage, scene: Scene) -> None:
    """Put only Google's clock forward, with every bot stopped."""
    ada, link = player(stage, scene, ADA), stage.known["link"]
    await stage.stop_bots()
    scene.did("The town", "stops every process of the bot")
    before = await secret_page.press(link, ADA, "value", stage.known["works"])
    expect(before.status == HTTPStatus.OK, f"Ada was refused before the time was over: {before.status}")

    stage.clock.ahead = timedelta(seconds=WEEK) + A_MINUTE
    scene.did("The town", "puts Google's clock forward by seven days and a minute")
    try:
        ada.did("opens her first link and presses [Show value]")
        after = await secret_page.press(link, ADA, "value", stage.known["works"])
    finally:
        stage.clock.ahead = timedelta()
    ada.saw(f"HTTP {after.status}: this account lacks {after.missing}")
    expect(after.status == HTTPStatus.FORBIDDEN and not after.value, "the access did not end")
    scene.proves(7, "With no bot running, IAM's condition ended Ada's access at the minute the key expired")
