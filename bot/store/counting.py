"""Limits as Redis counts them: a sorted set each, looked at by the same script that makes the grant."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bot.domain.key_request import HELD
from bot.domain.limits import Counted
from bot.store import keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.key_request import KeyRequest
    from bot.domain.limits import Limit


def at_grant(request: KeyRequest, before: KeyRequest | None, limits: Sequence[Limit]) -> Sequence[Limit]:
    """Choose the limits that this move must keep: all of them where a request becomes a grant.

    A rule that renews a live key gives once more; the key itself is counted already.
    """
    if request.state in HELD and (before is None or before.state not in HELD):
        return limits
    if before is not None and _renewed_by_rule(request, before):
        return [limit for limit in limits if limit.counted is Counted.RULE]
    return ()


def _renewed_by_rule(request: KeyRequest, before: KeyRequest) -> bool:
    wish, earlier = request.renewal, before.renewal
    if wish is None or wish.approvals_needed:
        return False
    return earlier is None or earlier.number != wish.number


def key(limit: Limit, request: KeyRequest) -> str:
    """Name the sorted set that a limit counts in."""
    team_id, user_id = request.team_id, request.requester.user_id
    match limit.counted:
        case Counted.PERSON:
            return keys.held(team_id, user_id)
        case Counted.PROJECT:
            return keys.held_in(team_id, request.project_id)
        case Counted.RULE:
            return keys.rule_uses(team_id, f"{_digest(limit.rule)}:{user_id}")


def _digest(rule: str) -> str:
    """Shorten a rule's name, which may hold anything."""
    return hashlib.sha256(rule.encode()).hexdigest()[:16]


def since(limit: Limit) -> str:
    """Give the lowest score that still counts."""
    return str((limit.at - limit.within).timestamp()) if limit.at and limit.within else "-inf"


def arguments(limit: Limit) -> tuple[int | str, ...]:
    """Say it for `move.lua`; live keys are in their indexes already, what a rule gives is noted there."""
    if limit.at is None or limit.within is None:
        return limit.most, since(limit), "-", 0
    return limit.most, since(limit), str(limit.at.timestamp()), int(limit.within.total_seconds())
