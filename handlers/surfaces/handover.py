"""What is said when somebody leaves: to the new owner of a key, and to the approvers in the card's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.leaving import LEFT
from handlers.surfaces.blocks import section
from handlers.surfaces.reminder import IN_THREAD
from handlers.surfaces.telling import told as failure_lines
from handlers.surfaces.text import escape, mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message


def told(words: Words, public: Words, request: KeyRequest) -> Iterator[tuple[str, Message]]:
    """Tell the new owner that a key is his, and the approvers of a key that goes because its owner left."""
    if request.handovers:
        text = words(
            "The key *{id}* in `{project}` is yours now: its owner is leaving. Renew it, or let it expire.",
            id=request.id,
            project=request.project_id,
        )
        yield f"handed-{request.handovers}", (text, [section(f"🔑 {text}")])
        text = public("The key belongs to {who} now.", who=mention(request.requester.user_id))
        yield f"{IN_THREAD}handed-{request.handovers}", (text, [section(text)])
    if request.left and request.handover_failure:
        text = public(
            "Google refuses to move the key of {id} to its new owner. Until that is mended, the old one may "
            "still read it. I keep trying.",
            id=request.id,
        )
        reasons = "\n".join([f"⚠️ {text}", *failure_lines(public, request.handover_failure)])
        yield f"{IN_THREAD}not-handed-{request.handovers}", (text, [section(reasons)])
    going = request.ending or request.closed
    if going and going.reason == LEFT:
        text = public("{name} has left.", name=escape(request.requester.name))
        had = request.secret_version or (request.in_place and request.lived)
        text = f"{text} {public('The key is taken away.')}" if had else text
        yield f"{IN_THREAD}left", (text, [section(text)])
