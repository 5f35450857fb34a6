"""Modals: sent, closed, and what the app answers in its ack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.slack.blocks.walk import inputs
from sandbox.slack.delivery.payloads import view_closed, view_submission
from sandbox.slack.delivery.transport import Parcel
from sandbox.slack.errors import ApiError, PageError
from sandbox.slack.interactions import notices
from sandbox.slack.interactions.values import errors_in, set_values
from sandbox.slack.web_api.views import valid_view

if TYPE_CHECKING:
    from sandbox.slack.delivery.courier import Outcome
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team
    from sandbox.slack.views import View


def submit(team: Team, user: str, view_id: str, values: Json) -> str:
    """Send the modal on top; PageError not_found or invalid_values. Returns the delivery's id."""
    person = team.workspace.person(user)
    view = top_view(team, user, view_id)
    set_values(view, values)
    errors = errors_in(view)
    if errors:
        team.hub.to(user, {"type": "view_errors", "view_id": view.id, "errors": errors})
        raise PageError("invalid_values", errors=errors)

    async def answered(outcome: Outcome) -> None:
        if team.views.find(view.id) is None:
            return
        if outcome.error:
            notices.trouble_connecting(team, user)
            return
        try:
            honour(team, view, outcome.payload or {})
        except ApiError as refused:
            refuse(team, view, refused)

    parcel = Parcel("view_submission", view.body.get("callback_id", ""), view_submission(team, person, view))
    return team.courier.send(parcel, user, answered)


def honour(team: Team, view: View, answer: Json) -> None:
    """Do what the ack asks for; ApiError when it asks for something that cannot be."""
    action = answer.get("response_action")
    if action is None and not answer:
        team.views.close(view)
    elif action == "clear":
        team.views.clear(view.user)
    elif action == "update":
        team.views.update(view, valid_view(answer.get("view"), "modal"))
    elif action == "push":
        team.views.push(view.user, valid_view(answer.get("view"), "modal"))
    elif action == "errors":
        show_errors(team, view, answer.get("errors"))
    else:
        raise ApiError("invalid_response_action")


def show_errors(team: Team, view: View, errors: object) -> None:
    """Put error texts under inputs; ApiError unless every key is the block_id of an input."""
    fields = inputs(view.blocks)
    if not isinstance(errors, dict) or not errors or set(errors) - set(fields):
        raise ApiError("invalid_errors")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise ApiError("invalid_errors")
    team.hub.to(view.user, {"type": "view_errors", "view_id": view.id, "errors": errors})


def refuse(team: Team, view: View, refused: ApiError) -> None:
    """Leave the modal open, tell the person, and keep the reason in the traffic."""
    notices.trouble_connecting(team, view.user)
    title = f"view_submission of {view.id}"
    team.traffic.record("bot→slack", "ack", title, status=refused.error, response=refused.as_json())


def close(team: Team, user: str, view_id: str) -> None:
    """Leave the modal on top; with clear_on_close all of them. The app hears it where it asked to."""
    view = top_view(team, user, view_id)
    cleared = bool(view.body.get("clear_on_close"))
    closing = list(reversed(team.views.stacks[user])) if cleared else [view]
    person = team.workspace.person(user)
    for each in closing:
        if each.body.get("notify_on_close"):
            payload = view_closed(team, person, each, is_cleared=cleared)
            team.courier.send(Parcel("view_closed", each.body.get("callback_id", ""), payload), user)
    if cleared:
        team.views.clear(user)
    else:
        team.views.close(view)


def top_view(team: Team, user: str, view_id: str) -> View:
    """Find the modal this user is looking at; PageError not_found (404) when it is another one."""
    view = team.views.top(user)
    if view is None or view.id != view_id:
        raise PageError("not_found", status=404)
    return view
