"""One credentials object for all calls, found by ADC and refreshed once however many calls wait."""

from __future__ import annotations

import asyncio
from typing import Any

import google.auth
from google.auth.credentials import TokenState, with_scopes_if_required
from google.auth.transport.requests import Request

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class Credentials:
    """Hold the bot's own credentials and keep their token fresh."""

    def __init__(self, found: Any) -> None:
        self.google = found
        self._refreshing = asyncio.Lock()

    async def fresh(self) -> None:
        """Refresh in a thread unless fresh: google-auth sends one token request per waiting call."""
        if self.google.token_state is TokenState.FRESH:
            return
        async with self._refreshing:
            if self.google.token_state is not TokenState.FRESH:
                await asyncio.to_thread(self.google.refresh, Request())

    async def header(self) -> dict[str, str]:
        """Return the authorization header of a REST call."""
        await self.fresh()
        headers: dict[str, str] = {}
        self.google.apply(headers)
        return headers


async def find() -> Credentials:
    """Find the Application Default Credentials."""
    return Credentials(await asyncio.to_thread(_find))


def _find() -> Any:
    # With scopes at load time, workload identity asks Resource Manager for the project's name at a host that
    # no setting changes; scopes put on afterwards ask nothing.
    found, _ = google.auth.default()
    found = with_scopes_if_required(found, SCOPES)  # type: ignore[no-untyped-call]
    # Google: AIP-4111, a service account signs its own tokens; the gRPC clients do the same.
    return found.with_always_use_jwt_access(True) if hasattr(found, "with_always_use_jwt_access") else found
