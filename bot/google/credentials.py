"""One credentials object for all calls, found by ADC and refreshed once however many calls wait."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import google.auth
from google.auth.credentials import TokenState, with_scopes_if_required
from google.auth.transport.requests import Request

from bot.doctor.facts import JSON_KEY, PERSON, Identity

# Where google-auth's classes live → how such an identity was obtained.
KINDS = {
    "google.oauth2.service_account": JSON_KEY,
    "google.oauth2.credentials": PERSON,
    "google.auth.compute_engine.credentials": "attached",
    "google.auth.impersonated_credentials": "impersonated",
}
_PROJECT = re.compile(r"@([a-z0-9-]+)\.iam\.gserviceaccount\.com$")
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

    def identity(self) -> Identity:
        """Say who this is, as far as it can be told without asking anybody."""
        module = type(self.google).__module__
        federated = module.startswith(
            ("google.auth.external", "google.auth.aws", "google.auth.identity_pool")
        )
        email = str(getattr(self.google, "service_account_email", "") or "")
        home = _PROJECT.search(email)
        return Identity(
            kind="federated" if federated else KINDS.get(module, module),
            email="" if email == "default" else email,
            project_id=home[1] if home else str(getattr(self.google, "quota_project_id", "") or ""),
        )

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
