"""Buttons, menus, modals and Home as people use them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.slack.options import Options


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def option(value: str) -> dict[str, Any]:
    return {"text": text(value.title()), "value": value}


CONFIRM = {"title": text("Sure?"), "text": text("Really?"), "confirm": text("Yes"), "deny": text("No")}
APPROVE = {"type": "button", "action_id": "approve", "value": "GK-1", "text": text("Approve")}
DENY = {"type": "button", "action_id": "deny", "text": text("Deny"), "confirm": CONFIRM}
DAYS = {"type": "static_select", "action_id": "days", "options": [option("seven"), option("thirty")]}
CARD = [{"type": "actions", "block_id": "decide", "elements": [APPROVE, DENY, DAYS]}]
MODAL = {
    "type": "modal",
    "callback_id": "request_key",
    "notify_on_close": True,
    "title": text("Request"),
    "submit": text("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "purpose",
            "label": text("Purpose"),
            "element": {"type": "plain_text_input", "action_id": "text", "min_length": 5, "max_length": 9},
        },
        {
            "type": "input",
            "block_id": "days",
            "label": text("Days"),
            "element": {**DAYS, "initial_option": option("thirty")},
        },
        {
            "type": "input",
            "block_id": "project",
            "optional": True,
            "label": text("Project"),
            "element": {"type": "external_select", "action_id": "project", "min_query_length": 0},
        },
    ],
}
PURPOSE = {"purpose": {"text": {"value": "Tickets"}}}


class Answering:
    """A Bolt app that keeps what it gets and answers submissions as told."""

    def __init__(self, app: Any) -> None:
        self.got: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}
        self.options: list[dict[str, Any]] = [option("acme-dev")]
        app.action("approve")(self.take)
        app.action("deny")(self.take)
        app.action("days")(self.take)
        app.view("request_key")(self.submit)
        app.view_closed("request_key")(self.take)
        app.shortcut("why_403_message")(self.take)
        app.event("app_home_opened")(self.hear)
        app.event("user_change")(self.hear)
        app.options("project")(self.suggest)

    async def take(self, ack: Any, body: Any) -> None:
        self.got.append(body)
        await ack()

    async def hear(self, body: Any) -> None:
        self.got.append(body)

    async def submit(self, ack: Any, body: Any) -> None:
        self.got.append(body)
        await ack(**self.answer)

    async def suggest(self, ack: Any, body: Any) -> None:
        self.got.append(body)
        await ack(options=self.options)


@pytest.fixture
async def bot(world: Any) -> Answering:
    app = world.app()
    answering = Answering(app)
    await world.connect(app)
    return answering


async def card(world: Any) -> dict[str, Any]:
    ts = (await world.bot.chat_postMessage(channel="C0APPROVALS", text="Please", blocks=CARD))["ts"]
    return {"type": "message", "channel": "C0APPROVALS", "ts": ts}


async def opened(world: Any, view: dict[str, Any] = MODAL) -> str:
    return str((await world.bot.views_open(trigger_id=world.trigger(), view=view))["view"]["id"])


async def test_a_confirm_dialog_stands_before_the_action(world: Any, bot: Answering) -> None:
    """Unconfirmed, nothing is delivered; confirmed, it is."""
    grace, place = await world.page("U0GRACE"), await card(world)
    press = {"container": place, "block_id": "decide", "action_id": "deny"}

    asked = await grace.post("action", **press)

    assert (asked["error"], asked["confirm"]["title"]["text"]) == ("needs_confirm", "Sure?")
    assert bot.got == []
    answer = await grace.post("action", **press, confirmed=True)
    assert await grace.settled(answer["delivery"]) == "acked"
    assert bot.got[0]["actions"][0]["action_id"] == "deny"


async def test_a_button_that_is_gone_cannot_be_pressed(world: Any, bot: Answering) -> None:
    """After the card was updated, the old button is stale; outsiders never had it."""
    grace, ada, place = await world.page("U0GRACE"), await world.page(), await card(world)
    press = {"container": place, "block_id": "decide", "action_id": "approve"}
    outsider = await ada.post("action", **press)

    await world.bot.chat_update(channel=place["channel"], ts=place["ts"], text="Approved")

    assert (await grace.post("action", **press))["error"] == "stale_element"
    assert outsider["error"] == "channel_not_found"
    assert bot.got == []


async def test_a_choice_must_be_offered(world: Any, bot: Answering) -> None:
    """An option that the menu does not have is stale; an offered one arrives whole."""
    grace, place = await world.page("U0GRACE"), await card(world)
    choose = {"container": place, "block_id": "decide", "action_id": "days"}

    assert (await grace.post("action", **choose, selected_option={"value": "ninety"}))[
        "error"
    ] == "stale_element"
    answer = await grace.post("action", **choose, selected_option={"value": "seven"})

    await grace.settled(answer["delivery"])
    assert bot.got[0]["actions"][0]["selected_option"] == option("seven")


async def test_a_required_field_must_be_filled(world: Any, bot: Answering) -> None:
    """The client's own checks come first: nothing reaches the app until the form is complete."""
    ada, view_id = await world.page(), await opened(world)

    empty = await ada.post("view/submit", view_id=view_id, values={})
    short = await ada.post("view/submit", view_id=view_id, values={"purpose": {"text": {"value": "x"}}})

    assert empty["errors"] == {"purpose": "Please complete this required field."}
    assert short["errors"] == {"purpose": "Please use at least 5 characters."}
    assert bot.got == []


async def test_a_submission_carries_every_field(world: Any, bot: Answering) -> None:
    """Untouched fields arrive with their initial value, empty optional ones with null."""
    ada, view_id = await world.page(), await opened(world)

    await ada.post("view/submit", view_id=view_id, values=PURPOSE)

    await ada.event("view_closed", view_id=None)
    values = bot.got[0]["view"]["state"]["values"]
    assert values["days"]["days"] == {"type": "static_select", "selected_option": option("thirty")}
    assert values["project"]["project"] == {"type": "external_select", "selected_option": None}


async def test_errors_appear_under_their_fields(world: Any, bot: Answering) -> None:
    """response_action errors leaves the modal open and names its input blocks."""
    ada, view_id = await world.page(), await opened(world)
    bot.answer = {"response_action": "errors", "errors": {"purpose": "Say more"}}

    await ada.post("view/submit", view_id=view_id, values=PURPOSE)

    assert (await ada.event("view_errors"))["errors"] == {"purpose": "Say more"}
    assert (await ada.get("workspace"))["view"]["id"] == view_id


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"no_such_block": "x"}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "push", "view": {**MODAL, "title": text("x" * 25)}},
        {"response_action": "explode"},
    ],
    ids=["unknown block_id", "no title", "title too long", "unknown action"],
)
async def test_a_wrong_answer_is_trouble(world: Any, bot: Answering, answer: dict[str, Any]) -> None:
    """An ack that asks for the impossible shows trouble and leaves the modal as it was."""
    ada, view_id = await world.page(), await opened(world)
    bot.answer = answer

    await ada.post("view/submit", view_id=view_id, values=PURPOSE)

    assert (await ada.event("notice"))["text"] == "We had some trouble connecting. Try again?"
    after = await ada.get("workspace")
    assert (after["view"]["id"], after["view"]["title"]["text"]) == (view_id, "Request")


@pytest.mark.parametrize(("action", "depth"), [("update", 1), ("push", 2), ("clear", 0)])
async def test_an_ack_changes_the_stack(world: Any, bot: Answering, action: str, depth: int) -> None:
    """An update replaces the view, a push adds one, a clear closes all."""
    ada, view_id = await world.page(), await opened(world)
    sent = {key: MODAL[key] for key in ("type", "submit")} | {"title": text("Sent"), "blocks": []}
    bot.answer = {"response_action": action} | ({} if action == "clear" else {"view": sent})

    answer = await ada.post("view/submit", view_id=view_id, values=PURPOSE)

    await ada.settled(answer["delivery"])
    if action == "clear":
        await ada.event("view_closed", view_id=None)
    after = await ada.get("workspace")
    assert len(after["stack"]) == depth
    if depth:
        assert after["view"]["title"]["text"] == "Sent"


async def test_a_late_answer_to_a_closed_modal_is_dropped(make_world: Any) -> None:
    """A person who left does not get the modal back, nor a notice about it."""
    world = await make_world()
    websocket = await world.raw_socket()
    await websocket.receive_json()
    ada, view_id = await world.page(), await opened(world)
    answer = await ada.post("view/submit", view_id=view_id, values=PURPOSE)
    envelope = await websocket.receive_json(timeout=3)
    await ada.post("view/close", view_id=view_id)

    reply = {"response_action": "update", "view": MODAL}
    await websocket.send_json({"envelope_id": envelope["envelope_id"], "payload": reply})

    assert await ada.settled(answer["delivery"]) == "acked"
    assert (await ada.get("workspace"))["view"] is None
    assert [event for event in ada.heard if event["type"] == "notice"] == []


async def test_nobody_sends_another_ones_modal(world: Any, bot: Answering) -> None:
    """A modal belongs to its user: others can neither send, close nor press in it."""
    grace, view_id = await world.page("U0GRACE"), await opened(world)
    place = {"type": "view", "view_id": view_id}

    assert (await grace.post("view/submit", view_id=view_id, values=PURPOSE))["error"] == "not_found"
    assert (await grace.post("view/close", view_id=view_id))["error"] == "not_found"
    pressed = await grace.post("action", container=place, block_id="days", action_id="days")
    assert pressed["error"] == "stale_element"


async def test_only_the_modal_on_top_can_be_sent(world: Any, bot: Answering) -> None:
    """What lies below another modal is out of reach until that one is closed."""
    ada, below = await world.page(), await opened(world)
    above = (await world.bot.views_push(trigger_id=world.trigger(), view=MODAL))["view"]["id"]

    hidden = await ada.post("view/submit", view_id=below, values=PURPOSE)
    await ada.post("view/close", view_id=above)
    shown = await ada.post("view/submit", view_id=below, values=PURPOSE)

    assert (hidden["error"], shown["ok"]) == ("not_found", True)


async def test_closing_is_told_where_asked(world: Any, bot: Answering) -> None:
    """notify_on_close brings view_closed."""
    ada, view_id = await world.page(), await opened(world)

    await ada.post("view/close", view_id=view_id)

    await ada.event("delivery", state="acked")
    assert (bot.got[0]["type"], bot.got[0]["is_cleared"]) == ("view_closed", False)


async def test_a_menu_asks_the_app_for_options(world: Any, bot: Answering) -> None:
    """block_suggestion carries what was typed; too long an option is refused."""
    ada, view_id = await world.page(), await opened(world)
    place = {"type": "view", "view_id": view_id}
    typed = {"container": place, "block_id": "project", "action_id": "project", "value": "acme"}

    answer = await ada.post("options", **typed)
    bot.options = [option("x" * 151)]
    refused = await ada.post("options", **typed)

    assert answer["options"] == [option("acme-dev")]
    assert (bot.got[0]["type"], bot.got[0]["value"]) == ("block_suggestion", "acme")
    assert refused["error"] == "invalid_options"


async def test_opening_home_is_an_event(world: Any, bot: Answering) -> None:
    """app_home_opened comes with the tab, and with the view once there is one."""
    ada = await world.page()
    await ada.post("home/open")
    await ada.event("delivery", state="acked")

    await world.bot.views_publish(user_id="U0ADA", view={"type": "home", "blocks": CARD})
    answer = await ada.post("home/open")
    await ada.settled(answer["delivery"])

    first, second = (body["event"] for body in bot.got)
    assert (first["type"], first["tab"], "view" in first) == ("app_home_opened", "home", False)
    assert second["view"]["type"] == "home"


async def test_a_button_on_home_acts(world: Any, bot: Answering) -> None:
    """Home's payload has the view and no channel."""
    ada = await world.page()
    await world.bot.views_publish(user_id="U0ADA", view={"type": "home", "blocks": CARD})

    answer = await ada.post("action", container={"type": "home"}, block_id="decide", action_id="approve")

    await ada.settled(answer["delivery"])
    (body,) = bot.got
    assert (body["container"]["type"], body["view"]["type"]) == ("view", "home")
    assert not {"channel", "message", "response_url"} & set(body)


async def test_a_message_shortcut_brings_the_message(world: Any, bot: Answering) -> None:
    """The payload shows the message it was used on; unknown shortcuts do not exist."""
    ada = await world.page()
    ts = (await ada.post("message", channel="C0GENERAL", text="403 PERMISSION_DENIED"))["ts"]
    place = {"channel": "C0GENERAL", "ts": ts}

    answer = await ada.post("shortcut", callback_id="why_403_message", **place)

    await ada.settled(answer["delivery"])
    assert (bot.got[0]["type"], bot.got[0]["message"]["text"]) == ("message_action", "403 PERMISSION_DENIED")
    assert (await ada.post("shortcut", callback_id="other", **place))["error"] == "unknown_shortcut"


async def test_a_deactivated_account_is_an_event(make_world: Any) -> None:
    """An app that asked for user_change hears it, and users.info agrees."""
    world = await make_world(Options(events=("user_change",)))
    bot = Answering(app := world.app())
    await world.connect(app)
    grace = await world.page("U0GRACE")

    world.slack.change_user("U0GRACE", deleted=True)

    await grace.event("delivery", state="acked")
    assert bot.got[0]["event"]["user"]["deleted"] is True
    assert (await world.bot.users_info(user="U0GRACE"))["user"]["deleted"] is True


async def test_an_unknown_command_is_no_command(world: Any) -> None:
    """What the app did not register is not delivered."""
    ada = await world.page()

    assert (await ada.command("/gemini-keys request"))["error"] == "unknown_command"


async def test_a_modal_reports_trouble_when_the_app_is_slow(make_world: Any) -> None:
    """Without an ack the modal stays, with Slack's words, and can be sent again."""
    world = await make_world(Options(ack_seconds=0.2))
    websocket = await world.raw_socket()
    await websocket.receive_json()
    ada, view_id = await world.page(), await opened(world)

    answer = await ada.post("view/submit", view_id=view_id, values=PURPOSE)

    assert await ada.settled(answer["delivery"]) == "timeout"
    await ada.event("notice", text="We had some trouble connecting. Try again?")
    again = await ada.post("view/submit", view_id=view_id, values=PURPOSE)
    assert again["ok"] is True


async def test_an_invalid_reply_to_a_command_is_an_error(world: Any) -> None:
    """Blocks in the ack are validated like any other."""
    app = world.app()

    @app.command("/gemini-key")
    async def command(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "alert", "text": text("x")}])

    await world.connect(app)
    ada = await world.page()

    await ada.command("/gemini-key help")

    assert "invalid_command_response" in (await ada.event("notice"))["text"]


async def test_a_command_that_escapes_gets_people_by_their_ids(world: Any) -> None:
    """Where `should_escape` is on, a mention arrives as an id and a typed `<@U0ADA>` as letters."""
    app, texts = world.app(), []

    @app.command("/gemini-key")
    async def command(ack: Any, body: Any) -> None:
        texts.append(body["text"])
        await ack("Heard.")

    await world.connect(app)
    ada = await world.page()

    await ada.command("/gemini-key admin find @grace & ada@acme.test <@U0ADA> @nobody")

    assert (await ada.event("ephemeral"))["message"]["text"] == "Heard."
    assert texts == ["admin find <@U0GRACE|grace> &amp; ada@acme.test &lt;@U0ADA&gt; @nobody"]
