"""One workspace as Slack's side serves it: its listeners, its desk, and what is shown there."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.errors import Misconfigured
from bot.http_api.reception import open_reception
from bot.store import keys
from bot.store.announcements import Announcements
from bot.store.audit import Audit
from handlers import bolt_app
from handlers.announcing import policy_notice
from handlers.announcing.announcer import Announcer
from handlers.announcing.answers import Answers
from handlers.announcing.approval_channel import ApprovalChannel
from handlers.announcing.homes import Homes
from handlers.announcing.projections import (
    OfficeProjection,
    RepairProjection,
    RequestProjection,
    SetupProjection,
)
from handlers.announcing.step_reports import StepReports
from handlers.directory import SlackDirectory
from handlers.front import Front

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.http_api.reception import Reception
    from bot.policy.live import LivePolicy
    from bot.wiring import Service
    from handlers.bolt_app import Listener
    from handlers.outbox import Outbox
    from handlers.web_api import WebApi

log = structlog.get_logger(__name__)


class Workspace:
    """A workspace with our app in it, spoken to with its own token."""

    def __init__(
        self, service: Service, web: WebApi, identity: AsyncSlackResponse, listeners: Sequence[Listener]
    ) -> None:
        """Register the listeners; `Misconfigured` where the workspace has no policy."""
        self.team_id = str(identity["team_id"])
        self._service, self._web = service, web
        self._policy = _policy(service, self.team_id)
        self._front = _front(service, web.hasty, self.team_id)
        self._channel = ApprovalChannel(web.patient)
        self._announcing: list[asyncio.Task[None]] = []
        self.app = bolt_app.new(listeners, web.client, self._front, service.settings, identity, service.watch)
        self.reception: Reception | None = None

    async def open(self) -> Self:
        """Let the API in, look at the approval channel, begin to announce."""
        if self._service.settings.api:
            self.reception = await open_reception(self._service, self._front.desk, self.team_id)
        behind = replace(self._front, outbox=self._web.patient)
        await self._channel.trouble(behind.policy().approval.channel)
        notices = policy_notice.watch(behind, self._policy, self._service.deliveries)
        self._announcing = [
            asyncio.create_task(self._announcer(behind).run(), name="announcer"),
            asyncio.create_task(self._answers(behind).run(), name="answers"),
            asyncio.create_task(notices, name="policy notice"),
        ]
        for task in self._announcing:
            task.add_done_callback(self._ended)
        log.info("slack.connected", team=self.team_id, delivery=self._service.settings.delivery)
        return self

    async def close(self) -> None:
        """Stop announcing."""
        for task in self._announcing:
            task.cancel()
        await asyncio.gather(*self._announcing, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            name = task.get_name()
            log.error("workspace.task_ended", team=self.team_id, task=name, exc_info=task.exception())

    def trouble(self) -> str:
        """Say what is not shown any more, or where."""
        return self.stopped() or self._channel.told()

    def stopped(self) -> str:
        """Say which task is not running any more."""
        found = next((task.get_name() for task in self._announcing if task.done()), "")
        return f"the {found} task has stopped" if found else ""

    def _announcer(self, front: Front) -> Announcer:
        service, name = self._service, self._service.nonce()
        stream = Announcements(service.patient_redis, self.team_id, name)
        homes = Homes(front, service.profiles)
        requests = RequestProjection(front, service.requests, homes, StepReports(front, service.messages))
        repairs = RepairProjection(front, service.repairs, homes)
        offices = OfficeProjection(front, service.offices, homes)
        setups = SetupProjection(front, service.setups)
        return Announcer(
            front, service.messages, stream, requests, repairs, offices, setups, self._channel, name
        )

    def _answers(self, front: Front) -> Answers:
        service = self._service
        answered = keys.answers(self.team_id)
        stream = Announcements(service.patient_redis, self.team_id, service.nonce(), stream=answered)
        return Answers(front, service.cases, service.lookups, stream)


def _policy(service: Service, team_id: str) -> LivePolicy:
    policy = service.policies.live(team_id)
    if policy is None or policy.written is None:
        raise Misconfigured(
            "The workspace {team} has no policy: add {team}.toml to {folder}.",
            team=team_id,
            folder=str(service.settings.policy_dir),
        )
    return policy


def _front(service: Service, outbox: Outbox, team_id: str) -> Front:
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
