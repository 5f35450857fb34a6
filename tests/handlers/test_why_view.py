"""The answer of why-403 finds the modal in which it was asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.diagnosis.case import Report, Sight
from tests.support.slack_side import ADA

if TYPE_CHECKING:
    from tests.support.slack_side import SlackSide

TEAM = "T0ACME"
NOTHING = Report(findings=(), readings=(), at=datetime.now(UTC), sight=Sight.NOT_NAMED)


async def test_the_answer_comes_into_a_modal_that_kept_no_name_of_ours(side: SlackSide) -> None:
    """A Slack that leaves our `external_id` out when an ack replaces a view knows its own id all the same."""
    await side.command(ADA, "why-403")
    sent = await side.submit(ADA, {"text": {"type": "plain_text_input", "value": "403 SERVICE_DISABLED"}})
    ours = sent.json["view"]["external_id"]
    assert side.slack.team.views.find_external(ours) is None

    case = await side.service.cases.get(TEAM, ours.partition(":")[2])
    await side.service.cases.answer(case, NOTHING)

    await side.until(lambda: (side.view(ADA) or {}).get("callback_id") == "why_403_answer")
