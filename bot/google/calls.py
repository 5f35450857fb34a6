"""The one way every call goes: in its turn, with a timeout, a bounded retry, a name on it, and counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import GoogleError
from bot.google.retry import Retry
from bot.google.turnstile import Freely, Turnstile
from bot.telemetry import tracing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.google.clients import Clients
    from bot.google.patience import Patience
    from bot.google.rest_call import RestCall
    from bot.google.wire import Wire

    Attempt = Callable[[Wire, float], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Called:
    """One attempt of one call, as counted: `status` is OK or the refusal's."""

    call: str
    status: str
    seconds: float


def ignore(called: Called) -> None:
    """Count nothing."""


class Calls:
    """Make calls by their name in Google's audit log, `ApiKeys/GetKey`; refusals are `GoogleError`."""

    def __init__(
        self,
        clients: Clients,
        patience: Patience,
        observe: Callable[[Called], None] = ignore,
        turnstile: Turnstile | None = None,
    ) -> None:
        """Take the connection to use, the time limits, who counts, and what holds calls back."""
        self.clients = clients
        self.patience = patience
        self.turnstile = turnstile or Turnstile(Freely())
        self._observe = observe

    async def grpc(
        self, call: str, request: Mapping[str, Any], *, write: bool = False, retry_aborted: bool = True
    ) -> Any:
        """Call a gRPC method; a method that starts a long-running operation answers the operation."""
        return await self._again(
            call,
            lambda wire, seconds: wire.grpc(call, request, seconds),
            Retry(self.patience, aborted=retry_aborted),
            write=write,
        )

    async def pages(self, call: str, request: Mapping[str, Any]) -> AsyncIterator[Any]:
        """Call a list method page by page, each with its own timeout and retry."""
        token = ""
        while True:
            page = await self.grpc(call, {**request, "page_token": token})
            yield page
            token = page.next_page_token
            if not token:
                return

    async def rest(self, call: RestCall, *, write: bool = False) -> Any:
        """Call a REST method; returns the JSON body."""
        return await self._again(
            call.name, lambda wire, seconds: wire.rest(call, seconds), Retry(self.patience), write=write
        )

    async def rest_once(self, call: RestCall) -> Any:
        """Call a REST method without a retry."""
        return await self._once(call.name, lambda wire, seconds: wire.rest(call, seconds), self.patience.read)

    async def operation_once(self, service: str, name: str) -> Any:
        """Read a long-running operation without a retry; the poller asks again anyway."""
        return await self._once(
            f"{service}/GetOperation",
            lambda wire, seconds: wire.operation(service, name, seconds),
            self.patience.read,
        )

    async def _again(self, call: str, attempt: Attempt, retry: Retry, *, write: bool) -> Any:
        longest = self.patience.write if write else self.patience.read
        return await retry.run(lambda seconds: self._once(call, attempt, seconds), longest)

    async def _once(self, call: str, attempt: Attempt, seconds: float) -> Any:
        await self.turnstile.passed(call)
        clock = asyncio.get_running_loop().time
        began, status = clock(), "CANCELLED"
        try:
            # Also bounds what has no timeout of its own: finding credentials and refreshing their token.
            with tracing.calling(call):
                async with asyncio.timeout(seconds):
                    answer = await attempt(await self.clients.wire(), seconds)
            status = "OK"
        except TimeoutError:
            status = "DEADLINE_EXCEEDED"
            raise GoogleError(status, f"No answer within {seconds:.0f} s.", call=call, http=504) from None
        except GoogleError as error:
            status = error.status
            raise
        finally:
            self._observe(Called(call, status, clock() - began))
        return answer
