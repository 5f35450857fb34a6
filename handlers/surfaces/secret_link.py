"""The way to the key: a link and commands, never the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import names
from handlers.surfaces.blocks import Block, code, context, modal, section

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words


def command(request: KeyRequest) -> str:
    """Read the key into a variable without showing it."""
    version = request.secret_version or "latest"
    return (
        f'export GEMINI_API_KEY="$(gcloud secrets versions access {version} '
        f'--secret={names.secret_id(request)} --project={request.project_id})"'
    )


def how_to_use(words: Words, request: KeyRequest) -> Block:
    """Explain how to read and send the key."""
    return modal(
        "how_to_use",
        words("How to use your key"),
        words("Close"),
        [
            section(words("*Read it into your shell.* It stays out of your history:")),
            code(command(request)),
            section(words("*Try it.* The key goes into the header `x-goog-api-key`:")),
            code(
                'curl -H "x-goog-api-key: $GEMINI_API_KEY" '
                "https://generativelanguage.googleapis.com/v1beta/models"
            ),
            section(
                words("*SDKs* read `GEMINI_API_KEY` by themselves. If `GOOGLE_API_KEY` is set too, it wins.")
            ),
            context(
                words(
                    "Never paste the key into Slack, code or a ticket. A new key can need a minute to work."
                )
            ),
        ],
    )
