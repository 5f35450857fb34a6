"""What every payload passes: is it from our workspace, and what is it called in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.response import BoltResponse

from bot.telemetry import tracing
from handlers import payload
from handlers.front import team_ids, user_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = structlog.get_logger(__name__)


def only_from(team_id: str) -> Callable[..., Awaitable[Any]]:
    """Ack and drop payloads of other workspaces: in shared channels, strangers can press our buttons."""

    async def middleware(body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> Any:  # noqa: A002 - Bolt's own name
        strangers = team_ids(body) - {team_id}
        if strangers:
            log.warning("slack.stranger", teams=sorted(strangers))
            return BoltResponse(status=200, body="")
        structlog.contextvars.clear_contextvars()
        verb, request = payload.verb(body), payload.request(body)
        structlog.contextvars.bind_contextvars(team=team_id, user=user_id(body), verb=verb)
        if request:
            structlog.contextvars.bind_contextvars(request=request)
        tracing.named(verb, team=team_id, request=request)
        return await next()

    return middleware
