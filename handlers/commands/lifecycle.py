"""`/gemini-key renew | rotate | revoke | undo GK-…`, and what destroys asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import Conflict
from bot.operations.desk import check_keeper
from bot.operations.revoke import undo
from bot.operations.rotate import rotate
from handlers.commands.naming import named
from handlers.surfaces import care
from handlers.surfaces.blocks import Block, actions, section
from handlers.views import renew_key

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from handlers.front import Front

Answer = tuple[str, list[Block]]


async def renew_verb(front: Front, body: dict[str, Any], rest: str) -> Answer | None:
    """Open the form for a later end."""
    await renew_key.open_form(front, body, named(rest))
    return None


async def rotate_verb(front: Front, body: dict[str, Any], rest: str) -> Answer:
    """Have a new key made beside the old one, which destroys nothing yet."""
    request = await rotate(front.desk, front.team_id, named(rest), await front.person(body))
    words = await front.words(body)
    text = words("A new key of *{id}* is being made. I'll DM its holder when it is in place.", id=request.id)
    return text, [section(f"🔄 {text}")]


async def revoke_verb(front: Front, body: dict[str, Any], rest: str) -> Answer:
    """Ask before a key is taken away."""
    request, words = await _live(front, body, rest), await front.words(body)
    text = words("Revoke the key of *{id}* for `{project}`?", id=request.id, project=request.project_id)
    return text, [section(text), actions(f"revoke:{request.id}", care.revoke(words, request))]


async def undo_verb(front: Front, body: dict[str, Any], rest: str) -> Answer:
    """Bring a revoked key back."""
    request = await undo(front.desk, front.team_id, named(rest), await front.person(body))
    words = await front.words(body)
    text = words("The key of *{id}* is coming back. I'll DM its holder.", id=request.id)
    return text, [section(f"↩️ {text}")]


async def leak_verb(front: Front, body: dict[str, Any], rest: str) -> Answer:
    """Ask before a leaked key is replaced."""
    request, words = await _live(front, body, rest), await front.words(body)
    text = words(
        "The key of *{id}* for `{project}` leaked? Its holder and the approvers are told.",
        id=request.id,
        project=request.project_id,
    )
    return text, [section(text), care.report_leak(words, request)]


async def _live(front: Front, body: dict[str, Any], rest: str) -> KeyRequest:
    """Find a live key that this person may end; checked again at the click."""
    request = await front.desk.requests.get(front.team_id, named(rest))
    await check_keeper(front.desk, request, await front.person(body))
    if not request.live:
        raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
    return request
