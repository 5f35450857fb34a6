"""All workspaces where the app is installed, and the page where it gets installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.responses import Response
from starlette.routing import Route

from handlers.guard import NOBODYS
from handlers.listeners import LISTENERS
from handlers.manifest import REDIRECT
from handlers.oauth import flow
from handlers.oauth.states import States
from handlers.serving.workspaces import Workspaces
from handlers.web_api import WebApi

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.http_api.reception import Reception
    from bot.wiring import Service
    from handlers.oauth.flow import InstallFlow


class ByInstall:
    """Slack delivers for all of them to one address, over HTTP."""

    # Signatures are remembered before a payload is read, so under no workspace's id.
    team_id = NOBODYS
    connections = 0

    def __init__(self, service: Service) -> None:
        """Nothing is connected before `start`."""
        self._service = service
        self._web = WebApi("", service.settings.slack_api_url)
        self.workspaces: Workspaces | None = None
        self._flow: InstallFlow | None = None

    def routes(self) -> list[BaseRoute]:
        """Serve the page, and where Slack sends browsers back to."""
        return [Route(path, self._install, methods=["GET"]) for path in (flow.INSTALL, REDIRECT)]

    async def start(self) -> None:
        """Open what is installed, and let others install."""
        from bot.store.seal import Seal  # noqa: PLC0415 - loaded where it is asked for

        settings, service = self._service.settings, self._service
        seal = Seal(settings.sealing_keys.get_secret_value() if settings.sealing_keys else "")
        installer = service.installer(seal)
        workspaces = self.workspaces = Workspaces(service, installer, LISTENERS, self._web.hasty)
        states = States(seal, service.deliveries)
        self._flow = flow.new(settings, self._web.unhurried, installer, states, workspaces)
        await workspaces.start()

    async def stop(self) -> None:
        """Close all of them."""
        if self.workspaces:
            await self.workspaces.stop()
        await self._web.close()

    async def answer(self, request: Request) -> Response:
        """Hand a payload to its workspace; until they are known, ask Slack to come again."""
        if self.workspaces is None:
            return Response("starting", status_code=503)
        return await self.workspaces.answer(request)

    @property
    def receptions(self) -> list[Reception]:
        """List the doors of the HTTP API, one a workspace."""
        return self.workspaces.receptions if self.workspaces else []

    @property
    def waiting(self) -> bool:
        """Whether a workspace is not open that may be in a moment."""
        return self.workspaces is not None and self.workspaces.waiting

    def trouble(self) -> str:
        """Say what has stopped; what one workspace lacks is no trouble of the others."""
        return self.workspaces.trouble() if self.workspaces else "Slack is not connected yet"

    async def _install(self, request: Request) -> Response:
        """Send a browser to Slack, or take it back from there."""
        if self._flow is None:
            return Response("starting", status_code=503)
        bolt = to_async_bolt_request(request, b"")
        begins = request.url.path == self._flow.install_path
        answer = await (self._flow.handle_installation(bolt) if begins else self._flow.handle_callback(bolt))
        return to_starlette_response(answer)
