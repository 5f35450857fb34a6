"""A worker's tasks, without a process around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import sandbox as package
from bot.cloud_wiring import open_cloud
from bot.jobs import worker
from bot.settings import Settings
from bot.store.queue import ATTEND
from bot.store.redis import connect
from bot.store.requests import Requests
from bot.wiring import open_service
from tests.support.people import TEAM

if TYPE_CHECKING:
    from tests.google.conftest import Sandbox

POLICY = Path(package.__file__).parent / "policy.toml"
REQUEST = "GK-7F3K"


async def test_a_run_that_redis_cut_short_is_tried_again_soon(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    """The queue is back before the run has ended: its job is done then, and another must look."""
    settings = Settings(REDIS_URL=redis_url, policy_file=POLICY)
    async with open_service(settings) as service, open_cloud(settings) as cloud:
        gone = Requests(connect(f"unix://{tmp_path}/gone.sock"), service.nonce)
        workshop = replace(service.workshop(cloud), requests=gone)
        job = cast("Any", SimpleNamespace(trace_context=None))

        await worker.tasks(service, workshop, cloud)[ATTEND](TEAM, REQUEST, job)

        waiting = (await service.docket.snapshot()).future
    assert [execution.args for execution in waiting] == [(TEAM, REQUEST)]
