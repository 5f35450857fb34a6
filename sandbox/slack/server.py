"""Put the strict small Slack together."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from sandbox.people import BETA_ID, BETA_NAME
from sandbox.slack.authorize import Authorize
from sandbox.slack.delivery.http import HttpTransport
from sandbox.slack.delivery.link import Link
from sandbox.slack.delivery.socket import SocketTransport
from sandbox.slack.installs import Installs
from sandbox.slack.interactions import events
from sandbox.slack.interactions.responses import ResponseEndpoint
from sandbox.slack.options import Options
from sandbox.slack.page_api import statics
from sandbox.slack.page_api.acting import Acting
from sandbox.slack.page_api.guard import LoopbackOnly, SameOrigin
from sandbox.slack.page_api.reading import Reading
from sandbox.slack.page_api.stream import EventStream
from sandbox.slack.team import Team
from sandbox.slack.tokens import Credentials
from sandbox.slack.upload_endpoint import UploadEndpoint
from sandbox.slack.web_api.endpoint import WebApi

if TYPE_CHECKING:
    from collections.abc import Callable

ANY = ["GET", "POST"]


class Slack:
    """A Slack team with one app, to be served on loopback; `installable`, two teams and in none of them yet.

    `delivery` is how it reaches the app: "socket", or "http" with a loopback `request_url`. `scale`
    shortens the waits before redelivery and reconnection; `clock` gives Unix seconds.
    """

    def __init__(
        self,
        *,
        delivery: Literal["http", "socket"] = "socket",
        request_url: str = "",
        options: Options | None = None,
        clock: Callable[[], float] = time.time,
        scale: float = 1.0,
        installable: bool = False,
    ) -> None:
        self.delivery = delivery
        self.request_url = request_url
        self.credentials = Credentials.random()
        self._http: HttpTransport | None = None
        self._socket: SocketTransport | None = None
        if delivery == "http":
            secret, token = self.credentials.signing_secret, self.credentials.verification_token
            self._http = HttpTransport(request_url, secret, token, clock)
        else:
            self._socket = SocketTransport(clock, scale)
        transport = self._http or self._socket
        assert transport is not None  # noqa: S101 - one of the two branches above ran
        self.installs = Installs(clock, redirect_url=urljoin(request_url, "/slack/oauth_redirect"))
        self.installable = installable
        options, credentials = options or Options(), self.credentials
        if installable:
            options = replace(options, events=(*options.events, "app_uninstalled", "tokens_revoked"))
            credentials = replace(credentials, bot_token="")
        found = partial(Team.found, options, credentials, transport, clock=clock, scale=scale)
        self.team = self.installs.add(found())
        if installable:
            self.installs.add(found(id=BETA_ID, name=BETA_NAME))
        self.address = ""

    def bind(self, address: str) -> None:
        """Tell it its own address, e.g. http://127.0.0.1:4500, which it hands out in its answers."""
        self.address = address.rstrip("/")
        for team in self.installs.teams.values():
            # What is of another team than the first stands under that one's id.
            own = self.address if team is self.team else f"{self.address}/{team.id}"
            team.response_urls.address = team.files.address = own
        if self._socket is not None:
            self._socket.address = self.address

    def routes(self) -> list[BaseRoute]:
        """List every address of this Slack; each refuses hosts that are not this machine."""
        team = self.team
        settings = {
            "delivery": self.delivery,
            "request_url": self.request_url,
            "console_url": team.options.console_url,
        }
        page = [
            *Reading(team, settings).routes(),
            *Acting(team).routes(),
            Route("/events", EventStream(team).__call__),
        ]
        loopback = [Middleware(LoopbackOnly)]
        served: list[BaseRoute] = [
            Mount("/page", routes=page, middleware=[*loopback, Middleware(SameOrigin)]),
            Route("/api/{method}", WebApi(self.installs, team).__call__, methods=ANY, middleware=loopback),
            Route(
                "/oauth/v2/authorize",
                Authorize(self.installs).__call__,
                methods=ANY,
                middleware=loopback,
            ),
            *_answers(team, loopback),
            *(
                Mount(f"/{other.id}", routes=_answers(other, loopback))
                for other in self.installs.teams.values()
                if other is not team
            ),
        ]
        if self._socket is not None:
            served.append(WebSocketRoute("/link", Link(self._socket), middleware=loopback))
        return served + statics.routes(loopback)

    async def start(self) -> None:
        """Get ready to deliver; call it inside the running loop."""
        await self.team.transport.start()

    async def stop(self) -> None:
        """End streams, background work and connections; call it before the server stops."""
        for team in self.installs.teams.values():
            team.hub.close()
            await team.courier.scheduler.stop()
            await team.scheduler.stop()
        await self.team.transport.stop()

    def environment(self) -> dict[str, str]:
        """Give the settings that point an app at this Slack."""
        settings = {
            "SLACK_SIGNING_SECRET": self.credentials.signing_secret,
            "SLACK_API_URL": f"{self.address}/api/",
        }
        if self.installable:
            known = {"SLACK_CLIENT_ID": self.installs.client_id}
            return {**settings, **known, "SLACK_CLIENT_SECRET": self.installs.client_secret}
        settings["SLACK_BOT_TOKEN"] = self.credentials.bot_token
        if self.delivery == "socket":
            settings["SLACK_APP_TOKEN"] = self.credentials.app_token
        return settings

    async def verify_request_url(self) -> bool:
        """Ask the app to answer url_verification, as Slack does when a request URL is saved."""
        return await self._http.verify() if self._http is not None else False

    async def disconnect_sockets(self, reason: str = "refresh_requested") -> None:
        """Send disconnect frames: warning, refresh_requested or link_disabled."""
        if self._socket is not None:
            await self._socket.disconnect(reason)

    def change_user(self, user: str, **changes: Any) -> None:
        """Change an account as an administrator would, e.g. deleted=True; the app hears user_change."""
        events.change_user(self.team, user, **changes)


def _answers(team: Team, loopback: list[Middleware]) -> list[BaseRoute]:
    """List the addresses that a team hands out: each is its own credential."""
    response, upload = ResponseEndpoint(team).__call__, UploadEndpoint(team).__call__
    return [
        Route("/response/{key}", response, methods=["POST"], middleware=loopback),
        Route("/upload/v1/{ticket}", upload, methods=["POST"], middleware=loopback),
    ]
