"""How facts are read: all at once, each with its own limit, and a refusal is evidence for nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.diagnosis.case import Case
from bot.diagnosis.catalogue import CAUSES
from bot.diagnosis.error import ApiError
from bot.diagnosis.facts import KNOWN, Facts
from bot.diagnosis.judge import matching, standing
from bot.diagnosis.probes import RecordedKey, Subject
from bot.diagnosis.probing import PROBES
from bot.diagnosis.told import told
from bot.diagnosis.verdict import parsed_of, weighed
from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.operations.why_403.look import Looked, look
from bot.operations.why_403.whose import comparison, recorded_keys, subjects
from tests.support.people import ADA, NOW, active

COMPARED = {"consumer_is_mine", "another_key_is", "service_is_mine"}
LONGEST = timedelta(seconds=0.3)


class World:
    """Answer every question after `delays[name]` seconds, or with the error planned for it."""

    def __init__(self, answers: dict[str, Any], delays: dict[str, float] | None = None) -> None:
        self.answers, self.delays = answers, delays or {}

    def __getattr__(self, name: str) -> Any:
        async def answer(*_: object) -> Any:
            await asyncio.sleep(self.delays.get(name, 0))
            found = self.answers[name]
            if isinstance(found, GoogleError):
                raise found
            return found

        return answer


def key(request_id: str = "GK-7F3K", project: str = "acme-ml-dev", number: str = "1") -> RecordedKey:
    return RecordedKey(
        request_id=request_id, project_id=project, project_number=number, key_id=f"{request_id.lower()}-r1",
        uid="u", secret_id="s", account="a@p.iam.gserviceaccount.com", member="user:ada@acme.test", live=True,
        billing_required=False,
    )  # fmt: skip


SUBJECT = Subject(project="acme-ml-dev", service=GEMINI, key=key())


async def seen(world: World, *facts: str) -> Looked:
    return await look(world, set(facts), SUBJECT, lambda: datetime.now(UTC), LONGEST)  # type: ignore[arg-type]


async def test_facts_are_read_side_by_side() -> None:
    """Reading four facts takes as long as the slowest of them, and not as long as all together."""
    names = ("project_state", "service_enabled", "billing_enabled", "account_enabled")
    world = World({"project_state": "ACTIVE"} | dict.fromkeys(names[1:], True), dict.fromkeys(names, 0.1))
    clock = asyncio.get_running_loop().time
    began = clock()

    looked = await seen(world, "project_state", "service_state", "billing_enabled", "account_enabled")

    assert clock() - began < 0.2
    assert looked.facts == {
        "project_state": "ACTIVE",
        "service_state": "ENABLED",
        "billing_enabled": True,
        "account_enabled": True,
    }


async def test_a_silent_answer_keeps_nobody_waiting() -> None:
    """What does not answer within its limit is unread; the others count."""
    world = World({"project_state": "ACTIVE", "service_enabled": True}, {"service_enabled": 30})

    looked = await seen(world, "project_state", "service_state")

    assert looked.facts == {"project_state": "ACTIVE"}
    assert {r.call: r.unread for r in looked.readings} == {
        "Projects/GetProject": "",
        "ServiceUsage/GetService": "DEADLINE_EXCEEDED",
    }


async def test_a_refusal_is_a_reading_and_no_fact() -> None:
    """A refused probe leaves its fact unknown, and says why."""
    looked = await seen(World({"billing_enabled": GoogleError("PERMISSION_DENIED")}), "billing_enabled")

    assert looked.facts == {}
    assert [(r.call, r.about, r.unread) for r in looked.readings] == [
        ("CloudBilling/GetProjectBillingInfo", "projects/acme-ml-dev", "PERMISSION_DENIED")
    ]


async def test_a_project_that_may_not_be_looked_at_is_not() -> None:
    """Without a project and a key there is nothing to ask Google about."""
    looked = await look(
        World({}),  # type: ignore[arg-type]
        set(KNOWN),
        Subject(service=GEMINI),
        lambda: datetime.now(UTC),
        LONGEST,
    )

    assert looked == Looked({}, ())


def test_every_fact_has_a_probe_or_a_reason_for_none() -> None:
    """A cause that could be proven and is not read would stay likely for ever."""
    read = {fact for probe in PROBES for fact in probe.facts}
    wanted = {fact for cause in CAUSES for fact in cause.reads}

    assert wanted - read == COMPARED
    assert read <= KNOWN.keys()


def test_a_cause_is_ruled_out_only_when_every_key_rules_it_out() -> None:
    """With two keys and no hint which was used, one good key proves nothing; one bad key proves it."""
    error = ApiError(400, reason="API_KEY_INVALID", message="API Key not found.")
    causes = standing(matching(error))
    one, two = (Subject(project="p", service=GEMINI, key=key(name)) for name in ("GK-AAAA", "GK-BBBB"))

    def judged(first: dict[str, object], second: dict[str, object]) -> str:
        found = weighed(causes, error, [(one, Facts(first)), (two, Facts(second))], each=False)
        return str(found[0].finding.sure)

    assert judged({"key_state": "ACTIVE"}, {"key_state": "ACTIVE"}) == "ruled-out"
    assert judged({"key_state": "ACTIVE"}, {}) == "likely"
    assert judged({"key_state": "ACTIVE"}, {"key_state": "DELETED"}) == "confirmed"


@pytest.mark.parametrize(
    ("consumer", "mine"), [("projects/1", True), ("projects/acme-ml-dev", True), ("projects/2", False)]
)
def test_the_error_is_compared_with_the_records(consumer: str, mine: bool) -> None:  # noqa: FBT001
    """A project is mine by its id and by its number; without keys nothing is compared."""
    parsed = parsed_of(ApiError(403, consumer=consumer, service=GEMINI))
    case = Case(id="c", asker=ADA, asked_at=NOW, parsed=parsed)

    assert comparison(case, "", [key()], [key()]) == {"consumer_is_mine": mine, "service_is_mine": True}
    assert comparison(case, "", [], []) == {}


def test_keys_of_other_projects_say_nothing_about_an_error() -> None:
    """Where the error names a project, only keys that live there are looked at."""
    here, there = key("GK-AAAA"), key("GK-BBBB", "acme-ml-prod", "2")

    named = subjects(ApiError(403), "acme-ml-dev", named=True, keys=[here, there])
    unnamed = subjects(ApiError(403), "", named=False, keys=[here, there])
    foreign = subjects(ApiError(403), "", named=True, keys=[here, there])

    assert [s.key for s in named] == [here]
    assert [s.key for s in unnamed] == [here, there]
    assert [(s.project, s.key) for s in foreign] == [("", None)]


def test_only_the_chosen_key_counts_where_one_was_chosen() -> None:
    """A choice in the form is not second-guessed."""
    mine = [active(id="GK-AAAA"), active(id="GK-BBBB")]

    assert [k.request_id for k in recorded_keys(mine)] == ["GK-AAAA", "GK-BBBB"]
    assert [k.request_id for k in recorded_keys(mine, "GK-BBBB")] == ["GK-BBBB"]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ('{"lifecycleState": "DELETE_REQUESTED", "projectId": "x"}', {"project_state": "DELETE_REQUESTED"}),
        ('noise\n{"billingEnabled": true, "projectId": "x"}\n', {"billing_enabled": True}),
        ('{"projectId": "x"}', {"billing_enabled": False}),
        (f'[{{"config": {{"name": "{GEMINI}"}}, "state": "DISABLED"}}]', {"service_state": "DISABLED"}),
        ('[{"config": {"name": "other.googleapis.com"}, "state": "DISABLED"}]', {}),
        ('{"error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}}', {}),
        ("{" * 5000, {}),
        ("[" * 100_000, {}),
        (
            (
                "createTime: '2026-01-02T03:04:05Z'\nlifecycleState: DELETE_REQUESTED\nname: x\nparent:\n"
                "  id: '42'\n  type: folder\nprojectId: acme-x\nprojectNumber: '4711'\n"
            ),
            {"project_state": "DELETE_REQUESTED"},
        ),
        (
            (
                "$ gcloud billing projects describe acme-x\nbillingAccountName: ''\nbillingEnabled: false\n"
                "name: projects/acme-x/billingInfo\nprojectId: acme-x\n"
            ),
            {"billing_enabled": False},
        ),
        (
            (
                "---\nconfig:\n  name: other.googleapis.com\nstate: DISABLED\n---\n"
                f"config:\n  name: {GEMINI}\n  title: Gemini API\nname: a/b\nstate: ENABLED\n"
            ),
            {"service_state": "ENABLED"},
        ),
        ("projectId: acme-x", {}),
        ("lifecycleState: fine\nstate: DISABLED\nbillingEnabled: perhaps", {}),
        ("level: INFO\nstate: ENABLED\nmessage: started", {}),
        ("a: &a [*a]\n" * 5000, {}),
    ],
)
def test_only_the_output_of_our_own_lines_is_taken_as_told(text: str, facts: dict[str, object]) -> None:
    """What gcloud prints is read; anything else, however hostile, tells nothing."""
    assert told(text) == facts
