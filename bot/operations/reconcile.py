"""Compare what Redis says with what stands at Google, and repair what has come apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.domain.audit import BOT, Event
from bot.errors import Conflict, GoogleError, NotFound
from bot.operations.differences import Difference, Kind, again, compare, of_workspace
from bot.provisioning.plan import taken_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.domain.holding import Holdings
    from bot.domain.key_request import KeyRequest
    from bot.operations.desk import Requests

# What is younger may be half-made by a worker that has not written it down yet.
GRACE = timedelta(hours=1)


class Google(Protocol):
    """Google, as far as reconciling goes."""

    async def holdings(self, project_id: str) -> Holdings:
        """Read all of ours in a project."""

    async def turn_to_delete_key(self) -> None:
        """Wait until a key may be deleted."""

    async def turn_to_let_go(self) -> None:
        """Wait until marks may be taken off a key."""

    async def delete_key(self, project_id: str, key_id: str, owner: str) -> None:
        """Delete a key of that owner; none there counts as done."""

    async def let_go(self, project_id: str, key_id: str, owner: str) -> None:
        """Take that owner's marks off a key that others made; raises `Conflict` when it is another's."""

    async def delete_secret(self, project_id: str, secret_id: str, owner: str) -> None:
        """Delete a secret of that owner; none there counts as done."""

    async def grant(self, project_id: str, secret_id: str, member: str, until: datetime) -> None:
        """Let a member read a secret until a time."""

    async def withdraw(self, project_id: str, secret_id: str, member: str) -> None:
        """Take a member's grants away."""


def everybodys(project_id: str) -> str:
    """Say that a project is no workspace's own."""
    return ""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """The parts that comparing and repairing take."""

    requests: Requests
    google: Google
    now: Callable[[], datetime]
    grace: timedelta = GRACE
    workspace: Callable[[str], str] = everybodys

    async def differences(self, project_ids: Iterable[str]) -> list[Difference]:
        """List all that has come apart; Google is read first, so that every holding found has its record."""
        holdings: list[Holdings] = []
        found: list[Difference] = []
        for project_id in project_ids:
            try:
                holdings.append(await self.google.holdings(project_id))
            except GoogleError as error:  # what could not be read says nothing about what is there
                found.append(Difference(Kind.UNREADABLE, project_id, error.status, ""))
        for held in holdings:
            compared = compare(held, await self._records(held), self.now() - self.grace)
            alone = of_workspace(self.workspace(held.project_id), compared)
            found += [replace(difference, held=held.of(difference.owner)) for difference in alone]
        return found

    async def repair(self, difference: Difference) -> bool:
        """Mend one; False when somebody was quicker or it is for people to decide."""
        if not difference.repairable:
            return False
        match difference.kind:  # a turn may be an hour away, so it is waited for before the record is read
            case Kind.ORPHAN_KEY:
                await self.google.turn_to_delete_key()
            case Kind.STRAY_MARK:
                await self.google.turn_to_let_go()
        records = await self._records(difference.held) if difference.held else {}
        current = again(difference, records, self.now() - self.grace)
        return current is not None and await self._mend(current)

    async def _mend(self, difference: Difference) -> bool:
        project_id, name, owner = difference.project_id, difference.name, difference.owner
        match difference.kind:
            case Kind.LOST_RECORD:
                return await self._keep(difference)
            case Kind.SHUT_OUT:
                return await self._let_in(difference)
            case Kind.ORPHAN_KEY:
                await self.google.delete_key(project_id, name, owner)
            case Kind.STRAY_MARK:
                return await self._let_go(difference)
            case Kind.ORPHAN_SECRET:
                await self.google.delete_secret(project_id, name, owner)
            case Kind.STRANGER:
                await self.google.withdraw(project_id, name, difference.member)
        return True

    async def _let_go(self, difference: Difference) -> bool:
        try:
            await self.google.let_go(difference.project_id, difference.name, difference.owner)
        except Conflict:
            return False
        return True

    async def _records(self, held: Holdings) -> dict[str, KeyRequest]:
        owners = {holding.owner for holding in held.keys} | {holding.owner for holding in held.secrets}
        records: dict[str, KeyRequest] = {}
        for owner in owners:
            team_id, _, request_id = owner.partition("/")
            try:
                records[owner] = await self.requests.get(team_id, request_id)
            except NotFound:
                continue
        return records

    async def _keep(self, difference: Difference) -> bool:
        """Write a lost record down again; the sweep then finds when it is due."""
        record = difference.record
        if record is None:
            return False
        event = Event(at=self.now(), by=BOT, verb="rebuild", details={"key": difference.name})
        # The grant is whole, so every step was done; what is not marked done would never be undone.
        whole = replace(record, done=taken_names(record))
        return await self.requests.add(whole, event, once="") is not None

    async def _let_in(self, difference: Difference) -> bool:
        record = difference.record
        if record is None or record.expires_at is None:
            return False
        await self.google.grant(
            difference.project_id, difference.name, record.requester.member, record.expires_at
        )
        return True
