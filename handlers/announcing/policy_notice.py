"""Tell the approvers that the policy file has a mistake: once for each content, by one of all processes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.errors import NoPolicy, Unavailable
from bot.store import keys
from handlers.surfaces.blocks import section
from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from bot.policy.live import LivePolicy, Refusal
    from bot.store.deliveries import Deliveries
    from handlers.front import Front

SECONDS = keys.once.seconds
REST_AFTER_ERROR = 2.0

log = structlog.get_logger(__name__)


async def watch(front: Front, policy: LivePolicy, deliveries: Deliveries) -> None:
    """Post a line in the approval channel whenever a changed file is refused."""
    while True:
        refusal, told = await policy.refused(), False
        while policy.refusal is refusal and not told:
            try:
                await _tell(front, policy, deliveries, refusal)
                told = True
            except NoPolicy:
                told = True  # no rules name a channel
            except Unavailable as error:
                log.warning("policy.notice_delayed", team=front.team_id, sentence=error.template)
                await asyncio.sleep(REST_AFTER_ERROR)


async def _tell(front: Front, policy: LivePolicy, deliveries: Deliveries, refusal: Refusal) -> None:
    channel, words = policy().approval.channel, front.public()
    if not await deliveries.first(front.team_id, f"policy:{refusal.digest}", SECONDS):
        return
    text = words(
        "The policy file was changed and can't be used: {problem} The rules before it stay in force.",
        problem=escape(refusal.sentence.rstrip(".") + "."),
    )
    await front.outbox.say(channel, text, [section(f"⚠️ {text}")])
