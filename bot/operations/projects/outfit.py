"""The worker's side of setup: help with the step that was asked for, look at everything, try a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.doctor import project, steps, troubles
from bot.domain import names, setup
from bot.domain.audit import BOT, Event
from bot.domain.names import GEMINI
from bot.domain.setup import PASSED, Check, Help, State
from bot.errors import Conflict, GoogleError, NotFound, OutOfTurn
from bot.languages.words import N_
from bot.operations.judged import judged
from bot.operations.projects import by_hand
from bot.operations.projects.trial import FINE, LATER, PAUSED, Closed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.doctor.facts import Identity, ProjectFacts
    from bot.domain.policy import Policy
    from bot.domain.setup import Setup
    from bot.operations.projects.set_up import Setups, Waking
    from bot.operations.projects.trial import Trial
    from bot.operations.why_403.able import Rights
    from bot.operations.workshop import Wait

SECRETS = "secretmanager.googleapis.com"
# A worker that took a setup up and is not heard of for this long is dead.
SILENCE = timedelta(minutes=5)
MOST_RUNS = 5
REFUSED = N_("Google refused: {message}")


class Looker(Protocol):
    """Google, as far as setup looks."""

    async def identity(self) -> Identity:
        """Say who the bot is there."""

    async def project(self, project_id: str, account: str, services: Sequence[str]) -> ProjectFacts:
        """Read all facts about a project."""


class Services(Protocol):
    """Service Usage, as far as setup helps."""

    async def enabled(self, project_id: str, service: str) -> bool:
        """Read whether a service is on."""

    async def enable(self, project_id: str, service: str) -> None:
        """Switch a service on and wait until Google says it is."""


class Billing(Protocol):
    """Cloud Billing, as far as setup helps."""

    async def link(self, project_id: str, account: str) -> None:
        """Let a billing account pay for a project."""


class Accounts(Protocol):
    """IAM, as far as setup helps."""

    async def ensure(self, project_id: str, account_id: str, display_name: str) -> str:
        """Create the account unless it exists, wait until it can be seen, return its address."""


@dataclass(frozen=True, slots=True)
class Outfitter:
    """What the workers need for setups, introduced once in `bot.wiring`."""

    setups: Setups
    queue: Waking
    looker: Looker
    rights: Rights
    services: Services
    billing: Billing
    accounts: Accounts
    trial: Trial
    survey: Callable[[str], Awaitable[None]]
    policy: Callable[[str], Policy]
    now: Callable[[], datetime]
    wait: Wait


async def outfit(outfitter: Outfitter, team_id: str, setup_id: str) -> None:
    """Do what is due. A wake-up that came twice, or too late, finds nothing to do."""
    try:
        found = await outfitter.setups.get(team_id, setup_id)
        if found.state is not State.LOOKING:
            return
        until = outfitter.now() + SILENCE
        held = await _write(outfitter, found, "setup-take-up", partial(setup.take_up, until=until))
        refusal = await _helped(outfitter, held)
        if refusal and refusal.transient and held.failed_runs < MOST_RUNS:
            later = partial(setup.put_off, until=outfitter.now() + outfitter.wait(held.failed_runs))
            await outfitter.queue.wake(await _write(outfitter, held, "setup-put-off", later))
            return
        try:
            checks = await _looked(outfitter, held, refusal)
        except OutOfTurn as error:
            turn = partial(setup.await_turn, until=outfitter.now() + error.wait)
            await outfitter.queue.wake(await _write(outfitter, held, "setup-put-off", turn))
            return
        own, offer = await by_hand.look(
            outfitter.rights, held.requester, held.project_id, outfitter.policy(held.team_id), outfitter.now
        )
        seen = partial(setup.looked, checks=(*checks, *own), at=outfitter.now(), offer=offer)
        await _write(outfitter, held, "setup-looked", seen)
        await outfitter.survey(held.project_id)
    except (Conflict, NotFound):
        return  # somebody was quicker


async def _helped(outfitter: Outfitter, held: Setup) -> GoogleError | None:
    """Do what was pressed for; returns the refusal when Google would not have it."""
    try:
        match held.helping:
            case Help.ENABLE_APIS:
                for service in _services(held):
                    if not await outfitter.services.enabled(held.project_id, service):
                        await outfitter.services.enable(held.project_id, service)
            case Help.LINK_BILLING:
                account = outfitter.policy(held.team_id).fixes.billing_account
                if account:
                    await outfitter.billing.link(held.project_id, account)
            case Help.CREATE_ACCOUNT:
                account_id = names.account_id(held.team_id)
                await outfitter.accounts.ensure(held.project_id, account_id, names.ACCOUNT_TITLE)
    except GoogleError as error:
        return error
    return None


async def _looked(outfitter: Outfitter, held: Setup, refusal: GoogleError | None) -> tuple[Check, ...]:
    """Look at everything; a key is tried only where nothing else stands in its way."""
    account_id = names.account_id(held.team_id)
    account = names.account_address(account_id, held.project_id)
    try:
        who = await outfitter.looker.identity()
        facts = await outfitter.looker.project(held.project_id, account, _services(held))
    except GoogleError as error:
        return (_refused("project", error, held.project_id),)
    policy = outfitter.policy(held.team_id)
    found = steps.checks(facts, policy, who.email or "the bot", account_id)
    if refusal and held.helping:
        found = (*found, _refused(_STEP[held.helping], refusal, held.project_id))
    if not all(check.mark in PASSED for check in found):
        return (*found, Check(step="trial", mark="could-not-tell", evidence=LATER))
    try:
        said = await outfitter.trial.run(held.project_id, account, f"{held.team_id}/{held.id}", held.run)
    except OutOfTurn:
        raise
    except Closed as error:
        values = {"project": held.project_id, **{name: str(value) for name, value in error.values.items()}}
        line = project.AREA.problem(troubles.SECRET_RIGHTS, error.template, held.project_id, **values)
        return (*found, steps.check_of("trial", line))
    except GoogleError as error:
        return (*found, _refused("trial", error, held.project_id))
    return (*found, Check(step="trial", mark=_MARK.get(said, "warning"), title=said, evidence=said))


_MARK = {FINE: "ok", PAUSED: "could-not-tell"}
_STEP = {Help.ENABLE_APIS: "apis", Help.LINK_BILLING: "billing", Help.CREATE_ACCOUNT: "account"}


def _services(held: Setup) -> tuple[str, ...]:
    return (GEMINI, SECRETS, *held.services)


def _refused(step: str, error: GoogleError, project_id: str) -> Check:
    """Say what Google would not do, as a cause of why-403 where it is one."""
    finding = judged(error, f"projects/{project_id}")
    message = {"message": error.message or error.status}
    if finding is None:
        title = N_("Google would not do it")
        return Check(step=step, mark="problem", title=title, evidence=REFUSED, values=message)
    return Check(
        step=step,
        mark="problem",
        title=finding.title.template,
        evidence=REFUSED,
        fix=finding.fix.template,
        values={**finding.title.values, **message},
        command=finding.command,
        who=tuple(str(fixer) for fixer in finding.who),
    )


async def _write(outfitter: Outfitter, held: Setup, verb: str, change: Callable[[Setup], Setup]) -> Setup:
    """Apply a change unless another worker has taken the setup up since."""

    def if_still_mine(current: Setup) -> Setup:
        if current.run != held.run:
            raise Conflict("Another worker has taken {id} up.", id=current.id)
        return change(current)

    event = Event(at=outfitter.now(), by=BOT, verb=verb)
    return await outfitter.setups.edit(held.team_id, held.id, if_still_mine, event)
