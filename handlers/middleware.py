"""What every payload passes: is it from our workspace, and what is it called in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from bot.errors import Refused
from bot.telemetry import tracing
from handlers import payload
from handlers.payload import team_ids, user_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handlers.directory import SlackDirectory

log = structlog.get_logger(__name__)


def only_from(team_id: str, directory: SlackDirectory) -> Callable[..., Awaitable[Any]]:
    """Refuse payloads of other workspaces: in shared channels, strangers can press our buttons."""

    async def middleware(body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> Any:  # noqa: A002 - Bolt's own name
        who, others = user_id(body), team_ids(body) - {team_id}
        if not who and payload.kind(body) in payload.FROM_PEOPLE:
            raise Refused("Slack did not say who you are, so I did nothing. Please try again.")
        if others and not others <= await directory.teams(team_id, who):
            log.warning("slack.stranger", teams=sorted(others))
            raise Refused("Only members of this workspace can use Gemini keys.")
        structlog.contextvars.clear_contextvars()
        verb, request = payload.verb(body), payload.request(body)
        structlog.contextvars.bind_contextvars(team=team_id, user=who, verb=verb)
        if request:
            structlog.contextvars.bind_contextvars(request=request)
        tracing.named(verb, team=team_id, request=request)
        return await next()

    return middleware
