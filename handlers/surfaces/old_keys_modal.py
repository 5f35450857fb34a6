"""The form behind [Old keys…]: of which project all keys are listed, whoever made them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import entered, request_modal
from handlers.surfaces.blocks import Block, context, modal, section

if TYPE_CHECKING:
    from bot.domain.policy import Policy
    from bot.languages.words import Words

OPEN = CALLBACK_ID = "old_keys"


def build(words: Words, policy: Policy) -> Block:
    """Ask with the list of projects from the form for a key."""
    usual = request_modal.build(words, policy, {})
    asked = [block for block in usual["blocks"] if block.get("block_id") == request_modal.PROJECT]
    told = words("Lists all its keys, whoever made them, and what can be done with each. You get it by DM.")
    return modal(
        CALLBACK_ID, words("Old keys"), words("Cancel"), [*asked, context(told)], submit=words("List them")
    )


def read(view: dict[str, Any]) -> str:
    """Read the project from the sent form."""
    return entered.chosen(view, request_modal.PROJECT)


def asked(words: Words, text: str) -> Block:
    """Say that the list is on its way."""
    return modal("old_keys_asked", words("Old keys"), words("Close"), [section(text)])
