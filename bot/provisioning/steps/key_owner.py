"""Whose a key is: an id can be taken by somebody else, and then nothing of it is ours to delete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.key_request import KeyRequest


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What API Keys tells of a key without its text; `deleted` keys keep their id for 30 days.

    A change made with the `etag` is refused when somebody else's came in between.
    """

    uid: str
    annotations: Mapping[str, str]
    deleted: bool
    etag: str = ""


class KeyRemover(Protocol):
    """API Keys, as far as deleting goes."""

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        """Read a key, also a deleted one; None when there is none."""

    async def delete(self, project_id: str, key_id: str, *, etag: str = "") -> None:
        """Delete a key (Google: soft, 30 days) as it was read; none there counts as done."""

    async def delete_ours(self, project_id: str, key_id: str, owner: str) -> None:
        """Delete a key; none there, or one of somebody else's, counts as done."""


def check_free(annotations: Mapping[str, str], owner: str, *, key: str, project: str) -> None:
    """Refuse a key that has another owner's mark; raises `Conflict`."""
    marked = names.owner_in(dict(annotations))
    if marked not in {"", owner}:
        raise Conflict(
            "Key {key} in {project} already belongs to {owner}.",
            key=key,
            project=project,
            owner=marked.rpartition("/")[2],
        )


def owned(facts: KeyFacts, request: KeyRequest) -> bool:
    """Tell whether a key is the request's own."""
    return names.owner_in(dict(facts.annotations)) == names.owner(request)


async def delete_ours(keys: KeyRemover, request: KeyRequest, rotation: int) -> None:
    """Delete the key of one rotation, unless it is gone or somebody else's."""
    key_id = names.key_id_of(request, rotation)
    await keys.delete_ours(request.project_id, key_id, names.owner(request))
