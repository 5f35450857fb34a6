"""What the API stands on, once the chat has told whose workspace it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.store import keys
from bot.store.api_tokens import ApiTokens
from bot.store.audit import Audit
from bot.store.redis import translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.policy import Policy
    from bot.operations.desk import Desk
    from bot.store.readiness import Readiness
    from bot.wiring import Service


@dataclass(frozen=True, slots=True)
class Reception:
    """The desk that Slack's side stands at, too, and what is read beside it."""

    desk: Desk
    team_id: str
    tokens: ApiTokens
    audit: Audit
    readiness: Readiness
    policy: Callable[[], Policy]
    now: Callable[[], datetime]
    console: str


async def open_reception(service: Service, desk: Desk, team_id: str) -> Reception:
    """Set the API up for one workspace, which the command line that makes tokens then knows, too."""
    with translated():
        await service.redis.sadd(keys.workspaces(), team_id)
    return Reception(
        desk=desk,
        team_id=team_id,
        tokens=ApiTokens(service.redis, service.nonce),
        audit=Audit(service.redis),
        readiness=service.readiness,
        policy=desk.policy,
        now=service.now,
        console=service.settings.google.console.rstrip("/"),
    )
