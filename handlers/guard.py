"""Stand in front of Bolt's HTTP path and let fresh, signed, well-formed Slack requests through, once each.

Bolt alone answers 500 to malformed headers and bodies, reads bodies of any size, logs forged ones, and knows
no replays. Its own signature check stays on behind this one.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING, Any, Final, NoReturn

import structlog

from bot.errors import Misconfigured, Unavailable
from bot.languages.words import Words
from handlers import arrival, refusal
from handlers.slack_request import (
    SIGNATURE,
    TIMESTAMP,
    WINDOW,
    Malformed,
    declared_length,
    for_bolt,
    header_fault,
    is_ssl_check,
    read,
    sanitised,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    Once = Callable[[str, int], Awaitable[bool]]

LARGEST_BODY: Final = 1024 * 1024
LARGEST_SSL_CHECK: Final = 1024
# Ten seconds more than the window, for clocks that differ between replicas.
REMEMBERED: Final = WINDOW + 10
# Slack waits 3 s for the whole answer.
PATIENCE: Final = 2.0
# Slack sends a body at once; whoever lets one drip only holds a connection.
BODY_PATIENCE: Final = 3.0
# Under this name signatures are remembered while no workspace is known.
NOBODYS: Final = "slack"

_LOG = structlog.get_logger(__name__)


class _Answered(Exception):  # noqa: N818 - it never leaves this module
    """Carry the answer to a request that stops here."""

    def __init__(self, status: int, reason: str, body: str = "", **logged: str) -> None:
        super().__init__(reason)
        self.status, self.reason, self.body, self.logged = status, reason, body, logged


class _Gone(Exception):  # noqa: N818 - it never leaves this module
    """Say that nobody waits for an answer any more."""


class Guard:
    """Wrap the ASGI app that serves Slack's request URL.

    `once(signature, seconds)` tells whether the signature is new and remembers it for that long; when it
    fails, nothing passes: the person is told in the ack where Slack shows one, else the answer is 503.
    Each refusal is one `slack.refused` log line, never with the body.
    """

    def __init__(
        self, app: ASGIApp, *, signing_secret: str, once: Once, clock: Callable[[], float] = time.time
    ) -> None:
        if not signing_secret.strip():
            raise Misconfigured("The Slack signing secret (SLACK_SIGNING_SECRET) is empty.")
        self._app, self._once, self._clock = app, once, clock
        self._keyed = hmac.new(signing_secret.encode(), digestmod=hashlib.sha256)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an admitted request on to Bolt, answer any other here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        else:
            arrival.note()
            try:
                scope, body = await self._admit(scope, receive)
            except _Answered as answer:
                await _say(send, answer)
            except _Gone:
                return
            else:
                await self._app(scope, _replay(body, receive), send)

    async def _admit(self, scope: Scope, receive: Receive) -> tuple[Scope, bytes]:
        """Check from cheap to dear, Redis last; return what Bolt may see."""
        if scope["method"] != "POST":
            raise _Answered(405, "method")
        headers = sanitised(scope["headers"])
        named = dict(headers)
        if declared_length(named) > LARGEST_BODY:
            raise _Answered(413, "too-large")
        if TIMESTAMP not in named and SIGNATURE not in named:
            await _settle_unsigned(receive)
        body = await self._signed_body(named, receive)
        content_type = named.get(b"content-type", b"").decode("latin-1")
        try:
            sent = for_bolt(body, content_type)
        except Malformed as fault:
            raise _Answered(400, str(fault)) from None
        try:
            new = await self._is_new(named)
        except Exception as error:  # whatever broke: an unchecked replay must not pass
            raise _unchecked(read(sent, content_type), error) from error
        if not new:
            raise _Answered(401, "replayed")
        if sent is not body:
            now = {SIGNATURE: self._sign(named[TIMESTAMP], sent), b"content-length": b"%d" % len(sent)}
            headers = [(name, now.get(name, value)) for name, value in headers]
        return {**scope, "headers": headers}, sent

    async def _signed_body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        timestamp, signature = headers.get(TIMESTAMP, b""), headers.get(SIGNATURE, b"")
        if fault := header_fault(timestamp, signature, self._clock()):
            raise _Answered(401, fault)
        body = await _read(receive, LARGEST_BODY)
        if not hmac.compare_digest(self._sign(timestamp, body), signature):
            raise _Answered(401, "forged")
        return body

    def _sign(self, timestamp: bytes, body: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(b"v0:" + timestamp + b":" + body)
        return b"v0=" + keyed.hexdigest().encode()

    async def _is_new(self, headers: dict[bytes, bytes]) -> bool:
        """Tell a signature seen before, for as long as its timestamp would be accepted."""
        ahead = max(0, int(headers[TIMESTAMP]) - int(self._clock()))
        async with asyncio.timeout(PATIENCE):
            return await self._once(headers[SIGNATURE].decode(), REMEMBERED + ahead)


def _unchecked(payload: dict[str, Any], error: Exception) -> _Answered:
    """Tell the person that nothing was done; a replay of the request does no more than tell it again."""
    words, reference, reason = Words(), secrets.token_hex(3), "replay-check-failed"
    if isinstance(error, Unavailable):
        why = words(error.template, **error.values)
    else:
        kind = type(error).__name__
        why = words("I couldn't reach my memory (Redis: {kind}). Please try again in a minute.", kind=kind)
    said = words("{sentence} Reference {reference}.", sentence=why, reference=reference)
    answer = refusal.in_ack(words, payload, said)
    if answer is None:
        return _Answered(503, reason)
    return _Answered(200, reason, json.dumps(answer), reference=reference)


async def _settle_unsigned(receive: Receive) -> NoReturn:
    """Answer Slack's certificate check; nothing else may come without a signature."""
    try:
        body = await _read(receive, LARGEST_SSL_CHECK)
    except _Answered:
        body = b""
    raise _Answered(200, "") if is_ssl_check(body) else _Answered(401, "unsigned")


async def _read(receive: Receive, most: int) -> bytes:
    """Collect the body, also a chunked one, and stop at the first byte too many or the last second."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Gone
                body += message.get("body", b"")
                if len(body) > most:
                    raise _Answered(413, "too-large")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise _Answered(408, "slow-body") from None


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body over in one piece, then whatever the server says next."""
    pieces = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pieces.pop() if pieces else await receive()

    return replay


async def _say(send: Send, answer: _Answered) -> None:
    content_type = b"application/json" if answer.body else b"text/plain; charset=utf-8"
    headers = [(b"content-type", content_type), (b"connection", b"close")]
    if answer.status == 405:  # noqa: PLR2004 - RFC 9110 demands Allow with it
        headers.append((b"allow", b"POST"))
    if answer.reason:
        cause = {"error": type(answer.__cause__).__name__} if answer.__cause__ else {}
        _LOG.warning("slack.refused", status=answer.status, reason=answer.reason, **cause, **answer.logged)
    text = (answer.body or answer.reason).encode()
    headers.append((b"content-length", b"%d" % len(text)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
