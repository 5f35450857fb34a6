"""A key that was there before the bot has an owner and an end; its text stays where its programs have it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.errors import Conflict, GoogleError
from bot.provisioning.step import Blocked
from bot.provisioning.steps.key_owner import KeyRemover, check_free, delete_ours, owned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.key_request import KeyRequest
    from bot.provisioning.step import Journal
    from bot.provisioning.steps.key_owner import KeyFacts


class FoundKeys(KeyRemover, Protocol):
    """API Keys, as far as this step goes."""

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago; one that lives counts as done."""


class KeyNotes(Protocol):
    """What is written on a key."""

    async def annotate(
        self, project_id: str, key_id: str, annotations: Mapping[str, str], *, owner: str
    ) -> None:
        """Write these instead of what that owner has on a key; raises `Conflict` when it is another's."""


@dataclass(frozen=True, slots=True)
class AdoptKey:
    """Write on a found key whose it is and when it ends; nothing else about it changes."""

    keys: FoundKeys
    notes: KeyNotes
    name: str = "adopt-key"
    needs: tuple[str, ...] = ("check-project",)

    async def do(self, journal: Journal) -> None:
        """Have it marked as this request's, unless it is somebody else's or gone."""
        request = journal.request
        key_id = names.key_id(request)
        facts = await self.keys.get(request.project_id, key_id)
        if facts is None or (facts.deleted and not request.restoring):
            raise _gone(request)
        owner, marks = names.owner(request), names.annotations_for(request)
        check_free(facts.annotations, owner, key=key_id, project=request.project_id)
        # Written first, so that an overtaken worker marks nothing and brings nothing back.
        await journal.write("adopting", lambda r: replace(r, key_uid=facts.uid))
        if facts.deleted:
            await self._back(request)
        await self.notes.annotate(request.project_id, key_id, marks, owner=owner)

    async def undo(self, journal: Journal) -> None:
        """Delete what was the owner's and ends; let go of what never became his, as it was found."""
        request = journal.request
        if request.ending or request.lived:
            await delete_ours(self.keys, request, 0)
            return
        facts = await self._marked(request)
        if facts and not facts.deleted:
            with suppress(Conflict):  # another's by now: none of ours is left to take off
                key_id = names.key_id_of(request, 0)
                await self.notes.annotate(request.project_id, key_id, {}, owner=names.owner(request))

    async def _marked(self, request: KeyRequest) -> KeyFacts | None:
        facts = await self.keys.get(request.project_id, names.key_id_of(request, 0))
        return facts if facts and owned(facts, request) else None

    async def _back(self, request: KeyRequest) -> None:
        try:
            await self.keys.undelete(request.project_id, names.key_id(request))
        except GoogleError as error:
            if error.transient:
                raise
            raise _gone(request) from None


def _gone(request: KeyRequest) -> Blocked:
    return Blocked(
        "key-not-found",
        "Google has no key {key} in {project}, or it was deleted.",
        key=names.key_id_of(request, 0),
        project=request.project_id,
    )
