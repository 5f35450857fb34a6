"""Buttons, menus and other elements that act at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks.walk import VALUE_OF
from sandbox.slack.delivery.payloads import block_actions
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.errors import PageError
from sandbox.slack.interactions import notices
from sandbox.slack.interactions.places import Place, find_place
from sandbox.slack.interactions.values import checked_state, set_values

if TYPE_CHECKING:
    from sandbox.slack.delivery.courier import Outcome
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team

SHOWN = ("text", "value", "style", "placeholder", "icon")


def act(team: Team, user: str, request: Json) -> str:
    """Use one element; PageError stale_element or needs_confirm. Returns the delivery's id."""
    person = team.workspace.person(user)
    place = find_place(team, user, request.get("container"))
    block_id, action_id = str(request.get("block_id", "")), str(request.get("action_id", ""))
    element = place.element(block_id, action_id)
    if element.get("confirm") and request.get("confirmed") is not True:
        raise PageError("needs_confirm", confirm=element["confirm"])
    action = described(element, block_id, request)
    remember(place, block_id, action, request.get("values"))
    payload = block_actions(team, person, place.payload(), action, **handles(team, user, place))

    async def answered(outcome: Outcome) -> None:
        if outcome.error and place.view is not None:
            notices.trouble_connecting(team, user)

    return team.courier.send(Parcel("block_actions", action_id, payload), user, answered)


def described(element: Json, block_id: str, request: Json) -> Json:
    """Describe what was pressed or chosen; a choice that is not offered any more is stale."""
    action: Json = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
    kind = element["type"]
    if kind in {"button", "icon_button"}:
        return action | {key: element[key] for key in SHOWN if key in element}
    if kind == "feedback_buttons":
        buttons = (element["positive_button"], element["negative_button"])
        pressed = [each for each in buttons if each["value"] == request.get("value")]
        if not pressed:
            raise PageError("stale_element")
        return action | {"text": pressed[0]["text"], "value": pressed[0]["value"]}
    if kind == "overflow":
        return action | {"selected_option": chosen_option(element, request.get("selected_option"))}
    field, initial = VALUE_OF[kind]
    state = checked_state(element, request | {"type": kind})
    beside = {key: element[key] for key in ("placeholder", initial) if key in element}
    return action | beside | {field: state[field]}


def chosen_option(element: Json, wanted: Any) -> Json:
    """Find the offered option that was chosen; PageError stale_element."""
    value = wanted.get("value") if isinstance(wanted, dict) else wanted
    for option in element["options"]:
        if option["value"] == value:
            chosen: Json = option
            return chosen
    raise PageError("stale_element")


def remember(place: Place, block_id: str, action: Json, values: Any) -> None:
    """Keep in the view's state what was chosen, and what else stands in its fields right now."""
    if place.view is None:
        return
    if isinstance(values, dict):
        set_values(place.view, values)
    if action["type"] in VALUE_OF:
        field, _ = VALUE_OF[action["type"]]
        state = {"type": action["type"], field: action[field]}
        place.view.values.setdefault(block_id, {})[action["action_id"]] = state


def handles(team: Team, user: str, place: Place) -> Json:
    """Issue the trigger, and for messages the response_url, that go with an action."""
    if place.view is not None:
        return {"trigger_id": team.triggers.issue(user, place.view.id)}
    if place.channel is None or place.message is None:
        raise PageError("stale_element")
    message = place.message
    url = team.response_urls.issue(user, place.channel.id, source=message, thread_ts=message.thread_ts)
    return {"trigger_id": team.triggers.issue(user), "response_url": url}
