"""Serve health, readiness, and whatever a front end wants served."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Protocol

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import Misconfigured
from bot.serving.numbers import PROMETHEUS_TEXT, numbers
from bot.store import keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.settings import Settings
    from bot.wiring import Service

# Seconds. Whoever speaks for Slack must be the first to let a quiet connection go, or a click is sent into
# one that is just being closed. Google's load balancers wait longest: 600 s, and nobody can change that.
KEEP_ALIVE = 620

log = structlog.get_logger(__name__)


class Part(Protocol):
    """A part of this process that can be in trouble."""

    @property
    def connections(self) -> int:
        """How many connections it keeps open to hear of work."""

    def trouble(self) -> str:
        """Say what is wrong with it; empty when all is well."""


@contextlib.asynccontextmanager
async def served(
    service: Service, parts: Sequence[Part], routes: Sequence[BaseRoute], *, watch_workers: bool
) -> AsyncIterator[None]:
    """Serve until the block is left. `/healthz` says nothing, `/readyz` names what fails only to the log."""

    async def healthz(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def troubles() -> list[str]:
        found = [part.trouble() for part in parts]
        found.append(await _redis_trouble(service, watch_workers=watch_workers))
        return [trouble for trouble in found if trouble]

    async def readyz(_: Request) -> PlainTextResponse:
        found = await troubles()
        if found:
            log.warning("bot.not_ready", why=found)
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ready")

    async def metrics(_: Request) -> Response:
        if service.metrics is None:
            return Response(status_code=404)
        ready, connections = not await troubles(), sum(part.connections for part in parts)
        text = await numbers(service, service.metrics, ready=ready, connections=connections)
        return Response(text, media_type=PROMETHEUS_TEXT)

    settings = service.settings
    by_port: dict[int, list[BaseRoute]] = {settings.port: [*routes]}
    by_port[settings.port] += [Route("/healthz", healthz), Route("/readyz", readyz)]
    if settings.metrics_port is not None:
        by_port.setdefault(settings.metrics_port, []).append(Route("/metrics", metrics))
    async with AsyncExitStack() as stack:
        for port, offered in by_port.items():
            await stack.enter_async_context(_serving(settings, port, offered))
        yield


@contextlib.asynccontextmanager
async def _serving(settings: Settings, port: int, routes: Sequence[BaseRoute]) -> AsyncIterator[None]:
    listening = _listen(settings.http_host, port)
    config = uvicorn.Config(
        Starlette(routes=routes),
        log_config=None,
        access_log=False,
        ws="none",
        lifespan="off",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=max(1, int(settings.drain_seconds)),
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http")
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        listening.close()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: one place decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else starts; its protocol is named so that asyncio sets TCP_NODELAY."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Misconfigured(
            "Port {port} on {host} can't be used: {why}. Set PORT or GEMINI_KEY_BOT_HTTP_HOST.",
            port=port,
            host=host,
            why=error.strerror or "unknown",
        ) from None
    listening.listen(1024)
    return listening


async def _redis_trouble(service: Service, *, watch_workers: bool) -> str:
    try:
        seen = await service.redis.get(keys.worker())
    except Exception as error:  # noqa: BLE001 - whatever it is, Redis does not answer
        return f"Redis: {type(error).__name__}"
    if watch_workers and not seen:
        # No reason to take Slack's side down as well: clicks are written and wait.
        log.warning("worker.unseen", hint="approved requests wait until a worker runs")
    return ""
