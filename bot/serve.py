"""Run a role until it is told to stop: the front end, the worker, or both in one process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import front_end, jobs
from bot.errors import Misconfigured
from bot.wiring import open_cloud, open_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.front_end import FrontEnd
    from bot.settings import Role, Settings
    from bot.wiring import Service

FRONT_END = "slack"

log = structlog.get_logger(__name__)


async def serve(settings: Settings, role: Role) -> None:
    """Start everything the role needs, wait for SIGTERM or SIGINT, drain, and stop."""
    settings.check_role(role)
    stopping = _stop_signal()
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(open_service(settings))
        front = front_end.load(FRONT_END)(service) if role != "worker" else None
        worker = None if role == "slack" else await stack.enter_async_context(_Worker(service))
        await stack.enter_async_context(_http(service, front, worker))
        if front:
            stack.push_async_callback(front.stop)
            await front.start()
        log.info("bot.ready", role=role)
        await stopping.wait()
        log.info("bot.draining", role=role)
    log.info("bot.stopped", role=role)


class _Worker:
    """The worker of this process, with its own way to Google."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._stack = AsyncExitStack()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        cloud = await self._stack.enter_async_context(open_cloud(self._service.settings))
        workshop = self._service.workshop(cloud)
        worker = jobs.new_worker(self._service, workshop, cloud)
        await self._stack.enter_async_context(worker)
        self._running = asyncio.create_task(worker.run_forever(), name="worker")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let running jobs finish for a while; what is cut off is handed out again."""
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=self._service.settings.drain_seconds)
        await self._stack.aclose()

    def trouble(self) -> str:
        """Say so when no work is being done."""
        return "the worker has stopped" if self._running and self._running.done() else ""


@contextlib.asynccontextmanager
async def _http(service: Service, front: FrontEnd | None, worker: _Worker | None) -> AsyncIterator[None]:
    """Serve health, and whatever the front end wants served."""

    async def healthz(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> PlainTextResponse:
        troubles = [part.trouble() for part in (front, worker) if part is not None]
        troubles.append(await _redis_trouble(service))
        found = [trouble for trouble in troubles if trouble]
        if found:
            log.warning("bot.not_ready", why=found)
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ready")

    routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/readyz", readyz)]
    routes += front.routes() if front else []
    settings = service.settings
    config = uvicorn.Config(
        Starlette(routes=routes),
        host=settings.http_host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=max(1, int(settings.drain_seconds)),
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(), name="http")
    while not server.started:
        if serving.done():
            raise Misconfigured(
                "Port {port} on {host} is taken. Set PORT.", port=settings.port, host=settings.http_host
            )
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: one place decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _redis_trouble(service: Service) -> str:
    try:
        await service.redis.ping()
    except Exception as error:  # noqa: BLE001 - whatever it is, Redis does not answer
        return f"Redis: {type(error).__name__}"
    return ""


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
