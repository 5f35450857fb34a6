"""What the policy decides, as people in Slack see it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.key_request import State
from bot.store.audit import Audit
from sandbox.slack.delivery import payloads
from tests.support.people import TEAM
from tests.support.slack_side import ADA, ALAN, APPROVALS, GRACE, MALLORY, SlackSide, filled, has_button

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.domain.key_request import KeyRequest

RADIA = "U0RADIA"
BASE = """
company.domains = ["acme.test"]
[approval]
channel = "C0APPROVALS"
[approval.approvers]
users = ["U0GRACE", "U0ALAN"]
[environments.dev]
lifetimes = ["7d", "30d"]
[[projects]]
id = "acme-ml-dev"
environments = ["dev"]
[[projects]]
id = "acme-vision"
environments = ["dev"]
"""


@asynccontextmanager
async def ruled(redis_url: str, directory: Path, more: str) -> AsyncIterator[SlackSide]:
    """Open Slack with these rules beside the usual ones."""
    (directory / "policy.toml").write_text(BASE + more)
    async with SlackSide(redis_url, directory / "policy.toml") as side:
        yield side


async def open_home(side: SlackSide, user: str) -> None:
    event = {"type": "app_home_opened", "user": user, "channel": side.direct(user), "tab": "home"}
    assert (await side.deliver("event", payloads.event_callback(side.slack.team, event))).status == 200


async def now(side: SlackSide, request: KeyRequest) -> KeyRequest:
    return await side.service.requests.get(TEAM, request.id)


AUTOMATIC = """
[[rules]]
name = "short keys"
decide = "approve"
longest = "7d"
most = 1
within = "30d"

[[rules]]
name = "no vision"
decide = "deny"
projects = ["*-vision"]
because = "Vision uses Vertex. Ask in the vision channel."
"""


async def test_a_rule_approves_up_to_its_cap(redis_url: str, tmp_path: Path) -> None:
    """The first key needs nobody, and the card says which rule it was; the second one waits for a person."""
    async with ruled(redis_url, tmp_path, AUTOMATIC) as side:
        await side.command(ADA, "request")
        answer = await side.submit(ADA, filled())
        assert "approved by the rule “short keys”" in str(answer.json["view"])
        (first,) = await side.service.requests.mine(TEAM, ADA)
        assert (first.state, first.rule) == (State.APPROVED, "short keys")
        card = await side.card(first.id)
        assert "Approved by the rule “short keys”" in str(card.blocks)
        assert not has_button(card, "approve_request")

        second = await side.ask()
        assert (second.state, second.rule) == (State.PENDING, "")
        assert has_button(await side.card(second.id), "approve_request")


async def test_a_rule_that_denies_wins_and_says_why(redis_url: str, tmp_path: Path) -> None:
    """The refusal stands at the form's field, in the policy's own words, and nothing is kept."""
    async with ruled(redis_url, tmp_path, AUTOMATIC) as side:
        await side.command(ADA, "request")
        answer = await side.submit(ADA, filled(project="acme-vision"))

        assert answer.json["errors"]["project"].endswith("Ask in the vision channel.")
        assert await side.service.requests.mine(TEAM, ADA) == []


async def test_a_quota_is_told_at_the_form_and_at_the_click(redis_url: str, tmp_path: Path) -> None:
    """Two requests wait for one place: the second yes is refused with the number, and so is a third form."""
    async with ruled(redis_url, tmp_path, "[quotas]\nper_person = 1\n") as side:
        first, second = await side.ask(), await side.ask(project="acme-vision")
        await side.press(GRACE, "approve_request", await side.card(first.id))
        await side.press(GRACE, "approve_request", await side.card(second.id))

        said = "Ada Lovelace already holds 1 live keys, as many as the policy allows one person."
        assert side.whispers(GRACE) == [said]
        assert (await now(side, second)).state is State.PENDING
        await side.command(ADA, "withdraw " + second.id)
        await side.command(ADA, "request")
        answer = await side.submit(ADA, filled())
        assert said in answer.json["errors"].values()


STEP_UP = BASE.replace(
    'lifetimes = ["7d", "30d"]', 'lifetimes = ["7d", "30d"]\nstep_up = { users = ["U0RADIA"] }'
)


async def test_production_needs_a_yes_from_above(redis_url: str, tmp_path: Path) -> None:
    """Two of the usual approvers are not enough; the step-up group's yes completes it, whoever was first."""
    (tmp_path / "policy.toml").write_text(STEP_UP)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        request = await side.ask()
        card = await side.card(request.id)
        assert "0 of 2 approvals" in str(card.blocks)
        assert "One of them must be given by <@U0RADIA>" in str(card.blocks)

        await side.press(GRACE, "approve_request", card)
        await side.press(ALAN, "approve_request", card)
        assert side.whispers(ALAN) == [f"{request.id} still needs a yes of its environment's step-up group."]
        assert (await now(side, request)).state is State.PENDING

        await side.press(RADIA, "approve_request", card)
        assert [a.by.user_id for a in (await now(side, request)).approvals] == [GRACE, RADIA]
        assert (await now(side, request)).state is State.APPROVED


async def test_two_press_at_once_for_two_of_two(redis_url: str, tmp_path: Path) -> None:
    """Both count, in whichever order, and exactly one of the presses is the one that approves."""
    two = BASE.replace('lifetimes = ["7d", "30d"]', 'lifetimes = ["7d", "30d"]\napprovals = 2')
    (tmp_path / "policy.toml").write_text(two)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        request = await side.ask()
        card = await side.card(request.id)

        await asyncio.gather(*(side.press(user, "approve_request", card) for user in (GRACE, ALAN, GRACE)))

        decided = await now(side, request)
        assert {approval.by.user_id for approval in decided.approvals} == {GRACE, ALAN}
        assert decided.state is State.APPROVED
        told = [entry async for entry in _verbs(side)]
        assert told.count("approve") == 2
        assert len([m for m in side.messages(APPROVALS) if m.visible_to is None]) == 1


async def _verbs(side: SlackSide) -> AsyncIterator[str]:
    async for entry in Audit(side.service.redis).entries(TEAM):
        yield entry.event.partition('"verb":"')[2].partition('"')[0]


async def test_a_project_has_approvers_of_its_own(redis_url: str, tmp_path: Path) -> None:
    """Its people and owners decide there, the company's approvers do not; Home shows it to whom it may."""
    own = 'approvers = { users = ["U0RADIA"] }\nowners = ["U0ALAN"]\n'
    async with ruled(redis_url, tmp_path, own) as side:
        request = await side.ask(project="acme-vision")
        card = await side.card(request.id)

        await side.press(GRACE, "approve_request", card)
        assert "Only Gemini key approvers" in side.whispers(GRACE)[0]
        for user, shown in ((GRACE, False), (ALAN, True), (RADIA, True)):
            await open_home(side, user)
            assert (request.id in str(side.slack.team.views.homes[user].blocks)) is shown

        await side.press(ALAN, "approve_request", card)
        assert (await now(side, request)).state is State.APPROVED


def mention(user: str) -> str:
    return f"<@{user}|{user.lower()}>"


async def test_a_deputy_decides_and_the_card_says_for_whom(redis_url: str, tmp_path: Path) -> None:
    """Grace is away: Radia may decide from now on, hears of it, and her yes is said to be Grace's."""
    async with ruled(redis_url, tmp_path, "") as side:
        request = await side.ask()
        card = await side.card(request.id)
        await side.press(RADIA, "approve_request", card)
        assert "Only Gemini key approvers" in side.whispers(RADIA)[0]

        back = side.clock() + timedelta(days=3)
        answer = await side.command(GRACE, f"away until {back:%Y-%m-%d} {mention(RADIA)}")
        assert "<@U0RADIA> decides in your place" in answer.json["text"]
        await side.message(side.direct(RADIA), lambda m: "<@U0GRACE> is away" in m.text)
        await side.press(RADIA, "approve_request", card)

        assert (await now(side, request)).approvals[0].instead_of == GRACE
        await side.until(lambda: "Approved by <@U0RADIA> (for <@U0GRACE>)" in str(card.blocks))


async def test_a_borrowed_say_is_no_second_one(redis_url: str, tmp_path: Path) -> None:
    """Grace and her deputy are one yes of two; Grace's own request is nobody's to decide in her name."""
    two = BASE.replace('lifetimes = ["7d", "30d"]', 'lifetimes = ["7d", "30d"]\napprovals = 2')
    (tmp_path / "policy.toml").write_text(two)
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        back = side.clock() + timedelta(days=3)
        await side.command(GRACE, f"away until {back:%Y-%m-%d} {mention(RADIA)}")
        request = await side.ask()
        card = await side.card(request.id)
        await side.press(GRACE, "approve_request", card)
        await side.press(RADIA, "approve_request", card)
        assert "a deputy's counts for the person" in side.whispers(RADIA)[0]
        assert (await now(side, request)).state is State.PENDING

        answer = await side.command(ADA, f"away until {back:%Y-%m-%d} {mention(RADIA)}")
        assert "Only approvers named in the policy" in answer.json["text"]


async def test_being_back_ends_it(redis_url: str, tmp_path: Path) -> None:
    """`away off` takes the say back at once; a day that is over or nobody named is refused in words."""
    async with ruled(redis_url, tmp_path, "") as side:
        back = side.clock() + timedelta(days=3)
        await side.command(GRACE, f"away until {back:%Y-%m-%d} {mention(RADIA)}")
        assert "Welcome back" in (await side.command(GRACE, "away off")).json["text"]
        request = await side.ask()
        await side.press(RADIA, "approve_request", await side.card(request.id))

        assert (await now(side, request)).state is State.PENDING
        for typed, said in (
            (f"away until 2020-01-01 {mention(RADIA)}", "That day is over"),
            (f"away until 2026-13-01 {mention(RADIA)}", "Name a day like"),
            (f"away until {back:%Y-%m-%d} {mention(GRACE)}", "can't stand in for yourself"),
            (f"away until {back:%Y-%m-%d} {mention(MALLORY)}", "Guests can't"),
            ("away until tomorrow @radia", "Write `/gemini-key away until"),
        ):
            assert said in (await side.command(GRACE, typed)).json["text"], typed


async def test_the_form_says_the_same(redis_url: str, tmp_path: Path) -> None:
    """`away` alone opens a form; what is saved there counts."""
    async with ruled(redis_url, tmp_path, "") as side:
        await side.command(GRACE, "away")
        back = side.clock() + timedelta(days=3)
        answer = await side.submit(
            GRACE,
            {
                "deputy": {"type": "users_select", "selected_user": RADIA},
                "until": {"type": "datepicker", "selected_date": f"{back:%Y-%m-%d}"},
            },
        )

        assert "<@U0RADIA> decides in your place" in str(answer.json["view"])
        (kept,) = await side.service.absences.of(TEAM, [GRACE])
        assert (kept.deputy_id, kept.until.date()) == (RADIA, back.date())


async def test_who_has_left_approves_nothing(redis_url: str, tmp_path: Path) -> None:
    """When nobody named is there any more, the form is refused with the reason: it would wait for nobody."""
    (tmp_path / "policy.toml").write_text(BASE.replace('"U0GRACE", "U0ALAN"', '"U0GONE", "U0MALLORY"'))
    async with SlackSide(redis_url, tmp_path / "policy.toml") as side:
        await side.command(ADA, "request")
        answer = await side.submit(ADA, filled())

        assert "Nobody could approve this" in str(answer.json["errors"])
        assert await side.service.requests.mine(TEAM, ADA) == []


async def test_a_mistake_in_the_file_is_told_once_and_changes_nothing(redis_url: str, tmp_path: Path) -> None:
    """The approval channel reads which line; the rules before it go on, until a good file is there."""
    async with ruled(redis_url, tmp_path, "") as side:
        path, policy = tmp_path / "policy.toml", side.service.policies
        for text in (BASE.replace('"7d"', '"soon"'), BASE.replace('"7d"', '"1d"')):
            path.write_text(text)
            for _ in range(3):
                policy.reread()
            await asyncio.sleep(0)

        told = await side.message(APPROVALS, lambda m: "policy file was changed" in m.text)
        assert "policy.toml:8: environments.dev.lifetimes.0" in told.text
        assert [m for m in side.messages(APPROVALS) if "policy file" in m.text] == [told]
        assert timedelta(days=1) in policy.of(TEAM).environments["dev"].lifetimes
