"""API Keys and the Gemini API in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain import names
from bot.domain.restriction import ANYWHERE, Restriction
from bot.errors import GoogleError
from bot.provisioning.steps.key_owner import KeyFacts, check_free

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.fake_google import State
    from tests.support.fuse import Fuse


@dataclass
class Key:
    """One key; deleted ones keep their id (Google: 30 days)."""

    text: str
    annotations: dict[str, str]
    deleted: bool = False

    @property
    def etag(self) -> str:
        """Name it as it stands."""
        return f"{sorted(self.annotations.items())} {self.deleted}"


class FakeKeys:
    """`State.texts_hidden`: the bot may not read texts; `answers_hidden`: so many operations show none."""

    def __init__(self, state: State, fuse: Fuse) -> None:
        self._state, self._fuse = state, fuse

    async def create(
        self,
        project_id: str,
        key_id: str,
        *,
        display_name: str,
        service_account: str,
        service: str,
        annotations: Mapping[str, str],
        restriction: Restriction = ANYWHERE,
    ) -> str:
        async with self._fuse.effect("Keys.create"):
            self._state.heed("Keys.create")
            if key_id in self._state.keys:
                raise GoogleError("ALREADY_EXISTS", call="Keys.create", http=409)
            operation = f"operations/{key_id}"
            self._state.orders[operation] = (key_id, Key(f"text of {key_id}", dict(annotations)))
            if not self._state.slow:
                self._state.finish_orders()
            return operation

    async def wait(self, operation: str) -> str | None:
        async with self._fuse.effect("Keys.wait"):
            self._state.heed("Keys.wait")
            self._state.finish_orders()
            if self._state.answers_hidden:
                self._state.answers_hidden -= 1
                return None
            return self._state.keys[operation.removeprefix("operations/")].text

    async def text(self, project_id: str, key_id: str) -> str | None:
        async with self._fuse.effect("Keys.text"):
            self._state.heed("Keys.text")
            return None if self._state.texts_hidden else self._state.keys[key_id].text

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        async with self._fuse.effect("Keys.get"):
            self._state.heed("Keys.get")
            key = self._state.keys.get(key_id)
            return KeyFacts(f"uid-{key_id}", dict(key.annotations), key.deleted, key.etag) if key else None

    async def delete(self, project_id: str, key_id: str, *, etag: str = "") -> None:
        async with self._fuse.effect("Keys.delete"):
            self._state.heed("Keys.delete")
            key = self._state.keys.get(key_id)
            if key and etag not in {"", key.etag}:
                raise GoogleError("ABORTED", call="Keys.delete", http=409)
            if key:
                key.deleted = True

    async def delete_ours(self, project_id: str, key_id: str, owner: str) -> None:
        facts = await self.get(project_id, key_id)
        if facts and not facts.deleted and names.owner_in(dict(facts.annotations)) == owner:
            await self.delete(project_id, key_id, etag=facts.etag)

    async def undelete(self, project_id: str, key_id: str) -> None:
        async with self._fuse.effect("Keys.undelete"):
            self._state.heed("Keys.undelete")
            if key_id not in self._state.keys:
                raise GoogleError("NOT_FOUND", call="Keys.undelete", http=404)
            self._state.keys[key_id].deleted = False

    async def annotate(
        self, project_id: str, key_id: str, annotations: Mapping[str, str], *, owner: str
    ) -> None:
        async with self._fuse.effect("Keys.annotate"):
            self._state.heed("Keys.annotate")
            check_free(self._state.keys[key_id].annotations, owner, key=key_id, project=project_id)
            kept = {w: s for w, s in self._state.keys[key_id].annotations.items() if not names.ours(w)}
            self._state.keys[key_id].annotations = {**kept, **annotations}


class FakeGemini:
    """Accepts the text of a live key."""

    def __init__(self, state: State, fuse: Fuse) -> None:
        self._state, self._fuse = state, fuse

    async def accepts(self, text: str) -> None:
        async with self._fuse.effect("Gemini.accepts"):
            self._state.heed("Gemini.accepts")
            if text not in {key.text for key in self._state.live_keys.values()}:
                raise GoogleError("INVALID_ARGUMENT", reason="API_KEY_INVALID", http=400)
