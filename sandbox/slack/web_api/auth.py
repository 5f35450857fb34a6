"""Serve auth.test and apps.connections.open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.delivery.socket import SocketTransport
from sandbox.slack.errors import ApiError
from sandbox.slack.tiers import SPECIAL, TIER_3
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments


async def auth_test(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Say who the token belongs to."""
    return {
        "url": f"{team.response_urls.address}/",
        "team": team.name,
        "user": manifest.BOT_USER_NAME,
        "team_id": team.id,
        "user_id": manifest.BOT_USER_ID,
        "bot_id": manifest.BOT_ID,
        "is_enterprise_install": False,
    }


async def apps_connections_open(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Hand out the address of one Socket Mode connection."""
    if not isinstance(team.transport, SocketTransport):
        raise ApiError("socket_mode_not_enabled")
    url = team.transport.ticket_url()
    return {"url": f"{url}&debug_reconnects=true" if arguments.flag("debug_reconnects") else url}


METHODS = (
    Method("auth.test", auth_test, SPECIAL),
    Method("apps.connections.open", apps_connections_open, TIER_3, token="app"),
)
