"""What somebody looks for, read from what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import request_id
from bot.domain.listing import Kind, Listing
from bot.domain.rules import Invalid
from handlers import mentions
from handlers.surfaces import find_modal

if TYPE_CHECKING:
    from handlers.front import Front


def wanted(front: Front, said: str) -> Listing | str:
    """Read a mentioned person, a project of the policy, else a request's id."""
    people = mentions.users(said)
    if people:
        return Listing(Kind.MINE, people[0])
    if front.policy().project(said):
        return Listing(Kind.PROJECT, said)
    found = request_id.read(said)
    if found is None:
        raise Invalid(
            find_modal.WHAT,
            "Name a request (`GK-7F3K`), a person (`@ada`, from Slack's list) or a project of the policy.",
        )
    return found
