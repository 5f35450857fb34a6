"""The secret that will hold the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import Conflict, GoogleError
from bot.provisioning.steps.secret_owner import SecretReader, is_ours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.provisioning.step import Journal

# Google deletes an expired secret with all its versions and says that this is not access
# control; the IAM condition is. This is the backstop behind it.
BACKSTOP = timedelta(days=7)


class Secrets(SecretReader, Protocol):
    """Secret Manager, as far as this step goes."""

    async def create(
        self,
        project_id: str,
        secret_id: str,
        *,
        labels: Mapping[str, str],
        annotations: Mapping[str, str],
        expires_at: datetime,
    ) -> None:
        """Create a secret without a version."""

    async def delete(self, project_id: str, secret_id: str, *, owner: str) -> None:
        """Delete a secret and its versions, if it is `owner`'s; none there counts as done."""


@dataclass(frozen=True, slots=True)
class CreateSecret:
    """Create the secret, or find the one that an earlier run created."""

    secrets: Secrets
    name: str = "create-secret"
    needs: tuple[str, ...] = ("check-project", "check-billing", "check-org-policy")

    async def do(self, journal: Journal) -> None:
        """Create it, labelled and with its expiry backstop."""
        request, secret_id = journal.request, names.secret_id(journal.request)
        assert request.expires_at is not None  # noqa: S101 - an approved request has its clock
        try:
            await self.secrets.create(
                request.project_id,
                secret_id,
                labels=names.labels_for(request),
                annotations=names.annotations_for(request),
                expires_at=request.expires_at + BACKSTOP,
            )
        except GoogleError as error:
            if error.status != "ALREADY_EXISTS":
                raise
            if not await is_ours(self.secrets, request):
                raise Conflict(
                    "Secret {secret} in {project} already exists and belongs to somebody else.",
                    secret=secret_id,
                    project=request.project_id,
                ) from None

    async def undo(self, journal: Journal) -> None:
        """Delete it with every version in it, unless the end can be undone: then it stays, closed."""
        request = journal.request
        if request.keeps_secret:
            return
        if await is_ours(self.secrets, request):
            await self.secrets.delete(
                request.project_id, names.secret_id(request), owner=names.owner(request)
            )
