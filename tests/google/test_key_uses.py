"""When the keys of a project were used last: one question for all, kept by the worker for Home."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sandbox as package
from bot.cloud_wiring import open_cloud
from bot.google.key_uses import KeyUsesReader
from bot.jobs import worker
from bot.settings import Settings
from bot.wiring import open_service
from tests.google.test_keys import PROJECT, account, order

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

DAY = timedelta(days=1)
POLICY = Path(package.__file__).parent / "policy.toml"


async def called(cloud: Cloud, sandbox: Sandbox, *days_ago: int) -> str:
    """Have a key that was called so long ago; returns its uid."""
    key_id = sandbox.name()
    await cloud.keys.wait(await order(cloud, key_id, await account(cloud)))
    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    calls = [{"hours_ago": 24 * days + 1, "status": 200, "count": 3} for days in days_ago]
    sandbox.admin("POST", f"keys/{facts.uid}", {"past_calls": calls})
    return facts.uid


async def test_each_key_is_told_by_the_day_of_its_last_call(cloud: Cloud, sandbox: Sandbox) -> None:
    """Earlier calls do not count, a key without calls is not named, and it costs one question."""
    today, before, never = [await called(cloud, sandbox, *days) for days in ((0, 9), (4, 9), ())]
    now = datetime.now(UTC)
    asked = len(sandbox.calls("MetricService/ListTimeSeries"))

    uses = await KeyUsesReader(cloud.calls).of(PROJECT, now)

    assert abs(uses.last[today] - now) < timedelta(seconds=1)
    assert abs(uses.last[before] - (now - 4 * DAY)) < timedelta(seconds=1)
    assert never not in uses.last
    assert len(sandbox.calls("MetricService/ListTimeSeries")) == asked + 1


async def test_a_worker_keeps_them_for_those_who_may_not_ask_google(
    cloud: Cloud, sandbox: Sandbox, redis_url: str
) -> None:
    """The hourly task reads every project of the policy; one that can't be read leaves no claim behind."""
    uid = await called(cloud, sandbox, 2)
    settings = Settings(REDIS_URL=redis_url, policy_file=POLICY)
    async with open_service(settings) as service, open_cloud(settings) as own:
        await worker.tasks(service, service.workshop(own), own)["survey_uses"]()

        projects = service.policies.project_ids()
        kept = await service.uses.of(projects)

    assert uid in kept[PROJECT].last
    assert set(projects) - set(kept) == {"acme-stranger"}


async def test_a_worker_looks_at_the_projects_of_every_workspace(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    """With a policy for each, one survey is for all, and each workspace's rules name their own alone."""
    head, *entries = POLICY.read_text().split("[[projects]]")
    for team_id, entry in (("T0ACME", entries[0]), ("T0BETA", entries[2])):
        (tmp_path / f"{team_id}.toml").write_text(f"{head}[[projects]]{entry}")
    settings = Settings(REDIS_URL=redis_url, policy_dir=tmp_path)
    async with open_service(settings) as service, open_cloud(settings) as own:
        await worker.tasks(service, service.workshop(own), own)["survey"]()

        known = await service.readiness.of([PROJECT, "acme-vision", "acme-ml-prod"])
        ours = [project.id for project in service.policies.of("T0ACME").projects]

    assert {*known} == {PROJECT, "acme-vision"}
    assert ours == [PROJECT]
