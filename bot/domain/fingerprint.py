"""Tell one wish for a key from another: a repeated call is answered only when it asks for the same."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.domain.redact import redact

if TYPE_CHECKING:
    from bot.domain.key_request import Draft, KeyRequest


def fingerprint(user_id: str, wanted: Draft | KeyRequest) -> str:
    """Digest who asks and all that is asked for; a draft and the request made of it are alike."""
    asked = (
        user_id,
        wanted.project_id,
        wanted.environment,
        redact(wanted.purpose.strip()),  # as a request keeps it
        wanted.lifetime,
        wanted.kind,
        wanted.identity,
        wanted.restriction,
        wanted.adopted,
    )
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:32]
