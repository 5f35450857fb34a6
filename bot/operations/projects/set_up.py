"""Set a project up: ask for the checklist, ask for help with a step, ask for another look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import rules, setup
from bot.domain.audit import Event
from bot.domain.setup import PREFIX, Setup
from bot.errors import Refused
from bot.operations.desk import approver_ids, decider_ids_of, members_of
from bot.operations.free_id import under_free_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.person import Person
    from bot.domain.setup import Help
    from bot.operations.desk import Desk

# What else of Gemini somebody may want in a project, by the word that is typed.
BESIDE = {"aiplatform": "aiplatform.googleapis.com", "cloudaicompanion": "cloudaicompanion.googleapis.com"}


class Setups(Protocol):
    """Where setups are kept."""

    async def add(self, record: Setup, event: Event, *, once: str) -> Setup | None:
        """Store a new setup; the same `once` again gives the first one; None when the id is taken."""

    async def get(self, team_id: str, record_id: str) -> Setup:
        """Read a setup, or raise `NotFound`."""

    async def edit(
        self, team_id: str, record_id: str, change: Callable[[Setup], Setup], event: Event
    ) -> Setup:
        """Apply a pure change, trying again when another writer was first."""


class Waking(Protocol):
    """The way to the workers. A wake-up that is lost is found again by the sweep."""

    async def wake(self, setup: Setup) -> None:
        """Tell a worker when a setup is due; never fails."""


@dataclass(frozen=True, slots=True)
class SetupDesk:
    """The desk, with what setups need beside it."""

    desk: Desk
    setups: Setups
    queue: Waking


async def ask(
    setting: SetupDesk,
    team_id: str,
    by: Person,
    project_id: str,
    services: tuple[str, ...] = (),
    *,
    once: str,
) -> Setup:
    """Begin a checklist; the same delivery again gives the same one, where it has a name."""
    desk = setting.desk
    await check_may_set_up(setting, team_id, by, project_id)
    now = desk.now()
    delivery = f"setup:{by.user_id}:{project_id}:{once}" if once else ""
    event = Event(at=now, by=by.user_id, verb="setup", details={"project": project_id})

    async def add(drawn: str) -> Setup | None:
        asked = Setup(
            id=drawn,
            requester=by,
            project_id=project_id,
            requested_at=now,
            services=services,
            approvals_needed=desk.policy().most_needed(project_id),
            step_up=bool(desk.policy().step_ups(project_id)),
            next_run_at=now,
        )
        return await setting.setups.add(asked, event, once=delivery)

    kept = await under_free_id(desk.choose, PREFIX, add)
    await setting.queue.wake(kept)
    return kept


async def press(setting: SetupDesk, team_id: str, setup_id: str, wanted: Help, by: Person) -> Setup:
    """Have the bot help with a step; authority is checked anew, at the click."""
    found = await setting.setups.get(team_id, setup_id)
    await check_may_set_up(setting, team_id, by, found.project_id)
    now = setting.desk.now()
    groups = setting.desk.policy().step_ups(found.project_id)
    step_up = by.user_id in await members_of(setting.desk, team_id, groups)
    move = partial(setup.press, wanted=wanted, by=by, at=now, step_up=step_up)
    event = Event(at=now, by=by.user_id, verb="setup-help", details={"help": wanted.value})
    pressed = await setting.setups.edit(team_id, setup_id, move, event)
    await setting.queue.wake(pressed)
    return pressed


async def again(setting: SetupDesk, team_id: str, setup_id: str, by: Person) -> Setup:
    """Have everything looked at again."""
    found = await setting.setups.get(team_id, setup_id)
    await check_may_set_up(setting, team_id, by, found.project_id)
    now = setting.desk.now()
    event = Event(at=now, by=by.user_id, verb="setup-again")
    looking = await setting.setups.edit(team_id, setup_id, partial(setup.again, at=now), event)
    await setting.queue.wake(looking)
    return looking


async def check_may_set_up(setting: SetupDesk, team_id: str, by: Person, project_id: str) -> None:
    """Refuse everyone but approvers and the project's own people, and projects that are not the policy's."""
    desk = setting.desk
    rules.check_member(by, team_id)
    listed = desk.policy().project(project_id)
    may = await approver_ids(desk, team_id)
    if listed:
        may |= await decider_ids_of(desk, team_id, project_id, "")
        may |= await members_of(desk, team_id, desk.policy().step_ups(project_id))
    if by.user_id not in may:
        raise Refused("Only Gemini key approvers and a project's owners can set it up.")
    if listed is None:
        raise Refused(
            "{project} is not a project of the policy. Ask your admin to add it.", project=project_id
        )
