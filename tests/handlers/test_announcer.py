"""What people see follows the record: one card a request, whoever shows it and whatever happened to it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from bot.domain import deciding, ending, granting
from bot.domain.audit import Event
from bot.domain.failure import Failure
from bot.domain.key_request import State
from bot.provisioning.plan import STEP_NAMES
from bot.store import keys
from bot.store.announcements import GROUP
from handlers.app import SlackFrontEnd
from sandbox.slack import manifest
from tests.support.people import DAY, TEAM, pending
from tests.support.people import GRACE as GRACE_HERSELF
from tests.support.slack_side import ADA, ALAN, APPROVALS, GRACE, SlackSide, has_button

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio import Redis

    from bot.domain.key_request import KeyRequest


async def move(
    side: SlackSide, request: KeyRequest, *changes: Callable[[KeyRequest], KeyRequest]
) -> KeyRequest:
    """Change a record as a worker would."""
    for change in changes:
        request = await side.service.requests.edit(
            TEAM, request.id, change, Event(at=side.clock(), by="bot", verb="test")
        )
    return request


async def test_two_announcers_show_one_card(side: SlackSide) -> None:
    """With two processes each request has one card and one message, however they race."""
    async with AsyncExitStack() as stack:
        other = SlackFrontEnd(side.service)
        await other.start()
        stack.push_async_callback(other.stop)
        for number in range(4):
            request = pending(
                id=f"GK-222{number + 2}", requested_at=side.clock(), lapses_at=side.clock() + DAY
            )
            await side.service.requests.add(
                request, Event(at=side.clock(), by=ADA, verb="request"), once=f"V{number}"
            )
            await move(
                side,
                request,
                lambda r: deciding.approve(r, GRACE_HERSELF, side.clock()),
                lambda r: granting.take_up(r, side.clock() + DAY),
                *(partial(granting.tick, step=step) for step in STEP_NAMES),
                granting.activate,
            )
        for number in range(4):
            card = await side.card(f"GK-222{number + 2}")
            await side.until(lambda card=card: "key in Secret Manager" in str(card.blocks))

        cards = [m.text.partition(":")[0] for m in side.messages(APPROVALS)]
        await side.until(lambda: len(_ready(side)) >= 4)
        assert sorted(cards) == [f"Gemini key request GK-222{number + 2}" for number in range(4)]
        assert sorted(_ready(side)) == [f"key:GK-222{number + 2}" for number in range(4)]


async def test_a_deleted_card_comes_back_when_there_is_news(side: SlackSide) -> None:
    """A card that somebody deleted is posted anew, and the new one is updated from then on."""
    request = await side.ask()
    card = await side.card(request.id)
    side.slack.team.workspace.remove(card)

    await side.command(ADA, f"withdraw {request.id}")

    again = await side.card(request.id)
    assert again.ts != card.ts
    assert "Withdrawn" in str(again.blocks)


async def test_a_channel_that_is_closed_to_us_does_not_silence_the_rest(side: SlackSide) -> None:
    """Where the card cannot be shown the requester is told all the same."""
    side.slack.team.workspace.channels[APPROVALS].members.remove(manifest.BOT_USER_ID)

    request = await side.ask()

    assert await side.message(side.direct(ADA), lambda m: request.id in m.text)
    assert side.messages(APPROVALS) == []


async def test_the_whole_life_is_told_in_place(side: SlackSide) -> None:
    """One card follows from the question to the end, and each outcome is a new message that notifies."""
    request = await side.ask()
    card = await side.card(request.id)
    await side.press(GRACE, "approve_request", card)
    request = await move(
        side,
        request,
        lambda r: granting.take_up(r, side.clock() + DAY),
        lambda r: granting.tick(r, "check-project"),
    )
    live = await side.message(side.direct(ADA), lambda m: "Project found" in str(m.blocks))
    assert "Mint the key" in str(live.blocks)

    await move(side, request, granting.activate)
    ready = await side.message(side.direct(ADA), lambda m: "is ready" in m.text)
    assert has_button(ready, "open_secret")
    await side.until(lambda: "key in Secret Manager" in str(card.blocks))
    assert (await side.press(ADA, "open_secret", ready)).status == 200
    await side.press(ADA, "how_to_use", ready)
    assert "gcloud secrets versions access" in str(side.view(ADA))

    by = request.approvals[0].by
    await move(side, request, lambda r: ending.start_ending(r, by, side.clock()), ending.end)
    await side.until(lambda: "was revoked" in str(card.blocks))
    await side.until(lambda: not has_button(ready, "open_secret"))
    assert [m.ts for m in side.messages(APPROVALS)] == [card.ts]


async def test_a_failure_is_told_with_its_fix_and_can_be_tried_again(side: SlackSide) -> None:
    """The requester reads cause and fix, literally; the approver's card offers another try."""
    request = await side.ask()
    card = await side.card(request.id)
    await side.press(GRACE, "approve_request", card)
    failure = Failure(
        cause="service-disabled", title="The API is <off>", evidence="403 & more", fix="Enable it"
    )
    await move(
        side,
        request,
        lambda r: granting.take_up(r, side.clock() + DAY),
        lambda r: granting.abandon(r, failure),
        lambda r: granting.fail(r, side.clock() + DAY),
    )

    told = await side.message(side.direct(ADA), lambda m: "could not be made" in m.text)
    assert "The API is &lt;off&gt;" in str(told.blocks)
    assert "Enable it" in str(told.blocks)
    await side.until(lambda: has_button(card, "retry_request"))

    await side.press(ADA, "retry_request", card)
    assert side.whispers(ADA) == [
        "Only Gemini key approvers can decide this. Ask your question in the thread."
    ]
    await side.press(ALAN, "retry_request", card)
    assert (await side.service.requests.get(TEAM, request.id)).state is State.APPROVED
    await side.press(ALAN, "retry_request", card)
    assert side.whispers(ALAN) == [f"{request.id} has not failed: it is approved."]


async def test_what_slack_refuses_for_now_is_not_forgotten(side: SlackSide, redis: Redis) -> None:
    """A card that could not be posted stays to be done; any announcer that looks again shows it."""
    side.slack.team.faults.set({"fail": {"chat.postMessage": {"status": 400, "times": 99}}})
    request = await side.ask()
    await side.until(lambda: side.slack.team.faults.fail["chat.postMessage"].times < 99)
    stream = keys.announcements(TEAM)
    assert (await redis.xpending(stream, GROUP))["pending"] == 1
    assert side.messages(APPROVALS) == []

    side.slack.team.faults.clear()
    await redis.delete(keys.rendering(TEAM, request.id))
    await side.command(ADA, f"withdraw {request.id}")

    assert "Withdrawn" in str((await side.card(request.id)).blocks)


async def test_a_rate_limit_is_waited_out(side: SlackSide) -> None:
    """When Slack says "not now", the card comes as soon as Slack allows, and once."""
    side.slack.team.faults.set({"rate_limit": {"chat.postMessage": 1}})

    request = await side.ask()

    await side.card(request.id)
    assert len(side.messages(APPROVALS)) == 1


def _ready(side: SlackSide) -> list[str]:
    """Name the keys that Ada was told about, once for each message."""
    told = [m for m in side.messages(side.direct(ADA)) if "is ready" in m.text]
    return [b["block_id"] for m in told for b in m.blocks if b.get("block_id", "").startswith("key:")]
