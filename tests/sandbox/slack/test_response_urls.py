"""response_url: five uses, thirty minutes, ephemeral unless said otherwise."""

from __future__ import annotations

from typing import Any


async def respond(world: Any, url: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with world.session.post(url, json=body) as response:
        return response.status, await response.json()


def url_of(world: Any, **how: Any) -> str:
    return str(world.team.response_urls.issue("U0ADA", "C0GENERAL", **how))


async def texts(page: Any) -> list[str]:
    return [message["text"] for message in (await page.get("channels/C0GENERAL/messages"))["messages"]]


async def test_an_answer_is_ephemeral_unless_said_otherwise(world: Any) -> None:
    """Without response_type only the one who acted sees it."""
    ada, grace, url = await world.page(), await world.page("U0GRACE"), url_of(world)

    await respond(world, url, text="For you")
    await respond(world, url, text="For all", response_type="in_channel")

    assert await texts(ada) == ["For you", "For all"]
    assert await texts(grace) == ["For all"]


async def test_the_sixth_use_is_refused(world: Any) -> None:
    """Five answers, not more."""
    url = url_of(world)
    for _ in range(5):
        assert await respond(world, url, text="x") == (200, {"ok": True})

    assert await respond(world, url, text="x") == (404, {"ok": False, "error": "used_url"})


async def test_it_lives_thirty_minutes(world: Any) -> None:
    """Just before the end it works, just after it has expired."""
    url = url_of(world)

    world.clock.advance(30 * 60 - 5)
    assert (await respond(world, url, text="x"))[0] == 200
    world.clock.advance(6)

    assert await respond(world, url, text="x") == (404, {"ok": False, "error": "expired_url"})


async def test_it_is_the_way_to_change_an_ephemeral_message(world: Any) -> None:
    """replace_original rewrites the ephemeral message, delete_original takes it away."""
    ada = await world.page()
    ts = (await world.bot.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="Looking"))["message_ts"]
    source = world.team.workspace.channels["C0GENERAL"].find(ts)
    url = url_of(world, source=source)

    await respond(world, url, text="Found", replace_original=True)
    assert await texts(ada) == ["Found"]
    await respond(world, url, delete_original=True)

    assert await texts(ada) == []


async def test_a_bad_answer_is_refused(world: Any) -> None:
    """Answers are validated like messages; an unknown address is not found."""
    url = url_of(world)

    empty = await respond(world, url)
    alert = await respond(world, url, blocks=[{"type": "alert"}])
    nowhere = await respond(world, f"{world.slack.address}/response/invented", text="x")

    assert (empty[0], empty[1]["error"]) == (400, "no_text")
    assert (alert[0], alert[1]["error"]) == (400, "invalid_blocks")
    assert nowhere[0] == 404
