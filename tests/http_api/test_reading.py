"""Read through the API: lists in pages, one request with its story, projects; and errors in one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.domain.readiness import ProjectReadiness
from bot.http_api import openapi
from tests.support.people import TEAM
from tests.support.slack_side import ADA, GRACE

if TYPE_CHECKING:
    from tests.http_api.conftest import House

ONE = "/requests/{request_id}"


def test_the_description_is_valid() -> None:
    """Generators of clients and portals can read it."""
    OpenAPIV31SpecValidator(openapi.document()).validate()


async def test_the_description_names_every_call_that_is_served(house: House) -> None:
    """What is described answers, and asks for a token first."""
    stranger = house.with_token("")

    for path, methods in house.described["paths"].items():
        for method in methods:
            said = await stranger.call(method, path.replace("{request_id}", "GK-2222"), template=path)
            assert said.status == 401, (method, path)


async def test_a_request_is_shown_with_its_story(house: House) -> None:
    """Who asked, who decided and why, in the order it happened."""
    portal = await house.portal()
    asked = await house.side.ask(ADA)
    card = await house.side.card(asked.id)
    await house.side.press(GRACE, "approve_request", card)

    said = await portal.get(f"/requests/{asked.id.lower()}", ONE)

    assert (said.json["id"], said.json["state"], said.json["via"]) == (asked.id, "approved", "")
    assert [approval["by"]["id"] for approval in said.json["approvals"]] == [GRACE]
    assert [(step["what"], step["by"]) for step in said.json["timeline"]] == [
        ("request", ADA),
        ("approve", GRACE),
    ]


@pytest.mark.parametrize("request_id", ["GK-2222", "nonsense", "GK-7F3K%20OR%201"])
async def test_what_is_not_there_is_404(house: House, request_id: str) -> None:
    """An id that nobody has, and what is no id at all, are answered alike."""
    portal = await house.portal()

    said = await portal.get(f"/requests/{request_id}", ONE)

    assert (said.status, said.problem) == (404, "not-found")


async def test_pages_follow_each_other(house: House) -> None:
    """The cursor leads through a person's requests, newest first, each once."""
    portal = await house.portal()
    asked = [
        (await house.side.ask(ADA, project)).id for project in ("acme-ml-dev", "acme-vision", "acme-locked")
    ]

    first = await portal.get("/requests", person=ADA, limit=2)
    second = await portal.get("/requests", person=ADA, limit=2, cursor=first.json["next_cursor"])

    seen = [request["id"] for page in (first, second) for request in page.json["requests"]]
    assert seen == asked[::-1]
    assert second.json["next_cursor"] == ""


async def test_lists_by_state_and_project(house: House) -> None:
    """What waits in the workspace, and what is open in a project."""
    portal = await house.portal()
    dev, vision = await house.side.ask(ADA), await house.side.ask(ADA, "acme-vision")
    await house.side.press(GRACE, "approve_request", await house.side.card(vision.id))

    async def ids(**query: str) -> list[str]:
        listed = await portal.get("/requests", **query)
        return [request["id"] for request in listed.json["requests"]]

    assert await ids(state="pending") == [dev.id]
    assert await ids(project="acme-vision") == [vision.id]
    assert await ids(project="acme-vision", state="pending") == []
    assert await ids(person=ADA, state="approved") == [vision.id]
    assert (await portal.get("/requests")).problem == "refused"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "1000"},
        {"cursor": "nan:GK-7F3K"},
        {"cursor": "1:*"},
        {"state": "anything"},
        {"person": "*"},
        {"surprise": "1"},
    ],
    ids=str,
)
async def test_a_query_that_is_none_is_refused_by_name(house: House, query: dict[str, str]) -> None:
    """A parameter that cannot be meant is named, and nothing is guessed."""
    portal = await house.portal()

    said = await portal.get("/requests", **{"person": ADA, **query})

    assert (said.status, said.problem) == (422, "invalid")
    assert [error["pointer"] for error in said.json["errors"]] == list(query)


async def test_projects_and_how_ready_they_are(house: House) -> None:
    """What the worker saw last, and null for what nobody could read."""
    portal = await house.portal()
    seen = ProjectReadiness(
        project_id="acme-ml-dev", checked_at=house.side.clock(), state="ACTIVE", api_enabled=False
    )
    await house.side.service.readiness.put(seen)

    projects = {project["id"]: project for project in (await portal.get("/projects")).json["projects"]}

    dev, vision = projects["acme-ml-dev"], projects["acme-vision"]
    assert (dev["ready"], dev["api_enabled"], dev["billing_enabled"]) == (True, False, None)
    assert (vision["ready"], vision["checked_at"]) == (None, None)
    assert dev["environments"][0]["lifetimes_seconds"] == [604_800, 2_592_000, 7_776_000]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("get", "/nowhere", 404), ("delete", "/requests", 405), ("post", f"{ONE}/approve", 404)],
)
async def test_other_calls_are_problems_too(house: House, method: str, path: str, status: int) -> None:
    """Also what the router refuses comes in the one shape of errors."""
    portal = await house.portal()

    said = await portal.call(method, path)

    assert (said.status, said.problem) == (status, "no-such-call")
    assert said.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"project=x", "application/x-www-form-urlencoded", 415),
        (b'{"purpose":"' + b"x" * 70_000 + b'"}', "application/json", 413),
        (b"\xff\xfe", "application/json", 400),
    ],
    ids=["broken", "a list", "a form", "huge", "no text"],
)
async def test_a_body_that_is_none(house: House, body: bytes, content_type: str, status: int) -> None:
    """What cannot be read is refused before anything is done."""
    portal = await house.portal()
    headers = {"Content-Type": content_type, "Idempotency-Key": "form-4711"}

    said = await portal.call("post", "/requests", data=body, headers=headers)

    assert said.status == status
    assert await house.side.service.requests.mine(TEAM, ADA) == []


async def test_a_refusal_comes_in_the_callers_language(house: House) -> None:
    """A portal passes its reader's language on; a language that nobody speaks is English."""
    portal = await house.portal()

    french = await portal.call(
        "get", "/requests/GK-2222", template=ONE, headers={"Accept-Language": "fr-CA, en;q=0.5"}
    )
    assert french.json["detail"].startswith("Je ")
    for language in ("xx-nonsense", "*", ""):
        said = await portal.call(
            "get", "/requests/GK-2222", template=ONE, headers={"Accept-Language": language}
        )
        assert said.json["detail"] == "I don't know GK-2222."
