"""Menus whose options the app sends while a person types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.blocks import limits
from sandbox.slack.blocks.elements import option_groups, options
from sandbox.slack.blocks.node import Node
from sandbox.slack.delivery.payloads import block_suggestion
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.errors import PageError
from sandbox.slack.interactions.places import find_place

if TYPE_CHECKING:
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team


async def suggest(team: Team, user: str, request: Json) -> Json:
    """Ask the app for options and wait for them; PageError operation_timeout or invalid_options."""
    person = team.workspace.person(user)
    place = find_place(team, user, request.get("container"))
    block_id, action_id = str(request.get("block_id", "")), str(request.get("action_id", ""))
    element = place.element(block_id, action_id)
    if element["type"] not in {"external_select", "multi_external_select"}:
        raise PageError("stale_element")
    value = str(request.get("value", ""))
    typed = {"block_id": block_id, "action_id": action_id, "value": value}
    payload = block_suggestion(team, person, place.payload(), typed)
    parcel = Parcel("block_suggestion", f"{action_id}: {value}", payload)
    outcome = await team.courier.ask(parcel, user)
    if outcome.error:
        raise PageError(outcome.error)
    return checked_options(outcome.payload or {})


def checked_options(answer: Json) -> Json:
    """Hold the app's options to Slack's limits; PageError invalid_options with the findings."""
    at = Node(answer)
    if "option_groups" in answer:
        option_groups(at)
    else:
        for each in at.items("options", limits.OPTIONS, least=0):
            options(Node({"options": [each.value]}, "", at.problems), 1)
    if at.problems:
        raise PageError("invalid_options", errors=[problem.as_json() for problem in at.problems])
    return {"options": answer.get("options", []), "option_groups": answer.get("option_groups", [])}
