"""One call: who makes it, what it says, and how its texts are read without trusting them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from bot.http_api.problems import Fault, Problem
from bot.languages.words import N_

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.domain.api_token import ApiToken
    from bot.http_api.reception import Reception
    from bot.languages.words import Words

LARGEST_BODY = 64 * 1024
MOST_FAULTS = 20

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint gets."""

    reception: Reception
    token: ApiToken
    request: Request
    words: Words

    def query(self, shape: type[T]) -> T:
        """Read the query's parameters, each once."""
        return _checked(shape, dict(self.request.query_params), "")

    async def body(self, shape: type[T]) -> T:
        """Read a JSON object of at most 64 KiB."""
        media_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise Problem(415, "not-json", N_("Send JSON: Content-Type: application/json."))
        return _checked(shape, await self._text(), "/")

    async def _text(self) -> bytes:
        text = bytearray()
        async for chunk in self.request.stream():
            text += chunk
            if len(text) > LARGEST_BODY:
                raise Problem(413, "too-large", N_("That body is larger than 64 KiB."))
        return bytes(text)


def _checked(shape: type[T], said: bytes | dict[str, str], root: str) -> T:
    try:
        return shape.model_validate_json(said) if isinstance(said, bytes) else shape.model_validate(said)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)[:MOST_FAULTS]
    broken = any(fault["type"] == "json_invalid" for fault in faults)
    raise Problem(
        400 if broken else 422,
        "not-json" if broken else "invalid",
        N_("The request does not have its shape; errors says where."),
        faults=tuple(
            Fault(pointer=root + "/".join(str(part) for part in fault["loc"]), detail=fault["msg"])
            for fault in faults
        ),
    )
