"""The workspaces where the app is installed, opened and closed as they come and go."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.responses import JSONResponse, Response

from bot.errors import Conflict, Misconfigured, NoPolicy, NotFound, Unavailable
from bot.languages.words import N_, Words
from bot.operations.install import remove, token
from handlers import refusal
from handlers.events.app_uninstalled import Uninstalled
from handlers.payload import home_team
from handlers.web_api import WebApi
from handlers.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_sdk.web.async_slack_response import AsyncSlackResponse
    from starlette.requests import Request

    from bot.http_api.reception import Reception
    from bot.operations.install import Installer
    from bot.wiring import Service
    from handlers.bolt_app import Listener

# Seconds. Another replica may have installed the app, or seen it go.
EVERY = 5.0
# A workspace whose token Slack did not take is tried again so much later.
REST = 60.0
# So many ask Slack who they are at the same time.
AT_ONCE = 8
# What Slack says to a token that will never work again.
DEAD = frozenset({"account_inactive", "invalid_auth", "token_revoked"})

GONE = N_("The app is not installed in this workspace. Ask whoever runs the bot for the link to install it.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Open:
    workspace: Workspace
    web: WebApi
    token: str

    async def close(self) -> None:
        await self.workspace.close()
        await self.web.close()


class Workspaces:
    """One deployment's workspaces; each has an app, a desk and a token of its own."""

    def __init__(self, service: Service, installer: Installer, listeners: Sequence[Listener]) -> None:
        """Nothing is open before `start`."""
        self._service, self._installer = service, installer
        self._listeners = (*listeners, Uninstalled(self.look))
        self._open: dict[str, _Open] = {}
        self._resting: dict[str, tuple[str, float]] = {}
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._few = asyncio.Semaphore(AT_ONCE)
        self._closing: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open every workspace, and follow what is installed elsewhere."""
        await self._bring_all()
        self._following = asyncio.create_task(self._follow(), name="workspaces")

    async def stop(self) -> None:
        """Close all of them."""
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        for team_id in list(self._open):
            self._close(team_id)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def answer(self, request: Request) -> Response:
        """Hand a payload to the one workspace that it says it comes from."""
        bolt = to_async_bolt_request(request, await request.body())
        if bolt.body.get("type") == "url_verification":
            return JSONResponse({"challenge": bolt.body.get("challenge")})
        team_id = home_team(bolt.body)
        if not team_id:
            log.warning("slack.stranger", teams=[])
            return Response("")
        opened = self._open.get(team_id)
        if opened is None:
            await self._bring(team_id)
            opened = self._open.get(team_id)
        if opened is None:
            log.warning("slack.unserved", team=team_id)
            return self._unserved(team_id, bolt.body)
        return to_starlette_response(await opened.workspace.app.async_dispatch(bolt))

    def _unserved(self, team_id: str, body: Mapping[str, Any]) -> Response:
        """Say why nobody answers there, where Slack shows it."""
        words, known = Words(), team_id in self._service.policies.teams()
        said = refusal.in_ack(words, body, words(GONE if known else NoPolicy().template))
        return JSONResponse(said) if said else Response("")

    async def look(self, team_id: str) -> None:
        """Close a workspace whose token Slack takes no more; `Unavailable` when it does not say."""
        async with self._one_at_a_time[team_id]:
            opened = self._open.get(team_id)
            if opened is None:
                return
            if await _dead(opened.web):
                await remove(self._installer, team_id, opened.token)
                self._close(team_id)

    async def bring(self, team_id: str) -> None:
        """Open a workspace in which the app was installed a moment ago."""
        self._resting.pop(team_id, None)
        await self._bring(team_id)

    @property
    def receptions(self) -> list[Reception]:
        """List the doors of the HTTP API, one a workspace."""
        return [opened.workspace.reception for opened in self._open.values() if opened.workspace.reception]

    def trouble(self) -> str:
        """Say what has stopped; a workspace's own channel is no trouble of the others."""
        if self._following is None or self._following.done():
            return "the workspaces are not followed"
        return next((said for opened in self._open.values() if (said := opened.workspace.stopped())), "")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._bring_all()

    async def _bring_all(self) -> None:
        known = {*self._service.policies.teams(), *self._open}
        await asyncio.gather(*(self._bring(team_id) for team_id in known))

    async def _bring(self, team_id: str) -> None:
        """Bring a workspace to what Redis says of it; while Redis says nothing, it stays as it is."""
        async with self._one_at_a_time[team_id], self._few:
            try:
                kept = await token(self._installer, team_id)
            except NotFound as error:
                if team_id in self._open:
                    log.warning("workspace.gone", team=team_id, sentence=str(error))
                self._close(team_id)
                return
            except (Unavailable, Conflict):
                return
            opened = self._open.get(team_id)
            if (opened and opened.token == kept) or self._rests(team_id, kept):
                return
            self._close(team_id)
            await self._try(team_id, kept)

    async def _try(self, team_id: str, kept: str) -> None:
        """Open one; what is wrong with it must not keep the others waiting."""
        web = WebApi(kept, self._service.settings.slack_api_url)
        try:
            identity = await _identity(web, team_id)
            workspace = Workspace(self._service, web, identity, self._listeners)
            self._open[team_id] = _Open(await workspace.open(), web, kept)
        except (Misconfigured, Unavailable) as error:
            log.error("workspace.refused", team=team_id, problem=str(error))  # noqa: TRY400 - no bug
            self._resting[team_id] = kept, asyncio.get_running_loop().time() + REST
            if error.values.get("error") in DEAD:
                await remove(self._installer, team_id, kept)
        finally:
            if team_id not in self._open:
                await web.close()

    def _rests(self, team_id: str, kept: str) -> bool:
        refused, until = self._resting.get(team_id, ("", 0.0))
        return refused == kept and asyncio.get_running_loop().time() < until

    def _close(self, team_id: str) -> None:
        """Serve a workspace no more; what is being posted there may take longer than an ack may."""
        if opened := self._open.pop(team_id, None):
            closing = asyncio.create_task(opened.close(), name=f"closing {team_id}")
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            log.info("slack.disconnected", team=team_id)


async def _identity(web: WebApi, team_id: str) -> AsyncSlackResponse:
    """Ask Slack who we are; a token that is another workspace's opens nothing."""
    identity = await web.identity()
    if identity["team_id"] != team_id:
        raise Misconfigured("The token of {team} is another workspace's.", team=team_id)
    return identity


async def _dead(web: WebApi) -> bool:
    """Ask Slack whether a token works."""
    try:
        await web.identity()
    except Misconfigured as error:
        if error.values.get("error") in DEAD:
            return True
        raise Unavailable(
            "I couldn't reach Slack ({kind}). Please try again in a moment.", kind="auth.test"
        ) from None
    return False
