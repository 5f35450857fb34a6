"""Tell the approvers that the policy file has a mistake: once for each content, by one of all processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import keys
from handlers.surfaces.blocks import section
from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from bot.policy.live import LivePolicy
    from bot.store.deliveries import Deliveries
    from handlers.front import Front

SECONDS = keys.once.seconds


async def watch(front: Front, policy: LivePolicy, deliveries: Deliveries) -> None:
    """Post a line in the approval channel whenever a changed file is refused."""
    while True:
        refusal = await policy.refused()
        if policy.written is None:
            continue  # no rules name a channel
        if not await deliveries.first(front.team_id, f"policy:{refusal.digest}", SECONDS):
            continue
        words = front.public()
        text = words(
            "The policy file was changed and can't be used: {problem} The rules before it stay in force.",
            problem=escape(refusal.sentence.rstrip(".") + "."),
        )
        await front.outbox.say(policy().approval.channel, text, [section(f"⚠️ {text}")])
