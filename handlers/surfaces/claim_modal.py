"""The form that gives a found key an owner and an end, and if wanted a successor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.domain.key_request import Adopted
from handlers.surfaces import entered, found_key, request_modal
from handlers.surfaces.blocks import Block, context, input_block, modal, plain, section
from handlers.surfaces.text import date

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.domain.policy import Policy
    from bot.domain.survey import FoundKey
    from bot.languages.words import Words

CALLBACK_ID = "claim_found_key"
OWNER = "owner"
ASKED = {request_modal.ENVIRONMENT, request_modal.PURPOSE, request_modal.LIFETIME, request_modal.RESTRICTION}


def build(
    words: Words, policy: Policy, project_id: str, key: FoundKey, *, replaced: bool, owner_id: str | None
) -> Block:
    """Build it from the fields of the form for a key; `owner_id` None: who sends it becomes the owner."""
    usual = request_modal.build(words, policy, {}, project_id=project_id)
    asked = [block for block in usual["blocks"] if block.get("block_id") in ASKED]
    said = words(
        "*{name}* in `{project}` · made {date}",
        name=found_key.name(key),
        project=project_id,
        date=date(key.created_at, "{date_short_pretty}"),
    )
    return modal(
        CALLBACK_ID,
        words("Replace a key") if replaced else words("Claim a key"),
        words("Cancel"),
        [
            section(f"{said}\n{_what(words, replaced=replaced)}"),
            *([_owner(words, owner_id)] if owner_id is not None else []),
            *asked,
            context(words("I never learn the text of a key that others made.")),
        ],
        submit=words("Send request"),
        metadata=f"{'replace' if replaced else 'claim'} {project_id}/{key.key_id}",
    )


@dataclass(frozen=True, slots=True)
class Form(request_modal.Form):
    """What the form said: beside the draft whose key it will be, and whether it gets a successor."""

    owner_id: str = ""
    replaced: bool = False


def read(words: Words, view: dict[str, Any]) -> Form:
    """Read a submitted form; what is missing or unreadable is an error at its field."""
    what, _, named = str(view.get("private_metadata", "")).partition(" ")
    project_id, key_id = found_key.read(named)
    usual = request_modal.read(words, view, project_id)
    draft = usual.draft and replace(usual.draft, adopted=Adopted(key_id=key_id))
    return Form(draft, usual.errors, owner_id=entered.user(view, OWNER), replaced=what == "replace")


def sent(words: Words, request: KeyRequest) -> Block:
    """Say that it was written down."""
    if request.approved_by:
        text = words("*{id}* is approved with your own yes. The owner gets a DM.", id=request.id)
    else:
        text = words("Sent, *{id}*. The approvers get a card, and the owner a DM.", id=request.id)
    return modal("claim_sent", words("Request sent"), words("Close"), [section(f"✅ {text}")])


def _what(words: Words, *, replaced: bool) -> str:
    if replaced:
        return words(
            "Its owner gets a new key in Secret Manager. The old one works on, and is deleted when nobody "
            "calls it any more."
        )
    return words("It gets an owner and an end. It works on as before until then, where its programs have it.")


def _owner(words: Words, owner_id: str) -> Block:
    select: Block = {
        "type": "users_select",
        "action_id": OWNER,
        "placeholder": plain(words("Choose a person"), 150),
        **({"initial_user": owner_id} if owner_id else {}),
    }
    return input_block(OWNER, words("Whose is it?"), select)
