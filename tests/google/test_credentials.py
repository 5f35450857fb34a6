from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.errors import GoogleError, Misconfigured
from bot.google.cloud import open_cloud
from bot.google.patience import Patience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.google.conftest import Sandbox


class TokenService:
    """A security token service for workload identity: counts requests, answers after a while or never."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        token = {"access_token": "not-known-to-google", "token_type": "Bearer", "expires_in": 3600}
        return web.json_response(
            token | {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/token", self.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/token"
        finally:
            await runner.cleanup()


def workload_identity(directory: Path, token_url: str) -> str:
    (directory / "subject").write_text("subject")
    file = directory / "credentials.json"
    file.write_text(
        json.dumps(
            {
                "type": "external_account",
                "universe_domain": "sandbox.test",
                "audience": "//iam.sandbox.test/projects/1/locations/global/workloadIdentityPools/p",
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "token_url": token_url,
                "credential_source": {"file": str(directory / "subject")},
            }
        )
    )
    return str(file)


def now() -> datetime:
    return datetime.now(UTC)


async def test_however_many_calls_wait_one_token_is_asked_for(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty first calls at once share one refresh; left to itself, google-auth would make twenty."""
    service = TokenService(seconds=0.2)
    async with service.running() as url:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", workload_identity(tmp_path, url))
        cloud = open_cloud(sandbox.endpoints(), now=now)
        refused = await asyncio.gather(
            *(cloud.projects.get("acme-ml-dev") for _ in range(20)), return_exceptions=True
        )
        await cloud.close()

    assert {getattr(error, "status", None) for error in refused} == {"UNAUTHENTICATED"}
    assert service.asked == 1


async def test_a_token_that_does_not_come_holds_nobody_up(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh has no time limit of its own worth having (two minutes), the call has."""
    service = TokenService(seconds=3)
    async with service.running() as url:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", workload_identity(tmp_path, url))
        cloud = open_cloud(sandbox.endpoints(), now=now, patience=Patience(read=0.5, total=1))
        await cloud.warm()
        began = asyncio.get_running_loop().time()
        with pytest.raises(GoogleError) as refused:
            await cloud.projects.get("acme-ml-dev")
        assert asyncio.get_running_loop().time() - began < 2
        await cloud.close()

    assert (refused.value.status, refused.value.transient) == ("DEADLINE_EXCEEDED", True)


async def test_without_credentials_the_refusal_says_so(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file is a permanent UNAUTHENTICATED, found again once it is there."""
    cloud = open_cloud(sandbox.endpoints(), now=now)
    with monkeypatch.context() as patch:
        patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
        with pytest.raises(GoogleError) as refused:
            await cloud.projects.get("acme-ml-dev")
    assert (refused.value.status, refused.value.permanent) == ("UNAUTHENTICATED", True)

    assert (await cloud.projects.get("acme-ml-dev")).state == "ACTIVE"
    await cloud.close()


async def test_payload_logging_is_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it, Google's own clients would print key texts: nothing is opened and the variable is named."""
    monkeypatch.setenv("GOOGLE_SDK_PYTHON_LOGGING_SCOPE", "google")
    cloud = open_cloud(sandbox.endpoints(), now=now)

    with pytest.raises(Misconfigured, match="GOOGLE_SDK_PYTHON_LOGGING_SCOPE"):
        await cloud.warm()
