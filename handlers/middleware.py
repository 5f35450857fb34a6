"""What every payload passes: is it from our workspace, and what is it called in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.response import BoltResponse

from bot.domain.redact import holds_secret, redact
from handlers.front import team_ids, user_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.context.async_context import AsyncBoltContext

log = structlog.get_logger(__name__)


def only_from(team_id: str) -> Callable[..., Awaitable[Any]]:
    """Ack and drop payloads of other workspaces: in shared channels, strangers can press our buttons."""

    async def middleware(body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> Any:  # noqa: A002 - Bolt's own name
        strangers = team_ids(body) - {team_id}
        if strangers:
            log.warning("slack.stranger", teams=sorted(strangers))
            return BoltResponse(status=200, body="")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(team=team_id, user=user_id(body))
        return await next()

    return middleware


async def redact_answers(context: AsyncBoltContext, next: Callable[[], Awaitable[Any]]) -> Any:  # noqa: A002 - Bolt's own name
    """Guard the acks too: they leave by another way than the Web API."""
    answer = await next()
    for response in (answer, context.ack.response):
        if response is not None and isinstance(response.body, str) and holds_secret(response.body):
            log.error("slack.secret_stopped")
            response.body = redact(response.body)
    return answer
