"""A new project that is asked for: what is kept of the asking, and who may ask for which id."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.new_projects import NewProjects
from bot.domain.policy import Policy, Project
from bot.domain.repair import State
from bot.domain.rules import Invalid
from bot.errors import Refused
from bot.languages.words import Words
from bot.operations.fixes import fix
from bot.operations.projects.make_project import Maker
from bot.operations.projects.new_project import ask
from bot.operations.projects.trial import FINE, UNSHOWN
from bot.store import keys
from handlers.surfaces.new_project import done
from tests.support.people import ADA, GRACE, HOUR, POLICY, PURPOSE, RADIA, TEAM
from tests.why.test_repairs import Shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio import Redis

    from bot.domain.repair import Repair

NEW: dict[str, Any] = {
    "folder": "folders/200000000000",
    "id_pattern": "acme-gemini-{name}",
    "environments": ["dev"],
    "role": "organizations/100000000000/roles/bot",
    "secrets_role": "organizations/100000000000/roles/botSecrets",
    "billing_account": "billingAccounts/0A0A0A-0B0B0B-0C0C0C",
}
WHOLE = {"id": "acme-gemini-*", "environments": ["dev"]}


def policy(*projects: dict[str, Any]) -> Policy:
    """The company's policy, as written, with new projects and these entries."""
    entries = tuple(Project.model_validate(project) for project in (WHOLE, *projects))
    return POLICY.model_copy(update={"new_projects": NewProjects(**NEW), "projects": entries})


def of_the_entry(**rules: Any) -> Policy:
    """The same, where the entry that stands for new projects has rules of its own."""
    entry = Project.model_validate({**WHOLE, **rules})
    return policy().model_copy(update={"projects": (entry,)}).over(())


@pytest.fixture
def shop(redis: Redis) -> Shop:
    shop = Shop(redis)
    shop.policy = policy()
    return shop


async def test_a_pasted_key_is_kept_nowhere(shop: Shop, redis: Redis) -> None:
    """Whoever pastes a key into the purpose finds a stub of it on the card, and Redis never had it."""
    pasted = "AIza" + "SyD" + "x7Kq" * 8
    asked = await ask(shop.bench, ADA, "notes", "dev", f"{PURPOSE} {pasted}", once="v1")

    assert asked.offer.purpose == f"{PURPOSE} AIza…"
    assert (await shop.repairs.get(TEAM, asked.id)).offer.purpose == asked.offer.purpose
    record = await redis.hgetall(keys.repair(TEAM, asked.id))
    told = [await redis.xrange(stream) for stream in (keys.audit(TEAM), keys.announcements(TEAM))]
    assert PURPOSE in str(record)
    assert pasted not in str((record, told))


@pytest.mark.parametrize(("said", "told"), [(FINE, "a key was seen to work"), (UNSHOWN, "no key was tried")])
async def test_only_a_key_that_was_tried_was_seen_to_work(shop: Shop, said: str, told: str) -> None:
    """What the trial saw is kept in the record, and the asker is told no more than that."""
    asked = await ask(shop.bench, ADA, "notes", "dev", PURPOSE, once="v1")
    kept = replace(asked, done=("create", "billing", "apis", "account", "rights", "list"))

    class Trial:
        async def run(self, *_: object) -> str:
            return said

    async def note(_: str, change: Callable[[Repair], Repair]) -> Repair:
        nonlocal kept
        kept = change(kept)
        return kept

    parts: Any = dict.fromkeys(("projects", "billing", "services", "accounts", "known"))
    rules: Any = {TEAM: policy()}
    maker = Maker(**parts, trial=Trial(), policy=rules.__getitem__, now=shop.clock, silence=HOUR)  # type: ignore[arg-type]
    await maker.make(kept, note)

    assert told in done(Words(), kept)[0]


async def test_a_name_slips_under_no_other_entry(shop: Shop) -> None:
    """A longer pattern has its own approvers, and the entry's own requesters are asked for."""
    shop.policy = policy({"id": "acme-gemini-pay-*", "environments": ["dev"]}).over(())
    with pytest.raises(Invalid, match="rules of its own"):
        await ask(shop.bench, ADA, "pay-roll", "dev", PURPOSE, once="v1")

    shop.policy = of_the_entry(requesters={"users": ["U0ALAN"]})
    with pytest.raises(Invalid, match="Only certain people"):
        await ask(shop.bench, ADA, "notes", "dev", PURPOSE, once="v2")


async def test_the_policy_of_the_click_decides(shop: Shop) -> None:
    """Who may ask, what is made at all, and where it is made and who pays may have changed since."""
    asked = await ask(shop.bench, ADA, "notes", "dev", PURPOSE, once="v1")
    elsewhere = NewProjects(**{**NEW, "billing_account": "billingAccounts/0D0D0D-0E0E0E-0F0F0F"})
    changes = [
        (of_the_entry(requesters={"users": ["U0ALAN"]}), "may not have acme-gemini-notes for dev"),
        (policy().model_copy(update={"new_projects": None}), "lets me make no projects"),
        (policy().model_copy(update={"new_projects": elsewhere}), "another folder or billing account"),
    ]
    for changed, told in changes:
        shop.policy = changed
        with pytest.raises(Refused, match=told):
            await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    assert await shop.repairs.get(TEAM, asked.id) == asked

    shop.policy = policy()
    assert (await fix.approve(shop.bench, TEAM, asked.id, GRACE)).state is State.APPROVED


async def test_the_approvers_of_the_entry_decide(shop: Shop) -> None:
    """Where the entry that will stand for a project names its own approvers, the company's decide nothing."""
    shop.policy = of_the_entry(approvers={"users": ["U0RADIA"]})
    asked = await ask(shop.bench, ADA, "notes", "dev", PURPOSE, once="v1")

    with pytest.raises(Refused, match="Only Gemini key approvers"):
        await fix.approve(shop.bench, TEAM, asked.id, GRACE)
    assert (await fix.approve(shop.bench, TEAM, asked.id, RADIA)).state is State.APPROVED
