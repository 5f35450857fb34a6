"""The people, rules and requests that most tests start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain import deciding, ending, granting
from bot.domain.failure import Failure
from bot.domain.key_request import KeyRequest, State
from bot.domain.person import Person, service
from bot.domain.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

TEAM = "T0ACME"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PURPOSE = "summarise support tickets in our internal tool"

ADA = Person(team_id=TEAM, user_id="U0ADA", name="Ada Lovelace", email="ada@acme.test")
GRACE = Person(team_id=TEAM, user_id="U0GRACE", name="Grace Hopper", email="grace@acme.test")
ALAN = Person(team_id=TEAM, user_id="U0ALAN", name="Alan Turing", email="alan@acme.test")
RADIA = Person(team_id=TEAM, user_id="U0RADIA", name="Radia Perlman", email="radia@acme.test")
MALLORY = Person(team_id=TEAM, user_id="U0MALLORY", name="Mallory", email="m@elsewhere.test", guest=True)

POLICY = Policy.model_validate(
    {
        "company": {"domains": ["acme.test"]},
        "approval": {"channel": "C0APPROVALS", "approvers": {"users": ["U0GRACE", "U0ALAN"]}},
        "environments": {
            "dev": {"lifetimes": ["7d", "30d"]},
            "prod": {"lifetimes": ["30d"], "approvals": 2, "billing_required": True, "confirm": True},
        },
        "projects": [
            {"id": "acme-ml-dev", "environments": ["dev"]},
            {"id": "acme-ml-prod", "environments": ["prod"]},
        ],
    }
)


def pending(**changes: Any) -> KeyRequest:
    """Ada's request for a key in acme-ml-dev for 30 days, asked now."""
    asked = KeyRequest(
        id="GK-7F3K",
        requester=ADA,
        project_id="acme-ml-dev",
        environment="dev",
        purpose=PURPOSE,
        lifetime=timedelta(days=30),
        requested_at=NOW,
        lapses_at=NOW + 8 * HOUR,
    )
    return replace(asked, **changes)


def approved(**changes: Any) -> KeyRequest:
    """The same, approved by Grace an hour later."""
    return replace(deciding.approve(pending(), GRACE, NOW + HOUR), **changes)


def provisioning(**changes: Any) -> KeyRequest:
    """The same, taken up by its first worker."""
    return replace(granting.take_up(approved(), NOW + 2 * HOUR), **changes)


def active(**changes: Any) -> KeyRequest:
    """The same, with a key that works."""
    return replace(granting.activate(provisioning()), **changes)


def in_state(state: State) -> KeyRequest:
    """Bring a request into a state by legal moves only."""
    return _WAYS[state]()


def _failed() -> KeyRequest:
    abandoned = granting.abandon(provisioning(), Failure(cause="x", title="It is blocked"))
    return granting.fail(abandoned, NOW + 7 * DAY)


def _ended(at: datetime) -> KeyRequest:
    return ending.end(ending.start_ending(active(), service(TEAM), at))


_WAYS: dict[State, Callable[[], KeyRequest]] = {
    State.PENDING: pending,
    State.APPROVED: approved,
    State.PROVISIONING: provisioning,
    State.ACTIVE: active,
    State.FAILED: _failed,
    State.DENIED: lambda: deciding.deny(pending(), GRACE, NOW + HOUR, "Wrong project"),
    State.WITHDRAWN: lambda: deciding.withdraw(pending(), ADA, NOW + HOUR),
    State.LAPSED: lambda: deciding.lapse(pending(), NOW + 8 * HOUR),
    State.EXPIRED: lambda: _ended(NOW + HOUR + 30 * DAY),
    State.REVOKED: lambda: _ended(NOW + 2 * HOUR),
}
