"""One worker serves several workspaces: it answers each by that one's policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.diagnosis.case import Case, Sight
from bot.errors import GoogleError, NoPolicy
from bot.languages.words import Words
from bot.operations.why_403.explain import Explainer, answer, explain
from handlers.surfaces import why_answer
from tests.support.people import ADA, NOW, POLICY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.policy import Policy

BOB = replace(ADA, team_id="T0BETA", user_id="U0BOB")
BETA = POLICY.model_copy(
    update={"projects": tuple(p.model_copy(update={"id": f"beta-{p.id}"}) for p in POLICY.projects)}
)


class Away:
    """A Google that answers nothing, and records that hold none."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Give any method."""

        async def silent(*_: object, **__: object) -> Any:
            raise GoogleError("UNAVAILABLE")

        return silent

    async def mine(self, *_: object, **__: object) -> list[Any]:
        return []


def policy_of(team_id: str) -> Policy:
    if team_id == "T0GAMMA":
        raise NoPolicy
    return {"T0ACME": POLICY, "T0BETA": BETA}[team_id]


@pytest.mark.parametrize(
    ("asker", "project_id", "sight"),
    [
        (ADA, "acme-ml-dev", Sight.SEEN),
        (BOB, "beta-acme-ml-dev", Sight.SEEN),
        (ADA, "beta-acme-ml-dev", Sight.NOT_OURS),
        (BOB, "acme-ml-dev", Sight.NOT_OURS),
    ],
)
async def test_why_403_looks_into_no_other_workspaces_project(
    asker: Any, project_id: str, sight: Sight
) -> None:
    """Whoever names a neighbour's project learns nothing of it, though the bot may read both."""
    away: Any = Away()
    explainer = Explainer(away, away, away, away, policy_of, lambda: NOW)
    case = Case(id="c1", asker=asker, asked_at=NOW, project_id=project_id)

    assert (await explain(explainer, case)).sight is sight


async def test_why_403_answers_nobody_without_a_policy() -> None:
    """What was asked before the policy went is answered by no other's."""
    away: Any = Away()
    explainer = Explainer(away, away, away, away, policy_of, lambda: NOW)
    stranger = replace(ADA, team_id="T0GAMMA")

    with pytest.raises(NoPolicy):
        await explain(explainer, Case(id="c1", asker=stranger, asked_at=NOW, project_id="acme-ml-dev"))


async def test_who_asked_before_a_worker_had_the_policy_is_answered() -> None:
    """Nobody looks at "looking" for ever: the answer says why there is none, and can be asked for again."""
    away: Any = Away()
    explainer = Explainer(away, away, away, away, policy_of, lambda: NOW)
    case = Case(id="c1", asker=replace(ADA, team_id="T0GAMMA"), asked_at=NOW, project_id="acme-ml-dev")

    text, blocks = why_answer.message(Words(), replace(case, report=await answer(explainer, case)))

    assert "has no policy for Gemini keys" in text
    assert why_answer.AGAIN in str(blocks)
