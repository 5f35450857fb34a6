"""Run each payload through Bolt within Slack's patience, and let no secret out with the answer."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.domain.redact import redact
from bot.errors import Unavailable
from bot.telemetry import tracing
from bot.telemetry.watch import Watch
from handlers import arrival, payload
from handlers.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)


class App(AsyncApp):
    """Bolt's app with a limit on a payload's work and a redactor on its ack.

    No middleware can do either: in its global middleware `next()` only sets a flag, the listener runs later.
    """

    def __init__(
        self, *, on_error: Callable[..., Awaitable[BoltResponse]], watch: Watch | None = None, **options: Any
    ) -> None:
        """Set Bolt up; `on_error(error=…, body=…)` makes an answer of whatever goes wrong."""
        self._watch = watch or Watch()
        super().__init__(**options)
        self.error(on_error)
        self._on_error = on_error

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer a payload, from either transport."""
        kind = payload.kind(req.body)
        with tracing.arriving(kind):
            try:
                async with asyncio.timeout_at(arrival.deadline()):
                    response = await super().async_dispatch(req)
            except TimeoutError:
                late = Unavailable(
                    "That took me too long. Please look whether it worked before you try again."
                )
                response = await self._on_error(error=late, body=req.body)
            except Exception as error:  # noqa: BLE001 - Bolt reads odd payloads before it catches anything
                response = await self._on_error(error=error, body=req.body)
        self._watch.acked(kind, arrival.so_far())
        return _without_secrets(response)


def _without_secrets(response: BoltResponse) -> BoltResponse:
    """Guard the acks too: they leave by another way than the Web API."""
    safe = _safe(response.body) if response.body else response.body
    if safe != response.body:
        log.error("slack.secret_stopped")
        response.body = safe
    return response


def _safe(body: str) -> str:
    """Redact string by string, because JSON's escapes can hide where a secret begins."""
    try:
        said = json.loads(body)
    except ValueError:
        return redact(body)
    safe = redacted(said)
    return body if safe == said else json.dumps(safe)
