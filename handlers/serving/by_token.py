"""The one workspace whose bot token the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.responses import Response

from handlers.guard import NOBODYS
from handlers.listeners import LISTENERS
from handlers.serving.workspace import Workspace
from handlers.sockets import Sockets
from handlers.web_api import WebApi

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.http_api.reception import Reception
    from bot.wiring import Service


class ByToken:
    """Slack says whose token it is, and delivers over HTTP or over sockets."""

    waiting = False

    def __init__(self, service: Service) -> None:
        """Nothing is connected before `start`."""
        self._service = service
        self._web: WebApi | None = None
        self._workspace: Workspace | None = None
        self._sockets: Sockets | None = None

    @property
    def team_id(self) -> str:
        """Its workspace, once Slack has named it."""
        return self._workspace.team_id if self._workspace else NOBODYS

    def routes(self) -> list[BaseRoute]:
        """Serve no page: who runs the bot has installed the app himself."""
        return []

    async def start(self) -> None:
        """Ask Slack whose token it is, open the sockets, begin to announce."""
        settings = self._service.settings
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        web = self._web = WebApi(token, settings.slack_api_url, installed=False)
        workspace = Workspace(self._service, web, await web.identity(), LISTENERS)
        self._workspace = await workspace.open()
        if settings.delivery == "socket" and settings.slack_app_token:
            self._sockets = Sockets(workspace.app, settings.slack_app_token.get_secret_value())
            await self._sockets.open()

    async def stop(self) -> None:
        """Close the sockets first, so that nothing new arrives; then stop announcing."""
        if self._sockets:
            await self._sockets.close()
        if self._workspace:
            await self._workspace.close()
        if self._web:
            await self._web.close()

    async def answer(self, request: Request) -> Response:
        """Hand a payload to Bolt; until Slack has told who we are, ask it to come again."""
        if self._workspace is None:
            return Response("starting", status_code=503)
        return await AsyncSlackRequestHandler(self._workspace.app).handle(request)

    @property
    def receptions(self) -> list[Reception]:
        """List the door of the HTTP API, where it is switched on."""
        return [self._workspace.reception] if self._workspace and self._workspace.reception else []

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open; none where Slack calls us."""
        return self._sockets.connections if self._sockets else 0

    def trouble(self) -> str:
        """Say why Slack cannot reach us now."""
        if self._workspace is None:
            return "Slack is not connected yet"
        return self._workspace.trouble() or (self._sockets.trouble() if self._sockets else "")
