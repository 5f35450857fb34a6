"""What chat.* and conversations.* allow and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.options import Options

SECTION = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}]
READER = Options(
    scopes=("chat:write", "channels:history", "groups:history", "channels:read", "reactions:write")
)


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_message_reaches_every_member_of_the_channel(world: Any) -> None:
    """What the app posts is pushed to a member, counts as unread, and keeps its markup as text."""
    ada = await world.page()

    posted = await world.bot.chat_postMessage(
        channel="C0GENERAL", text="Due <!date^1^{date}|soon>", blocks=SECTION
    )

    event = await ada.event("message")
    assert (event["message"]["text"], event["message"]["bot_id"]) == ("Due <!date^1^{date}|soon>", "B0BOT")
    assert event["message"]["blocks"][0]["block_id"]
    assert posted["message"]["bot_profile"]["app_id"] == "A0GEMINI"
    general = (await ada.get("workspace"))["channels"][0]
    assert (general["id"], general["unread"]) == ("C0GENERAL", 1)
    await ada.post("read", channel="C0GENERAL")
    assert (await ada.get("workspace"))["channels"][0]["unread"] == 0


async def test_a_private_channel_is_closed_to_others(world: Any) -> None:
    """Somebody who is not a member neither sees the channel nor its messages, live or stored."""
    ada, grace = await world.page(), await world.page("U0GRACE")

    await world.bot.chat_postMessage(channel="C0APPROVALS", text="Secret")
    await grace.event("message")

    assert (await ada.get("channels/C0APPROVALS/messages"))["error"] == "channel_not_found"
    assert [e for e in ada.heard if e["type"] == "message"] == []


async def test_a_user_id_means_the_direct_message(world: Any) -> None:
    """Posting to a user lands in the DM, and only the D… id may be used to update it."""
    opened = (await world.bot.conversations_open(users="U0ADA"))["channel"]["id"]

    posted = await world.bot.chat_postMessage(channel="U0ADA", text="Yours")

    assert posted["channel"] == opened == "D0ADA"
    assert (
        await error_of(world.bot.chat_update(channel="U0ADA", ts=posted["ts"], text="x"))
        == "channel_not_found"
    )
    await world.bot.chat_update(channel=opened, ts=posted["ts"], text="Still yours")


async def test_text_without_blocks_removes_the_blocks(world: Any) -> None:
    """chat.update is a replacement, not a merge; only a text update shows as edited."""
    ada = await world.page()
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="a", blocks=SECTION))["ts"]

    with_blocks = await world.bot.chat_update(channel="C0GENERAL", ts=ts, text="b", blocks=SECTION)
    without = await world.bot.chat_update(channel="C0GENERAL", ts=ts, text="c")

    assert "edited" not in with_blocks["message"]
    assert "blocks" not in without["message"]
    (stored,) = (await ada.get("channels/C0GENERAL/messages"))["messages"]
    assert (stored["text"], stored["blocks"]) == ("c", [])


async def test_only_own_messages_can_be_changed(world: Any) -> None:
    """A person's message is not the app's to update or delete."""
    ada = await world.page()
    ts = (await ada.post("message", channel="C0GENERAL", text="Mine"))["ts"]

    update = world.bot.chat_update(channel="C0GENERAL", ts=ts, text="x")
    delete = world.bot.chat_delete(channel="C0GENERAL", ts=ts)

    assert await error_of(update) == "cant_update_message"
    assert await error_of(delete) == "cant_delete_message"


async def test_a_deleted_message_is_gone(world: Any) -> None:
    """Deleting tells the pages, and a second time there is nothing to delete."""
    ada = await world.page()
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="Oops"))["ts"]

    await world.bot.chat_delete(channel="C0GENERAL", ts=ts)

    assert (await ada.event("message_deleted"))["message"]["deleted"] is True
    assert await error_of(world.bot.chat_delete(channel="C0GENERAL", ts=ts)) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_member_and_for_now(world: Any) -> None:
    """Only its reader sees it, outsiders cannot get one, and chat.update does not know it."""
    ada, grace = await world.page(), await world.page("U0GRACE")

    ts = (await world.bot.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="Psst"))["message_ts"]

    assert (await ada.event("ephemeral"))["message"]["ephemeral"] is True
    assert (await grace.get("channels/C0GENERAL/messages"))["messages"] == []
    await grace.post("read", channel="C0GENERAL")
    await grace.event("channels")
    assert [event for event in grace.heard if event["type"] == "ephemeral"] == []
    outsider = world.bot.chat_postEphemeral(channel="C0APPROVALS", user="U0ADA", text="Psst")
    assert await error_of(outsider) == "user_not_in_channel"
    assert await error_of(world.bot.chat_update(channel="C0GENERAL", ts=ts, text="x")) == "message_not_found"
    assert await error_of(world.bot.chat_delete(channel="C0GENERAL", ts=ts)) == "message_not_found"


async def test_the_app_posts_only_where_it_is_a_member(world: Any) -> None:
    """Without chat:write.public a channel must be joined; a private one is not even seen."""
    world.team.workspace.channels["C0GENERAL"].members.remove("U0BOT")
    world.team.workspace.channels["C0APPROVALS"].members.remove("U0BOT")

    assert await error_of(world.bot.chat_postMessage(channel="#general", text="x")) == "not_in_channel"
    assert await error_of(world.bot.chat_postMessage(channel="C0APPROVALS", text="x")) == "channel_not_found"
    assert await error_of(world.bot.conversations_members(channel="C0APPROVALS")) == "channel_not_found"


async def test_invalid_blocks_are_listed(world: Any) -> None:
    """The refusal names each problem with its JSON pointer, and nothing is posted."""
    ada = await world.page()
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, {"type": "alert"}]

    with pytest.raises(SlackApiError) as caught:
        await world.bot.chat_postMessage(channel="C0GENERAL", text="x", blocks=bad)

    lines = caught.value.response["response_metadata"]["messages"]
    assert caught.value.response["error"] == "invalid_blocks"
    assert lines[0] == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    assert "/blocks/1/type" in lines[1]
    assert (await ada.get("channels/C0GENERAL/messages"))["messages"] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "metadata": "nonsense"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "granted"}}, "invalid_metadata_schema"),
        ({"text": "x", "channel": "C0NONE"}, "channel_not_found"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
async def test_a_bad_message_has_its_own_error(world: Any, arguments: Any, error: str) -> None:
    """Each kind of bad content is refused with Slack's word for it."""
    assert await error_of(world.bot.chat_postMessage(**{"channel": "C0GENERAL", **arguments})) == error


async def test_an_update_is_shorter_than_a_post(world: Any) -> None:
    """chat.update refuses more than 4,000 characters, which chat.postMessage takes."""
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="x" * 4_001))["ts"]

    update = world.bot.chat_update(channel="C0GENERAL", ts=ts, text="x" * 4_001)

    assert await error_of(update) == "msg_too_long"


async def test_metadata_stays_until_it_is_emptied(make_world: Any) -> None:
    """Metadata survives an update that does not name it, and leaves with an empty object."""
    world = await make_world(READER)
    data = {"event_type": "key_request", "event_payload": {"id": "GK-7F3K"}}
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="a", metadata=data))["ts"]

    kept = await world.bot.chat_update(channel="C0GENERAL", ts=ts, text="b")
    emptied = await world.bot.chat_update(channel="C0GENERAL", ts=ts, text="c", metadata={})

    assert kept["message"]["metadata"] == data
    assert "metadata" not in emptied["message"]


async def test_threads_are_read_as_threads(make_world: Any) -> None:
    """History shows the first message with its count; replies shows the thread; the page agrees."""
    world = await make_world(READER)
    ada = await world.page()
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="Question"))["ts"]
    await world.bot.chat_postMessage(channel="C0GENERAL", text="Answer", thread_ts=ts)

    (first,) = (await world.bot.conversations_history(channel="C0GENERAL"))["messages"]
    thread = (await world.bot.conversations_replies(channel="C0GENERAL", ts=ts))["messages"]

    assert (first["text"], first["reply_count"]) == ("Question", 1)
    assert [message["text"] for message in thread] == ["Question", "Answer"]
    (top,) = (await ada.get("channels/C0GENERAL/messages"))["messages"]
    below = (await ada.get("channels/C0GENERAL/replies", thread_ts=ts))["messages"]
    assert (top["reply_count"], below[1]["text"]) == (1, "Answer")


async def test_a_reaction_counts_once(make_world: Any) -> None:
    """The same emoji from the same app is refused the second time."""
    world = await make_world(READER)
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="a"))["ts"]
    place = {"channel": "C0GENERAL", "timestamp": ts, "name": "eyes"}

    await world.bot.reactions_add(**place)

    assert await error_of(world.bot.reactions_add(**place)) == "already_reacted"


async def test_a_scheduled_message_waits_for_its_time(world: Any) -> None:
    """Past and far-away times are refused; a good one is posted when it is due, not before."""
    ada = await world.page()
    world.clock.advance(0.7 - world.clock() % 1)
    now = int(world.clock())

    async def schedule(seconds: int) -> Any:
        return await world.bot.chat_scheduleMessage(channel="C0GENERAL", text="Later", post_at=now + seconds)

    assert await error_of(schedule(-60)) == "time_in_past"
    assert await error_of(schedule(121 * 24 * 3600)) == "time_too_far"
    scheduled = await schedule(1)

    assert scheduled["scheduled_message_id"].startswith("Q")
    assert (await ada.get("channels/C0GENERAL/messages"))["messages"] == []
    assert (await ada.event("message"))["message"]["text"] == "Later"


async def test_a_permalink_points_to_an_existing_message(world: Any) -> None:
    """There is a link for a message and none for a ts that never was."""
    ts = (await world.bot.chat_postMessage(channel="C0GENERAL", text="a"))["ts"]

    link = (await world.bot.chat_getPermalink(channel="C0GENERAL", message_ts=ts))["permalink"]

    assert link.endswith(f"/archives/C0GENERAL/p{ts.replace('.', '')}")
    nowhere = world.bot.chat_getPermalink(channel="C0GENERAL", message_ts="1.000001")
    assert await error_of(nowhere) == "message_not_found"


@pytest.mark.parametrize(
    ("users", "error"),
    [("U0NOBODY", "user_not_found"), ("", "users_list_not_supplied"), ("U0ADA,U0ALAN", "missing_scope")],
)
async def test_a_direct_message_needs_one_person(world: Any, users: str, error: str) -> None:
    """Nobody, unknown people and groups are refused."""
    assert await error_of(world.bot.conversations_open(users=users)) == error


async def test_lists_come_in_pages(world: Any) -> None:
    """A cursor leads through all users once, and a made-up cursor leads nowhere."""
    first = await world.bot.users_list(limit=4)
    cursor = first["response_metadata"]["next_cursor"]
    second = await world.bot.users_list(limit=4, cursor=cursor)

    ids = [user["id"] for user in first["members"] + second["members"]]
    assert sorted(ids) == ["U0ADA", "U0ALAN", "U0BOT", "U0GRACE", "U0MALLORY", "U0RADIA"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert await error_of(world.bot.users_list(cursor="made-up")) == "invalid_cursor"
