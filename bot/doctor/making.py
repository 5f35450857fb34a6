"""What new projects need, where a policy has them made: a folder that is open, and an end for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor import troubles
from bot.doctor.project import AREA
from bot.domain import rights
from bot.errors import GoogleError
from bot.languages.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.doctor.facts import Identity
    from bot.doctor.line import Line


def folder(name: str, held: frozenset[str] | GoogleError, who: Identity) -> Line:
    """Look whether the bot may make projects in the folder that the policy names."""
    values = {"folder": name, "folder_id": name.removeprefix("folders/"), "bot": who.email or "the bot"}
    if isinstance(held, GoogleError):
        said = N_("Google answered {status} to {call}.")
        mark = AREA.problem if held.permanent else AREA.unknown
        return mark(troubles.FOLDER, said, name, **values, status=held.status, call=held.call)
    if rights.MAKING not in held:
        said = N_("TestIamPermissions does not list {permissions}.")
        return AREA.problem(troubles.FOLDER, said, name, **values, permissions=rights.MAKING)
    return AREA.fine(troubles.FOLDER, N_("The bot may make projects there."), name, **values)


def half_made(found: tuple[str, ...] | GoogleError) -> Iterator[Line]:
    """Name each project that the bot made and still owns; one that is being made now is among them."""
    if isinstance(found, GoogleError):
        said = N_("Google answered {status} to {call}.")
        refusal = {"status": found.status, "call": found.call}
        yield AREA.unknown(troubles.HALF_MADE, said, **refusal, project="PROJECT")
        return
    for project_id in found:
        said = N_("It has the bot's label, and the bot holds roles/owner there.")
        yield AREA.warning(troubles.HALF_MADE, said, project_id, project=project_id)
    if not found:
        yield AREA.fine(troubles.HALF_MADE, N_("No project was left half-made."))
