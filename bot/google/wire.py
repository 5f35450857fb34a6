"""Google's own libraries: clients, channels and the HTTP session; single attempts, errors translated."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.request import getproxies

import aiohttp
from google.api_core.operation_async import AsyncOperation
from google.cloud.api_keys_v2 import ApiKeysAsyncClient
from google.cloud.billing_v1 import CloudBillingAsyncClient
from google.cloud.iam_admin_v1 import IAMAsyncClient
from google.cloud.monitoring_v3 import MetricServiceAsyncClient
from google.cloud.orgpolicy_v2 import OrgPolicyAsyncClient
from google.cloud.resourcemanager_v3 import FoldersAsyncClient, ProjectsAsyncClient
from google.cloud.secretmanager_v1 import SecretManagerServiceAsyncClient
from google.cloud.service_usage_v1 import ServiceUsageAsyncClient
from grpc import ChannelCredentials, aio, ssl_channel_credentials

from bot.errors import Misconfigured
from bot.google import credentials, reason
from bot.google.errors import FOREIGN, from_body, from_operation, translate
from bot.google.operations import Operation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from bot.doctor.facts import Identity
    from bot.google.endpoints import Endpoints
    from bot.google.rest_call import RestCall

# gRPC service → its client and the endpoint's name in `Endpoints`.
CLIENTS: dict[str, tuple[type[Any], str]] = {
    "ApiKeys": (ApiKeysAsyncClient, "apikeys"),
    "CloudBilling": (CloudBillingAsyncClient, "cloudbilling"),
    "Folders": (FoldersAsyncClient, "cloudresourcemanager"),
    "IAM": (IAMAsyncClient, "iam"),
    "MetricService": (MetricServiceAsyncClient, "monitoring"),
    "OrgPolicy": (OrgPolicyAsyncClient, "orgpolicy"),
    "Projects": (ProjectsAsyncClient, "cloudresourcemanager"),
    "SecretManagerService": (SecretManagerServiceAsyncClient, "secretmanager"),
    "ServiceUsage": (ServiceUsageAsyncClient, "serviceusage"),
}
# With it, Google's clients print whole payloads, key texts and tokens among them.
PAYLOAD_LOGGING = "GOOGLE_SDK_PYTHON_LOGGING_SCOPE"

T = TypeVar("T")


class Wire:
    """Everything that is open towards Google; lives in one event loop."""

    def __init__(
        self, endpoints: Endpoints, own: credentials.Credentials, session: aiohttp.ClientSession
    ) -> None:
        self._endpoints = endpoints
        self._own = own
        self._session = session
        self._clients: dict[str, Any] = {}

    async def grpc(self, call: str, request: Mapping[str, Any], seconds: float) -> Any:
        """Make one attempt; a method that starts a long-running operation answers an `Operation`."""
        service, method = call.split("/")

        async def attempt() -> Any:
            metadata = await self._metadata()
            stub = getattr(self.client(service), _snake(method))
            return await stub(dict(request), retry=None, timeout=seconds, metadata=metadata)

        answer = await _translated(call, attempt())
        return _operation(call, answer.operation) if isinstance(answer, AsyncOperation) else answer

    async def operation(self, service: str, name: str, seconds: float) -> Operation:
        """Read a long-running operation on the host of the service that runs it."""
        call = f"{service}/GetOperation"

        async def attempt() -> Any:
            metadata = await self._metadata()
            operations = self.client(service).transport.operations_client
            return await operations.get_operation(name, retry=None, timeout=seconds, metadata=metadata)

        return _operation(call, await _translated(call, attempt()))

    async def rest(self, call: RestCall, seconds: float) -> Any:
        """Make one REST attempt, with an API key or as the bot; returns the JSON body."""
        status, body = await _translated(call.name, self._send(call, seconds))
        if status >= HTTPStatus.BAD_REQUEST:
            raise from_body(call.name, status, body)
        if isinstance(body, dict) and body.get("done") and "error" in body:
            raise from_operation(call.name, body["error"])
        return body

    def client(self, service: str) -> Any:
        """Return the client of a gRPC service, made when it is first needed (9 ms each)."""
        if service not in self._clients:
            kind, endpoint = CLIENTS[service]
            self._clients[service] = kind(
                credentials=self._own.google,
                transport=partial(kind.get_transport_class("grpc_asyncio"), channel=_channel),
                client_options={"api_endpoint": getattr(self._endpoints, endpoint)},
            )
        return self._clients[service]

    def identity(self) -> Identity:
        """Say whom the calls are made as."""
        return self._own.identity()

    async def close(self) -> None:
        """Close the HTTP session and every channel."""
        await self._session.close()
        for client in self._clients.values():
            await client.transport.close()

    async def _metadata(self) -> list[tuple[str, str]]:
        """Say who calls, and why; with names in small letters, as gRPC demands."""
        who = await self._own.header()
        return [*((name.lower(), value) for name, value in who.items()), *reason.headers()]

    async def _send(self, call: RestCall, seconds: float) -> tuple[int, Any]:
        who = {"x-goog-api-key": call.key} if call.key else await self._own.header()
        async with self._session.request(
            call.method,
            call.url,
            json=call.json,
            headers={**who, **dict(reason.headers())},
            timeout=aiohttp.ClientTimeout(total=seconds),
            allow_redirects=False,
        ) as answer:
            try:
                return answer.status, await answer.json(content_type=None)
            except ValueError:
                return answer.status, None


def _channel(
    host: str, *, ssl_credentials: ChannelCredentials | None, options: Sequence[tuple[str, Any]], **_: object
) -> aio.Channel:
    """Open a channel that knows no token: gRPC would start a thread in each call to ask for it."""
    return aio.secure_channel(host, ssl_credentials or ssl_channel_credentials(), options)


def _operation(call: str, answer: Any) -> Operation:
    if answer.HasField("error"):
        raise from_operation(call, answer.error)
    return Operation(answer.name, done=answer.done)


async def _translated(call: str, attempt: Awaitable[T]) -> T:
    try:
        return await attempt
    except FOREIGN as error:
        refusal = translate(error, call)
    # Raised outside the handler: the foreign error may hold a key and must not hang on as context.
    raise refusal


async def open_wire(endpoints: Endpoints) -> Wire:
    """Find the bot's credentials and make ready to call; raises `GoogleError` when there are none."""
    if os.environ.get(PAYLOAD_LOGGING):
        raise Misconfigured(
            "{name} is set: Google's clients would print key texts. Please unset it.", name=PAYLOAD_LOGGING
        )
    own = await _translated("ApplicationDefaultCredentials", credentials.find())
    # Not aiohttp's own context, which is made when aiohttp is imported, be the environment ready or not.
    roots = await asyncio.to_thread(ssl.create_default_context)
    # Where no proxy is named none is looked up, which aiohttp does in a thread for each call.
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=roots), trust_env=bool(getproxies()))
    return Wire(endpoints, own, session)


@cache
def _snake(method: str) -> str:
    """Name a method as the Python clients do: GetIamPolicy → get_iam_policy."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", method).lower()
