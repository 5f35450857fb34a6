"""One open workspace among several: its app, its way to Slack, and the token that it was opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import Misconfigured
from handlers.serving.workspace import Workspace
from handlers.web_api import WebApi

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.wiring import Service
    from handlers.bolt_app import Listener


@dataclass(frozen=True, slots=True)
class Opened:
    """What is closed together."""

    workspace: Workspace
    web: WebApi
    token: str

    async def close(self) -> None:
        """Announce nothing more, and hang up."""
        await self.workspace.close()
        await self.web.close()


async def open_workspace(
    service: Service,
    listeners: Sequence[Listener],
    team_id: str,
    token: str,
    rejected: Callable[[], None],
) -> Opened:
    """Ask Slack whether the token is this workspace's, and begin to serve it.

    Raises `Misconfigured` or `Unavailable`; `rejected` hears when Slack takes the token no more.
    """
    web = WebApi(token, service.settings.slack_api_url, rejected=rejected)
    try:
        identity = await _identity(web, team_id)
        workspace = Workspace(service, web, identity, listeners)
        return Opened(await workspace.open(), web, token)
    except BaseException:
        await web.close()
        raise


async def _identity(web: WebApi, team_id: str) -> AsyncSlackResponse:
    """Ask Slack who we are; a token that is another workspace's opens nothing."""
    identity = await web.identity()
    if identity["team_id"] != team_id:
        raise Misconfigured("The token of {team} is another workspace's.", team=team_id)
    return identity
