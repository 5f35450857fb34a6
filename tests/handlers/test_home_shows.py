"""Home, further: whether one's keys are used, and the fixes that wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.audit import Event
from bot.domain.key_uses import KeyUses
from bot.domain.repair import Offer, Remedy, Repair, State
from tests.handlers.test_home import home, opened
from tests.support.people import TEAM, active
from tests.support.slack_side import ADA, ALAN, GRACE, MALLORY

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide


async def test_a_key_says_whether_it_is_used(side: SlackSide) -> None:
    """In use, quiet since a day, or nothing at all: only what a worker has read from Google is said."""
    at = side.clock()
    for number, uid in enumerate(("busy", "quiet", "unread")):
        key = active(id=f"GK-U2E{number + 2}", key_uid=uid, live_since=at - timedelta(days=9))
        elsewhere = "acme-vision" if uid == "unread" else key.project_id
        key = replace(
            key,
            project_id=elsewhere,
            requested_at=at,
            lapses_at=at,
            expires_at=at + timedelta(days=number + 1),
        )
        await side.service.requests.add(key, Event(at=at, by=ADA, verb="request"), once="")
    await side.service.uses.put(
        KeyUses(project_id="acme-ml-dev", at=at, last={"busy": at, "quiet": at - timedelta(days=4)})
    )

    await opened(side, ADA)

    busy, quiet, unread = [text for text in _texts(side, ADA) if "GK-U2E" in text]
    assert busy.endswith("in use")
    assert f"not used since <!date^{int((at - timedelta(days=4)).timestamp())}^" in quiet
    assert "use" not in unread


async def test_a_fix_waits_on_the_approvers_home(side: SlackSide) -> None:
    """Who may decide sees it, decides there, and then it waits no more; others never see it."""
    at = side.clock()
    asked = Repair(
        id="FIX-7F3K",
        requester=replace(active().requester, user_id=ALAN),
        offer=Offer(cause="service-disabled", remedy=Remedy.ENABLE_API, project_id="acme-vision"),
        requested_at=at,
        lapses_at=at + timedelta(hours=8),
    )
    decided = replace(asked, id="FIX-8G4M", state=State.APPROVED, next_run_at=asked.lapses_at)
    for user in (ADA, ALAN, GRACE, MALLORY):
        await opened(side, user)
    for one in (decided, asked):
        await side.service.repairs.add(one, Event(at=at, by=ALAN, verb="fix"), once="")

    await side.until(lambda: "1 fix waits for you" in home(side, GRACE))
    for user in (ADA, ALAN, MALLORY):
        await opened(side, user)
        assert asked.id not in home(side, user)

    assert (await side.press(GRACE, "approve_fix", None)).status == 200

    assert (await side.service.repairs.get(TEAM, asked.id)).state is State.APPROVED
    await side.until(lambda: asked.id not in home(side, GRACE))


async def test_a_guests_home_says_that_nothing_can_be_done_there(side: SlackSide) -> None:
    """Whoever would be refused by every button is offered none, and is told why."""
    await opened(side, MALLORY)

    assert "Guests can't use Gemini keys." in home(side, MALLORY)
    assert "action_id" not in home(side, MALLORY)


def _texts(side: SlackSide, user: str) -> list[str]:
    blocks = side.slack.team.views.homes[user].blocks
    return [block["text"]["text"] for block in blocks if "text" in block]
