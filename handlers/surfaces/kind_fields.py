"""The form's fields for other kinds of access than a bound key; shown only where the policy allows any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.kinds import Kind
from bot.languages.words import N_
from handlers.surfaces import entered
from handlers.surfaces.blocks import Block, input_block, option, plain

if TYPE_CHECKING:
    from bot.domain.key_request import Draft
    from bot.domain.policy import Policy
    from bot.languages.words import Words

KIND, IDENTITY = "kind", "identity"
LABELS = {
    Kind.AUTH_KEY: N_("A key bound to a service account"),
    Kind.VERTEX: N_("Vertex AI without a key"),
    Kind.STANDARD_KEY: N_("A standard key (AIza…), which may stop any day"),
}
LONGEST_ADDRESS = 100


def build(words: Words, policy: Policy, draft: Draft | None, kind: str) -> list[Block]:
    """Ask for the kind, and for Vertex AI who it is for."""
    allowed = [known for known in Kind if known in policy.kinds.allowed]
    if len(allowed) == 1:
        return []
    options = [option(words(LABELS[known]), known.value) for known in allowed]
    wanted = draft.kind.value if draft else kind
    initial = next((one for one in options if one["value"] == wanted), options[0])
    radio: Block = {
        "type": "radio_buttons",
        "action_id": KIND,
        "options": options,
        "initial_option": initial,
    }
    shown = [input_block(KIND, words("What do you need?"), radio)]
    if Kind.VERTEX in allowed:
        shown.append(_identity(words, draft))
    return shown


def read(view: dict[str, Any]) -> tuple[Kind, str]:
    """Read kind and service account; what is not asked is a bound key."""
    known = {kind.value: kind for kind in Kind}
    return known.get(entered.chosen(view, KIND), Kind.AUTH_KEY), entered.text(view, IDENTITY).strip()


def _identity(words: Words, draft: Draft | None) -> Block:
    field: Block = {
        "type": "plain_text_input",
        "action_id": IDENTITY,
        "max_length": LONGEST_ADDRESS,
        "placeholder": plain("name@project.iam.gserviceaccount.com", 150),
    }
    if draft and draft.identity:
        field["initial_value"] = draft.identity
    return input_block(
        IDENTITY,
        words("Service account"),
        field,
        hint=words("Only for Vertex AI without a key. Left empty, you call it with your own account."),
        optional=True,
    )
