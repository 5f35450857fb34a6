"""Who may call what: tokens, scopes, argument shapes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.options import Options

MUST_HAVE = (
    "auth.test", "chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral", "chat.getPermalink",
    "chat.scheduleMessage", "conversations.open", "conversations.info", "conversations.members",
    "conversations.list", "conversations.history", "conversations.replies", "users.info", "users.list",
    "users.lookupByEmail", "usergroups.list", "usergroups.users.list", "views.open", "views.update",
    "views.push", "views.publish", "reactions.add", "team.info", "bots.info", "apps.connections.open",
    "blocks.validate",
)  # fmt: skip


async def call(world: Any, method: str, **how: Any) -> dict[str, Any]:
    async with world.session.post(f"{world.slack.address}/api/{method}", **how) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def refused(call: Any) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_every_promised_method_is_there(world: Any) -> None:
    """A method that an approval bot needs is never unknown."""
    errors = {method: (await call(world, method)).get("error") for method in MUST_HAVE}

    assert [method for method, error in errors.items() if error == "unknown_method"] == []


async def test_an_unknown_method_is_refused(world: Any) -> None:
    """A method that Slack does not have is not answered politely."""
    assert (await refused(world.bot.api_call("chat.postLoudly")))["error"] == "unknown_method"


async def test_a_call_without_a_token_is_not_authed(world: Any) -> None:
    """No token, no service."""
    assert (await call(world, "auth.test"))["error"] == "not_authed"


async def test_an_unknown_token_is_refused(world: Any) -> None:
    """A token of another workspace is no good here."""
    assert (await refused(world.client("xoxb-" + "someone-else").auth_test()))["error"] == "invalid_auth"


@pytest.mark.parametrize("place", ["json", "params"])
async def test_a_token_in_json_or_in_the_url_does_not_count(world: Any, place: str) -> None:
    """Slack reads tokens from the header or a form, nowhere else."""
    token = {"token": world.slack.credentials.bot_token}

    assert (await call(world, "auth.test", **{place: token}))["error"] == "not_authed"


async def test_a_token_in_a_form_counts(world: Any) -> None:
    """A form may carry the token."""
    answer = await call(world, "auth.test", data={"token": world.slack.credentials.bot_token})

    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0BOT", "B0BOT", "T0ACME")


async def test_each_kind_of_token_has_its_methods(world: Any) -> None:
    """An app-level token posts nothing, a bot token opens no socket."""
    app_token = world.slack.credentials.app_token
    posted = world.client(app_token).chat_postMessage(channel="C0GENERAL", text="Hi")
    opened = world.bot.apps_connections_open(app_token=world.slack.credentials.bot_token)

    assert (await refused(posted))["error"] == "not_allowed_token_type"
    assert (await refused(opened))["error"] == "not_allowed_token_type"


@pytest.mark.parametrize(
    ("method", "arguments", "needed"),
    [
        ("usergroups.list", {}, "usergroups:read"),
        ("users.lookupByEmail", {"email": "ada@acme.test"}, "users:read.email"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "Hi"}, "chat:write"),
        ("conversations.info", {"channel": "C0APPROVALS"}, "groups:read"),
        ("conversations.history", {"channel": "C0GENERAL"}, "channels:history"),
        ("reactions.add", {"channel": "C0GENERAL", "timestamp": "1.0", "name": "eyes"}, "reactions:write"),
    ],
)
async def test_a_missing_scope_is_named(make_world: Any, method: str, arguments: Any, needed: str) -> None:
    """Without the scope the answer says what is needed and what was granted."""
    world = await make_world(Options(scopes=("commands", "users:read")))

    response = await refused(world.bot.api_call(method, params=arguments))

    assert (response["error"], response["needed"]) == ("missing_scope", needed)
    assert response["provided"] == "commands,users:read"


async def test_the_email_is_shown_only_with_its_scope(make_world: Any) -> None:
    """users:read alone does not show addresses."""
    shy = await make_world(Options(scopes=("users:read",)))
    open_hearted = await make_world()

    hidden = (await shy.bot.users_info(user="U0ADA"))["user"]["profile"]
    shown = (await open_hearted.bot.users_info(user="U0ADA"))["user"]["profile"]

    assert "email" not in hidden
    assert shown["email"] == "ada@acme.test"


async def test_a_body_that_is_no_object_is_refused(world: Any) -> None:
    """Broken JSON, a list, and foreign content types each have their word."""
    json_type = {"Content-Type": "application/json"}

    assert (await call(world, "auth.test", data="{", headers=json_type))["error"] == "invalid_json"
    assert (await call(world, "auth.test", data="[]", headers=json_type))["error"] == "json_not_object"
    xml = await call(world, "auth.test", data="<a/>", headers={"Content-Type": "text/xml"})
    assert xml["error"] == "invalid_post_type"


async def test_users_say_who_they_are(world: Any) -> None:
    """The flags that authorisation rests on are there: guests restricted, bots bots, locale on request."""
    ada = (await world.bot.users_info(user="U0ADA", include_locale=True))["user"]
    mallory = (await world.bot.users_info(user="U0MALLORY"))["user"]
    bot = (await world.bot.users_info(user="U0BOT"))["user"]

    assert (ada["team_id"], ada["is_restricted"], ada["locale"]) == ("T0ACME", False, "en-GB")
    assert (mallory["is_restricted"], "locale" in mallory) == (True, False)
    assert bot["is_bot"]
    assert (await refused(world.bot.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_the_approvers_group_has_its_members(world: Any) -> None:
    """The group is listed, and its members are the approvers."""
    (group,) = (await world.bot.usergroups_list())["usergroups"]
    users = (await world.bot.usergroups_users_list(usergroup=group["id"]))["users"]

    assert (group["handle"], users) == ("gemini-approvers", ["U0GRACE", "U0ALAN", "U0RADIA"])
    no_such = await refused(world.bot.usergroups_users_list(usergroup="S0NONE"))
    assert no_such["error"] == "no_such_subteam"


async def test_a_free_workspace_has_no_user_groups(make_world: Any) -> None:
    """On a free plan the group methods ask for an upgrade."""
    world = await make_world(Options(paid_plan=False))

    assert (await refused(world.bot.usergroups_list()))["error"] == "plan_upgrade_required"


async def test_the_validator_needs_no_token_and_says_where(world: Any) -> None:
    """blocks.validate answers in its documented shape, and takes exactly one argument."""
    blocks = [{"type": "section", "text": {"type": "invalid", "text": "x"}}]

    answer = await call(world, "blocks.validate", json={"blocks": blocks})
    neither = await call(world, "blocks.validate", json={})

    assert answer["error"] == "invalid_blocks"
    (error,) = answer["errors"]
    assert (error["code"], error["pointer"]) == ("failed_constraint", "/0/text/type")
    assert error["constraint"] == {"type": "enum", "expected": ["mrkdwn", "plain_text"]}
    assert neither["error"] == "invalid_arguments"
