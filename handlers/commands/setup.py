"""`/gemini-key setup PROJECT`: make a project ready, step by step; `setup new`: have one made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import Refused
from bot.operations.projects import set_up
from handlers.views import new_project

if TYPE_CHECKING:
    from handlers.front import Front
    from handlers.surfaces.blocks import Message

NEW = "new"


async def setup(front: Front, body: dict[str, Any], rest: str) -> Message | None:
    """Begin a checklist; the announcer shows it in the person's DM and keeps it up to date."""
    project_id, *beside = rest.lower().split() or [""]
    if project_id == NEW:
        await new_project.open_form(front, body)
        return None
    if not project_id:
        raise Refused("Name the project, for example `/gemini-key setup my-project`.")
    if unknown := [word for word in beside if word not in set_up.BESIDE]:
        known = ", ".join(set_up.BESIDE)
        raise Refused(
            "I don't know {word}. Beside the Gemini API there is: {known}.", word=unknown[0], known=known
        )
    services = tuple(set_up.BESIDE[word] for word in dict.fromkeys(beside))
    person, once = await front.person(body), str(body.get("trigger_id") or "")
    begun = await set_up.ask(front.setup_desk, front.team_id, person, project_id, services, once=once)
    words = await front.words(body)
    return words("*{id}*: I look at `{project}` and DM you the list.", id=begun.id, project=project_id), []
