"""Projects that two workspaces' policies both name: each Google project belongs to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import globs

if TYPE_CHECKING:
    from bot.domain.policy import Policy


def shared(one: Policy, other: Policy) -> tuple[str, str] | None:
    """Name an entry of each that may stand for the same project; None when the two keep apart."""
    ours, theirs = _entries(one), _entries(other)
    if both := sorted({*ours} & {*theirs}):
        return both[0], both[0]
    return next(
        (
            (mine, yours)
            for mine in ours
            for yours in theirs
            if (globs.is_pattern(mine) or globs.is_pattern(yours)) and globs.overlap(mine, yours)
        ),
        None,
    )


def _entries(policy: Policy) -> list[str]:
    return [project.id for project in policy.written.projects]
