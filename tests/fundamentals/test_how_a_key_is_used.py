"""How a key is used: Google counts the calls, the bot says and draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from sandbox.demo.visitor import button, words
from tests.support.company import APPROVALS, Company, has_button, shows

if TYPE_CHECKING:
    from sandbox.demo.visitor import Visitor


async def test_calls_are_counted_told_and_drawn(acme: Company) -> None:
    """Ada's key is called well and badly; she reads how often, sees the bars, and strangers see neither."""
    await acme.bot()
    ada, grace, alan = [await acme.person(user) for user in ("U0ADA", "U0GRACE", "U0ALAN")]
    request_id = await acme.ask(ada)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "the card"))
    direct = await ada.direct_channel()
    await ada.message(direct, lambda m: has_button(m, "open_secret"), "the link to the key")

    # Twenty days pass. Two weeks ago it was busy; yesterday it was called twice, and then the quota was gone.
    await acme.grow_older(request_id, 20, (14, 200, 50), (1, 200, 2), (1, 429, 1))

    # Ada asks. She is told at once that somebody looks, and then what Google counted.
    await ada.command(f"/gemini-key usage {request_id}")
    told = await whisper(ada, "last 7 days")
    assert f"*{request_id}*" in words(told)
    assert "3 calls, 33 % of them failed" in words(told), "without the bot's own try when it was made"
    assert "`429` 1 · too many calls" in words(told)

    # The same comes as a picture, with words for those who do not see it.
    drawn = await ada.message(direct, lambda m: m.get("files"), "the picture")
    (file,) = drawn["files"]
    assert "3 in all, 1 failed" in file["alt_txt"]
    async with aiohttp.ClientSession(acme.town.address) as browser:
        async with browser.get(file["url_private"], params={"as": "U0ADA"}) as picture:
            assert (await picture.read()).startswith(b"\x89PNG")
        async with browser.get(file["url_private"], params={"as": "U0ALAN"}) as picture:
            assert picture.status == 404

    # One press shows the month instead.
    block, month = button(told, "usage")
    await ada._deliver("/page/action", {
        "container": {"type": "message", "channel": "C0GENERAL", "ts": told["ts"]},
        "block_id": block["block_id"], "action_id": "usage", "value": month["value"],
    })  # fmt: skip
    await ada.message(direct, lambda m: "last 30 days: 53 calls" in words(m), "the month's picture")

    # Whoever neither asked for the key nor approves keys is not told; Alan approves them.
    stranger = await acme.person("U0MALLORY")
    await stranger.command(f"/gemini-key usage {request_id}")
    await alan.command(f"/gemini-key usage {request_id} 30")
    await whisper(alan, "last 30 days")
    assert not any("30 days" in words(said) for said in stranger.whispers)


async def whisper(who: Visitor, text: str) -> dict[str, object]:
    """Wait for something that only this person is shown."""
    return await who.until(lambda: next((m for m in who.whispers if text in words(m)), None), text)
