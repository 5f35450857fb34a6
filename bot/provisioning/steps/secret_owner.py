"""Whose a secret is: a name can be taken by somebody else, and then nothing of it is ours to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import GoogleError

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest


class SecretReader(Protocol):
    """Secret Manager, as far as this question goes."""

    async def annotations(self, project_id: str, secret_id: str) -> dict[str, str]:
        """Read a secret's annotations."""


async def is_ours(secrets: SecretReader, request: KeyRequest) -> bool:
    """Tell whether the request's secret is there and belongs to the request."""
    try:
        found = await secrets.annotations(request.project_id, names.secret_id(request))
    except GoogleError as error:
        if error.status != "NOT_FOUND":
            raise
        return False
    return names.owner_in(found) == names.owner(request)
