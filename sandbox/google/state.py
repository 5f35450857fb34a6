"""Hold everything this cloud remembers, as records around Google's own messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from google.iam.v1 import policy_pb2

from sandbox.google.clock import Delays, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass
class ApiKey:
    """One API key; the key text never shows in a repr."""

    key_id: str
    message: Any
    key_string: str = field(repr=False)
    usable_at: datetime
    service_account_email: str = ""
    service_account_id: str = ""
    leaked: bool = False
    suspended: bool = False
    expired: bool = False

    @property
    def bound(self) -> bool:
        """Whether this is an auth key, bound to a service account."""
        return bool(self.service_account_email)

    @property
    def deleted(self) -> bool:
        """Whether it was soft-deleted; purged keys are no longer in the records."""
        return bool(self.message.delete_time)


@dataclass
class SecretVersion:
    """One version and its payload, which is empty once destroyed."""

    message: Any
    data: bytes = field(repr=False)


@dataclass
class Secret:
    """One secret with its versions (number → version) and its own policy."""

    secret_id: str
    message: Any
    versions: dict[int, SecretVersion] = field(default_factory=dict)
    policy: Any = field(default_factory=policy_pb2.Policy)


@dataclass
class ServiceAccount:
    """One service account; invisible to readers until `visible_at`."""

    message: Any
    visible_at: datetime
    policy: Any = field(default_factory=policy_pb2.Policy)
    public_keys: dict[str, str] = field(default_factory=dict)


@dataclass
class BillingAccount:
    """One billing account; `link_limit` is how many projects it may pay for."""

    account_id: str
    display_name: str
    open: bool = True
    link_limit: int = 100
    policy: Any = field(default_factory=policy_pb2.Policy)

    @property
    def name(self) -> str:
        """The resource name."""
        return f"billingAccounts/{self.account_id}"


@dataclass
class Trouble:
    """What makes the Gemini API turn a healthy-looking project away; all off by default."""

    denied: bool = False
    suspended: bool = False
    dunning: bool = False
    region_unsupported: bool = False
    billing_disabled: bool = False
    prepay_depleted: bool = False
    spending_cap: bool = False
    quota: str = ""


@dataclass
class Project:
    """One project and everything that lives in it."""

    project_id: str
    number: int
    message: Any
    policy: Any = field(default_factory=policy_pb2.Policy)
    billing_account: str = ""
    services: dict[str, datetime] = field(default_factory=dict)
    org_policies: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    secrets: dict[str, Secret] = field(default_factory=dict)
    service_accounts: dict[str, ServiceAccount] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)

    @property
    def name(self) -> str:
        """The resource name, by number, as Google's answers have it."""
        return f"projects/{self.number}"

    @property
    def active(self) -> bool:
        """Whether the project is not on its way to deletion."""
        return not self.message.delete_time


@dataclass
class Operation:
    """One long-running operation; `done_at` None means that it never ends."""

    name: str
    project: Project | None
    done_at: datetime | None
    metadata: Any
    response: Any = field(default=None, repr=False)
    error: Any = None


@dataclass(frozen=True, slots=True)
class GeminiCall:
    """One request the Gemini endpoint could attribute to a key."""

    at: datetime
    project_number: int
    key_uid: str
    method: str
    version: str
    status: int


@dataclass
class Switches:
    """Facts about Google that no source settles, and policies that differ between companies."""

    operation_carries_key_string: bool = True
    standard_keys_refused: bool = True
    permitted_domains: frozenset[str] = frozenset({"acme.test"})


@dataclass
class World:
    """The whole cloud."""

    clock: Callable[[], datetime] = utc_now
    delays: Delays = field(default_factory=Delays)
    switches: Switches = field(default_factory=Switches)
    projects: dict[str, Project] = field(default_factory=dict)
    billing_accounts: dict[str, BillingAccount] = field(default_factory=dict)
    folders: dict[str, Any] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    gemini_calls: list[GeminiCall] = field(default_factory=list)
    people: frozenset[str] = frozenset()

    def project(self, id_or_number: str) -> Project | None:
        """Find a project by its id or its number."""
        found = self.projects.get(id_or_number)
        return found or next((p for p in self.projects.values() if str(p.number) == id_or_number), None)

    def service_account(self, email_or_id: str) -> tuple[Project, ServiceAccount] | None:
        """Find a service account by e-mail or unique id, visible or not."""
        for project in self.projects.values():
            for account in project.service_accounts.values():
                if email_or_id in (account.message.email, account.message.unique_id):
                    return project, account
        return None

    def visible_service_account(self, email_or_id: str) -> ServiceAccount | None:
        """Find a service account that other services have heard of by now."""
        found = self.service_account(email_or_id)
        return found[1] if found and found[1].visible_at <= self.clock() else None

    def key(self, key_string: str) -> tuple[Project, ApiKey] | None:
        """Find the key behind a key text, deleted or not."""
        for project in self.projects.values():
            for key in project.keys.values():
                if key.key_string == key_string:
                    return project, key
        return None
