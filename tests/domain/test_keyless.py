"""What a request for Vertex AI without a key may say, and what cannot be done with it afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import automatic, ending, names, rotation, rules
from bot.domain.automatic import Rule
from bot.domain.key_request import Draft
from bot.domain.kinds import Kind
from bot.domain.policy import Kinds
from bot.domain.rules import Invalid
from bot.errors import Conflict
from tests.support.people import ADA, GRACE, HOUR, NOW, POLICY, PURPOSE, active, approved

OPEN = POLICY.model_copy(update={"kinds": Kinds(vertex=True)})
ACCOUNT = "summaries@acme-ml-dev.iam.gserviceaccount.com"


def draft(kind: Kind = Kind.VERTEX, identity: str = "") -> Draft:
    return Draft(
        project_id="acme-ml-dev",
        environment="dev",
        purpose=PURPOSE,
        lifetime=timedelta(days=7),
        kind=kind,
        identity=identity,
    )


@pytest.mark.parametrize("identity", ["", ACCOUNT])
def test_the_policy_opens_it_for_people_and_for_its_projects_accounts(identity: str) -> None:
    """Switched off by default; switched on, for oneself or an account in a listed project."""
    with pytest.raises(Invalid, match="no access of that kind"):
        rules.check_draft(draft(identity=identity), POLICY)
    assert rules.check_draft(draft(identity=identity), OPEN)


@pytest.mark.parametrize(
    ("kind", "identity", "said"),
    [
        (Kind.VERTEX, "ada@acme.test", "Write a service account"),
        (Kind.VERTEX, ACCOUNT + "\n", "Write a service account"),
        (Kind.VERTEX, "summaries@evil-project.iam.gserviceaccount.com", "evil-project"),
        (Kind.AUTH_KEY, ACCOUNT, "only for Vertex AI"),
        (Kind.STANDARD_KEY, "", "no access of that kind"),
    ],
)
def test_strangers_get_nothing(kind: Kind, identity: str, said: str) -> None:
    """No person by address, no account of another project, no account for a key."""
    with pytest.raises(Invalid, match=said):
        rules.check_draft(draft(kind, identity), OPEN)


@pytest.mark.parametrize("kind", [Kind.VERTEX, Kind.STANDARD_KEY])
def test_no_rule_approves_other_kinds_by_itself(kind: Kind) -> None:
    """A rule that approves keys in dev approves no role on the project and no key bound to nobody."""
    rule = Rule(name="dev", decide="approve", most=2, within=timedelta(days=30))

    assert automatic.approving([rule], draft(Kind.AUTH_KEY), ADA.user_id, set()) == (rule,)
    assert automatic.approving([rule], draft(kind), ADA.user_id, set()) == ()


def test_the_grant_is_for_who_was_named() -> None:
    """The account that was named, or the requester; and its title is the request's own."""
    assert names.vertex_member(approved(kind=Kind.VERTEX)) == f"user:{ADA.email}"
    assert names.vertex_member(approved(kind=Kind.VERTEX, identity=ACCOUNT)) == f"serviceAccount:{ACCOUNT}"
    assert names.grant_title(approved()).endswith("T0ACME/GK-7F3K")


def test_there_is_no_key_to_rotate_and_nothing_to_bring_back() -> None:
    """Rotation is refused; a revoked grant is asked for anew."""
    live = active(kind=Kind.VERTEX)
    with pytest.raises(Conflict, match="without a key"):
        rotation.rotate(live, ADA, NOW, HOUR)
    with pytest.raises(Conflict, match="without a key"):
        rotation.replace_key(live, GRACE, NOW, leaked=True)

    revoked = ending.end(ending.start_ending(live, ADA, NOW + 2 * HOUR))

    assert revoked.undo_until is None
    assert ending.start_ending(replace(live, kind=Kind.AUTH_KEY), ADA, NOW + 2 * HOUR).undo_until
