"""Serve health, readiness, and whatever a front end wants served."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Protocol

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.errors import Misconfigured
from bot.store import keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.wiring import Service

log = structlog.get_logger(__name__)


class Part(Protocol):
    """A part of this process that can be in trouble."""

    def trouble(self) -> str:
        """Say what is wrong with it; empty when all is well."""


@contextlib.asynccontextmanager
async def served(
    service: Service, parts: Sequence[Part], routes: Sequence[BaseRoute], *, watch_workers: bool
) -> AsyncIterator[None]:
    """Serve until the block is left. `/healthz` says nothing, `/readyz` names what fails only to the log."""

    async def healthz(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> PlainTextResponse:
        troubles = [part.trouble() for part in parts]
        troubles.append(await _redis_trouble(service, watch_workers=watch_workers))
        found = [trouble for trouble in troubles if trouble]
        if found:
            log.warning("bot.not_ready", why=found)
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ready")

    settings = service.settings
    listening = _listen(settings.http_host, settings.port)
    config = uvicorn.Config(
        Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *routes]),
        log_config=None,
        access_log=False,
        server_header=False,
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
