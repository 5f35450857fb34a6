"""Break-glass in Slack: the form, the loud message to everybody who was skipped, the review afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.key_request import State
from handlers.surfaces import entered, request_modal
from handlers.surfaces.blocks import Block, actions, button, confirm, context, modal, note, section
from handlers.surfaces.text import called, date, escape, mention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from bot.domain.approvers import Route
    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy
    from bot.domain.readiness import ProjectReadiness
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

CALLBACK_ID = "break_glass"
REVIEW, STOP = "review_emergency", "stop_emergency"


def build(
    words: Words,
    policy: Policy,
    readiness: Mapping[str, ProjectReadiness],
    lifetime: timedelta,
    project_id: str,
) -> Block:
    """Build the form: the request's own, without a lifetime to choose, and with a warning."""
    usual = request_modal.build(words, policy, readiness, project_id=project_id)
    said = words(
        "Nobody is asked. The key lives {time}, every approver is told at once, and they review it.",
        time=lifetime,
    )
    asked = [block for block in usual["blocks"][1:] if block.get("block_id") != request_modal.LIFETIME]
    return modal(
        CALLBACK_ID,
        words("Break glass"),
        words("Cancel"),
        [note(said, "⚠️"), *asked],
        submit=words("Take the key"),
    )


def read(words: Words, view: dict[str, Any], lifetime: timedelta) -> request_modal.Form:
    """Read the form; the policy gives the lifetime."""
    seconds = {"selected_option": {"value": str(int(lifetime.total_seconds()))}}
    values = {**entered.values(view), request_modal.LIFETIME: {request_modal.LIFETIME: seconds}}
    return request_modal.read(words, {**view, "state": {"values": values}})


def taken(words: Words, request: KeyRequest) -> Block:
    """Say that the key is on its way, and to whom that was told."""
    text = words(
        "*{id}* is granted without approval. Your key is being made; the approvers were told.", id=request.id
    )
    return modal("break_glass_taken", words("Break glass"), words("Close"), [section(f"🚨 {text}")])


def headline(words: Words, request: KeyRequest, route: Route) -> list[Block]:
    """Head the card: who took it, past whom; buttons until somebody has looked at it."""
    text = words(
        "🚨 *Break-glass:* {who} took this key without asking {skipped}.",
        who=mention(request.requester.user_id),
        skipped=called(route.first),
    )
    if request.reviewed:
        by, at = mention(request.reviewed.by.user_id), date(request.reviewed.at)
        return [section(text), context(words("Reviewed by {by} {at}", by=by, at=at))]
    return [section(text), _review(words, request)]


def to_skipped(words: Words, request: KeyRequest) -> Message:
    """Tell somebody who would have been asked."""
    text = words(
        "🚨 {who} took a {environment} key in `{project}` without approval ({id}, valid {time}): {purpose}",
        who=mention(request.requester.user_id),
        environment=escape(request.environment),
        project=request.project_id,
        id=request.id,
        time=request.lifetime,
        purpose=escape(request.purpose),
    )
    asked = words("Please review it on the card in the approval channel.")
    return text, [section(text), context(asked)]


def _review(words: Words, request: KeyRequest) -> Block:
    question = confirm(
        words("Revoke the key of {id}?", id=request.id),
        words("It stops working at once."),
        words("Revoke"),
        words("Keep it"),
        style="danger",
    )
    right = button(
        REVIEW, words("It was right"), request.id, label=words("Say that {id} was right", id=request.id)
    )
    wrong = button(STOP, words("Revoke the key"), request.id, style="danger", confirm=question)
    return actions(f"review:{request.id}", right, *([wrong] if request.state is State.ACTIVE else []))
