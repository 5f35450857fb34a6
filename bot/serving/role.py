"""Run a role until it is told to stop: the front end, the worker, or both in one process."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Self

import structlog

from bot.cloud_wiring import open_cloud
from bot.errors import GoogleError, Misconfigured
from bot.jobs.worker import new_worker
from bot.serving import front_end
from bot.serving.http_server import served
from bot.serving.start_checkup import StartCheckup
from bot.wiring import open_service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from docket import Worker

    from bot.google.cloud import Cloud
    from bot.serving.front_end import FrontEnd
    from bot.settings import Role, Settings
    from bot.wiring import Service

FRONT_END = "slack"
# So long the worker lets the front end go first; then keys end on time even while the chat does not answer.
HEAD_START_SECONDS = 2.0
CUT_OFF_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def serve(settings: Settings, role: Role) -> None:
    """Start everything the role needs, wait for SIGTERM or SIGINT, drain, and stop."""
    settings.check_role(role)
    stopping = _stop_signal()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_traces(settings, role))
        service = await stack.enter_async_context(open_service(settings))
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, service.policies.look)
        front = front_end.load(FRONT_END)(service) if role != "worker" else None
        worker = None if role == "slack" else await stack.enter_async_context(_Worker(service))
        looking = await stack.enter_async_context(StartCheckup(settings, role))
        parts = [part for part in (front, worker, looking) if part is not None]
        if front:
            stack.push_async_callback(front.stop)
        routes = front.routes() if front else []
        await stack.enter_async_context(served(service, parts, routes, watch_workers=worker is None))
        await _start(front, worker)
        _settle()
        log.info("bot.ready", role=role)
        await stopping.wait()
        log.info("bot.draining", role=role)
    log.info("bot.stopped", role=role)


async def _start(front: FrontEnd | None, worker: _Worker | None) -> None:
    """Let people in first: what the worker loads for Google would take half a second of their start."""
    starting = asyncio.ensure_future(front.start() if front else asyncio.sleep(0))
    await asyncio.wait([starting], timeout=HEAD_START_SECONDS)
    if worker:
        worker.start()
    await starting


class _Worker:
    """The worker of this process, with its own way to Google."""

    def __init__(self, service: Service) -> None:
        """Nothing runs before `start`."""
        self._service = service
        self._stack = AsyncExitStack()
        self._cloud: Cloud
        self._worker: Worker
        self._running: asyncio.Task[None] | None = None
        self._warming: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        service = self._service
        self._cloud = await self._stack.enter_async_context(
            open_cloud(service.settings, service.watch, service.turns())
        )
        worker = new_worker(service, service.workshop(self._cloud), self._cloud)
        self._worker = await self._stack.enter_async_context(worker)
        return self

    def start(self) -> None:
        """Take up jobs, and load Google's libraries before the first approval does."""
        self._running = asyncio.create_task(self._worker.run_forever(), name="worker")
        self._running.add_done_callback(_tell_of_its_end)
        self._warming = asyncio.create_task(self._warm(), name="warming")

    async def _warm(self) -> None:
        try:
            await self._cloud.warm()
            _settle()
        except GoogleError as error:
            log.error("google.unreachable", status=error.status, sentence=str(error))  # noqa: TRY400

    async def __aexit__(self, *_: object) -> None:
        """Let running jobs finish for a while; what is cut off is handed out again."""
        if self._warming:
            self._warming.cancel()
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=self._service.settings.drain_seconds)
            # The engine waits for its jobs for ever; cancelled again it cuts them off, to be handed out anew.
            self._running.cancel()
            await asyncio.wait([self._running], timeout=CUT_OFF_SECONDS)
        await self._stack.aclose()

    connections = 0

    def trouble(self) -> str:
        """Say so when no work is being done."""
        return "the worker has stopped" if self._running and self._running.done() else ""


def _settle() -> None:
    """Hide from the garbage collector what is loaded by now and stays, and let it work from here on.

    Every full collection walks through all of it: about 100 ms in which no click is answered.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


def _tell_of_its_end(running: asyncio.Task[None]) -> None:
    """Log why a worker stopped that nobody had stopped."""
    if not running.cancelled() and (error := running.exception()):
        log.error("worker.stopped", exc_info=error)


@asynccontextmanager
async def _traces(settings: Settings, role: Role) -> AsyncIterator[None]:
    """Record traces where somebody collects them."""
    if settings.otlp_endpoint is None:
        yield
        return
    try:
        from bot.telemetry.otlp import Traces  # noqa: PLC0415 - OpenTelemetry's SDK is an extra
    except ImportError:
        raise Misconfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but the exporter is not installed: "
            "pip install --require-hashes -r requirements.txt."
        ) from None
    traces = Traces(role)
    try:
        yield
    finally:
        await asyncio.to_thread(traces.stop)


def _stop_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
