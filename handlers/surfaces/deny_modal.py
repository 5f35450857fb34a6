"""The form for a no: build it, read it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.leaving import STOPPED
from bot.languages.words import N_
from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, input_block, modal, option, section
from handlers.surfaces.text import escape

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

CALLBACK_ID, RENEWAL = "deny_request", "deny_renewal"
REASON, NOTE = "reason", "note"
LONGEST_NOTE = 500

REASONS = {
    "detail": N_("Needs more detail"),
    "project": N_("Wrong project"),
    "duplicate": N_("Duplicate"),
    "policy": N_("Against our policy"),
    "other": N_("Another reason"),
}


def build(words: Words, request: KeyRequest, callback_id: str = CALLBACK_ID) -> Block:
    """Ask why; the request's id rides along, nothing else. A renewal is denied under another callback."""
    return modal(
        callback_id,
        words("Deny {id}", id=request.id),
        words("Cancel"),
        [
            section(
                words(
                    "{name} asked for a {environment} key in `{project}`.",
                    name=escape(request.requester.name),
                    environment=escape(request.environment),
                    project=request.project_id,
                )
            ),
            input_block(REASON, words("Why?"), _reasons(words)),
            input_block(
                NOTE, words("In your words"), _note(), hint=words("The requester is told."), optional=True
            ),
        ],
        submit=words("Deny request"),
        metadata=request.id,
    )


def read(view: dict[str, Any]) -> tuple[str, str]:
    """Read (request id, reason) from a submitted form; the reason is the label and the note."""
    label = REASONS.get(entered.chosen(view, REASON), REASONS["other"])
    note = entered.text(view, NOTE).strip()
    return str(view.get("private_metadata", "")), f"{label}: {note}" if note else label


def said(words: Words, reason: str) -> str:
    """Say a kept reason: its label in the reader's language, what a person wrote as it is."""
    label, _, note = reason.partition(": ")
    if label not in REASONS.values():
        return words(reason) if reason in STOPPED else reason
    return words("{label}: {note}", label=words(label), note=note) if note else words(label)


def _reasons(words: Words) -> Block:
    options = [option(words(label), value) for value, label in REASONS.items()]
    return {"type": "static_select", "action_id": REASON, "options": options, "initial_option": options[0]}


def _note() -> Block:
    return {
        "type": "plain_text_input",
        "action_id": NOTE,
        "multiline": True,
        "max_length": LONGEST_NOTE,
    }
