"""The page's own API: who may use it, what it shows, the traffic, the fault knobs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


@pytest.mark.parametrize("path", ["page/people", "api/auth.test", ""])
async def test_another_host_name_is_refused(world: Any, path: str) -> None:
    """A name that was rebound to this machine reaches nothing."""
    async with world.session.get(f"{world.slack.address}/{path}", headers={"Host": "evil.test"}) as response:
        assert response.status == 403


async def test_another_sites_page_is_refused(world: Any) -> None:
    """A foreign Origin reads and changes nothing; the own one and none at all do."""
    url = f"{world.slack.address}/page/message"
    body = {"as": "U0ADA", "channel": "C0GENERAL", "text": "Hi"}
    statuses = {}
    for origin in ("https://evil.test", "null", world.slack.address, None):
        headers = {"Origin": origin} if origin else {}
        async with world.session.post(url, json=body, headers=headers) as response:
            statuses[origin] = response.status

    assert statuses == {"https://evil.test": 403, "null": 403, world.slack.address: 200, None: 200}


async def test_everyone_sees_their_own_workspace(world: Any) -> None:
    """Channels by membership, the app's DM always, the commands for the composer."""
    seen = {
        user: [channel["id"] for channel in (await (await world.page(user)).get("workspace"))["channels"]]
        for user in ("U0ADA", "U0GRACE", "U0MALLORY")
    }

    assert seen["U0ADA"] == ["C0GENERAL", "D0ADA"]
    assert seen["U0GRACE"] == ["C0GENERAL", "C0APPROVALS", "D0GRACE"]
    assert seen["U0MALLORY"] == ["C0GENERAL", "C0APPROVALS", "D0MALLORY"]
    ada = await (await world.page()).get("workspace")
    assert ada["commands"][0]["command"] == "/gemini-key"
    people = (await (await world.page()).get("people"))["people"]
    assert [person["guest"] for person in people] == [False, False, False, False, True]


async def test_traffic_shows_what_happened_without_credentials(world: Any) -> None:
    """Calls, deliveries and acks are listed in order; no token or secret is in them."""
    app = world.app()

    @app.command("/gemini-key")
    async def command(ack: Any, body: Any) -> None:
        await ack(f"I know {world.slack.credentials.bot_token} and {body['token']}")

    await world.connect(app)
    ada = await world.page()
    answer = await ada.command("/gemini-key help")
    await ada.settled(answer["delivery"])
    await ada.event("ephemeral")

    entries = (await ada.get("traffic"))["entries"]
    kinds = [(entry["direction"], entry["kind"], entry["status"]) for entry in entries]
    assert ("bot→slack", "web_api", "ok") in kinds
    assert ("slack→bot", "command", "sent") in kinds
    assert ("bot→slack", "ack", "acked") in kinds
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    shown = json.dumps(entries, ensure_ascii=False)
    assert [secret for secret in world.slack.credentials.all() if secret in shown] == []
    assert "ticket=…" in shown
    assert (await ada.get("traffic", after=entries[-2]["n"]))["entries"] == entries[-1:]


async def test_a_method_fails_as_often_as_asked(world: Any) -> None:
    """The knobs answer 429 and 500, count down, and DELETE makes everything healthy."""
    ada = await world.page()
    await ada.post("faults", rate_limit={"auth.test": 1}, fail={"users.list": {"status": 500, "times": 9}})

    statuses = []
    for call in (world.bot.auth_test, world.bot.auth_test, world.bot.users_list):
        try:
            statuses.append((await call()).status_code)
        except SlackApiError as error:
            statuses.append(error.response.status_code)

    assert statuses == [429, 200, 500]
    async with world.session.delete(f"{world.slack.address}/page/faults") as response:
        assert response.status == 200
    assert (await world.bot.users_list())["ok"]


async def test_an_unknown_knob_is_refused(world: Any) -> None:
    """A misspelt knob is an error, not a healthy Slack."""
    ada = await world.page()

    assert (await ada.post("faults", drop_ack=1))["error"] == "invalid_fault"
    assert (await ada.post("faults", sockets="explode"))["error"] == "invalid_fault"


async def test_missing_arguments_are_named(world: Any) -> None:
    """A request without a user, or from nobody known, is refused with a word."""
    ada, nobody = await world.page(), world

    answer = await ada.post("command", text="/gemini-key help")

    assert (answer["error"], answer["argument"]) == ("missing_argument", "channel")
    async with nobody.session.get(
        f"{world.slack.address}/page/workspace", params={"as": "U0NOBODY"}
    ) as response:
        assert (response.status, (await response.json())["error"]) == (404, "user_not_found")


async def test_the_environment_points_an_app_here(world: Any) -> None:
    """The settings carry the usual names, and tokens of the usual shape that differ in each run."""
    settings = world.slack.environment()

    assert settings["SLACK_API_URL"] == f"{world.slack.address}/api/"
    assert settings["SLACK_BOT_TOKEN"].startswith("xoxb-")
    assert settings["SLACK_APP_TOKEN"].startswith("xapp-")
    assert len(settings["SLACK_SIGNING_SECRET"]) == 32
    again = type(world.slack)().environment()
    assert not set(again.values()) & {value for key, value in settings.items() if key != "SLACK_API_URL"}


async def test_a_person_chooses_the_language_of_his_slack(world: Any) -> None:
    """Slack's own languages and no others; the app sees it in users.info and hears of it."""
    ada = await world.page()
    async with world.session.post(
        f"{world.slack.address}/page/language", json={"as": "U0ADA", "locale": "tlh"}
    ) as response:
        assert response.status == 400

    async with world.session.post(
        f"{world.slack.address}/page/language", json={"as": "U0ADA", "locale": "fr-FR"}
    ) as response:
        assert response.status == 200

    people = (await ada.get("people"))["people"]
    assert [person["locale"] for person in people] == ["fr-FR", *["en-GB"] * (len(people) - 1)]
    told = await world.bot.users_info(user="U0ADA", include_locale=True)
    assert told["user"]["locale"] == "fr-FR"
