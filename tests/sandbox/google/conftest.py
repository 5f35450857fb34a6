"""A fresh cloud per test, and the real Google clients pointed at it."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from google.api_core.client_options import ClientOptions
from google.auth import crypt
from google.auth.transport.requests import Request
from google.cloud.api_keys_v2 import ApiKeysAsyncClient
from google.cloud.billing_v1 import CloudBillingAsyncClient
from google.cloud.iam_admin_v1 import IAMAsyncClient
from google.cloud.monitoring_v3 import MetricServiceAsyncClient
from google.cloud.orgpolicy_v2 import OrgPolicyAsyncClient
from google.cloud.resourcemanager_v3 import ProjectsAsyncClient
from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient
from google.cloud.service_usage_v1 import ServiceUsageAsyncClient
from google.oauth2 import service_account

from sandbox.google.clock import Delays
from sandbox.google.cloud import Cloud
from sandbox.google.http_server import HttpServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GEMINI = "generativelanguage.googleapis.com"
DEV = "projects/acme-ml-dev"


class Clock:
    """The machine's time, turned forward at will."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, **span: float) -> None:
        self._ahead += timedelta(**span)


@cache
def signer(key_id: str, private_key: str) -> crypt.RSASigner:
    """Parse a private key once per process: OpenSSL checks it for 60 ms, and every cloud has the same."""
    return crypt.RSASigner.from_string(private_key, key_id)


def credentials_from(path: str) -> Any:
    """Do what from_service_account_file does, with the parsed key kept."""
    info = json.loads(Path(path).read_text(encoding="utf-8"))
    return service_account.Credentials(
        signer(info["private_key_id"], info["private_key"]),
        info["client_email"],
        info["token_uri"],
        project_id=info["project_id"],
        universe_domain=info["universe_domain"],
    )


class Clients:
    """Google's own async clients, signed in as the bot; made when first asked for."""

    def __init__(self, cloud: Cloud) -> None:
        environment = cloud.environment()
        # gRPC reads its trusted roots once per process; every cloud of a process shares one CA.
        os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = environment["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"]
        self._options = ClientOptions(api_endpoint=environment["GEMINI_KEY_BOT_GOOGLE__APIKEYS"])
        self.key_file = environment["GOOGLE_APPLICATION_CREDENTIALS"]
        self.credentials = credentials_from(self.key_file)
        self._made: dict[type, Any] = {}

    def get(self, kind: type, credentials: Any = None) -> Any:
        if credentials is not None:
            client = kind(client_options=self._options, credentials=credentials)
            self._made[len(self._made)] = client  # type: ignore[index]
            return client
        if kind not in self._made:
            self._made[kind] = kind(client_options=self._options, credentials=self.credentials)
        return self._made[kind]

    @property
    def api_keys(self) -> ApiKeysAsyncClient:
        return self.get(ApiKeysAsyncClient)

    @property
    def secrets(self) -> SecretManagerServiceAsyncClient:
        return self.get(SecretManagerServiceAsyncClient)

    @property
    def services(self) -> ServiceUsageAsyncClient:
        return self.get(ServiceUsageAsyncClient)

    @property
    def projects(self) -> ProjectsAsyncClient:
        return self.get(ProjectsAsyncClient)

    @property
    def billing(self) -> CloudBillingAsyncClient:
        return self.get(CloudBillingAsyncClient)

    @property
    def iam(self) -> IAMAsyncClient:
        return self.get(IAMAsyncClient)

    @property
    def org_policy(self) -> OrgPolicyAsyncClient:
        return self.get(OrgPolicyAsyncClient)

    @property
    def monitoring(self) -> MetricServiceAsyncClient:
        return self.get(MetricServiceAsyncClient)

    async def close(self) -> None:
        for client in self._made.values():
            await client.transport.close()


class Rest:
    """Plain HTTPS with the bot's token: status and JSON of one request."""

    def __init__(self, cloud: Cloud, clients: Clients) -> None:
        environment = cloud.environment()
        self.base = environment["GEMINI_KEY_BOT_GOOGLE__APIKEYS_REST"]
        _, tls = cloud._gemini_at()
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls))
        self._credentials = clients.credentials.with_scopes([SCOPE])

    async def bot_headers(self) -> dict[str, str]:
        if not self._credentials.valid:
            await asyncio.to_thread(self._credentials.refresh, Request())
        return {"authorization": f"Bearer {self._credentials.token}"}

    async def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        signed = await self.bot_headers() if headers is None else headers
        async with self.session.request(method, self.base + path, json=body, headers=signed) as answer:
            return answer.status, await answer.json(content_type=None)

    async def mint(self, project: str = "acme-ml-dev", key_id: str = "gk-1", **key: Any) -> tuple[int, Any]:
        """Create a key bound to a service account, restricted to Gemini unless told otherwise."""
        email = f"gk-tests@{project}.iam.gserviceaccount.com"
        document = {
            "serviceAccountEmail": email,
            "restrictions": {"apiTargets": [{"service": GEMINI}]},
            **key,
        }
        return await self.call(
            "POST", f"/v2/projects/{project}/locations/global/keys?keyId={key_id}", document
        )

    async def generate(
        self, key: str, model: str = "gemini-flash-latest", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        prompt = {"contents": [{"parts": [{"text": "Say hello."}]}]}
        sent = {"x-goog-api-key": key, **headers} if key else dict(headers)
        return await self.call("POST", f"/v1beta/models/{model}:generateContent", prompt, sent)


class Page:
    """The page's server with the console and the admin API on it."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.session.get(self.base + path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def form(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str, Any]:
        async with self.session.post(
            self.base + path, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), answer.headers

    async def admin(self, path: str, body: Any = None, method: str = "", **headers: str) -> tuple[int, Any]:
        verb = method or ("GET" if body is None else "POST")
        async with self.session.request(
            verb, f"{self.base}/google/{path}", json=body, headers=headers
        ) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delays() -> Delays:
    """Override to see changes arrive late."""
    return Delays.none()


@pytest.fixture
async def cloud(tmp_path: Path, clock: Clock, delays: Delays) -> AsyncIterator[Cloud]:
    cloud = Cloud(tmp_path, clock=clock, delays=delays)
    await cloud.start()
    yield cloud
    await cloud.stop()


@pytest.fixture
async def clients(cloud: Cloud) -> AsyncIterator[Clients]:
    clients = Clients(cloud)
    yield clients
    await clients.close()


@pytest.fixture
async def rest(cloud: Cloud, clients: Clients) -> AsyncIterator[Rest]:
    rest = Rest(cloud, clients)
    yield rest
    await rest.session.close()


@pytest.fixture
async def page(cloud: Cloud) -> AsyncIterator[Page]:
    from starlette.applications import Starlette  # noqa: PLC0415 - only this fixture serves the page

    server = HttpServer(Starlette(routes=cloud.routes()))
    await server.start()
    page = Page(server.port)
    yield page
    await page.session.close()
    await server.stop()


@pytest.fixture
async def gemini_key(clients: Clients, rest: Rest) -> str:
    """The text of a working key of acme-ml-dev."""
    await clients.iam.create_service_account(name=DEV, account_id="gk-tests")
    _, operation = await rest.mint()
    return str(operation["response"]["keyString"])
