"""Name what can go wrong in sentences for the person, before any language is chosen.

A front end says an error in the person's language with `words(error.template, **error.values)`.
"""

# ruff: noqa: N818 - a name says what happened to the person, not that a program failed
from __future__ import annotations

from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import timedelta

_FORMATTER = Formatter()


def fill(template: str, values: Mapping[str, object]) -> str | None:
    """Put values into `{name}` placeholders; `None` when the template asks for what is not there.

    `{name}` and nothing cleverer: a catalogue must not reach into objects with `{name.attribute}`.
    """
    try:
        return "".join(_filled(template, values))
    except (LookupError, TypeError, ValueError):
        return None


def _filled(template: str, values: Mapping[str, object]) -> Iterator[str]:
    for literal, name, spec, conversion in _parts(template):
        yield literal
        if name is not None:
            value = values[name]
            yield format(_FORMATTER.convert_field(value, conversion) if conversion else value, spec)


@lru_cache(maxsize=2048)
def _parts(template: str) -> tuple[tuple[str, str | None, str, str | None], ...]:
    """Take a template apart once; the sentences are few, and Home says hundreds of them."""
    return tuple([(text, name, spec or "", how) for text, name, spec, how in _FORMATTER.parse(template)])


class BotError(Exception):
    """Tell a person what went wrong; `str()` is the English sentence.

    `template` is that sentence with `{name}` placeholders and is the message id in the catalogues;
    `values` fills them and must never hold a secret.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        said = fill(self.template, self.values)
        return self.template if said is None else said


class Refused(BotError):
    """Say that a rule does not allow it."""


class NoPolicy(Refused):
    """Say that nobody has written a policy for this workspace."""

    def __init__(self) -> None:
        """Say what goes on all the same, and whom to ask."""
        super().__init__(
            "This workspace has no policy for Gemini keys, so nothing can be asked for or decided here. "
            "Keys that live go on until their end. Ask whoever runs the bot."
        )


class Conflict(BotError):
    """Say that somebody was first, or that it changed meanwhile."""


class NotFound(BotError):
    """Say that there is no such thing."""


class Unavailable(BotError):
    """Say that Redis or Google could not be reached; trying again later may work."""


class Misconfigured(BotError):
    """Say which setting or policy line is wrong, and what it should be."""


# What these say may be otherwise a moment later; every other answer is Google's last word.
_TRANSIENT = frozenset(
    {"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL", "UNKNOWN", "CANCELLED"}
)
# Google: a quota that is a size (300 keys per project) and not a rate does not fill up again.
_LASTING_QUOTA = "RESOURCE_QUOTA_EXCEEDED"


class GoogleError(BotError):
    """Say that a Google call failed, in Google's own words and codes, all of them redacted.

    `status` is the canonical name (`PERMISSION_DENIED`), for REST too; `http` the status code; `reason`,
    `domain` and `metadata` come from ErrorInfo; `call` is `ApiKeys/CreateKey`; `retry_after` is RetryInfo's
    delay; `finished` says that a long-running operation ended so: asking it again gives the same answer.
    """

    def __init__(
        self,
        status: str,
        message: str = "",
        *,
        call: str = "",
        http: int = 0,
        reason: str = "",
        domain: str = "",
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
        links: Sequence[str] = (),
        violations: Sequence[str] = (),
        finished: bool = False,
        permanent: bool | None = None,
    ) -> None:
        """Keep the facts; `permanent` is given only by who knows better than status and reason do."""
        super().__init__(
            "Google answered {call} with {status}: {message}" if call else "{status}: {message}",
            call=call,
            status=status,
            message=message or reason or "no details",
        )
        self.status = status
        self.message = message
        self.call = call
        self.http = http
        self.reason = reason
        self.domain = domain
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after
        self.links = tuple(links)
        self.violations = tuple(violations)
        self.finished = finished
        self._permanent = permanent

    @property
    def permanent(self) -> bool:
        """Whether no retry of the same call will change the answer."""
        if self._permanent is not None:
            return self._permanent
        return self.status not in _TRANSIENT or self.reason == _LASTING_QUOTA

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed later."""
        return not self.permanent

    def __repr__(self) -> str:
        return f"GoogleError({str(self)!r})"

    def for_now(self) -> GoogleError:
        """Declare it transient: Google has not caught up with an earlier change yet."""
        self._permanent = False
        return self


def may_pass(error: Exception) -> bool:
    """Tell whether the same may succeed later: Google is away, a policy is missing, or we erred."""
    if isinstance(error, GoogleError):
        return error.transient
    return isinstance(error, NoPolicy) or not isinstance(error, BotError)


class OutOfTurn(GoogleError):
    """Say that a call was not made, as Google takes no more of them this minute; nobody has failed.

    `wait` is how long it is likely to be until its turn comes.
    """

    def __init__(self, call: str, wait: timedelta) -> None:
        """Say which call waits, and for how long."""
        super().__init__(
            "RESOURCE_EXHAUSTED",
            f"{call} waits for its turn: Google takes only so many a minute.",
            http=429,
            reason="RATE_LIMIT_EXCEEDED",
            retry_after=wait,
        )
        self.wait = wait
