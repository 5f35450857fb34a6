from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from google.iam.v1 import policy_pb2

from bot.google.secret_iam import ROLES, grant, withdraw

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
EXPRESSION = 'request.time < timestamp("2026-12-20T12:00:00Z")'
ADA, GRACE = "user:ada@acme.test", "user:grace@acme.test"


def holders(policy: policy_pb2.Policy) -> set[tuple[str, str, str]]:
    return {(b.role, member, b.condition.expression) for b in policy.bindings for member in b.members}


def test_a_grant_is_two_roles_under_one_condition() -> None:
    """The member may see and read the secret until then, and holds nothing else."""
    policy = policy_pb2.Policy()

    assert grant(policy, ADA, UNTIL, NOW)

    assert holders(policy) == {(role, ADA, EXPRESSION) for role in ROLES}
    assert {b.condition.title for b in policy.bindings} == {"gemini-key-bot"}


def test_a_grant_that_is_right_already_is_not_rewritten() -> None:
    """The second time nothing is to do, also when Google answers the address in another case."""
    policy = policy_pb2.Policy()
    grant(policy, ADA, UNTIL, NOW)
    for binding in policy.bindings:
        binding.members[0] = "user:Ada@acme.test"

    assert not grant(policy, ADA, UNTIL, NOW)


def test_the_time_of_a_condition_is_utc() -> None:
    """A time of another zone means the same instant: Google evaluates conditions in UTC."""
    policy = policy_pb2.Policy()

    grant(policy, ADA, UNTIL.astimezone(timezone(timedelta(hours=5, minutes=30))), NOW)

    assert {b.condition.expression for b in policy.bindings} == {EXPRESSION}


def test_a_new_term_replaces_the_old_one() -> None:
    """After a renewal the member holds the new condition and no longer the old one."""
    policy = policy_pb2.Policy()
    grant(policy, ADA, NOW + timedelta(days=1), NOW)

    assert grant(policy, ADA, UNTIL, NOW)

    assert holders(policy) == {(role, ADA, EXPRESSION) for role in ROLES}


def test_the_grants_of_others_stay_as_they_are() -> None:
    """Bindings by hand, other titles, and another member's live grant are not touched; our dead ones go."""
    policy = policy_pb2.Policy()
    grant(policy, GRACE, UNTIL, NOW)
    live = holders(policy)
    by_hand = policy.bindings.add(role=ROLES[0], members=[ADA, GRACE])
    foreign = policy.bindings.add(role=ROLES[0], members=["user:eve@acme.test"])
    foreign.condition.title, foreign.condition.expression = (
        "theirs",
        'request.time < timestamp("2020-01-01T00:00:00Z")',
    )
    kept = (
        live
        | {(ROLES[0], m, "") for m in by_hand.members}
        | {(ROLES[0], "user:eve@acme.test", foreign.condition.expression)}
    )
    grant(policy, "user:old@acme.test", NOW - timedelta(seconds=1), NOW - timedelta(days=1))

    grant(policy, ADA, UNTIL, NOW)

    assert holders(policy) == kept | {(role, ADA, EXPRESSION) for role in ROLES}


def test_a_withdrawal_leaves_the_member_nothing() -> None:
    """Every binding loses the member, whoever made it; the others keep theirs; twice is once."""
    policy = policy_pb2.Policy()
    grant(policy, ADA, UNTIL, NOW)
    policy.bindings.add(role="roles/secretmanager.admin", members=[GRACE, ADA])

    assert withdraw(policy, ADA)

    assert holders(policy) == {("roles/secretmanager.admin", GRACE, "")}
    assert not withdraw(policy, ADA)
