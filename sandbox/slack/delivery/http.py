"""Deliver by signed HTTP POST to the app's request URL (Slack: verifying requests)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from sandbox.slack.delivery.transport import NotAcknowledged, Parcel, Retry

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
FORM = "application/x-www-form-urlencoded"
SUCCESS = range(200, 300)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body: v0= and the hex HMAC-SHA256 of v0:timestamp:body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


class HttpTransport:
    """Posts to one loopback address; anything else is refused when it is made."""

    def __init__(
        self, request_url: str, signing_secret: str, verification_token: str, clock: Callable[[], float]
    ) -> None:
        if urlsplit(request_url).hostname not in LOOPBACK:
            raise ValueError(f"The request URL must be on this machine: {request_url!r}")
        self.request_url = request_url
        self._signing_secret = signing_secret
        self._verification_token = verification_token
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the connection pool; proxies of the environment are not used."""
        self._session = aiohttp.ClientSession(trust_env=False)

    async def stop(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def send(self, parcel: Parcel, retry: Retry | None = None) -> Json | None:
        """Post one payload and read the ack; NotAcknowledged on any status but 2xx."""
        content_type, body = encoded(parcel)
        headers = {"Content-Type": content_type}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        status, answer, no_retry = await self._post(body, headers)
        if status not in SUCCESS:
            raise NotAcknowledged("http_error", retry=not no_retry)
        return ack_payload(answer)

    async def verify(self) -> bool:
        """Check that the app answers url_verification with our challenge, as on saving a request URL."""
        challenge = secrets.token_urlsafe(32)
        question = {"type": "url_verification", "token": self._verification_token, "challenge": challenge}
        body = json.dumps(question).encode()
        status, answer, _ = await self._post(body, {"Content-Type": "application/json"})
        return status in SUCCESS and challenge in answer

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str, bool]:
        if self._session is None:
            raise NotAcknowledged("connection_failed")
        timestamp = str(int(self._clock()))
        signed = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._signing_secret, timestamp, body),
        }
        try:
            async with self._session.post(
                self.request_url, data=body, headers=headers | signed, allow_redirects=False
            ) as response:
                no_retry = response.headers.get("X-Slack-No-Retry") == "1"
                return response.status, await response.text(), no_retry
        except aiohttp.ClientError as error:
            raise NotAcknowledged("connection_failed") from error


def encoded(parcel: Parcel) -> tuple[str, bytes]:
    """Write the body: JSON for events, a form for commands, a form with `payload` for the rest."""
    if parcel.kind == "event":
        return "application/json", json.dumps(parcel.payload).encode()
    if parcel.kind == "command":
        return FORM, urlencode(parcel.payload).encode()
    return FORM, urlencode({"payload": json.dumps(parcel.payload)}).encode()


def ack_payload(answer: str) -> Json | None:
    """Read an ack's body: nothing, a JSON object, or plain words."""
    if not answer.strip():
        return None
    try:
        parsed = json.loads(answer)
    except ValueError:
        return {"text": answer}
    return parsed if isinstance(parsed, dict) else {"text": answer}
