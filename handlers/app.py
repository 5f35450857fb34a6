"""Slack as a front end: the Bolt app, its listeners, and the two ways Slack reaches us."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import Misconfigured
from bot.http_api import app as http_api
from bot.http_api.reception import open_reception
from bot.store import keys
from bot.store.announcements import Announcements
from bot.store.audit import Audit
from handlers import bolt_app, care, manifest, policy_notice, preparing
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
from handlers.announcer import Announcer
from handlers.answers import Answers
from handlers.approval_channel import ApprovalChannel
from handlers.commands import gemini_key
from handlers.directory import SlackDirectory
from handlers.doctor.checkup import checkup
from handlers.events import app_home_opened, subteam_members_changed, user_change
from handlers.front import Front
from handlers.functions import request_gemini_key
from handlers.guard import Guard
from handlers.homes import Homes
from handlers.options import project
from handlers.projections import OfficeProjection, RepairProjection, RequestProjection, SetupProjection
from handlers.shortcuts import why_403_message
from handlers.sockets import Sockets
from handlers.step_reports import StepReports
from handlers.views import away as away_form
from handlers.views import break_glass as break_glass_form
from handlers.views import claim_key as claim_form
from handlers.views import deny_request as deny_form
from handlers.views import find as find_form
from handlers.views import old_keys as old_keys_form
from handlers.views import request_key as request_form
from handlers.views import why_403 as why_form
from handlers.web_api import WebApi

if TYPE_CHECKING:
    from starlette.routing import BaseRoute
    from starlette.types import Receive, Scope, Send

    from bot.http_api.reception import Reception
    from bot.policy.live import LivePolicy
    from bot.wiring import Service
    from handlers.outbox import Outbox

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

log = structlog.get_logger(__name__)


class SlackFrontEnd:
    """Slack, in both directions, for one workspace."""

    manifest = staticmethod(manifest.build)
    checkup = staticmethod(checkup)

    def __init__(self, service: Service) -> None:
        """Nothing is connected before `start`."""
        self._service = service
        self._team_id = ""
        self._reception: Reception | None = None
        self._web: WebApi | None = None
        self._handler: AsyncSlackRequestHandler | None = None
        self._sockets: Sockets | None = None
        self._channel: ApprovalChannel | None = None
        self._announcing: list[asyncio.Task[None]] = []

    def routes(self) -> list[BaseRoute]:
        """Serve Slack's one request URL and, where it is switched on, the HTTP API."""
        return [*self._request_url(), *self._api()]

    def _api(self) -> list[BaseRoute]:
        return http_api.routes(lambda: self._reception) if self._service.settings.api else []

    def _request_url(self) -> list[BaseRoute]:
        """Stand behind the guard, when Slack delivers over HTTP."""
        settings = self._service.settings
        if settings.delivery != "http" or settings.slack_signing_secret is None:
            return []
        secret = settings.slack_signing_secret.get_secret_value()
        return [Route(PATH, Guard(self._bolt, signing_secret=secret, once=self._once), methods=["POST"])]

    async def start(self) -> None:
        """Ask Slack who we are, register the listeners, open the sockets, begin to announce."""
        settings = self._service.settings
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        web = self._web = WebApi(token, settings.slack_api_url)
        identity = await web.identity()
        self._team_id = str(identity["team_id"])
        policy = self._service.policies.live(self._team_id)
        if policy is None or policy.written is None:
            raise Misconfigured(
                "The workspace {team} has no policy: add {team}.toml to {folder}.",
                team=self._team_id,
                folder=str(settings.policy_dir),
            )
        front = self._front(web.hasty, self._team_id)
        if settings.api:
            self._reception = await open_reception(self._service, front.desk, self._team_id)
        behind = replace(front, outbox=web.patient)
        app = bolt_app.new(LISTENERS, web.client, front, settings, identity, self._service.watch)
        self._handler = AsyncSlackRequestHandler(app)
        if settings.delivery == "socket" and settings.slack_app_token:
            self._sockets = Sockets(app, settings.slack_app_token.get_secret_value())
            await self._sockets.open()
        channel = self._channel = ApprovalChannel(web.patient)
        await channel.trouble(front.policy().approval.channel)
        self._announcing = [
            asyncio.create_task(self._announcer(behind, channel).run(), name="announcer"),
            asyncio.create_task(self._answers(behind).run(), name="answers"),
            asyncio.create_task(self._policy_notices(behind, policy), name="policy notice"),
        ]
        log.info("slack.connected", team=self._team_id, delivery=settings.delivery)

    async def stop(self) -> None:
        """Close the sockets first, so that nothing new arrives; then stop announcing."""
        if self._sockets:
            await self._sockets.close()
        for task in self._announcing:
            task.cancel()
        await asyncio.gather(*self._announcing, return_exceptions=True)
        if self._web:
            await self._web.close()

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open; none where Slack calls us."""
        return self._sockets.connections if self._sockets else 0

    def trouble(self) -> str:
        """Say why Slack cannot reach us now."""
        if self._handler is None:
            return "Slack is not connected yet"
        for task in self._announcing:
            if task.done():
                return f"the {task.get_name()} task has stopped"
        told = self._channel.told() if self._channel else ""
        return told or (self._sockets.trouble() if self._sockets else "")

    def _front(self, outbox: Outbox, team_id: str) -> Front:
        service = self._service
        directory = SlackDirectory(outbox, service.profiles, service.now)
        desk = service.desk(directory, team_id)
        return Front(
            desk=desk,
            outbox=outbox,
            directory=directory,
            readiness=service.readiness,
            uses=service.uses,
            profiles=service.profiles,
            policy=desk.policy,
            inquiries=service.inquiries(team_id),
            bench=service.bench(desk),
            lookup_desk=service.lookup_desk(desk),
            adopting=service.adopt_desk(desk),
            setup_desk=service.setup_desk(desk),
            audit=Audit(service.redis),
            offices=service.offices,
            team_id=team_id,
            console=service.settings.google.console.rstrip("/"),
        )

    def _announcer(self, front: Front, channel: ApprovalChannel) -> Announcer:
        service, name = self._service, self._service.nonce()
        stream = Announcements(service.patient_redis, front.team_id, name)
        homes = Homes(front, service.profiles)
        requests = RequestProjection(front, service.requests, homes, StepReports(front, service.messages))
        repairs = RepairProjection(front, service.repairs, homes)
        offices = OfficeProjection(front, service.offices, homes)
        setups = SetupProjection(front, service.setups)
        return Announcer(front, service.messages, stream, requests, repairs, offices, setups, channel, name)

    async def _policy_notices(self, front: Front, policy: LivePolicy) -> None:
        await policy_notice.watch(front, policy, self._service.deliveries)

    def _answers(self, front: Front) -> Answers:
        service = self._service
        answered = keys.answers(front.team_id)
        stream = Announcements(service.patient_redis, front.team_id, service.nonce(), stream=answered)
        return Answers(front, service.cases, service.lookups, stream)

    async def _bolt(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to Bolt; until Slack has told who we are, ask it to come again."""
        if self._handler is None:
            response = Response("starting", status_code=503)
        else:
            response = await self._handler.handle(Request(scope, receive))
        await response(scope, receive, send)

    async def _once(self, signature: str, seconds: int) -> bool:
        return await self._service.deliveries.first(self._team_id, signature, seconds)


# The service finds it by this name, which is the package's entry point.
front_end = SlackFrontEnd
