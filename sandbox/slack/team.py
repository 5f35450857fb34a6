"""Introduce the parts of this Slack to each other."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sandbox.people import TEAM_ID, TEAM_NAME
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.directory import accounts
from sandbox.slack.faults import Faults
from sandbox.slack.files import Files
from sandbox.slack.functions import Executions
from sandbox.slack.hub import Hub
from sandbox.slack.ids import Timestamps
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.scheduler import Scheduler
from sandbox.slack.tiers import RateLimits
from sandbox.slack.traffic import Traffic
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import Views
from sandbox.slack.workspace import Workspace, seeded_channels

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.delivery.transport import Transport
    from sandbox.slack.options import Options
    from sandbox.slack.tokens import Credentials


@dataclass(slots=True)
class Team:
    """One Slack team with one installed app: its state, its rules, and the way to reach the app."""

    options: Options
    clock: Callable[[], float]
    credentials: Credentials
    hub: Hub
    timestamps: Timestamps
    workspace: Workspace
    views: Views
    triggers: Triggers
    response_urls: ResponseUrls
    files: Files
    rate_limits: RateLimits
    faults: Faults
    traffic: Traffic
    courier: Courier
    transport: Transport
    id: str
    name: str
    scheduler: Scheduler = field(default_factory=Scheduler)
    executions: Executions = field(default_factory=Executions)

    @classmethod
    def found(
        cls,
        options: Options,
        credentials: Credentials,
        transport: Transport,
        *,
        clock: Callable[[], float] = time.time,
        scale: float = 1.0,
        id: str = TEAM_ID,  # noqa: A002 - Slack's own name for it
        name: str = TEAM_NAME,
    ) -> Team:
        """Set up a fresh team that reaches its app by this transport."""
        hub, faults, timestamps = Hub(), Faults(), Timestamps(clock)
        traffic = Traffic(hub, clock, credentials)
        return cls(
            id=id,
            name=name,
            options=options,
            clock=clock,
            credentials=credentials,
            hub=hub,
            timestamps=timestamps,
            workspace=Workspace(clock, hub, timestamps, seeded_channels(int(clock())), accounts(id)),
            views=Views(clock, hub, id),
            triggers=Triggers(clock),
            response_urls=ResponseUrls(clock),
            files=Files(clock),
            rate_limits=RateLimits(clock, options.rate_factor),
            faults=faults,
            traffic=traffic,
            courier=Courier(transport, traffic, hub, faults, ack_seconds=options.ack_seconds, scale=scale),
            transport=transport,
        )

    def install(self, token: str, scopes: tuple[str, ...]) -> None:
        """Let the app speak here by this token, for these scopes; by none, without a token."""
        self.credentials = self.traffic.credentials = replace(self.credentials, bot_token=token)
        self.options = replace(self.options, scopes=scopes)
