"""What goes in and out: requests are checked by these models, and OpenAPI is written from them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.key_request import State
from bot.domain.kinds import Kind

PERSON = r"^[UW][A-Z0-9]{2,30}$"
# As `listing.cursor_at` writes it; whoever sends another has made it up.
CURSOR = r"^[0-9]{1,12}(\.[0-9]{1,9})?:GK-[0-9A-Z]{4,8}$"
Seconds = Annotated[int, Field(ge=1, le=10_000_000_000)]


class Asked(BaseModel):
    """What a body or a query may hold, and nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewRequest(Asked):
    """Ask for a key in a person's name."""

    person: str = Field(
        default="", pattern=rf"{PERSON}|^$", description="Slack user id; not needed by a token for one person"
    )
    project: str = Field(max_length=100, description="one of those that /projects lists")
    environment: str = Field(max_length=100)
    purpose: str = Field(max_length=5000, description="what it is for; approvers read this")
    lifetime_seconds: Seconds = Field(description="one of the environment's lifetimes_seconds")
    kind: Kind = Kind.AUTH_KEY
    identity: str = Field(
        default="", max_length=200, description="a service account, for Vertex AI without a key"
    )
    restriction: list[Annotated[str, Field(max_length=300)]] = Field(
        default=[], max_length=20, description="addresses or web pages that may use the key"
    )


class ListQuery(Asked):
    """Which requests: of a person, in a project (unfinished ones), or of the workspace by state."""

    person: str = Field(default="", pattern=rf"{PERSON}|^$", description="Slack user id")
    project: str = Field(default="", max_length=100)
    state: State | None = Field(
        default=None, description="without person and project: pending or active alone"
    )
    cursor: str = Field(
        default="", pattern=rf"{CURSOR}|^$", max_length=60, description="next_cursor of the page before"
    )
    limit: int = Field(default=50, ge=1, le=100, description="a page may hold fewer")


class Answered(BaseModel):
    """What is answered."""

    model_config = ConfigDict(frozen=True)


class Person(Answered):
    """Somebody, as the chat calls him."""

    id: str
    name: str


class Decision(Answered):
    """Who decided, and when. `bot` is the service itself: by a rule, or by the clock."""

    by: Person
    at: datetime
    reason: str = ""


class Failure(Answered):
    """Why no key could be made."""

    cause: str
    title: str
    fix: str = ""
    command: str = Field(default="", description="what whoever may do it can copy")


class Step(Answered):
    """One thing that happened."""

    at: datetime
    by: str = Field(description="a Slack user id, or bot")
    what: str
    reason: str = ""
    via: str = Field(default="", description="what asked in the person's name, for example api:portal")


class Request(Answered):
    """A request as it stands. Key text is nowhere in it: only Secret Manager has that."""

    id: str
    state: State
    person: Person
    project: str
    environment: str
    purpose: str
    lifetime_seconds: int
    kind: Kind
    restriction: list[str]
    via: str = Field(description="what asked in the person's name; empty when he did it himself")
    requested_at: datetime
    lapses_at: datetime | None = Field(description="when it is over without a decision; null once it is over")
    approvals_needed: int
    approvals: list[Decision]
    closed: Decision | None = None
    expires_at: datetime | None = None
    secret_link: str | None = Field(
        default=None, description="Secret Manager's page of a live key; only the person can read it there"
    )
    failure: Failure | None = None


class RequestInFull(Request):
    """A request with its story, oldest step first."""

    timeline: list[Step]


class Page(Answered):
    """Some requests in order."""

    requests: list[Request]
    next_cursor: str = Field(description="leads to those after them; empty when there are none")


class Environment(Answered):
    """What may be asked for there."""

    name: str
    lifetimes_seconds: list[int]
    approvals_needed: int
    billing_required: bool
    restriction: str = Field(description="none, optional, ip, referrer or either")


class Project(Answered):
    """A project that keys may live in. What nobody could read is null, which is evidence for nothing."""

    id: str
    environments: list[Environment]
    ready: bool | None = Field(description="whether it is known to be alive")
    api_enabled: bool | None = Field(description="the bot switches the Gemini API on where it is off")
    billing_enabled: bool | None
    checked_at: datetime | None


class Projects(Answered):
    """What may be asked for."""

    projects: list[Project]
    kinds: list[Kind]
