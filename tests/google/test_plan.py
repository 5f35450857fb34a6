from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain import names
from bot.domain.decision import Decision
from bot.domain.key_request import KeyRequest, State
from bot.domain.person import Person
from bot.google.reason import named
from bot.google.secret_iam import ROLES
from bot.provisioning.plan import leading, steps
from bot.provisioning.runner import provision, undo

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
ADA = Person(team_id="T012", user_id="U0ADA", name="Ada", email="ada@acme.test")
GRACE = Person(team_id="T012", user_id="U0GRACE", name="Grace", email="grace@acme.test")


class Notebook:
    """A journal that keeps the record in memory."""

    def __init__(self, request: KeyRequest) -> None:
        self.request = request

    async def write(self, verb: str, change: Callable[[KeyRequest], KeyRequest]) -> KeyRequest:
        self.request = change(self.request)
        return self.request


def approved(request_id: str) -> Notebook:
    at = datetime.now(UTC)
    return Notebook(
        KeyRequest(
            id=request_id,
            requester=ADA,
            project_id=PROJECT,
            environment="dev",
            purpose="to see it work",
            requested_at=at,
            lapses_at=at,
            lifetime=timedelta(days=30),
            expires_at=at + timedelta(days=30),
            billing_required=True,
            state=State.PROVISIONING,
            approvals=(Decision(by=GRACE, at=at),),
        )
    )


async def test_the_plan_makes_a_working_key_and_takes_it_away_again(cloud: Cloud, sandbox: Sandbox) -> None:
    """All gateways together: one live bound key, one readable version, two grants; `undo` ends it all."""
    journal = approved("GK-7F3K")
    plan = leading(steps(cloud.for_plan()), journal.request)

    with named("GK-7F3K"):
        await provision(plan, journal)

    request = journal.request
    assert len(request.done) == len(plan)
    (key,) = sandbox.keys(PROJECT, names.key_id(request))
    assert (key["uid"], key["serviceAccountEmail"]) == (request.key_uid, names.account_email(request))
    secret = sandbox.secret(PROJECT, names.secret_id(request))
    assert [v["state"] for v in secret["versions"]] == ["ENABLED"]
    assert [(b["role"], b["members"]) for b in secret["bindings"]] == [(role, [ADA.member]) for role in ROLES]
    assert sandbox.calls("ApiKeys/CreateKey", "GK-7F3K")

    await undo(plan, journal)

    assert sandbox.keys(PROJECT, names.key_id(request))[0]["deleted"]
    assert not [
        s for s in sandbox.project(PROJECT)["secrets"] if s["name"].endswith(names.secret_id(request))
    ]


async def test_a_lost_answer_to_the_mint_costs_a_rotation_and_no_orphan(
    cloud: Cloud, sandbox: Sandbox
) -> None:
    """The key whose text nobody saw is deleted; the next one works; one live key is left."""
    journal = approved("GK-7F3L")
    plan = leading(steps(cloud.for_plan()), journal.request)
    sandbox.fault("ApiKeys/CreateKey", after_commit=True)

    await provision(plan, journal)

    first, second = replace(journal.request, rotation=1), journal.request
    assert second.rotation == 2
    assert sandbox.keys(PROJECT, names.key_id(first))[0]["deleted"]
    assert not sandbox.keys(PROJECT, names.key_id(second))[0]["deleted"]
