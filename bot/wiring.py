"""Introduce the parts to each other; the only place that reads the clock and rolls dice.

The file is long because every part is introduced in this one place.
"""

from __future__ import annotations

import random
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.operations.adopt import AdoptDesk
from bot.operations.desk import Desk
from bot.operations.fixes.fix import Bench
from bot.operations.fixes.found_keys import FoundKeys
from bot.operations.fixes.hands import GoogleHands
from bot.operations.fixes.mend import SILENCE, Mender
from bot.operations.fixes.own_keys import OwnKeys
from bot.operations.fixes.roles import Roles
from bot.operations.install import Installer, Tokens
from bot.operations.keeper import Keeper
from bot.operations.look_up import LookupDesk
from bot.operations.projects.make_project import Maker
from bot.operations.projects.outfit import Outfitter
from bot.operations.projects.set_up import SetupDesk
from bot.operations.projects.trial import Trial
from bot.operations.why_403.ask import Inquiries
from bot.operations.why_403.explain import Explainer
from bot.operations.why_403.project_numbers import KnownNumbers
from bot.operations.workshop import Workshop
from bot.policy.folder import Folder
from bot.policy.policies import OneFile
from bot.provisioning import plan
from bot.provisioning.watched import watched
from bot.store.absences import Absences
from bot.store.case_queue import CaseQueue
from bot.store.cases import Cases
from bot.store.deliveries import Deliveries
from bot.store.embedded import EmbeddedRedis, running_in
from bot.store.installations import Installations
from bot.store.lookups import Lookups
from bot.store.messages import Messages
from bot.store.offices import Offices
from bot.store.people import Profiles
from bot.store.queue import Queue, open_docket
from bot.store.readiness import Readiness
from bot.store.redis import connect, translated
from bot.store.repairs import Repairs
from bot.store.requests import Requests
from bot.store.setups import SetupQueue, Setups
from bot.store.surveys import Surveys
from bot.store.turns import Turns
from bot.store.uses import Uses
from bot.store.visible import Visible
from bot.telemetry.watch import Watch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from docket import Docket

    from bot.google.cloud import Cloud
    from bot.operations.desk import Directory
    from bot.policy.policies import Policies
    from bot.settings import Settings
    from bot.store.redis import Client
    from bot.store.seal import Seal
    from bot.telemetry.metrics import Metrics

_dice = random.SystemRandom()
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def wait_longer(failed_runs: int) -> timedelta:
    """Double with every failed run up to ten minutes, less up to a half by chance."""
    doubled = min(FIRST_WAIT * 2 ** min(failed_runs, 10), LONGEST_WAIT)
    return timedelta(seconds=doubled.total_seconds() * _dice.uniform(0.5, 1))


@dataclass(frozen=True, slots=True)
class Service:
    """What both roles share: settings, rules and memory."""

    settings: Settings
    policies: Policies
    redis: Client
    patient_redis: Client
    docket: Docket
    requests: Requests
    queue: Queue
    deliveries: Deliveries
    messages: Messages
    profiles: Profiles
    readiness: Readiness
    visible: Visible
    uses: Uses
    cases: Cases
    case_queue: CaseQueue
    lookups: Lookups
    surveys: Surveys
    repairs: Repairs
    setups: Setups
    setup_queue: SetupQueue
    absences: Absences
    offices: Offices
    metrics: Metrics | None
    now: Callable[[], datetime]

    @property
    def watch(self) -> Watch:
        """Who hears of what happens: the metrics, or nobody."""
        return self.metrics or Watch()

    def desk(self, directory: Directory, team_id: str) -> Desk:
        """Set up the desk of one workspace that a front end stands at; no other's rules count there."""
        return Desk(
            team_id=team_id,
            requests=self.requests,
            directory=directory,
            jobs=self.queue,
            absences=self.absences,
            policy=self.policies.bound(team_id),
            now=self.now,
            choose=_dice.choice,
        )

    def bench(self, desk: Desk) -> Bench:
        """Set up what fixes take beside the desk."""
        return Bench(desk=desk, repairs=self.repairs, queue=self.case_queue)

    def setup_desk(self, desk: Desk) -> SetupDesk:
        """Set up what setting a project up takes beside the desk."""
        return SetupDesk(desk=desk, setups=self.setups, queue=self.setup_queue)

    def installer(self, seal: Seal) -> Installer:
        """Set up what installing the app takes."""
        kept = Installations(self.redis, self.nonce)
        return Installer(Tokens(kept, seal, self.now), self.policies.of)

    def lookup_desk(self, desk: Desk) -> LookupDesk:
        """Set up what asking about usage takes."""
        return LookupDesk(desk=desk, lookups=self.lookups, queue=self.case_queue, nonce=self.nonce)

    def adopt_desk(self, desk: Desk) -> AdoptDesk:
        """Set up what keys made by others take beside the desk."""
        return AdoptDesk(desk=desk, bench=self.bench(desk), surveys=self.surveys)

    def inquiries(self, team_id: str) -> Inquiries:
        """Set up what asking why-403 takes in one workspace."""
        return Inquiries(
            team_id=team_id,
            cases=self.cases,
            queue=self.case_queue,
            policy=self.policies.bound(team_id),
            now=self.now,
            nonce=self.nonce,
        )

    def explainer(self, cloud: Cloud) -> Explainer:
        """Set up who answers why-403."""
        return Explainer(
            world=cloud.for_diagnosis(),
            rights=cloud.own_rights(),
            numbers=KnownNumbers(self.readiness, cloud.projects, self.policies.project_ids),
            records=self.requests,
            policy=self.policies.of,
            now=self.now,
        )

    def mender(self, cloud: Cloud) -> Mender:
        """Set up who carries fixes out."""
        return Mender(
            repairs=self.repairs,
            queue=self.case_queue,
            hands=self._hands(cloud),
            maker=self._maker(cloud),
            now=self.now,
            wait=wait_longer,
            propagation=timedelta(seconds=self.settings.propagation_seconds),
            paused=self.offices.paused,
        )

    def _hands(self, cloud: Cloud) -> GoogleHands:
        """Set up what does a fix at Google."""
        own_keys = OwnKeys(
            requests=self.requests,
            jobs=self.queue,
            keys=cloud.keys,
            key_care=cloud.key_care,
            secrets=cloud.secrets,
            usage=cloud.usage,
            trial=cloud.gemini,
            now=self.now,
        )
        return GoogleHands(
            services=cloud.services,
            billing=cloud.billing,
            own_keys=own_keys,
            found_keys=FoundKeys(cloud.keys, cloud.key_care),
            roles=Roles(cloud.for_plan().project_access),
        )

    def _maker(self, cloud: Cloud) -> Maker:
        """Set up who makes new projects."""

        async def known(project_id: str) -> None:
            await self.visible.add(project_id)
            self.policies.see_also(project_id)
            await self.readiness.put(await cloud.project_readiness(project_id))

        return Maker(
            projects=cloud.new_projects(),
            billing=cloud.billing,
            services=cloud.services,
            accounts=cloud.service_accounts,
            trial=self._trial(cloud),
            known=known,
            policy=self.policies.of,
            now=self.now,
            silence=SILENCE,
        )

    def _trial(self, cloud: Cloud) -> Trial:
        return Trial(cloud.keys, cloud.secrets, cloud.gemini, self.offices.paused, self.now)

    def outfitter(self, cloud: Cloud) -> Outfitter:
        """Set up who makes projects ready."""

        async def survey(project_id: str) -> None:
            await self.readiness.put(await cloud.project_readiness(project_id))

        return Outfitter(
            setups=self.setups,
            queue=self.setup_queue,
            looker=cloud.checkup(self.now),
            rights=cloud.own_rights(),
            services=cloud.services,
            billing=cloud.billing,
            accounts=cloud.service_accounts,
            trial=self._trial(cloud),
            survey=survey,
            policy=self.policies.of,
            now=self.now,
            wait=wait_longer,
        )

    def workshop(self, cloud: Cloud) -> Workshop:
        """Set up the workshop that the workers stand in."""
        google = replace(cloud.for_plan(), gate=self.offices.check_open)
        return Workshop(
            requests=self.requests,
            jobs=self.queue,
            steps=watched(plan.steps(google), self.watch.step),
            keeper=Keeper(google, cloud.usage),
            now=self.now,
            wait=wait_longer,
            quiet=timedelta(seconds=self.settings.usage_quiet_seconds),
            lag=timedelta(seconds=self.settings.usage_lag_seconds),
            silence=timedelta(seconds=self.settings.silence_seconds),
            most_runs=self.settings.most_runs,
            paused=self.offices.paused,
        )

    def turns(self) -> Turns:
        """Share with all workers how often Google may be called."""
        quotas = self.settings.quotas
        return Turns(self.redis, quotas.key_writes, timedelta(seconds=quotas.minute))

    def nonce(self) -> str:
        """Draw a name that nobody else has."""
        return secrets.token_hex(6)


@asynccontextmanager
async def open_service(settings: Settings, *, beside: bool = False) -> AsyncIterator[Service]:
    """Read the policy, find or start Redis, open the queue; `beside` a running bot, use the Redis it runs."""
    policies, metrics = open_policies(settings), _metrics(settings)
    async with policies.watched(), _redis_url(settings, beside=beside) as url:
        redis, patient = connect(url), connect(url, patient=True)
        # A Cluster's client that many tasks open at once closes the others' connections.
        with translated():
            await redis.initialize()
            await patient.initialize()
        visible = Visible(redis, utc_now)
        async with open_docket(url) as docket, policies.seeing(visible.get):
            try:
                yield Service(
                    settings=settings,
                    policies=policies,
                    redis=redis,
                    patient_redis=patient,
                    docket=docket,
                    requests=Requests(redis, lambda: secrets.token_hex(6), metrics),
                    queue=Queue(docket, utc_now),
                    deliveries=Deliveries(redis),
                    messages=Messages(redis),
                    profiles=Profiles(redis),
                    readiness=Readiness(redis),
                    visible=visible,
                    uses=Uses(redis),
                    cases=Cases(redis),
                    case_queue=CaseQueue(docket, utc_now),
                    lookups=Lookups(redis),
                    surveys=Surveys(redis),
                    repairs=Repairs(redis, lambda: secrets.token_hex(6)),
                    setups=Setups(redis, lambda: secrets.token_hex(6)),
                    setup_queue=SetupQueue(docket),
                    absences=Absences(redis),
                    offices=Offices(redis, lambda: secrets.token_hex(6)),
                    metrics=metrics,
                    now=utc_now,
                )
            finally:
                await redis.aclose()
                await patient.aclose()


def open_policies(settings: Settings) -> Policies:
    """Read the one policy, or each workspace's own."""
    return Folder(settings.policy_dir) if settings.policy_dir else OneFile(settings.policy_file)


def _metrics(settings: Settings) -> Metrics | None:
    if settings.metrics_port is None:
        return None
    from bot.telemetry.metrics import Metrics  # noqa: PLC0415 - nothing is loaded that nobody asked for

    return Metrics()


@asynccontextmanager
async def _redis_url(settings: Settings, *, beside: bool) -> AsyncIterator[str]:
    if settings.redis_url:
        yield settings.redis_url.get_secret_value()
        return
    directory = settings.data_dir / "redis"
    if beside and (url := await running_in(directory)):
        yield url
        return
    embedded = EmbeddedRedis(directory, binary=settings.redis_binary)
    url = await embedded.start()
    try:
        yield url
    finally:
        await embedded.stop()
