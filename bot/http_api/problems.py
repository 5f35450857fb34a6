"""Say what went wrong as RFC 9457 does: one JSON shape for every error, with a word for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from bot.domain.rules import Invalid
from bot.errors import BotError, Conflict, NotFound, Refused, Unavailable
from bot.log_redaction import redact_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.languages.words import Words

MEDIA_TYPE = "application/problem+json"
# RFC 9457: a type is a URI; a reader takes the last word of it.
NAMESPACE = "urn:gemini-key-bot:problem:"
RETRY_SECONDS = 5
# The form's names where the API has other ones.
_FIELDS = {"lifetime": "lifetime_seconds"}


class Fault(BaseModel):
    """One place of the request that is wrong."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="where it is: a JSON pointer into the body, or a query parameter's name")
    detail: str = Field(description="what is wrong there")


class ProblemDetails(BaseModel):
    """A refusal or a failure (RFC 9457)."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description=f"{NAMESPACE}… with one word that stays the same")
    title: str = Field(description="the status in words")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="a sentence for a person, in the language asked for")
    errors: list[Fault] = []


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Carry a problem that belongs to HTTP alone; whatever the rules say comes as a `BotError`."""

    def __init__(
        self,
        status: int,
        word: str,
        sentence: str,
        *,
        headers: Mapping[str, str] | None = None,
        faults: tuple[Fault, ...] = (),
        **values: object,
    ) -> None:
        """Say it with a status, a word for programs and a sentence for people."""
        super().__init__(word)
        self.status, self.word, self.sentence = status, word, sentence
        self.headers, self.faults, self.values = dict(headers or {}), faults, values


def response(problem: Problem, words: Words) -> JSONResponse:
    """Answer with a problem; its sentences pass the redactor like everything else."""
    said = ProblemDetails(
        type=NAMESPACE + problem.word,
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=words(problem.sentence, **problem.values),
        errors=list(problem.faults),
    )
    headers = {"Cache-Control": "no-store", **problem.headers}
    content = redact_value(said.model_dump(mode="json", exclude_defaults=True))
    return JSONResponse(content, problem.status, headers, MEDIA_TYPE)


def of(error: BotError, words: Words) -> Problem:
    """Translate what the service says into HTTP, once."""
    status, word = 500, "failed"
    headers: dict[str, str] = {}
    faults: tuple[Fault, ...] = ()
    match error:
        case Invalid():
            name = _FIELDS.get(error.field, error.field)
            fault = Fault(pointer=f"/{name}", detail=words(error.template, **error.values))
            status, word, faults = 422, "invalid", (fault,)
        case Refused():
            status, word = 403, "refused"
        case NotFound():
            status, word = 404, "not-found"
        case Conflict():
            status, word = 409, "conflict"
        case Unavailable():
            status, word, headers = 503, "unavailable", {"Retry-After": str(RETRY_SECONDS)}
    return Problem(status, word, error.template, headers=headers, faults=faults, **error.values)
