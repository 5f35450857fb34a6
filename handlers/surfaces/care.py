"""The buttons of a live key's life, alike wherever they stand; their value is the request's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.surfaces.blocks import Block, actions, button, confirm

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

REVOKE, UNDO, ROTATE, RENEW, LET_EXPIRE = (
    "revoke_key",
    "undo_revoke",
    "rotate_key",
    "renew_key",
    "let_expire",
)
DELETE_OLD, KEEP_OLD, REPORT_LEAK = "delete_old_key", "keep_old_key", "report_leak"


def row(words: Words, request: KeyRequest) -> Block:
    """What can be done with a live key."""
    return actions(
        f"care:{request.id}", renew(words, request), rotate(words, request), revoke(words, request)
    )


def renew(words: Words, request: KeyRequest) -> Block:
    """Ask for a later end; a form follows."""
    return button(RENEW, words("Renew…"), request.id, label=words("Renew the key of {id}", id=request.id))


def let_expire(words: Words, request: KeyRequest) -> Block:
    """Say no to further warnings."""
    label = words("Let the key of {id} expire", id=request.id)
    return button(LET_EXPIRE, words("Let it expire"), request.id, label=label)


def rotate(words: Words, request: KeyRequest) -> Block:
    """Have a new key made; nothing is taken away yet."""
    question = confirm(
        words("A new key for {id}?", id=request.id),
        words(
            "The new key goes into the same secret. The old one works on until nobody uses it any more, "
            "at least for {grace}.",
            grace=request.rotation_grace,
        ),
        words("Make a new key"),
        words("Not now"),
    )
    return button(ROTATE, words("Rotate"), request.id, confirm=question)


def revoke(words: Words, request: KeyRequest) -> Block:
    """Take the key away now."""
    question = confirm(
        words("Revoke the key of {id}?", id=request.id),
        words("Whatever uses it stops working at once. You can undo that for 30 days, or until it expires."),
        words("Revoke"),
        words("Keep it"),
        style="danger",
    )
    label = words("Revoke the key of {id}", id=request.id)
    return button(REVOKE, words("Revoke"), request.id, style="danger", label=label, confirm=question)


def undo(words: Words, request: KeyRequest) -> Block:
    """Bring a revoked key back."""
    label = words("Bring the key of {id} back", id=request.id)
    return actions(f"undo:{request.id}", button(UNDO, words("Undo"), request.id, label=label))


def old_key(words: Words, request: KeyRequest) -> Block:
    """Decide about a key that has a successor and is still used."""
    question = confirm(
        words("Delete the old key of {id}?", id=request.id),
        words("Whatever still uses it stops working at once. The new key is not touched."),
        words("Delete it"),
        words("Not yet"),
        style="danger",
    )
    return actions(
        f"old:{request.id}",
        button(DELETE_OLD, words("Delete it anyway"), request.id, style="danger", confirm=question),
        button(KEEP_OLD, words("Give it a week more"), request.id),
    )


def report_leak(words: Words, request: KeyRequest) -> Block:
    """Replace a leaked key at once."""
    question = confirm(
        words("Replace the key of {id} now?", id=request.id),
        words(
            "The leaked key is deleted at once and never comes back. A new one is made in the same secret."
        ),
        words("Replace it"),
        words("Not yet"),
        style="danger",
    )
    press = button(REPORT_LEAK, words("Replace it now"), request.id, style="danger", confirm=question)
    return actions(f"leak:{request.id}", press)
