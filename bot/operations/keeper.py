"""What is done at Google to keys that exist: delete an old one, move an end, count calls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.domain import names, rotation
from bot.domain.kinds import Kind
from bot.domain.names import GEMINI
from bot.errors import Conflict, GoogleError
from bot.provisioning.steps.create_secret import BACKSTOP
from bot.provisioning.steps.grant_vertex_user import GrantVertexUser
from bot.provisioning.steps.key_owner import delete_ours
from bot.provisioning.steps.mint_key import MintKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.key_request import KeyRequest, Retiring
    from bot.domain.person import Person
    from bot.domain.usage import KeyUsage
    from bot.provisioning.plan import GoogleCloud


class Usage(Protocol):
    """Cloud Monitoring, as far as keys that may be unused go."""

    async def requests(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = GEMINI
    ) -> Mapping[str, int]:
        """Count the calls made with a key, by HTTP status; no service named: those to all of them."""

    async def history(
        self, project_id: str, key_uid: str, since: datetime, until: datetime, service: str = GEMINI
    ) -> KeyUsage:
        """Read its calls by the hour."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Every act may run twice."""

    cloud: GoogleCloud
    usage: Usage

    @property
    def mint(self) -> MintKey:
        """The step that makes a key."""
        return MintKey(self.cloud.keys, self.cloud.secrets, self.cloud.gemini, self.cloud.gate)

    async def delete_old(self, request: KeyRequest, old: Retiring) -> None:
        """Delete a key that has a successor, and destroy its version of the secret."""
        await delete_ours(self.cloud.keys, request, old.rotation)
        if old.secret_version:
            await self.cloud.secrets.destroy_version(
                request.project_id, names.secret_id(request), old.secret_version
            )

    async def shut_out(self, request: KeyRequest, person: Person) -> None:
        """Take away what somebody was granted on the secret; an adopted key has none."""
        if request.in_place:
            return
        await self.cloud.secrets.withdraw(request.project_id, names.secret_id(request), person.member)

    async def prolong(self, request: KeyRequest, until: datetime) -> None:
        """Move the end: the secret's backstop, then who may read it; what `reconcile` believes, last."""
        if request.kind is Kind.VERTEX:
            await GrantVertexUser(self.cloud.project_access).prolong(request, until)
            return
        # During a rotation it is the key in the secret whose end moves: the other one may not be there yet.
        request = rotation.settled(request)
        marked = replace(request, expires_at=until)
        if request.in_place:
            await self._mark(marked)
            return
        project_id, secret_id = request.project_id, names.secret_id(request)
        await self.cloud.secrets.prolong(
            project_id, secret_id, names.annotations_for(marked), until + BACKSTOP
        )
        await self.cloud.secrets.grant(project_id, secret_id, request.requester.member, until)
        await self._mark(marked)

    async def _mark(self, request: KeyRequest) -> None:
        """Write on the key what holds now; one that has become another's is Google's lasting no."""
        key_id, marks = names.key_id(request), names.annotations_for(request)
        try:
            await self.cloud.notes.annotate(request.project_id, key_id, marks, owner=names.owner(request))
        except Conflict as taken:
            raise GoogleError("FAILED_PRECONDITION", str(taken), permanent=True) from None

    async def last_used(self, request: KeyRequest, since: datetime, until: datetime) -> datetime | None:
        """Tell when any key of a request was called last; raises `GoogleError` when that can't be told."""
        uids = [request.key_uid, *(old.key_uid for old in request.retiring)]
        project_id, service = request.project_id, _service(request.rotation)
        read = [await self.usage.history(project_id, uid, since, until, service) for uid in uids if uid]
        last = max((usage.last_used for usage in read if usage.last_used), default=None)
        if last is None and not all(uids):
            raise GoogleError("UNKNOWN", "no uid is known to count the calls by")
        return last

    async def calls(self, request: KeyRequest, old: Retiring, since: datetime, until: datetime) -> int:
        """Count the calls made with an old key."""
        service = _service(old.rotation)
        counted = await self.usage.requests(request.project_id, old.key_uid, since, until, service)
        return sum(counted.values())


def _service(rotation: int) -> str:
    """Say whose calls count: a key that others made may open more than the Gemini API."""
    return GEMINI if rotation else ""
