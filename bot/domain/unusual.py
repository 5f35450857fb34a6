"""What is unusual about a request, as seen when it was sent."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.key_request import Draft, KeyRequest
    from bot.domain.policy import Environment


class Unusual(StrEnum):
    """Reasons to look twice."""

    FIRST_REQUEST = "first-request"
    NEW_PROJECT = "new-project"
    LONGEST_LIFETIME = "longest-lifetime"
    OUT_OF_HOURS = "out-of-hours"


def unusual(
    draft: Draft, environment: Environment, earlier: Sequence[KeyRequest], *, out_of_hours: bool = False
) -> Iterator[Unusual]:
    """List what stands out against what this person asked for before."""
    if not earlier:
        yield Unusual.FIRST_REQUEST
    elif all(request.project_id != draft.project_id for request in earlier):
        yield Unusual.NEW_PROJECT
    if len(environment.lifetimes) > 1 and draft.lifetime == max(environment.lifetimes):
        yield Unusual.LONGEST_LIFETIME
    if out_of_hours:
        yield Unusual.OUT_OF_HOURS
