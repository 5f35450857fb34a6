"""When Slack is slow, refuses the card, loses its answer or says nonsense: shown later, at most so often."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import Unavailable
from bot.store import keys
from bot.store.announcements import GROUP
from bot.store.messages import LEASE, Messages
from handlers.announcing.lease import while_held
from handlers.announcing.placing import MOST_POSTS, Placing
from handlers.announcing.setbacks import MOST_STRIKES, Setbacks
from handlers.outbox import Unsure
from sandbox.slack import manifest
from tests.support.people import TEAM, pending
from tests.support.raw_slack import LOST, answer, slack
from tests.support.slack_side import ADA, APPROVALS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from tests.support.slack_side import SlackSide

HELD = TEAM, "GK-7F3K"
MESSAGE = "hello", [{"type": "divider"}]


async def unfinished(redis: Redis) -> list[str]:
    """List the entries that somebody took and has not finished."""
    found = await redis.xpending_range(keys.announcements(TEAM), GROUP, "-", "+", 100)
    return [entry["message_id"] for entry in found]


async def left(redis: Redis, count: int) -> list[str]:
    """Wait until so many entries are unfinished."""
    async with asyncio.timeout(5):
        while len(found := await unfinished(redis)) != count:  # noqa: ASYNC110 - Redis offers no event
            await asyncio.sleep(0.02)
    return found


async def abandon(redis: Redis) -> None:
    """Let entries look as if whoever took them had died long ago."""
    await redis.xclaim(
        keys.announcements(TEAM), GROUP, "the dead", 0, await unfinished(redis), idle=60_000, justid=True
    )


def cards_tried(side: SlackSide) -> int:
    """Count how often a card was sent to the channel."""
    calls = [e for e in side.slack.team.traffic.after(0) if "chat.postMessage" in e["title"]]
    return sum(APPROVALS in str(call["request"]) for call in calls)


async def restart(side: SlackSide) -> None:
    """Stop the front end and start it again."""
    await side.front.stop()
    await side.front.start()


async def test_a_card_refused_by_the_channel_comes_when_the_bot_is_invited(
    side: SlackSide, redis: Redis
) -> None:
    """It stays to be done, is not tried again at once, and comes with the next start at the latest."""
    members = side.slack.team.workspace.channels[APPROVALS].members
    members.remove(manifest.BOT_USER_ID)
    request = await side.ask()
    await side.message(side.direct(ADA), lambda m: request.id in m.text)
    await left(redis, 1)

    await abandon(redis)
    tried = cards_tried(side)
    await asyncio.sleep(4.5)
    assert cards_tried(side) == tried == 1

    members.append(manifest.BOT_USER_ID)
    await abandon(redis)
    await restart(side)
    await side.card(request.id)
    assert await left(redis, 0) == []


def test_what_rests_is_looked_at_again() -> None:
    """A pause ends by itself, the next is longer, and nothing rests that had no setback."""

    async def pausing() -> None:
        setbacks = Setbacks(pauses=(0.02, 60))
        assert not setbacks.resting("GK-7F3K")
        setbacks.rest("GK-7F3K")
        assert setbacks.resting("GK-7F3K")
        assert not setbacks.resting("GK-2222")
        await asyncio.sleep(0.03)
        assert not setbacks.resting("GK-7F3K")
        setbacks.rest("GK-7F3K")
        await asyncio.sleep(0.03)
        assert setbacks.resting("GK-7F3K")
        setbacks.forget("GK-7F3K")
        setbacks.rest("GK-7F3K")
        await asyncio.sleep(0.03)
        assert not setbacks.resting("GK-7F3K")

    asyncio.run(pausing())


@pytest.mark.parametrize("how", ["is_ext_shared", "is_shared"])
async def test_no_card_is_posted_where_strangers_read(side: SlackSide, how: str) -> None:
    """A channel shared with another workspace gets no card; readiness says so, and the rest goes on."""
    side.twisted.changes["conversations.info"] = lambda told: {
        **told,
        "channel": {**told["channel"], how: True},
    }
    await restart(side)

    request = await side.ask()

    await side.message(side.direct(ADA), lambda m: request.id in m.text)
    assert cards_tried(side) == 0
    assert "is shared with another workspace" in side.front.trouble()


@pytest.mark.parametrize(
    "told", [{"ok": False, "error": "missing_scope"}, {"ok": False, "error": "unknown_method"}, {"ok": True}]
)
async def test_a_channel_that_nobody_describes_is_used(side: SlackSide, told: dict[str, Any]) -> None:
    """Without the right or the method to look at the channel the cards go there all the same."""
    side.twisted.changes["conversations.info"] = lambda _: told
    await restart(side)

    request = await side.ask()

    await side.card(request.id)
    assert side.front.trouble() == ""


async def test_a_lost_answer_costs_at_most_one_more_card(side: SlackSide) -> None:
    """A message whose ts got lost is posted once more, and that one follows the record."""
    side.twisted.lost["chat.postMessage"] = 1
    request = await side.ask()
    await side.until(lambda: len(side.messages(APPROVALS)) == 2)

    await side.command(ADA, f"withdraw {request.id}")

    await side.until(lambda: "Withdrawn" in str(side.messages(APPROVALS)[1].blocks))
    assert len(side.messages(APPROVALS)) == 2


async def test_a_message_of_unknown_fate_is_posted_a_few_times_and_no_more(redis: Redis) -> None:
    """Whoever comes and however often: a Slack that loses every answer has three of one message."""
    messages = Messages(redis)
    async with slack(LOST) as (web, asked):
        for attempt in range(MOST_POSTS + 2):
            places = await messages.places(TEAM, "GK-7F3K")
            putting = Placing(web.patient, messages).put(pending(), "card", "C1", MESSAGE, places.get("card"))
            if attempt < MOST_POSTS - 1:
                with pytest.raises(Unsure):
                    await putting
            else:
                await putting

    assert len(asked) == MOST_POSTS


async def test_a_message_without_a_ts_is_posted_once_and_again_when_there_is_news(redis: Redis) -> None:
    """What cannot be changed stands as it is; the next state is a message of its own."""
    messages = Messages(redis)
    async with slack(answer('{"ok": true}')) as (web, asked):
        placing = Placing(web.patient, messages)
        for _ in range(3):
            places = await messages.places(TEAM, "GK-7F3K")
            await placing.put(pending(), "card", "C1", MESSAGE, places.get("card"))
        assert len(asked) == 1

        await placing.put(pending(), "card", "C1", ("news", []), places.get("card"))

    assert asked == [b"/api/chat.postMessage"] * 2
    assert (await messages.places(TEAM, "GK-7F3K"))["card"].ts == ""


async def test_what_breaks_rendering_is_given_up_after_a_few_tries(side: SlackSide, redis: Redis) -> None:
    """A record that nobody can show is tried again a few times; the others are shown meanwhile."""
    broken = await side.ask()
    await side.card(broken.id)
    await left(redis, 0)
    await redis.hset(keys.messages(TEAM, broken.id), "card", "not JSON")
    await side.command(ADA, f"withdraw {broken.id}")
    other = await side.ask(project="acme-vision")
    await side.card(other.id)
    (entry,) = await left(redis, 1)

    workspace = side.front.served._workspace
    assert workspace is not None
    announcer = workspace._announcer(workspace._front)
    for _ in range(MOST_STRIKES - 1):
        await redis.delete(keys.rendering(TEAM, broken.id))
        await announcer._show(broken.id, [entry], claimed=True)
    assert await unfinished(redis) == [entry]
    await redis.delete(keys.rendering(TEAM, broken.id))
    await announcer._show(broken.id, [entry], claimed=True)

    assert await unfinished(redis) == []
    await redis.delete(keys.messages(TEAM, broken.id))


async def test_a_stop_lets_what_is_being_posted_be_noted(side: SlackSide) -> None:
    """Who stops while Slack takes its time still learns where the card stands, so that there is one."""
    side.twisted.delays["chat.postMessage"] = 1.2
    request = await side.ask()
    await side.until(lambda: side.twisted.waiting["chat.postMessage"])

    await restart(side)
    side.twisted.delays.clear()

    card = await side.card(request.id)
    place = (await side.service.messages.places(TEAM, request.id))["card"]
    assert (place.channel, place.ts) == (APPROVALS, card.ts)
    assert len(side.messages(APPROVALS)) == 1


async def test_a_lease_is_kept_up_for_as_long_as_the_work_takes(redis: Redis) -> None:
    """Slack may ask for more patience than a lease has; nobody else begins meanwhile."""
    messages, seconds = Messages(redis), LEASE.total_seconds() / 3 + 0.6
    assert await messages.lease(*HELD, "mine")

    assert await while_held(messages, *HELD, "mine", asyncio.sleep(seconds, "done")) == "done"

    assert await redis.pttl(keys.rendering(*HELD)) > (LEASE.total_seconds() - 2) * 1000


async def test_work_stops_when_the_lease_is_somebody_elses(redis: Redis) -> None:
    """Who lost the lease posts nothing more: the other one is posting."""
    messages, done = Messages(redis), []
    await redis.set(keys.rendering(*HELD), "another", ex=9)

    async def work() -> None:
        await asyncio.sleep(LEASE.total_seconds())
        done.append(1)

    begun = time.monotonic()
    with pytest.raises(Unavailable, match="Somebody else"):
        await while_held(messages, *HELD, "mine", work())

    assert time.monotonic() - begun < LEASE.total_seconds() / 2
    assert done == []


async def test_work_that_fails_fails_as_it_would_alone(redis: Redis) -> None:
    """The lease changes nothing about an error."""

    async def work() -> None:
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        await while_held(Messages(redis), *HELD, "mine", work())
