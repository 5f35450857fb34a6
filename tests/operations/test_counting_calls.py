"""Whose calls may be counted: whoever may have the request shown, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.approvers import Approvers
from bot.errors import Refused
from bot.operations.look_up import LookupDesk, ask_usage
from tests.support.counter import Counter
from tests.support.people import ADA, ALAN, GRACE, POLICY, RADIA, TEAM, active

if TYPE_CHECKING:
    from bot.domain.lookup import Lookup
    from bot.domain.person import Person

# Radia decides in Ada's project, and nowhere else.
DEV = POLICY.projects[0].model_copy(update={"approvers": Approvers(users=frozenset({RADIA.user_id}))})
OWN_DECIDER = POLICY.model_copy(update={"projects": (DEV,)})


class Asked:
    """Questions that are kept and sent."""

    def __init__(self) -> None:
        self.kept: list[Lookup] = []

    async def put(self, lookup: Lookup) -> None:
        self.kept.append(lookup)

    async def look_up(self, lookup: Lookup) -> None:
        assert lookup in self.kept


async def counted_for(by: Person) -> list[Lookup]:
    counter, asked = Counter(), Asked()
    request = replace(active(), key_uid="u")
    counter.book.records[request.id] = request
    desk = replace(counter.desk(), policy=lambda: OWN_DECIDER)
    at = LookupDesk(desk=desk, lookups=asked, queue=asked, nonce=lambda: "1")
    await ask_usage(at, TEAM, request.id, by, {})
    return asked.kept


@pytest.mark.parametrize("by", [ADA, RADIA, GRACE], ids=["owner", "who decides there", "company's approver"])
async def test_who_may_see_a_request_may_have_its_calls_counted(by: Person) -> None:
    """The project's own approvers count calls as the company's do."""
    (lookup,) = await counted_for(by)
    assert lookup.asker == by


async def test_nobody_else_learns_how_a_key_is_used() -> None:
    """A colleague is refused, and nothing is asked of Google."""
    with pytest.raises(Refused, match="Only Gemini key approvers and admins"):
        await counted_for(replace(ALAN, user_id="U0EVE", name="Eve", email="eve@acme.test"))
