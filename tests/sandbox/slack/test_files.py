"""The external upload flow: announced, sent as raw bytes, completed into a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.options import Options

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40
ADAS_DM = "D0ADA"


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def announced(world: Any, length: int = len(PICTURE)) -> Any:
    return await world.bot.files_getUploadURLExternal(filename="calls.png", length=length, alt_txt="Two bars")


async def test_a_picture_is_seen_by_the_members_of_its_conversation_only(world: Any) -> None:
    """Slack's own client uploads it; Ada sees picture, words and description, Grace gets 404."""
    ada = await world.page()

    await world.bot.files_upload_v2(
        channel=ADAS_DM, content=PICTURE, filename="calls.png", alt_txt="Two bars", initial_comment="Look"
    )

    message = (await ada.event("message"))["message"]
    (file,) = message["files"]
    assert (message["text"], file["alt_txt"], file["mimetype"]) == ("Look", "Two bars", "image/png")
    address = f"{world.slack.address}{file['url_private']}"
    async with world.session.get(address, params={"as": "U0ADA"}) as answer:
        assert await answer.read() == PICTURE
    async with world.session.get(address, params={"as": "U0GRACE"}) as answer:
        assert answer.status == 404


async def test_bytes_must_be_as_many_as_announced_and_come_once(world: Any) -> None:
    """A short body is refused and leaves the address open; the right one closes it."""
    url = (await announced(world))["upload_url"]
    statuses = []
    for data in (PICTURE[:-1], PICTURE, PICTURE):
        async with world.session.post(url, data=data) as answer:
            statuses.append(answer.status)
    assert statuses == [400, 200, 400]


async def test_only_what_was_uploaded_can_be_completed_and_only_once(world: Any) -> None:
    """Before the bytes, and a second time, files.completeUploadExternal answers file_not_found."""
    answer = await announced(world)
    files = [{"id": answer["file_id"], "title": "Calls"}]
    assert await error_of(world.bot.files_completeUploadExternal(files=files)) == "file_not_found"
    async with world.session.post(answer["upload_url"], data=PICTURE) as sent:
        assert sent.status == 200
    await world.bot.files_completeUploadExternal(files=files, channel_id=ADAS_DM)
    assert await error_of(world.bot.files_completeUploadExternal(files=files)) == "file_not_found"


async def test_a_file_needs_a_length_and_a_conversation_by_id(world: Any) -> None:
    """No empty files; channel_id takes no user id, unlike chat.postMessage."""
    assert await error_of(announced(world, length=0)) == "invalid_arguments"
    answer = await announced(world)
    async with world.session.post(answer["upload_url"], data=PICTURE) as sent:
        assert sent.status == 200
    files = [{"id": answer["file_id"]}]
    completed = world.bot.files_completeUploadExternal(files=files, channel_id="U0ADA")
    assert await error_of(completed) == "channel_not_found"


async def test_uploading_needs_files_write(make_world: Any) -> None:
    """An app that was installed without the scope is told so."""
    world = await make_world(Options(scopes=("chat:write",)))

    assert await error_of(announced(world)) == "missing_scope"
