"""Slack as a front end: the two ways Slack reaches us, and the workspaces that it speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_async_bolt_request,
    to_starlette_response,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.http_api import app as http_api
from handlers.doctor.checkup import checkup
from handlers.guard import Guard
from handlers.listeners import LISTENERS
from handlers.manifest import REDIRECT, build
from handlers.oauth import flow
from handlers.oauth.states import NOBODYS, States
from handlers.sockets import Sockets
from handlers.web_api import WebApi
from handlers.workspace import Workspace
from handlers.workspaces import Workspaces

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from bot.http_api.reception import Reception
    from bot.wiring import Service
    from handlers.oauth.flow import InstallFlow

PATH = "/slack/events"


class SlackFrontEnd:
    """Slack, in both directions: for the one workspace of a bot token, or for all where it is installed."""

    manifest = staticmethod(build)
    checkup = staticmethod(checkup)

    def __init__(self, service: Service) -> None:
        """Nothing is connected before `start`."""
        self._service = service
        self._web: WebApi | None = None
        self._workspace: Workspace | None = None
        self._installed: Workspaces | None = None
        self._flow: InstallFlow | None = None
        self._sockets: Sockets | None = None

    def routes(self) -> list[BaseRoute]:
        """Serve Slack's one request URL and, where they are switched on, install page and HTTP API."""
        return [*self._request_url(), *self._install_page(), *self._api()]

    def _api(self) -> list[BaseRoute]:
        return http_api.routes(self._receptions, self._waiting) if self._service.settings.api else []

    def _receptions(self) -> list[Reception]:
        if self._installed:
            return self._installed.receptions
        return [self._workspace.reception] if self._workspace and self._workspace.reception else []

    def _waiting(self) -> bool:
        return self._installed is not None and self._installed.waiting

    def _request_url(self) -> list[BaseRoute]:
        """Stand behind the guard, when Slack delivers over HTTP."""
        settings = self._service.settings
        if settings.delivery != "http" or settings.slack_signing_secret is None:
            return []
        secret = settings.slack_signing_secret.get_secret_value()
        return [Route(PATH, Guard(self._bolt, signing_secret=secret, once=self._once), methods=["POST"])]

    def _install_page(self) -> list[BaseRoute]:
        if not self._service.settings.slack_client_id:
            return []
        return [Route(path, self._install, methods=["GET"]) for path in (flow.INSTALL, REDIRECT)]

    async def start(self) -> None:
        """Find the workspaces, register the listeners, open the sockets, begin to announce."""
        if self._service.settings.slack_client_id:
            await self._start_installed()
        else:
            await self._start_one()

    async def _start_one(self) -> None:
        """Ask Slack whose token it is."""
        settings = self._service.settings
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        web = self._web = WebApi(token, settings.slack_api_url, installed=False)
        workspace = Workspace(self._service, web, await web.identity(), LISTENERS)
        self._workspace = await workspace.open()
        if settings.delivery == "socket" and settings.slack_app_token:
            self._sockets = Sockets(workspace.app, settings.slack_app_token.get_secret_value())
            await self._sockets.open()

    async def _start_installed(self) -> None:
        """Open what is installed, and let others install."""
        from bot.store.seal import Seal  # noqa: PLC0415 - loaded where it is asked for

        settings, service = self._service.settings, self._service
        seal = Seal(settings.sealing_keys.get_secret_value() if settings.sealing_keys else "")
        installer = service.installer(seal)
        web = self._web = WebApi("", settings.slack_api_url)
        installed = self._installed = Workspaces(service, installer, LISTENERS, web.hasty)
        states = States(seal, service.deliveries)
        self._flow = flow.new(settings, web.unhurried, installer, states, installed)
        await installed.start()

    async def stop(self) -> None:
        """Close the sockets first, so that nothing new arrives; then stop announcing."""
        if self._sockets:
            await self._sockets.close()
        if self._installed:
            await self._installed.stop()
        if self._workspace:
            await self._workspace.close()
        if self._web:
            await self._web.close()

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open; none where Slack calls us."""
        return self._sockets.connections if self._sockets else 0

    def trouble(self) -> str:
        """Say why Slack cannot reach us now."""
        if self._installed:
            return self._installed.trouble()
        if self._workspace is None:
            return "Slack is not connected yet"
        return self._workspace.trouble() or (self._sockets.trouble() if self._sockets else "")

    async def _bolt(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to Bolt; until Slack has told who we are, ask it to come again."""
        request = Request(scope, receive)
        if self._installed:
            response = await self._installed.answer(request)
        elif self._workspace:
            response = await AsyncSlackRequestHandler(self._workspace.app).handle(request)
        else:
            response = Response("starting", status_code=503)
        await response(scope, receive, send)

    async def _install(self, request: Request) -> Response:
        """Send a browser to Slack, or take it back from there."""
        if self._flow is None:
            return Response("starting", status_code=503)
        bolt = to_async_bolt_request(request, b"")
        begins = request.url.path == self._flow.install_path
        answer = await (self._flow.handle_installation(bolt) if begins else self._flow.handle_callback(bolt))
        return to_starlette_response(answer)

    async def _once(self, signature: str, seconds: int) -> bool:
        team_id = self._workspace.team_id if self._workspace else NOBODYS
        return await self._service.deliveries.first(team_id, signature, seconds)


# The service finds it by this name, which is the package's entry point.
front_end = SlackFrontEnd
