"""Something to be read at Google for somebody in the chat: the question, and later what was read."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the same

from bot.domain.person import Person  # noqa: TC001 - the same
from bot.domain.survey import Survey  # noqa: TC001 - the same
from bot.domain.usage import KeyUsage  # noqa: TC001 - the same

PREFIX = "look-"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageOf:
    """How was the key of a request used in the last days? Calls before `live_since` were the bot's tries."""

    request_id: str
    project_id: str
    key_uid: str
    days: int
    live_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOf:
    """Which keys does a project have, whoever made them?"""

    surveyed: str
    tells_owners: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A question and its answer; `unread` is Google's status when it refused, `place` is the chat's own."""

    id: str
    asker: Person
    asked_at: datetime
    about: UsageOf | SurveyOf
    place: Mapping[str, str] = field(default_factory=dict)
    usage: KeyUsage | None = None
    survey: Survey | None = None
    unread: str = ""

    @property
    def usage_of(self) -> UsageOf:
        """Whose usage is asked for; not asked of a survey."""
        assert isinstance(self.about, UsageOf)  # noqa: S101 - whoever shows usage has looked
        return self.about

    @property
    def team_id(self) -> str:
        """The workspace that the question comes from."""
        return self.asker.team_id

    @property
    def answered(self) -> bool:
        """Whether there is something to show."""
        return self.usage is not None or self.survey is not None or bool(self.unread)
