"""The six fixes: what each does at Google, and how it is seen whether calls work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.domain import names, rotation
from bot.domain.audit import BOT, Event
from bot.domain.key_request import State
from bot.domain.names import GEMINI
from bot.domain.repair import Remedy
from bot.errors import Conflict, GoogleError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.domain.key_request import KeyRequest
    from bot.domain.repair import Offer, Repair
    from bot.domain.restriction import Restriction
    from bot.operations.desk import Jobs, Requests
    from bot.provisioning.plan import GoogleCloud
    from bot.provisioning.steps.key_owner import KeyFacts

# The Gemini API answers an accepted key with these; 404 is a model that does not exist.
WORKED = ("2", "404", "429")
LEAKED = "key-leaked"


class Keys(Protocol):
    """API Keys, as far as fixes go."""

    async def get(self, project_id: str, key_id: str) -> KeyFacts | None:
        """Read a key, also a deleted one; None when there is none."""

    async def delete(self, project_id: str, key_id: str, *, etag: str = "") -> None:
        """Delete a key (Google: soft, 30 days) as it was read; none there counts as done."""

    async def undelete(self, project_id: str, key_id: str) -> None:
        """Bring a key back that was deleted less than 30 days ago."""

    async def text(self, project_id: str, key_id: str) -> str | None:
        """Read a key's text, None where the bot may not."""


class KeyCare(Protocol):
    """The mending of keys that exist."""

    async def restrict(self, project_id: str, key_id: str, service: str, restriction: Restriction) -> None:
        """Let a key call one service, from anywhere."""

    async def narrow(self, project_id: str, key_id: str, service: str) -> None:
        """Let a key that nobody here owns call one service; from where stays as it is."""


class Billing(Protocol):
    """Cloud Billing, as far as fixes go."""

    async def link(self, project_id: str, account: str) -> None:
        """Let a billing account pay for a project."""


class Usage(Protocol):
    """Cloud Monitoring, as far as fixes go."""

    async def requests(
        self, project_id: str, key_uid: str, since: datetime, until: datetime
    ) -> Mapping[str, int]:
        """Count the Gemini calls made with a key, by HTTP status."""


class Trial(Protocol):
    """One call to the Gemini API with a key."""

    async def accepted(self, text: str) -> bool:
        """Tell whether a call with this key is accepted now."""


@dataclass(frozen=True, slots=True)
class GoogleHands:
    """Do each remedy once or twice alike; the records say whose key it is and until when."""

    requests: Requests
    jobs: Jobs
    cloud: GoogleCloud
    keys: Keys
    key_care: KeyCare
    billing: Billing
    usage: Usage
    trial: Trial
    now: Callable[[], datetime]

    async def do(self, repair: Repair) -> None:
        """Reach the state that the repair is for."""
        offer = repair.offer
        if offer.key_id:
            await self._of_others(offer)
            return
        match offer.remedy:
            case Remedy.ENABLE_API:
                await self.cloud.services.enable(offer.project_id, GEMINI)
            case Remedy.LINK_BILLING:
                await self.billing.link(offer.project_id, offer.after[0])
            case Remedy.GRANT_ROLE:
                await self._give_roles(repair)
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

    async def take_back(self, repair: Repair) -> None:
        """Take away what was given until a time that is over; Google itself counts it no more."""
        for number in range(len(repair.offer.after)):
            await self.cloud.project_access.withdraw(repair.offer.project_id, _title(repair, number))

    async def _give_roles(self, repair: Repair) -> None:
        assert repair.ends_at is not None  # noqa: S101 - an approved one has its end
        for number, role in enumerate(repair.offer.after):
            await self.cloud.project_access.grant(
                repair.offer.project_id,
                role,
                repair.requester.member,
                until=repair.ends_at,
                title=_title(repair, number),
            )

    async def works(self, repair: Repair) -> bool | None:
        """Look at a new key's record, try the key where its text may be read, else look at its usage."""
        offer = repair.offer
        if offer.key_id or offer.remedy is Remedy.NEW_PROJECT:
            return True  # nobody here knows a call that should work
        if not offer.request_id:
            return None
        request = await self.requests.get(repair.team_id, offer.request_id)
        if offer.remedy is Remedy.REPLACE_KEY:
            return _replaced(request, repair)
        if offer.remedy is Remedy.GRANT_ACCESS:
            return None
        text = await self.keys.text(request.project_id, names.key_id(request))
        if text is not None:
            return await self.trial.accepted(text)
        assert repair.fixed_at is not None  # noqa: S101 - what is watched has been done
        counted = await self.usage.requests(
            request.project_id, request.key_uid, repair.fixed_at, max(self.now(), repair.fixed_at)
        )
        return True if any(status.startswith(WORKED) and n for status, n in counted.items()) else None

    async def _of_others(self, offer: Offer) -> None:
        """Do it to a key that others made, unless it has an owner here by now."""
        project_id, key_id = offer.project_id, offer.key_id
        facts = await self.keys.get(project_id, key_id)
        if facts is None:
            raise NotFound("Google has no key {name} any more.", name=offer.key_name or key_id)
        if owner := names.owner_in(dict(facts.annotations)):
            taken = owner.rpartition("/")[2]
            raise Conflict("That key belongs to {id} by now. Its owner decides about it.", id=taken)
        match offer.remedy:
            case Remedy.RESTRICT_KEY:
                await self.key_care.narrow(project_id, key_id, GEMINI)
            case Remedy.DELETE_KEY:
                await self.keys.delete(project_id, key_id, etag=facts.etag)
            case Remedy.UNDELETE_KEY:
                await self.keys.undelete(project_id, key_id)

    async def _grant(self, request: KeyRequest) -> None:
        assert request.expires_at is not None  # noqa: S101 - a live key has its clock
        await self.cloud.secrets.grant(
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
        """Read the key's request; a grant that is over is not made to live again."""
        request = await self.requests.get(repair.team_id, repair.offer.request_id)
        if request.state is not State.ACTIVE or request.ending:
            raise Conflict("{id} has no live key: it is {state}.", id=request.id, state=request.state)
        return request

    async def _check_ours(self, request: KeyRequest, key_id: str) -> None:
        facts = await self.keys.get(request.project_id, key_id)
        if facts is not None and names.owner_in(dict(facts.annotations)) != names.owner(request):
            raise GoogleError(
                "FAILED_PRECONDITION", f"Key {key_id} belongs to somebody else.", permanent=True
            )


def _title(repair: Repair, number: int) -> str:
    """Title one grant on a project by its repair, as no other is (IAM: 100 characters)."""
    return f"{names.MARK} {repair.team_id}/{repair.id} {number + 1}"


def _replaced(request: KeyRequest, repair: Repair) -> bool | None:
    """The provisioning tries the new key itself, and calls it active only then."""
    if request.state is State.ACTIVE and request.rotation > repair.rotation:
        return True
    return False if request.state is State.FAILED else None
