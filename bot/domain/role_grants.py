"""What the policy says about roles that people may have for some hours."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.policy_terms import Rules, Span

_ROLE = re.compile(r"((organizations|projects)/[a-z0-9-]+/)?roles/[A-Za-z0-9_.]{3,64}")
# IAM: a basic role takes no condition, so it could not end; and it opens everything.
BASIC = frozenset({"roles/owner", "roles/editor", "roles/viewer"})


def _checked(role: str) -> str:
    if role in BASIC:
        raise ValueError(f"{role} is a basic role, which can't be given until a time; name narrower ones")
    if not _ROLE.fullmatch(role):
        raise ValueError("write a role as roles/serviceusage.apiKeysAdmin")
    return role


class RoleGrants(Rules):
    """Roles that the bot may give a person on a project, by an approval, for at most `longest`."""

    grant: tuple[Annotated[str, AfterValidator(_checked)], ...] = Field(default=(), max_length=10)
    longest: Span = Field(default=timedelta(hours=8), le=timedelta(days=7))
