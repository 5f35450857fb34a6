"""Fixes of keys that requests made; the records say whose a key is and until when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import names, rotation
from bot.domain.audit import BOT, Event
from bot.domain.key_request import State
from bot.domain.names import GEMINI
from bot.domain.repair import Remedy
from bot.errors import Conflict, GoogleError
from bot.provisioning.steps.key_owner import owned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.repair import Repair
    from bot.domain.restriction import Restriction
    from bot.operations.desk import Jobs, Requests
    from bot.provisioning.steps.key_owner import KeyFacts

# The Gemini API answers an accepted key with these; 404 is a model that does not exist.
WORKED = ("2", "404", "429")
LEAKED = "key-leaked"


class Keys(Protocol):
    """API Keys, as far as these fixes go."""

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        """Read a key, also a deleted one; None when there is none."""

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago."""

    async def text(self, project_id: str, key_id: str) -> str | None:
        """Read a key's text, None where the bot may not."""


class KeyCare(Protocol):
    """What a key may be used for."""

    async def restrict(self, project_id: str, key_id: str, service: str, restriction: Restriction) -> None:
        """Let a key call one service, from where the restriction says."""


class SecretAccess(Protocol):
    """Secret Manager's IAM."""

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        """Let a member see and read one secret until a time (IAM condition); no one else's grant changes."""


class Usage(Protocol):
    """Cloud Monitoring."""

    async def requests(
        self, project_id: str, key_uid: str, since: datetime, until: datetime
    ) -> Mapping[str, int]:
        """Count the Gemini calls made with a key, by HTTP status."""


class Trial(Protocol):
    """One call to the Gemini API with a key."""

    async def accepted(self, text: str) -> bool:
        """Tell whether a call with this key is accepted now."""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """Mend a live key, or have it replaced; a grant that is over is not made to live again."""

    requests: Requests
    jobs: Jobs
    keys: Keys
    key_care: KeyCare
    secrets: SecretAccess
    usage: Usage
    trial: Trial
    now: Callable[[], datetime]

    async def mend(self, repair: Repair) -> None:
        """Reach the state that the remedy is for."""
        match repair.offer.remedy:
            case Remedy.GRANT_ACCESS:
                await self._grant(await self._live(repair))
            case Remedy.UNDELETE_KEY:
                request = await self._own(repair)
                await self.keys.undelete(request.project_id, names.key_id(request))
            case Remedy.RESTRICT_KEY:
                request = await self._own(repair)
                key_id, allowed = names.key_id(request), request.restriction
                await self.key_care.restrict(request.project_id, key_id, GEMINI, allowed)
            case Remedy.REPLACE_KEY:
                await self._replace(repair)

    async def works(self, repair: Repair) -> bool | None:
        """Look at a new key's record, try the key where its text may be read, else look at its usage."""
        request = await self.requests.get(repair.team_id, repair.offer.request_id)
        if repair.offer.remedy is Remedy.REPLACE_KEY:
            return _replaced(request, repair)
        if repair.offer.remedy is Remedy.GRANT_ACCESS:
            return None
        text = await self.keys.text(request.project_id, names.key_id(request))
        if text is not None:
            return await self.trial.accepted(text)
        assert repair.fixed_at is not None  # noqa: S101 - what is watched has been done
        counted = await self.usage.requests(
            request.project_id, request.key_uid, repair.fixed_at, max(self.now(), repair.fixed_at)
        )
        return True if any(status.startswith(WORKED) and n for status, n in counted.items()) else None

    async def _grant(self, request: KeyRequest) -> None:
        assert request.expires_at is not None  # noqa: S101 - a live key has its clock
        await self.secrets.grant(
            request.project_id, names.secret_id(request), request.requester.member, request.expires_at
        )

    async def _replace(self, repair: Repair) -> None:
        """Have the bad key deleted at once and another made, by the worker of the request."""
        request = await self.requests.get(repair.team_id, repair.offer.request_id)
        await self._check_ours(request, names.key_id_of(request, repair.rotation))
        if request.rotation == repair.rotation:
            now, leaked = self.now(), repair.offer.cause == LEAKED
            request = await self.requests.edit(
                request.team_id,
                request.id,
                partial(rotation.replace_key, by=repair.requester, at=now, reason=repair.id, leaked=leaked),
                Event(at=now, by=BOT, verb="replace-key", details={"fix": repair.id}),
            )
        await self.jobs.wake(request)

    async def _own(self, repair: Repair) -> KeyRequest:
        request = await self._live(repair)
        await self._check_ours(request, names.key_id(request))
        return request

    async def _live(self, repair: Repair) -> KeyRequest:
        request = await self.requests.get(repair.team_id, repair.offer.request_id)
        if not request.live:
            raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
        return request

    async def _check_ours(self, request: KeyRequest, key_id: str) -> None:
        facts = await self.keys.get(request.project_id, key_id)
        if facts is not None and not owned(facts, request):
            raise GoogleError(
                "FAILED_PRECONDITION", f"Key {key_id} belongs to somebody else.", permanent=True
            )


def _replaced(request: KeyRequest, repair: Repair) -> bool | None:
    """The provisioning tries the new key itself, and calls it active only then."""
    if request.state is State.ACTIVE and request.rotation > repair.rotation:
        return True
    return False if request.state is State.FAILED else None
