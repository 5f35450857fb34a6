"""The ways to Slack's Web API: a hasty one for what comes before an ack, a patient one for the rest."""

from __future__ import annotations

import asyncio
import random
import re
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Misconfigured
from handlers.outbox import NEVER_SENT, Outbox, error_word, kind_of
from handlers.passing import REJECTED, in_trouble, slowed_down

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.http_retry.request import HttpRequest
    from slack_sdk.http_retry.response import HttpResponse
    from slack_sdk.http_retry.state import RetryState
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

# Slack waits 3 s for an ack; in the background there is time.
HASTY = aiohttp.ClientTimeout(total=2, connect=1)
PATIENT = aiohttp.ClientTimeout(total=20, connect=5)
RECONNECT_AFTER = 0.1
LONGEST_PAUSE = 3600
_SECONDS = re.compile(r"[0-9]{1,9}")


class WebApi:
    """Both ways to Slack with one token; `hasty` gives up where `patient` waits."""

    def __init__(
        self, token: str, api_url: str, *, installed: bool = True, rejected: Callable[[], None] | None = None
    ) -> None:
        """Open the sessions; needs a running loop, and `close`. What was not installed is a setting.

        `rejected` hears when Slack takes the token no more.
        """
        self._installed = installed
        self._sessions = aiohttp.ClientSession(timeout=HASTY), aiohttp.ClientSession(timeout=PATIENT)
        hasty, patient = self._sessions
        self.client = new_client(token, api_url, hasty, rejected=rejected)
        self.unhurried = new_client(token, api_url, patient, patient=True, rejected=rejected)
        self.hasty = Outbox(self.client, hasty)
        self.patient = Outbox(self.unhurried, patient)

    async def identity(self) -> AsyncSlackResponse:
        """Ask Slack who we are and where; `Misconfigured` names what is wrong."""
        try:
            identity = await self.unhurried.auth_test()
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            if isinstance(error, SlackApiError) and not (slowed_down(error) or in_trouble(error)):
                word = error_word(error)
                raise Misconfigured(
                    "Slack refused the workspace's token: {error}. Install the app again there."
                    if self._installed
                    else "Slack refused SLACK_BOT_TOKEN: {error}.",
                    error=word,
                ) from None
            url, kind = self.client.base_url, kind_of(error)
            raise Misconfigured("Slack can't be reached at {url}: {kind}.", url=url, kind=kind) from None
        if not identity.get("team_id"):
            raise Misconfigured(
                "Slack's auth.test at {url} names no workspace: is it Slack's, and the bot token "
                "a workspace's?",
                url=self.client.base_url,
            )
        return identity

    async def close(self) -> None:
        """Close both."""
        for session in self._sessions:
            await session.close()


def new_client(
    token: str,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    patient: bool = False,
    rejected: Callable[[], None] | None = None,
) -> AsyncWebClient:
    """Make a client; only a `patient` one waits where Slack asks for it."""
    reconnecting = LostConnectionRetry(
        interval_calculator=FixedValueRetryIntervalCalculator(fixed_internal=RECONNECT_AFTER)
    )
    waiting = [RateLimitRetry(max_retry_count=3), ServerErrorRetry(max_retry_count=2)]
    handlers = [reconnecting, *(waiting if patient else [])]
    return _Client(rejected, token=token, base_url=api_url, session=session, retry_handlers=handlers)


class _Client(AsyncWebClient):
    """A client that tells when Slack rejects its token, whatever was called."""

    def __init__(self, rejected: Callable[[], None] | None, **options: Any) -> None:
        super().__init__(**options)
        self._rejected = rejected

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Call a method."""
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as error:
            if self._rejected and error_word(error) in REJECTED:
                self._rejected()
            raise


class LostConnectionRetry(AsyncConnectionErrorRetryHandler):
    """Send again what a lost connection swallowed; a message only when not a byte of it was sent."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if _says_something(request) and not isinstance(error, NEVER_SENT):
            return False
        return await super()._can_retry_async(state=state, request=request, response=response, error=error)


class RateLimitRetry(AsyncRateLimitErrorRetryHandler):
    """Wait as Slack asks, also where it says nonsense."""

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait; the library's own fails at what is no number."""
        state.next_attempt_requested = True
        await asyncio.sleep(_pause(response) + random.random())  # noqa: S311 - no secret
        state.increment_current_attempt()


def _pause(response: HttpResponse | None) -> int:
    """Read for how many seconds Slack asks: one where it gives no number, never more than an hour."""
    headers = {name.lower(): values for name, values in response.headers.items()} if response else {}
    said = "".join(headers.get("retry-after", [])[:1]).strip()
    return min(int(said), LONGEST_PAUSE) if _SECONDS.fullmatch(said) else 1


class ServerErrorRetry(AsyncServerErrorRetryHandler):
    """Try again after 500 and 503, except with a message: its sender knows whether it may stand twice."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if _says_something(request):
            return False
        return await super()._can_retry_async(state=state, request=request, response=response, error=error)


def _says_something(request: HttpRequest) -> bool:
    """Recognise the methods that do something anew each time they are called."""
    return request.url.rpartition("/")[2] in {"chat.postMessage", "chat.postEphemeral"}
