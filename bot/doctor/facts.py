"""What was read at Google for the doctor and for setup; a fact that could not be read is the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.provisioning.steps.check_billing import Billing
    from bot.provisioning.steps.check_org_policy import ListPolicy
    from bot.provisioning.steps.check_project import Project

# google-auth's kinds of credential, in a word.
JSON_KEY, PERSON = "json-key", "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the bot signs in as, and how that identity was obtained; `project_id` is its own project's."""

    kind: str
    email: str = ""
    project_id: str = ""


class Account(StrEnum):
    """How it stands with a service account."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """One project that keys live in. `account` is the service account of keys, None where none was asked for.

    `held_on_secret` is what the bot may do to a secret of its own, None where there is none yet;
    `readers` are (role, member) pairs that can read key strings; `keys` counts the keys that are not deleted;
    `touched` are refusals of calls that were made only to see whether an API answers.
    """

    project_id: str
    project: Project | GoogleError
    held: frozenset[str] | GoogleError
    services: Mapping[str, bool | GoogleError]
    billing: Billing | GoogleError
    account_open: bool | GoogleError | None
    services_policy: ListPolicy | GoogleError
    bindings_blocked: bool | GoogleError
    accounts_blocked: bool | GoogleError
    keys: int | GoogleError
    readers: tuple[tuple[str, str], ...] | GoogleError
    account: Account | GoogleError | None = None
    held_on_secret: frozenset[str] | GoogleError | None = None
    touched: tuple[GoogleError, ...] = ()

    def refusals(self) -> Iterator[GoogleError]:
        """List what could not be read."""
        facts = (
            self.project,
            self.held,
            *self.services.values(),
            self.billing,
            self.account_open,
            self.services_policy,
            self.bindings_blocked,
            self.accounts_blocked,
            self.keys,
            self.readers,
            self.account,
            self.held_on_secret,
            *self.touched,
        )
        return (fact for fact in facts if isinstance(fact, GoogleError))


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingFacts:
    """One billing account that the policy names: is it open, and what may the bot do with it."""

    open: bool | GoogleError
    held: frozenset[str] | GoogleError


def switched_off(refusal: GoogleError) -> bool:
    """Tell whether an API is off where the call was counted, which is the bot's own project."""
    return refusal.reason == "SERVICE_DISABLED"


def unseen(refusal: GoogleError) -> bool:
    """Tell whether Google says that there is nothing, or nothing for the bot."""
    return refusal.status in {"PERMISSION_DENIED", "NOT_FOUND"} and not switched_off(refusal)
