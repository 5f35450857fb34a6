"""The workspaces where the app is installed, opened and closed as they come and go."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeGuard

import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.responses import JSONResponse, Response

from bot.errors import BotError, Misconfigured, NotFound, Unavailable
from bot.operations.install import check, is_kept, remove, token
from handlers import arrival
from handlers.events.app_uninstalled import Uninstalled
from handlers.passing import REJECTED, REVOKED
from handlers.payload import home_team
from handlers.serving.opened import open_workspace
from handlers.serving.unserved import UNREACHED, Unserved, for_people, passes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from bot.http_api.reception import Reception
    from bot.operations.install import Installer
    from bot.wiring import Service
    from handlers.bolt_app import Listener
    from handlers.outbox import Outbox
    from handlers.serving.opened import Opened

# Seconds. Another replica may have installed the app, or seen it go.
EVERY = 5.0
# A workspace whose token Slack did not take is tried again so much later.
REST = 60.0
# So many ask Slack who they are at the same time.
AT_ONCE = 8
# So often tokens are sealed anew with the newest key; more often, replicas with other keys would quarrel.
RENEW = 300.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Rest:
    """A token that did not work, until when it is left alone, and why."""

    token: str
    until: float
    why: BotError


class Workspaces:
    """One deployment's workspaces; each has an app, a desk and a token of its own."""

    def __init__(
        self, service: Service, installer: Installer, listeners: Sequence[Listener], outbox: Outbox
    ) -> None:
        """Nothing is open before `start`; `outbox` answers where no workspace's own can."""
        self._service, self._installer = service, installer
        self._listeners = (*listeners, Uninstalled(self.look))
        self._open: dict[str, Opened] = {}
        self._unserved = Unserved(outbox, service.watch)
        self._shut: dict[str, BotError] = {}
        self._resting: dict[str, _Rest] = {}
        self._doubted: set[str] = set()
        self._renew_at = 0.0
        self._one_at_a_time: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._few = asyncio.Semaphore(AT_ONCE)
        self._beside: set[asyncio.Task[None]] = set()
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
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def answer(self, request: Request) -> Response:
        """Hand a payload to the one workspace that it says it comes from."""
        bolt = to_async_bolt_request(request, await request.body())
        if bolt.body.get("type") == "url_verification":
            return JSONResponse({"challenge": bolt.body.get("challenge")})
        team_id = home_team(bolt.body)
        if not team_id:
            log.warning("slack.stranger", teams=[])
            return Response("")
        opened = self._open.get(team_id) or await self._bring_in_time(team_id)
        if opened is None:
            known = team_id in self._service.policies.teams()
            return await self._unserved.answer(team_id, bolt.body, self._why_shut(team_id), known=known)
        return to_starlette_response(await opened.workspace.app.async_dispatch(bolt))

    async def _bring_in_time(self, team_id: str) -> Opened | None:
        """Open a workspace while Slack waits."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(arrival.deadline()):
                await self._bring(team_id)
        return self._open.get(team_id)

    def _why_shut(self, team_id: str) -> BotError:
        return for_people(self._shut.get(team_id) or Unavailable(UNREACHED, kind="auth.test"))

    async def look(self, team_id: str) -> None:
        """Close a workspace whose token Slack takes no more; `Unavailable` when it does not say."""
        async with self._one_at_a_time[team_id]:
            opened = self._open.get(team_id)
            if opened is None:
                return
            try:
                await opened.web.identity()
            except Misconfigured as error:
                if not _is_rejected(error):
                    raise Unavailable(UNREACHED, kind="auth.test") from None
                await self._give_up(team_id, opened.token, error)

    async def bring(self, team_id: str) -> None:
        """Open a workspace in which the app was installed a moment ago, or raise what is in the way."""
        self._resting.pop(team_id, None)
        await self._bring(team_id)
        if team_id not in self._open:
            raise self._why_shut(team_id)

    async def keeps(self, team_id: str) -> bool:
        """Tell whether a workspace's token is kept; with an empty id, whether anybody's is."""
        asked = [team_id] if team_id else await self._service.requests.workspaces()
        return any([await is_kept(self._installer.tokens, one) for one in asked])

    @property
    def receptions(self) -> list[Reception]:
        """List the doors of the HTTP API, one a workspace."""
        return [opened.workspace.reception for opened in self._open.values() if opened.workspace.reception]

    @property
    def waiting(self) -> bool:
        """Whether a workspace is not open that may be in a moment."""
        shut = {*self._service.policies.teams()} - self._open.keys()
        return any(passes(self._why_shut(team_id)) for team_id in shut)

    def trouble(self) -> str:
        """Say what has stopped; what one workspace lacks is no trouble of the others."""
        gone = self._following is None or self._following.done()
        return "the workspaces are not followed" if gone else ""

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._bring_all()

    async def _bring_all(self) -> None:
        known = {*self._service.policies.teams(), *self._open}
        renew = self._renew_at <= _now()
        if renew:
            with suppress(Unavailable):
                # A token may be kept where there is no policy now.
                known |= await self._service.requests.workspaces()
                self._renew_at = _now() + RENEW
        await asyncio.gather(*(self._bring(team_id, renew=renew) for team_id in known))

    async def _bring(self, team_id: str, *, renew: bool = False) -> None:
        """Bring a workspace to what Redis says of it, and remember what is in the way; no other feels it."""
        async with self._one_at_a_time[team_id], self._few:
            try:
                await self._settle(team_id, renew=renew)
            except BotError as error:
                self._note(team_id, error)
            except Exception as error:  # whatever it is: the others want to be served
                log.exception("workspace.failed", team=team_id, kind=type(error).__name__)
                self._shut[team_id] = Unavailable("I can't work here now. Please try again in a minute.")
            else:
                self._shut.pop(team_id, None)

    async def _settle(self, team_id: str, *, renew: bool) -> None:
        """Open or close a workspace, or leave it as it is; raises why it is not open or not known about."""
        try:
            kept = await token(self._installer.tokens, team_id, renew=renew)
        except NotFound:
            self._close(team_id)
            raise
        opened = self._open.get(team_id)
        if opened and opened.token == kept and not opened.workspace.stopped():
            return
        check(self._installer, team_id)
        rest = self._resting.get(team_id)
        if rest and rest.token == kept and _now() < rest.until:
            raise rest.why
        try:
            rejected = partial(self._doubt, team_id)
            fresh = await open_workspace(self._service, self._listeners, team_id, kept, rejected)
        except (Misconfigured, Unavailable) as error:
            if _is_rejected(error):
                await self._give_up(team_id, kept, error)
            self._resting[team_id] = _Rest(kept, _now() + REST, error)
            raise
        self._close(team_id)
        self._open[team_id] = fresh

    async def _give_up(self, team_id: str, rejected: str, why: Misconfigured) -> None:
        """Close a workspace whose token Slack rejects; only a revoked one is forgotten.

        Slack: invalid_auth may mean that "the request originates from an IP address disallowed".
        """
        opened = self._open.get(team_id)
        if opened and opened.token == rejected:
            self._close(team_id)
        self._resting[team_id] = _Rest(rejected, _now() + REST, why)
        self._note(team_id, why)
        if why.values.get("error") in REVOKED:
            await remove(self._installer.tokens, team_id, rejected)

    def _doubt(self, team_id: str) -> None:
        """Look soon whether a workspace still has the app: the news of its end may have been lost."""
        if team_id not in self._doubted and team_id in self._open:
            self._doubted.add(team_id)
            self._keep(asyncio.create_task(self._look_soon(team_id), name=f"looking at {team_id}"))

    async def _look_soon(self, team_id: str) -> None:
        try:
            await self.look(team_id)
        except BotError as error:
            log.warning("workspace.doubted", team=team_id, sentence=error.template)
        finally:
            self._doubted.discard(team_id)

    def _note(self, team_id: str, why: BotError) -> None:
        """Remember why a workspace is not open; log it when it is news."""
        if passes(why) and str(self._shut.get(team_id)) != str(why):
            log.error("workspace.refused", team=team_id, problem=str(why))
        self._shut[team_id] = why

    def _close(self, team_id: str) -> None:
        """Serve a workspace no more; what is being posted there may take longer than an ack may."""
        if opened := self._open.pop(team_id, None):
            self._keep(asyncio.create_task(opened.close(), name=f"closing {team_id}"))
            log.warning("slack.disconnected", team=team_id)

    def _keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it has ended."""
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _is_rejected(error: BotError) -> TypeGuard[Misconfigured]:
    return isinstance(error, Misconfigured) and error.values.get("error") in REJECTED


def _now() -> float:
    return asyncio.get_running_loop().time()
