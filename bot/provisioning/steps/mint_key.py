"""A restricted key, bound to the service account, stored and seen to work.

Minting, storing and testing are one step because the key's text lives only here, passed
from hand to hand: between two steps it would have to be kept somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import names
from bot.domain.restriction import ANYWHERE, Restriction
from bot.errors import Conflict, GoogleError
from bot.provisioning.step import Blocked, Superseded
from bot.provisioning.steps.key_owner import KeyFacts, KeyRemover, delete_ours, owned
from bot.provisioning.steps.secret_owner import SecretReader, is_ours

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from bot.domain.key_request import KeyRequest
    from bot.provisioning.step import Journal

# A text that stays hidden this often is not lost by accident: the bot lacks a right.
MOST_LOST = 3
# Google looks at the key before it looks at the caller.
ELSEWHERE = frozenset({"API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED"})


class Keys(KeyRemover, Protocol):
    """API Keys, as far as this step goes. Texts are returned, never kept."""

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
        """Start to create a key for one service and these callers; returns the operation's name."""

    async def wait(self, operation: str) -> str | None:
        """Wait for a create operation; returns the key's text, None if Google does not show it."""

    async def text(self, project_id: str, key_id: str) -> str | None:
        """Read a key's text, None where the bot may not (it needs no such right)."""

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago; one that lives counts as done."""


class SecretVersions(SecretReader, Protocol):
    """Secret Manager's versions, as far as this step goes."""

    async def add_version(self, project_id: str, secret_id: str, text: str) -> str:
        """Store a text as the newest version; returns its number."""

    async def destroy_version(self, project_id: str, secret_id: str, version: str) -> None:
        """Destroy one version."""

    async def destroy_versions(
        self, project_id: str, secret_id: str, *, before: str = "", keep: Collection[str] = ()
    ) -> None:
        """Destroy every version but `keep`, or those older than `before`; no secret there counts as done."""

    async def disable_version(self, project_id: str, secret_id: str, version: str) -> None:
        """Make one version unreadable for now; one that is gone counts as done."""

    async def enable_version(self, project_id: str, secret_id: str, version: str) -> bool:
        """Make a disabled version readable again; False when its text is gone for good."""


class Gemini(Protocol):
    """The Gemini API, as far as this step goes."""

    async def accepts(self, text: str) -> None:
        """Return once a call with this key is accepted; raise `GoogleError` when it stays refused."""


async def always_open(team_id: str) -> None:
    """Let everything pass."""


@dataclass(frozen=True, slots=True)
class MintKey:
    """Mint as late as possible, store at once, prove that it works.

    `gate` raises where a workspace makes no keys now: asked last, as work may have been under way.
    """

    keys: Keys
    versions: SecretVersions
    gemini: Gemini
    gate: Callable[[str], Awaitable[None]] = always_open
    name: str = "mint-key"
    needs: tuple[str, ...] = ("enable-api", "ensure-service-account", "grant-secret-access")

    async def do(self, journal: Journal) -> None:
        """Have one live key, in the newest version of the secret, that Gemini accepts."""
        if journal.request.restoring and await self._restore(journal):
            return
        text = await self._mint(journal)
        request = journal.request
        facts = await self.keys.get(request.project_id, names.key_id(request))
        beside = tuple(old.secret_version for old in request.retiring if not old.forced)
        if beside:  # `latest` moves with the next version: whoever reads it must get a key that works
            await self._seen_to_work(request, text)
        version = await self._store(journal, text, facts.uid if facts else "")
        await self.versions.destroy_versions(
            request.project_id, names.secret_id(request), before=version, keep=beside
        )
        if not beside:
            await self._seen_to_work(request, text)

    async def _seen_to_work(self, request: KeyRequest, text: str) -> None:
        """Try the key; one for other callers works when Google refuses this one for being elsewhere."""
        try:
            await self.gemini.accepts(text)
        except GoogleError as error:
            if not request.restriction.entries or error.reason not in ELSEWHERE:
                raise

    async def undo(self, journal: Journal) -> None:
        """Delete every key the request ever had, also one still being created, and what was stored."""
        request = journal.request
        if request.operation:
            await self._settle(request.operation)
        for number in range(request.newest_rotation, 0, -1):
            await delete_ours(self.keys, request, number)
        if await is_ours(self.versions, request):
            await self._close(request)

    async def take_back(self, journal: Journal) -> None:
        """Delete the keys that a rotation began with and that no secret holds; the older ones live on."""
        request = journal.request
        if request.operation:
            await self._settle(request.operation)
        newest_kept = max(old.rotation for old in request.retiring)
        for number in range(request.newest_rotation, newest_kept, -1):
            await delete_ours(self.keys, request, number)

    async def _close(self, request: KeyRequest) -> None:
        """Destroy what was stored; where the end can be undone, the newest version is closed instead."""
        project_id, secret_id, version = (
            request.project_id,
            names.secret_id(request),
            request.secret_version,
        )
        kept = (version,) if request.keeps_secret and version else ()
        for number in kept:
            await self.versions.disable_version(project_id, secret_id, number)
        await self.versions.destroy_versions(project_id, secret_id, keep=kept)

    async def _restore(self, journal: Journal) -> bool:
        """Bring the deleted key and its closed version back; False when Google has lost either."""
        facts = await self._ours(journal)
        # Written first, so that an overtaken worker brings nothing back.
        await journal.write("key-restoring", lambda r: r)
        if facts is not None and await self._back(journal.request):
            return True
        await journal.write("key-lost", lambda r: replace(r, restoring=False))
        await self._next_rotation(journal)
        return False

    async def _back(self, request: KeyRequest) -> bool:
        """Open the version and undelete the key; what Google refuses for good a new key makes up for."""
        project_id, secret_id = request.project_id, names.secret_id(request)
        try:
            if not await self.versions.enable_version(project_id, secret_id, request.secret_version):
                return False
            await self.keys.undelete(project_id, names.key_id(request))
        except GoogleError as error:
            if error.transient:
                raise
            return False
        return True

    async def _store(self, journal: Journal, text: str, uid: str) -> str:
        """Add the text as the newest version; a worker overtaken meanwhile takes its own version back."""
        project_id, secret_id = journal.request.project_id, names.secret_id(journal.request)
        version = await self.versions.add_version(project_id, secret_id, text)
        try:
            await journal.write("key-stored", lambda r: replace(r, secret_version=version, key_uid=uid))
        except Superseded:
            await self.versions.destroy_version(project_id, secret_id, version)
            raise
        return version

    async def _mint(self, journal: Journal) -> str:
        lost = 0
        while lost < MOST_LOST:
            text = await self._create(journal) or await self._recover(journal)
            if text:
                return text
            lost += await self._next_rotation(journal)
        raise Blocked(
            "key-text-hidden",
            "Google created the key but did not show its text. Grant the bot {permission} in {project}.",
            permission="apikeys.keys.getKeyString",
            project=journal.request.project_id,
        )

    async def _create(self, journal: Journal) -> str | None:
        """Create the key, or go on waiting for the operation an earlier run started."""
        request = journal.request
        if not request.operation:
            await self.gate(request.team_id)
            try:
                operation = await self.keys.create(
                    request.project_id,
                    names.key_id(request),
                    display_name=f"{names.MARK} {request.id}",
                    service_account=names.key_account(request),
                    service=names.GEMINI,
                    annotations=names.annotations_for(request),
                    restriction=request.restriction,
                )
            except GoogleError as error:
                if error.status != "ALREADY_EXISTS":
                    raise
                if await self._ours(journal) is None:
                    # An earlier call's answer was lost and its operation still runs: the key is on its way.
                    raise error.for_now() from None
                return None
            await journal.write("key-ordered", lambda r: replace(r, operation=operation))
        try:
            return await self.keys.wait(journal.request.operation)
        except GoogleError as error:
            if error.permanent or error.finished:
                await journal.write("key-refused", lambda r: replace(r, operation=""))
            raise

    async def _settle(self, operation: str) -> None:
        """Wait until an operation can change nothing any more, whatever its outcome."""
        try:
            await self.keys.wait(operation)
        except GoogleError as error:
            if not (error.permanent or error.finished):
                raise

    async def _recover(self, journal: Journal) -> str | None:
        """Read the text of a key whose creation was seen by nobody, where the bot may."""
        facts = await self._ours(journal)
        if facts is None or facts.deleted:
            return None
        return await self.keys.text(journal.request.project_id, names.key_id(journal.request))

    async def _next_rotation(self, journal: Journal) -> bool:
        """Give up a key whose text is lost; False when an earlier run had given it up already.

        Written first, so that an overtaken worker deletes nothing.
        """
        lost = journal.request
        facts = await self._ours(journal)
        await journal.write("key-text-lost", lambda r: replace(r, operation=""))
        given_up = facts is not None and facts.deleted
        if facts and not given_up:
            await self.keys.delete(lost.project_id, names.key_id(lost), etag=facts.etag)
        number = lost.newest_rotation + 1
        await journal.write("next-rotation", lambda r: replace(r, rotation=number, operation=""))
        return not given_up

    async def _ours(self, journal: Journal) -> KeyFacts | None:
        request = journal.request
        facts = await self.keys.get(request.project_id, names.key_id(request))
        if facts and not owned(facts, request):
            raise Conflict(
                "Key {key} in {project} already exists and belongs to somebody else.",
                key=names.key_id(request),
                project=request.project_id,
            )
        return facts
