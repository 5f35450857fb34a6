"""What stands at Google in somebody's name, and the record that can be read back from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain import names, restriction
from bot.domain.audit import BOT
from bot.domain.decision import Decision
from bot.domain.key_request import GRACE, Adopted, KeyRequest, Retiring, State
from bot.domain.person import Person
from bot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PURPOSE = "Read back from Google: what it was asked for is not kept there."
_ROTATION = re.compile(r"-r(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A live API key of ours, without its text."""

    project_id: str
    key_id: str
    uid: str
    created_at: datetime
    annotations: Mapping[str, str] = field(repr=False)

    @property
    def owner(self) -> str:
        """Whose it is: workspace and request."""
        return names.owner_in(dict(self.annotations))

    @property
    def adopted(self) -> bool:
        """Whether it was there before the bot."""
        return self.annotations.get(names.ADOPTED) == self.key_id

    @property
    def rotation(self) -> int:
        """The number in its name, 0 when there is none or it was adopted."""
        if self.adopted:
            return 0
        found = _ROTATION.search(self.key_id)
        return int(found[1]) if found else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSecret:
    """A secret of ours: who may read it under our condition, and its live versions, oldest first."""

    project_id: str
    secret_id: str
    created_at: datetime
    annotations: Mapping[str, str] = field(repr=False)
    members: frozenset[str] = frozenset()
    versions: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Whose it is: workspace and request."""
        return names.owner_in(dict(self.annotations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All of ours in one project; `accounts` are the addresses of our service accounts."""

    project_id: str
    project_number: str = ""
    keys: Sequence[HeldKey] = ()
    secrets: Sequence[HeldSecret] = ()
    accounts: Sequence[str] = ()

    def of(self, owner: str) -> Holdings:
        """Choose what one owner has."""
        return replace(
            self,
            keys=[key for key in self.keys if key.owner == owner],
            secrets=[secret for secret in self.secrets if secret.owner == owner],
        )


def stored(keys: Sequence[HeldKey], secret: HeldSecret | None) -> list[HeldKey]:
    """List the keys that people have, oldest first: an adopted one, and those whose text is in the secret.

    Texts are stored in the order in which keys are made, and an old key goes before its version does. So what
    has no version is the newest key, whose text was lost or is on its way.
    """
    ours = sorted((key for key in keys if not key.adopted), key=lambda key: key.rotation)
    return [*(key for key in keys if key.adopted), *ours[: len(secret.versions) if secret else 0]]


def rebuild(keys: Sequence[HeldKey], secret: HeldSecret | None, project_number: str) -> KeyRequest | None:
    """Read a lost record back from a whole grant; None when the annotations do not tell enough.

    `keys` are those that are stored, at least one. Older ones than the newest live on beside it as after a
    rotation: until their grace is over, and nobody uses them.
    """
    *older, key = keys
    told = {name.removeprefix(f"{names.MARK}-"): value for name, value in key.annotations.items()}
    team_id, _, request_id = key.owner.partition("/")
    try:
        approved_at = datetime.fromisoformat(told["approved"])
        expires_at = datetime.fromisoformat(told["expires"])
        requester = Person(team_id=team_id, user_id=told["requester"], email=told["email"])
        approver = Person(team_id=team_id, user_id=told["approver"], bot=told["approver"] == BOT)
        environment = told["environment"]
        allowed = restriction.read(told.get("restriction", ""))
    except (KeyError, ValueError, Refused):
        return None
    ours = [held.key_id for held in keys if not held.adopted]
    # The newest version is the newest key's.
    versions = dict(zip(reversed(ours), reversed(secret.versions if secret else ()), strict=False))
    return KeyRequest(
        id=request_id,
        requester=requester,
        project_id=key.project_id,
        environment=environment,
        purpose=PURPOSE,
        lifetime=expires_at - approved_at,
        restriction=allowed,
        requested_at=approved_at,
        lapses_at=approved_at,
        state=State.ACTIVE,
        approvals=(Decision(by=approver, at=approved_at),),
        expires_at=expires_at,
        rotation=key.rotation,
        project_number=project_number,
        key_uid=key.uid,
        secret_version=versions.get(key.key_id, ""),
        adopted=Adopted(key_id=told["adopted"]) if "adopted" in told else None,
        retiring=tuple(_retiring(old, versions.get(old.key_id, ""), key.created_at) for old in older),
    )


def _retiring(old: HeldKey, version: str, since: datetime) -> Retiring:
    return Retiring(
        rotation=old.rotation, key_uid=old.uid, secret_version=version, since=since, look_at=since + GRACE
    )
