"""Why a new project stopped: what the folder, the account or the roles lack, as no call with a key does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.new_projects import STEPS
from bot.domain.repair import Offer, Remedy, Repair
from bot.errors import GoogleError
from bot.operations.fixes.stopped import explained
from bot.operations.projects.make_project import Maker
from tests.operations.test_new_project import NEW, policy
from tests.support.people import ADA, HOUR, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

NOTES = Offer(
    remedy=Remedy.NEW_PROJECT,
    cause="",
    project_id="acme-gemini-notes",
    after=(NEW["folder"], NEW["billing_account"]),
    environment="dev",
)
ASKED = Repair(id="FIX-7F3K", requester=ADA, offer=NOTES, requested_at=NOW, lapses_at=NOW + HOUR)


def at(step: str) -> Repair:
    """The same, with everything done before a step."""
    return replace(ASKED, done=STEPS[: STEPS.index(step)])


@pytest.mark.parametrize(
    ("step", "status", "cause", "who"),
    [
        ("create", "PERMISSION_DENIED", "new-projects-folder", "organization admin"),
        ("create", "NOT_FOUND", "new-projects-folder", "organization admin"),
        ("billing", "PERMISSION_DENIED", "billing-link-account", "billing admin"),
        ("rights", "FAILED_PRECONDITION", "new-projects-roles", "organization admin"),
        ("rights", "INVALID_ARGUMENT", "new-projects-roles", "organization admin"),
    ],
)
def test_each_refusal_is_of_its_step(step: str, status: str, cause: str, who: str) -> None:
    """The finding names what to grant and who can; Google's own words are the evidence."""
    said = explained(GoogleError(status, "The caller does not have permission"), at(step))

    assert (said.cause, said.who) == (cause, (who,))
    assert said.values["message"] == "The caller does not have permission"


def test_the_rest_is_the_catalogues() -> None:
    """What why-403 knows stays its own: an account that pays for no more, a fix of another kind."""
    full = GoogleError("FAILED_PRECONDITION", "Cloud billing quota exceeded: https://support.google.com/code")
    elsewhere = replace(ASKED, offer=replace(NOTES, remedy=Remedy.ENABLE_API))

    assert explained(full, at("billing")).cause == "billing-link-quota"
    assert explained(GoogleError("PERMISSION_DENIED"), elsewhere).cause != "new-projects-folder"


class Slow:
    """A cloud in which the first creation fails after a while, and nobody may see who pays."""

    def __init__(self) -> None:
        self.created: list[str] = []

    async def create(self, project_id: str, *_: object) -> str:
        self.created.append(project_id)
        return f"operations/{len(self.created)}"

    async def wait(self, operation: str) -> None:
        if operation == "operations/1":
            raise GoogleError("INTERNAL", "Try again.", finished=True)

    async def of(self, project_id: str) -> None:
        raise GoogleError("PERMISSION_DENIED")


async def test_an_operation_that_has_failed_is_not_waited_for_again() -> None:
    """It would give the same answer for ever: whoever comes next begins a new one."""
    kept, slow = ASKED, Slow()

    async def note(_: str, change: Callable[[Repair], Repair]) -> Repair:
        nonlocal kept
        kept = change(kept)
        return kept

    parts: Any = dict.fromkeys(("services", "accounts", "trial", "known"))
    rules: Any = {ASKED.team_id: policy()}
    maker = Maker(
        **parts, projects=slow, billing=slow, policy=rules.__getitem__, now=lambda: NOW, silence=HOUR
    )
    for status in ("INTERNAL", "PERMISSION_DENIED"):
        with pytest.raises(GoogleError, match=status):
            await maker.make(kept, note)

    assert (slow.created, kept.done) == (["acme-gemini-notes"] * 2, ("create",))
