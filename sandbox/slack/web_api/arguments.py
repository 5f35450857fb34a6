"""Read the arguments of a Web API call from JSON, a form or the query string."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox.slack.errors import ApiError, invalid_arguments

if TYPE_CHECKING:
    from starlette.requests import Request

TRUE = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the app passed, and the token it passed it with."""

    values: dict[str, Any]
    token: str = ""

    def text(self, name: str) -> str:
        """Return a string argument, empty when absent."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        """Return a string argument; ApiError invalid_arguments when absent."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """Return a boolean argument."""
        return self.text(name).lower() in TRUE

    def number(self, name: str, default: int) -> int:
        """Return an integer argument; ApiError invalid_arguments when it is none."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid_arguments(f"must provide an integer [json-pointer:/{name}]") from None

    def json(self, name: str, error: str) -> Any:
        """Return a structured argument, which a form carries as a JSON string; ApiError `error`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(error) from None


async def read_arguments(request: Request) -> Arguments:
    """Read one call. The token stands in the Authorization header or in a form, never in JSON or the URL."""
    values: dict[str, Any] = dict(request.query_params)
    values.pop("token", None)
    body = await request.body()
    token = _bearer(request.headers.get("authorization", ""))
    if body:
        posted, form_token = _posted(request.headers.get("content-type", ""), body)
        values |= posted
        token = token or form_token
    return Arguments(values, token)


def _posted(content_type: str, body: bytes) -> tuple[dict[str, Any], str]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json_object(body), ""
    if kind == "application/x-www-form-urlencoded":
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        return form, form.pop("token", "")
    raise ApiError("invalid_post_type" if kind else "missing_post_type")


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(value, dict):
        raise ApiError("json_not_object")
    value.pop("token", None)
    return value


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
