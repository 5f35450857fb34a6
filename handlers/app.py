"""Slack as a front end: what it is told of us, and the one address that it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from starlette.requests import Request
from starlette.routing import Route

from bot.http_api import app as http_api
from handlers.doctor.checkup import checkup
from handlers.guard import Guard
from handlers.manifest import build
from handlers.serving.by_install import ByInstall
from handlers.serving.by_token import ByToken

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from bot.http_api.reception import Reception
    from bot.wiring import Service

PATH = "/slack/events"


class Served(Protocol):
    """The workspaces behind the address: the one of a bot token, or all where the app is installed."""

    @property
    def team_id(self) -> str:
        """Under which workspace's id signatures are remembered."""

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""

    @property
    def receptions(self) -> list[Reception]:
        """List the doors of the HTTP API, one a workspace."""

    @property
    def waiting(self) -> bool:
        """Whether a workspace is not open that may be in a moment."""

    def routes(self) -> list[BaseRoute]:
        """List pages of their own."""

    async def start(self) -> None:
        """Connect; raises `Misconfigured` when Slack refuses the credentials."""

    async def stop(self) -> None:
        """Take nothing new, finish what runs."""

    async def answer(self, request: Request) -> Response:
        """Answer one of Slack's payloads, which the guard has let through."""

    def trouble(self) -> str:
        """Say why Slack cannot reach us now."""


class SlackFrontEnd:
    """Slack, in both directions."""

    manifest = staticmethod(build)
    checkup = staticmethod(checkup)

    def __init__(self, service: Service) -> None:
        """Nothing is connected before `start`."""
        self._service = service
        self.served: Served = ByInstall(service) if service.settings.slack_client_id else ByToken(service)

    def routes(self) -> list[BaseRoute]:
        """Serve Slack's one request URL and, where they are switched on, install page and HTTP API."""
        return [*self._request_url(), *self.served.routes(), *self._api()]

    def _api(self) -> list[BaseRoute]:
        if not self._service.settings.api:
            return []
        return http_api.routes(lambda: self.served.receptions, lambda: self.served.waiting)

    def _request_url(self) -> list[BaseRoute]:
        """Stand behind the guard, when Slack delivers over HTTP."""
        settings = self._service.settings
        if settings.delivery != "http" or settings.slack_signing_secret is None:
            return []
        secret = settings.slack_signing_secret.get_secret_value()
        return [Route(PATH, Guard(self._answer, signing_secret=secret, once=self._once), methods=["POST"])]

    async def start(self) -> None:
        """Find the workspaces, register the listeners, open the sockets, begin to announce."""
        await self.served.start()

    async def stop(self) -> None:
        """Take nothing new, then stop announcing."""
        await self.served.stop()

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open; none where Slack calls us."""
        return self.served.connections

    def trouble(self) -> str:
        """Say why Slack cannot reach us now."""
        return self.served.trouble()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.served.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _once(self, signature: str, seconds: int) -> bool:
        return await self._service.deliveries.first(self.served.team_id, signature, seconds)


# The service finds it by this name, which is the package's entry point.
front_end = SlackFrontEnd
