"""Slack as a front end: the Bolt app, its listeners, and the two ways Slack reaches us."""

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
from handlers import care, preparing
from handlers.actions import (
    approve_fix,
    approve_request,
    away,
    claim_key,
    compare,
    deny_fix,
    deny_request,
    find,
    fix_403,
    home_more,
    how_to_use,
    keep_idle,
    more_requests,
    old_keys,
    open_secret,
    refresh_home,
    request_key,
    retry_request,
    review_emergency,
    revoke_idle,
    send_again,
    stop_emergency,
    tell_owners,
    tend_found_key,
    usage,
    why_403,
    why_403_again,
    why_403_key,
    why_403_send,
    withdraw_request,
)
from handlers.commands import gemini_key
from handlers.doctor.checkup import checkup
from handlers.events import app_home_opened, subteam_members_changed, user_change
from handlers.functions import request_gemini_key
from handlers.guard import Guard
from handlers.manifest import REDIRECT, build
from handlers.oauth import flow
from handlers.oauth.states import NOBODYS, States
from handlers.options import project
from handlers.shortcuts import why_403_message
from handlers.sockets import Sockets
from handlers.views import away as away_form
from handlers.views import break_glass as break_glass_form
from handlers.views import claim_key as claim_form
from handlers.views import deny_request as deny_form
from handlers.views import find as find_form
from handlers.views import old_keys as old_keys_form
from handlers.views import request_key as request_form
from handlers.views import why_403 as why_form
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
# Bolt asks each in turn whether a payload is for it: what comes often stands first.
LISTENERS = (
    gemini_key,
    app_home_opened,
    project,
    compare,
    approve_request,
    away,
    deny_request,
    find,
    home_more,
    how_to_use,
    more_requests,
    keep_idle,
    revoke_idle,
    open_secret,
    refresh_home,
    request_key,
    retry_request,
    send_again,
    usage,
    withdraw_request,
    why_403,
    why_403_again,
    why_403_key,
    why_403_send,
    fix_403,
    approve_fix,
    deny_fix,
    claim_key,
    claim_form,
    tend_found_key,
    tell_owners,
    old_keys,
    old_keys_form,
    request_form,
    find_form,
    deny_form,
    away_form,
    break_glass_form,
    review_emergency,
    stop_emergency,
    why_form,
    why_403_message,
    subteam_members_changed,
    user_change,
    request_gemini_key,
    *care.LISTENERS,
    *preparing.LISTENERS,
)


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
        return http_api.routes(self._receptions) if self._service.settings.api else []

    def _receptions(self) -> list[Reception]:
        if self._installed:
            return self._installed.receptions
        return [self._workspace.reception] if self._workspace and self._workspace.reception else []

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
        web = self._web = WebApi(token, settings.slack_api_url)
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
        installed = self._installed = Workspaces(service, installer, LISTENERS)
        web = self._web = WebApi("", settings.slack_api_url)
        states = States(seal, service.deliveries)
        self._flow = flow.new(settings, web.unhurried, installer, states, installed.bring)
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
