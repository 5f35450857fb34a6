"""An adopted key in words, as long as it has no successor: whose it is, when it ends, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import rotation
from bot.domain.key_request import GRANTING, State
from handlers.surfaces.blocks import Block, actions, button, confirm, context, section
from handlers.surfaces.text import brief, date

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

WHY_KEY, REPLACE = "why_403_key", "rotate_key"


def applies(request: KeyRequest) -> bool:
    """Tell whether the key that people have is the adopted one itself, also while its successor is made."""
    return request.in_place or (rotation.moving_in(request) and not request.secret_version)


def name(request: KeyRequest) -> str:
    """Name the key as its people know it."""
    found = request.adopted
    return (brief(found.name) or found.key_id) if found else ""


def fields(words: Words, request: KeyRequest) -> list[tuple[str, str]]:
    """Show on a card which key it is, and whether it gets a successor."""
    if request.adopted is None:
        return []
    what = words("replace it") if request.adopted.replaced else words("claim it")
    return [(words("Existing key"), f"{name(request)} · {what}")]


def status(words: Words, request: KeyRequest, by: str) -> str | None:
    """Say where an approved claim stands; None where a key's words fit as well."""
    if request.state in GRANTING:
        return words("⚙️ Approved by {by}; the key gets its owner", by=by)
    if request.state is State.FAILED:
        title = brief(request.failure.title) if request.failure else ""
        return words("⚠️ Approved by {by}, but the key could not be claimed: {title}", by=by, title=title)
    if request.state is State.ACTIVE and not request.ending:
        expires = date(request.expires_at) if request.expires_at else ""
        return words(
            "✅ Approved by {by} · key outside Secret Manager · expires {expires}", by=by, expires=expires
        )
    return None


def active(words: Words, request: KeyRequest) -> Message:
    """Say whose it is now, and what that means."""
    text = words("The key “{name}” in *{project}* is yours.", name=name(request), project=request.project_id)
    expires = date(request.expires_at) if request.expires_at else ""
    if request.turn:
        text = f"{text} {words('A new key is being made; I tell you when it is in place.')}"
    return text, [
        section(f"🔑 {text}"),
        actions(
            f"key:{request.id}",
            replace(words, request),
            button(WHY_KEY, words("It doesn't work"), request.id),
        ),
        context(
            words("{id} · expires {expires}", id=request.id, expires=expires),
            words(
                "I don't know its text: it stays where your programs have it, and whoever has it can use it. "
                "When it ends I delete it."
            ),
        ),
    ]


def failed(words: Words, request: KeyRequest) -> str:
    """Say that a claim came to nothing."""
    return words("The key “{name}” could not be claimed. Nothing about it was changed.", name=name(request))


def replace(words: Words, request: KeyRequest) -> Block:
    """Have a key made that Gemini goes on taking."""
    question = confirm(
        words("A new key for {id}?", id=request.id),
        words(
            "It is bound to a service account and waits in Secret Manager. The old one works on until nobody "
            "uses it any more, at least for {grace}.",
            grace=request.rotation_grace,
        ),
        words("Make a new key"),
        words("Not now"),
    )
    return button(REPLACE, words("Replace"), request.id, style="primary", confirm=question)


def moved(words: Words, request: KeyRequest) -> str:
    """Say that the first key of ours is in place."""
    return words(
        "The new key of *{id}* is in the secret, as version {version}. Let your programs read it from there.",
        id=request.id,
        version=request.secret_version,
    )
