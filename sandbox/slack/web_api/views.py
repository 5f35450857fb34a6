"""Serve views.*: open, push, update and publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack.blocks.surfaces import too_large, view_problems
from sandbox.slack.errors import ApiError, invalid_arguments
from sandbox.slack.tiers import TIER_4
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team
    from sandbox.slack.triggers import Trigger
    from sandbox.slack.views import View
    from sandbox.slack.web_api.arguments import Arguments


async def open_view(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Open a modal for whoever's trigger this is."""
    body = checked_view(arguments, "modal")
    trigger = exchange(team, arguments)
    return {"view": team.views.open(trigger.user, body).as_slack()}


async def push_view(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Put a modal on top of the one its trigger comes from."""
    body = checked_view(arguments, "modal")
    trigger = exchange(team, arguments)
    return {"view": team.views.push(trigger.user, body).as_slack()}


async def update_view(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Replace a view, found by its id or its external id."""
    view = existing(team, arguments)
    body = checked_view(arguments, view.body["type"])
    return {"view": team.views.update(view, body, arguments.text("hash")).as_slack()}


async def publish_view(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Show a user's Home tab."""
    user = arguments.required("user_id")
    if user not in team.workspace.accounts:
        raise invalid_arguments("invalid `user_id`")
    if not team.options.home_tab:
        raise ApiError("not_enabled")
    body = checked_view(arguments, "home")
    return {"view": team.views.publish(user, body, arguments.text("hash")).as_slack()}


def checked_view(arguments: Arguments, kind: str) -> Json:
    """Read and validate a view of this kind; ApiError view_too_large or invalid_arguments with the list."""
    body = arguments.json("view", "invalid_arguments")
    return valid_view(body, kind)


def valid_view(body: Any, kind: str) -> Json:
    """Validate a view of this kind."""
    if not isinstance(body, dict):
        raise invalid_arguments("missing required field: view")
    if too_large(body):
        raise ApiError("view_too_large")
    problems = view_problems(body)
    lines = [f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems]
    if not problems and body["type"] != kind:
        lines = [f"invalid value: {body['type']} [json-pointer:/view/type]"]
    if lines:
        raise invalid_arguments(*lines)
    return body


def exchange(team: Team, arguments: Arguments) -> Trigger:
    """Use up the trigger of this call."""
    pointer = arguments.text("trigger_id") or arguments.text("interactivity_pointer")
    return team.triggers.exchange(pointer)


def existing(team: Team, arguments: Arguments) -> View:
    """Find the view that this call means; ApiError not_found."""
    view_id, external_id = arguments.text("view_id"), arguments.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id")
    view = team.views.find(view_id) if view_id else team.views.find_external(external_id)
    if view is None:
        raise ApiError("not_found")
    return view


METHODS = (
    Method("views.open", open_view, TIER_4),
    Method("views.push", push_view, TIER_4),
    Method("views.update", update_view, TIER_4),
    Method("views.publish", publish_view, TIER_4),
)
