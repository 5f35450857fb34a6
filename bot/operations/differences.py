"""What has come apart between Redis and Google, found by pure comparison."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from bot.domain import names
from bot.domain.holding import rebuild, stored
from bot.domain.key_request import GRANTING, KeyRequest, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from bot.domain.holding import HeldKey, HeldSecret, Holdings

Held = TypeVar("Held", "HeldKey", "HeldSecret")


class Kind(StrEnum):
    """What has come apart."""

    LOST_RECORD = "lost-record"
    ELSEWHERE = "another-workspaces-key"
    ORPHAN_KEY = "orphan-key"
    STRAY_MARK = "marked-key"
    ORPHAN_SECRET = "orphan-secret"  # noqa: S105 - a name
    STRANGER = "stranger-may-read"
    SHUT_OUT = "requester-may-not-read"
    KEY_GONE = "key-gone"
    SECRET_GONE = "secret-gone"  # noqa: S105 - a name
    UNKNOWN_ACCOUNT = "unknown-service-account"
    HALF_MADE = "half-made-project"
    UNREADABLE = "unreadable-project"


REPAIRABLE = frozenset(
    {
        Kind.LOST_RECORD,
        Kind.ORPHAN_KEY,
        Kind.STRAY_MARK,
        Kind.ORPHAN_SECRET,
        Kind.STRANGER,
        Kind.SHUT_OUT,
    }
)
# Whoever had a key that is found again all the same has none any more.
ENDED = frozenset({State.EXPIRED, State.REVOKED})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that has come apart; `young` ones are left alone until their grace is over."""

    kind: Kind
    project_id: str
    name: str
    owner: str
    young: bool = False
    record: KeyRequest | None = None
    member: str = ""
    # What its owner has at Google, to hold against the record again.
    held: Holdings | None = field(default=None, repr=False, compare=False)

    @property
    def repairable(self) -> bool:
        """Whether `--apply` changes something; the rest is for people to decide."""
        return self.kind in REPAIRABLE and not self.young


def again(found: Difference, records: dict[str, KeyRequest], old: datetime) -> Difference | None:
    """Hold what was found against the records as they are now; None when that is settled, or young now."""
    if found.held is None:
        return None
    same = (found.kind, found.name, found.member)
    return next(
        (
            difference
            for difference in compare(found.held, records, old)
            if (difference.kind, difference.name, difference.member) == same and difference.repairable
        ),
        None,
    )


def of_workspace(team_id: str, found: Iterable[Difference]) -> Iterator[Difference]:
    """Rebuild no record in a workspace whose policy does not have the project: labels are written there.

    Whoever may mark keys in one workspace's project would write requests into another's.
    """
    for difference in found:
        strange = team_id and difference.owner.partition("/")[0] != team_id
        lost = difference.kind is Kind.LOST_RECORD
        yield replace(difference, kind=Kind.ELSEWHERE) if strange and lost else difference


def compare(held: Holdings, records: dict[str, KeyRequest], old: datetime) -> list[Difference]:
    """Hold one project against its records; whatever was made after `old` is young."""
    keys, secrets = _by_owner(held.keys), _by_owner(held.secrets)
    found: list[Difference] = []
    for owner in sorted(keys.keys() | secrets.keys()):
        record = records.get(owner)
        if record is None:
            found += _without_record(held, keys[owner], secrets[owner], old)
        elif record.state is State.ACTIVE:
            found += _active(held, record, keys[owner], secrets[owner], old)
        elif record.undo_until:
            found += _closed(record, keys[owner], secrets[owner], old)
        elif not (record.state in GRANTING or record.cleaning):
            ended = record.state in ENDED
            found += _orphans(held, keys[owner], secrets[owner], old, ended=ended)
    return [*found, *_unknown_accounts(held, keys.keys() | secrets.keys())]


def _without_record(
    held: Holdings, keys: Sequence[HeldKey], secrets: Sequence[HeldSecret], old: datetime
) -> Iterator[Difference]:
    """Rebuild from the keys that people have when a grant is whole; the rest are orphans."""
    secret = next((secret for secret in secrets if secret.versions), None)
    whole = stored(keys, secret)
    record = rebuild(whole, secret, held.project_number) if whole else None
    if record is None:
        yield from _orphans(held, keys, secrets, old)
        return
    newest = whole[-1]
    lost = replace(record, spent=max(key.rotation for key in keys))
    yield Difference(Kind.LOST_RECORD, held.project_id, newest.key_id, newest.owner, record=lost)
    yield from _orphans(held, [key for key in keys if key not in whole], (), old)


def _active(
    held: Holdings, record: KeyRequest, keys: Sequence[HeldKey], secrets: Sequence[HeldSecret], old: datetime
) -> Iterator[Difference]:
    owner, project_id = names.owner(record), record.project_id
    current = next((key for key in keys if key.key_id == names.key_id(record)), None)
    retiring = {names.key_id_of(record, retired.rotation) for retired in record.retiring}
    if current is None and not record.turn:
        yield Difference(Kind.KEY_GONE, project_id, names.key_id(record), owner, record=record)
    for key in keys:
        if (
            key is not current and key.key_id not in retiring
        ):  # its grace begins when the newer one was made: until then both are needed
            young = current is None or current.created_at > old
            yield Difference(Kind.ORPHAN_KEY, project_id, key.key_id, owner, young=young)
    secret = next((secret for secret in secrets if secret.secret_id == names.secret_id(record)), None)
    if not record.secret_version:  # an adopted key is in no secret
        yield from _orphans(held, (), () if record.turn else secrets, old)
        return
    if secret is None:
        yield Difference(Kind.SECRET_GONE, project_id, names.secret_id(record), owner, record=record)
    elif not record.ending:
        yield from _readers(record, secret)


def _closed(
    record: KeyRequest, keys: Sequence[HeldKey], secrets: Sequence[HeldSecret], old: datetime
) -> Iterator[Difference]:
    """Look at a revoked key that can still be brought back: its secret stays, but opens to nobody."""
    owner, project_id = names.owner(record), record.project_id
    for key in keys:
        yield Difference(Kind.ORPHAN_KEY, project_id, key.key_id, owner, young=key.created_at > old)
    for secret in secrets:
        for member in sorted(secret.members):
            yield Difference(Kind.STRANGER, project_id, secret.secret_id, owner, record=record, member=member)


def _readers(record: KeyRequest, secret: HeldSecret) -> Iterator[Difference]:
    where = (secret.project_id, secret.secret_id, names.owner(record))
    wanted = record.requester.member.lower()
    if wanted not in {member.lower() for member in secret.members}:
        yield Difference(Kind.SHUT_OUT, *where, record=record, member=record.requester.member)
    for member in sorted(secret.members):
        if member.lower() != wanted:
            yield Difference(Kind.STRANGER, *where, record=record, member=member)


def _orphans(
    held: Holdings,
    keys: Sequence[HeldKey],
    secrets: Sequence[HeldSecret],
    old: datetime,
    *,
    ended: bool = False,
) -> Iterator[Difference]:
    """List what no record owns; a key that others made and nobody's grant has ended for is only let go."""
    for key in keys:
        young = key.created_at > old
        kind = Kind.STRAY_MARK if key.adopted and not ended else Kind.ORPHAN_KEY
        yield Difference(kind, held.project_id, key.key_id, key.owner, young=young)
    for secret in secrets:
        young = secret.created_at > old
        yield Difference(Kind.ORPHAN_SECRET, held.project_id, secret.secret_id, secret.owner, young=young)


def _unknown_accounts(held: Holdings, owners: Iterable[str]) -> Iterator[Difference]:
    """Name accounts that no workspace's keys are bound to; without a role they are worth a look, no more."""
    known = {names.account_id(owner.partition("/")[0]) for owner in owners}
    for email in held.accounts:
        if email.partition("@")[0] not in known:
            yield Difference(Kind.UNKNOWN_ACCOUNT, held.project_id, email, "")


def _by_owner(holdings: Sequence[Held]) -> defaultdict[str, list[Held]]:
    grouped: defaultdict[str, list[Held]] = defaultdict(list)
    for holding in holdings:
        grouped[holding.owner].append(holding)
    return grouped
