"""Put the small Google Cloud together: one world, three ports on loopback, one environment for the bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import grpc
from starlette.applications import Starlette
from starlette.routing import Route

from sandbox.google.admin import Admin
from sandbox.google.authn import UNIVERSE, Authenticator
from sandbox.google.calls import CallLog
from sandbox.google.clock import Delays, utc_now
from sandbox.google.company import BOT_EMAIL, found
from sandbox.google.console import Console
from sandbox.google.credentials import write_key_file
from sandbox.google.dispatch import Dispatcher
from sandbox.google.door_grpc import GrpcDoor
from sandbox.google.door_rest import RestDoor
from sandbox.google.faults import FaultPlan
from sandbox.google.gemini import Gemini
from sandbox.google.http_server import HttpServer
from sandbox.google.operations import Operations
from sandbox.google.quotas import Meter, Quotas
from sandbox.google.services.api_keys import ApiKeys
from sandbox.google.services.billing import CloudBilling
from sandbox.google.services.iam_admin import IamAdmin
from sandbox.google.services.monitoring import Monitoring
from sandbox.google.services.org_policy import OrgPolicy
from sandbox.google.services.resource_manager import Folders, Projects
from sandbox.google.services.secret_manager import SecretManager
from sandbox.google.services.service_usage import ServiceUsage
from sandbox.google.tables import APIS
from sandbox.google.tls import Tls
from sandbox.google.token_endpoint import token_route

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from starlette.routing import BaseRoute

PREFIX = "GEMINI_KEY_BOT_GOOGLE__"
EVERY_METHOD = ["GET", "POST", "PATCH", "PUT", "DELETE"]


class Cloud:
    """A strict small Google Cloud: `world` its state, `plan` its faults, `log` the calls, `meter` counts."""

    def __init__(
        self,
        directory: Path,
        *,
        console_url: str = "",
        clock: Callable[[], datetime] = utc_now,
        delays: Delays = Delays(),  # noqa: B008 - frozen
        quotas: Quotas = Quotas.none(),  # noqa: B008 - the same
    ) -> None:
        self._directory = directory
        self._console_url = console_url
        self.world = found(clock, delays)
        self.plan = FaultPlan()
        self.log = CallLog()
        self._authenticator = Authenticator(self.world)
        self._quotas, self.meter = quotas, Meter(quotas, self.world.clock)
        self._dispatcher = Dispatcher(
            self.world,
            self._authenticator,
            self.meter,
            self.plan,
            self.log,
            self._services(),
        )
        self.rest_door = RestDoor(self._dispatcher, self.world)
        self._grpc_server: grpc.aio.Server | None = None
        self._http_servers: list[HttpServer] = []
        self._grpc_port = self._rest_port = 0
        self._tls: Tls | None = None

    async def start(self) -> None:
        """Write ca.pem and the service-account file into the directory, then answer on all three ports."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._tls = Tls(self._directory)
        token_server = HttpServer(Starlette(routes=[token_route(self._authenticator)]))
        rest_server = HttpServer(self._rest_app(), self._tls.server_context())
        self._http_servers = [token_server, rest_server]
        self._rest_port = rest_server.port
        self._authenticator.token_uri = f"http://127.0.0.1:{token_server.port}/token"
        account = self.world.visible_service_account(BOT_EMAIL)
        if account is not None:
            write_key_file(account, self._key_file, self._authenticator.token_uri)
        self._grpc_server = grpc.aio.server()
        self._grpc_server.add_generic_rpc_handlers((GrpcDoor(self._dispatcher),))
        self._grpc_port = self._grpc_server.add_secure_port("127.0.0.1:0", self._tls.grpc_credentials())
        await self._grpc_server.start()
        for server in self._http_servers:
            await server.start()

    async def stop(self) -> None:
        """Let go of hanging calls and close the ports."""
        self.plan.clear()
        stops = [server.stop() for server in self._http_servers]
        if self._grpc_server is not None:
            stops.append(self._grpc_server.stop(grace=None))
        await asyncio.gather(*stops)

    def environment(self) -> dict[str, str]:
        """Return what the bot's process needs and nothing else; RuntimeError before start()."""
        if not self._grpc_port:
            raise RuntimeError("start() comes first")
        ca_file = str(self._directory / "ca.pem")
        grpc_address, rest_address = f"localhost:{self._grpc_port}", f"https://localhost:{self._rest_port}"
        endpoints = {api.host.partition(".")[0].upper(): grpc_address for api in APIS}
        endpoints |= {
            "APIKEYS_REST": rest_address,
            "GENERATIVELANGUAGE": rest_address,
            "CONSOLE": self._console_url,
        }
        return {
            "GOOGLE_APPLICATION_CREDENTIALS": str(self._key_file),
            "GOOGLE_CLOUD_UNIVERSE_DOMAIN": UNIVERSE,
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": ca_file,
            "SSL_CERT_FILE": ca_file,
            **{f"{PREFIX}{name}": value for name, value in endpoints.items()},
            **self._quotas.environment(),
        }

    def routes(self) -> list[BaseRoute]:
        """Return the console page and the admin API, for the page's own server to mount."""
        console = Console(self._dispatcher, self._gemini_at)
        return [*console.routes(), *Admin(self.world, self.plan, self.log).routes()]

    @property
    def _key_file(self) -> Path:
        return self._directory / "service-account.json"

    def _gemini_at(self) -> tuple[str, ssl.SSLContext]:
        if self._tls is None:
            raise RuntimeError("start() comes first")
        return f"https://localhost:{self._rest_port}", self._tls.client_context()

    def _services(self) -> list[object]:
        operations = Operations(self.world)
        return [
            operations,
            ApiKeys(self.world, operations),
            SecretManager(self.world),
            ServiceUsage(self.world, operations),
            Projects(self.world, operations),
            Folders(),
            CloudBilling(self.world),
            IamAdmin(self.world),
            OrgPolicy(),
            Monitoring(self.world),
        ]

    def _rest_app(self) -> Starlette:
        gemini = Gemini(self.world, self.plan, self.log)
        every = Route("/{path:path}", self.rest_door.answer, methods=EVERY_METHOD)
        return Starlette(routes=[*gemini.routes(), token_route(self._authenticator), every])
