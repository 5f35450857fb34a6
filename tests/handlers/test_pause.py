"""The kill switch: who may press it, and that it stands in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import Unavailable
from bot.store.audit import Audit
from tests.support.people import TEAM
from tests.support.slack_side import ADA, GRACE

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide


async def test_only_admins_stop_the_making_of_keys(side: SlackSide) -> None:
    """A requester neither pauses nor resumes."""
    for typed in ("pause", "resume"):
        said = (await side.command(ADA, f"admin {typed}")).json["text"]
        assert said == "Only Gemini key admins can do that."
    assert not await side.service.offices.paused(TEAM)


async def test_the_switch_is_durable_and_audited(side: SlackSide) -> None:
    """What was said stays said: who, when and why are in Redis and in the audit's chain."""
    await side.command(GRACE, "admin pause <!channel> leak")

    assert "already paused" in (await side.command(GRACE, "admin pause")).json["text"]
    office = await side.service.offices.get(TEAM)
    assert office.pause is not None
    assert (office.pause.by.user_id, office.pause.reason) == (GRACE, "<!channel> leak")
    told = await side.message("C0APPROVALS", lambda m: "paused the making" in m.text)
    assert "<!channel>" not in told.text, "a reason calls nobody"
    events = [entry.event async for entry in Audit(side.service.redis).entries(TEAM)]
    assert '"verb":"pause"' in events[-1]

    with pytest.raises(Unavailable):
        await side.service.offices.check_open(TEAM)
    await side.command(GRACE, "admin resume")
    await side.service.offices.check_open(TEAM)
    assert "not paused" in (await side.command(GRACE, "admin resume")).json["text"]
