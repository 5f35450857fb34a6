"""What the judge asks of the world: one probe a call, each reading its facts or saying why it could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time, to make JSON of it
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

BINDING_POLICY = "iam.managed.disableServiceAccountApiKeyCreation"
ACCOUNT_KEYS_POLICY = "iam.disableServiceAccountKeyCreation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedKey:
    """A key of the person who asks; every name is derived from its record.

    One that others made and the person has claimed is in no secret, and bound to no account of ours: "".
    """

    request_id: str
    project_id: str
    project_number: str
    key_id: str
    uid: str
    secret_id: str
    account: str
    member: str
    live: bool
    billing_required: bool

    def lives_in(self, project: str) -> bool:
        """Tell whether this is the key's project, named by id or number."""
        return bool(project) and project in (self.project_id, self.project_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the facts are about; an empty project is one that nobody may look at."""

    project: str = ""
    service: str = ""
    model: str = ""
    key: RecordedKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A key as API Keys shows it, its text apart.

    `services` is empty when it is unrestricted, `application` is none, browser, server, android or ios, and
    `limits` lists the websites, addresses or apps.
    """

    deleted: bool
    service_account: str
    services: frozenset[str]
    application: str
    limits: tuple[str, ...]
    changed_at: datetime


class World(Protocol):
    """Google, as far as the judge asks; what cannot be read raises `GoogleError`."""

    async def project_state(self, project_id: str) -> str:
        """Read ACTIVE, DELETE_REQUESTED, or NOT_FOUND."""

    async def service_enabled(self, project_id: str, service: str) -> bool:
        """Read whether an API is on."""

    async def billing_enabled(self, project_id: str) -> bool:
        """Read whether billing works."""

    async def billing_account_open(self, project_id: str) -> bool:
        """Read whether the linked billing account is open."""

    async def key(self, project_id: str, key_id: str) -> KeyState:
        """Read a key; one that is gone for good is deleted too."""

    async def account_enabled(self, email: str) -> bool:
        """Read whether a service account exists and works."""

    async def may_read_secret(self, project_id: str, secret_id: str, member: str) -> bool:
        """Read whether a member is granted one secret now."""

    async def policy_enforced(self, project_id: str, constraint: str) -> bool:
        """Read a boolean constraint."""

    async def bindings_blocked(self, project_id: str, constraint: str) -> bool:
        """Read whether keys for the Gemini API may not be bound to service accounts."""

    async def service_denied(self, project_id: str, service: str) -> bool:
        """Read whether gcp.restrictServiceUsage forbids an API."""

    async def models(self, project_id: str, key_id: str) -> frozenset[str]:
        """List the models (`models/…`) that the key reaches, where the bot may read the key's text."""

    async def calls(self, project_id: str, uid: str, since: datetime, until: datetime) -> Mapping[str, int]:
        """Count the calls made with a key by HTTP status."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One call to Google: the facts it settles, what it is about, and how it is made."""

    call: str
    facts: tuple[str, ...]
    about: Callable[[Subject], str]
    read: Callable[[World, Subject, datetime], Awaitable[Mapping[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one probe found: which call, about what, when; `unread` is the refusal that it met instead."""

    call: str
    about: str
    at: datetime
    facts: tuple[str, ...]
    unread: str = ""
