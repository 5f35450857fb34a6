"""What stands at Google in somebody's name, and the record that can be read back from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain import names, restriction
from bot.domain.audit import BOT
from bot.domain.key_request import GRACE, Adopted, Decision, KeyRequest, Retiring, State
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
    """A secret of ours: who may read it under our condition, and its newest live version ("" when none)."""

    project_id: str
    secret_id: str
    created_at: datetime
    annotations: Mapping[str, str] = field(repr=False)
    members: frozenset[str] = frozenset()
    version: str = ""

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


def whole(keys: Sequence[HeldKey], secret: HeldSecret | None) -> HeldKey | None:
    """Choose the key whose grant is whole: the newest one with its secret, else the adopted one."""
    if secret is None:
        return next((key for key in keys if key.adopted), None)
    return max(keys, key=lambda key: key.rotation, default=None)


def rebuild(
    key: HeldKey, secret: HeldSecret | None, project_number: str, beside: Sequence[HeldKey] = ()
) -> KeyRequest | None:
    """Read a lost record back from a whole grant; None when the annotations do not tell enough.

    Of the keys `beside` it an adopted one is its predecessor, which is watched for disuse again.
    """
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
        secret_version=secret.version if secret else "",
        adopted=Adopted(key_id=told["adopted"]) if "adopted" in told else None,
        retiring=tuple(_retiring(old, key) for old in beside if old.adopted and old is not key),
    )


def _retiring(old: HeldKey, newer: HeldKey) -> Retiring:
    return Retiring(
        rotation=0,
        key_uid=old.uid,
        secret_version="",
        since=newer.created_at,
        look_at=newer.created_at + GRACE,
    )
