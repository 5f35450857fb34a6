"""Rate limits: tiers per method, one message per second and channel."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.web_api.endpoint import METHODS


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


@pytest.mark.parametrize(
    ("per_minute", "methods"),
    [
        (20, "users.list usergroups.list usergroups.users.list conversations.list"),
        (50, "chat.update chat.delete chat.scheduleMessage conversations.open conversations.info"),
        (50, "conversations.history conversations.replies users.lookupByEmail reactions.add team.info"),
        (100, "views.open views.push views.update views.publish users.info conversations.members"),
        (100, "chat.postEphemeral"),
    ],
)
def test_every_method_is_in_slacks_tier(per_minute: int, methods: str) -> None:
    """The tiers are those of Slack's method pages."""
    assert {METHODS[name].per_minute for name in methods.split()} == {per_minute}


async def test_a_tier_holds_for_a_minute(world: Any) -> None:
    """The call after the last allowed one is refused until a minute after the first."""
    for _ in range(20):
        await world.bot.usergroups_list()

    response = await refused(world.bot.usergroups_list())

    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert 50 <= int(response.headers["Retry-After"]) <= 60
    assert (await world.bot.users_list())["ok"], "other methods are counted apart"
    world.clock.advance(61)
    assert (await world.bot.usergroups_list())["ok"]


async def test_a_channel_takes_one_message_a_second(world: Any) -> None:
    """After a burst of five the sixth is refused for a second; another channel is not concerned."""
    for _ in range(5):
        await world.bot.chat_postMessage(channel="C0GENERAL", text="x")

    response = await refused(world.bot.chat_postMessage(channel="C0GENERAL", text="x"))

    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    await world.bot.chat_postMessage(channel="C0APPROVALS", text="x")
    world.clock.advance(1)
    await world.bot.chat_postMessage(channel="C0GENERAL", text="x")
