"""A company's portal: it speaks HTTP to the API, and holds every answer against the API's own description."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from openapi_schema_validator import OAS31Validator

from bot.domain.api_token import Scope
from bot.operations import tokens
from tests.support.people import PURPOSE, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import aiohttp

    from bot.store.api_tokens import ApiTokens

Json = dict[str, Any]
# Letters that never vary, so that a failure reads the same twice; a real secret is 32 random bytes.
SECRET: Final = "Abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE"
WEEK: Final = 7 * 86_400
ASKING: Final[Json] = {
    "project": "acme-ml-dev",
    "environment": "dev",
    "purpose": PURPOSE,
    "lifetime_seconds": WEEK,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the API answered."""

    status: int
    json: Json
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """The word that names a problem to programs."""
        return str(self.json["type"]).rpartition(":")[2]


class Portal:
    """One caller with one token; `described` is what /openapi.json says."""

    def __init__(
        self, session: aiohttp.ClientSession, address: str, described: Json, token: str = ""
    ) -> None:
        self._session, self._described = session, described
        self._base = address + described["servers"][0]["url"]
        self.token = token

    async def ask(self, person: str = "", *, key: str = "", **changes: Any) -> Said:
        """Ask for a key in somebody's name."""
        body = {**ASKING, **({"person": person} if person else {}), **changes}
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return await self.call("post", "/requests", json=body, headers=headers)

    async def get(self, path: str, template: str = "", **query: Any) -> Said:
        """Read something; `template` is the path as the description has it."""
        return await self.call("get", path, template=template or path, params=query)

    async def call(self, method: str, path: str, *, template: str = "", **options: Any) -> Said:
        """Make one call, and hold the answer against the description."""
        headers = {**self._authorization(), **options.pop("headers", {})}
        url = self._base + path
        async with self._session.request(method, url, headers=headers, **options) as answer:
            said = Said(answer.status, await answer.json(content_type=None), dict(answer.headers))
        if operation := self._described["paths"].get(template or path, {}).get(method):
            self._check(operation, said)
        return said

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _check(self, operation: Json, said: Said) -> None:
        content = operation["responses"][str(said.status)]["content"]
        media_type = said.headers["Content-Type"]
        schema = {**content[media_type]["schema"], "components": strict(self._described["components"])}
        OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(said.json)


def strict(part: Any) -> Any:
    """Let no object have what it does not describe; callers must bear more, we should not send it."""
    if isinstance(part, list):
        return [strict(each) for each in part]
    if not isinstance(part, dict):
        return part
    closed = {"additionalProperties": False} if "properties" in part else {}
    return {**{name: strict(each) for name, each in part.items()}, **closed}


async def new_token(
    kept: ApiTokens,
    now: datetime,
    name: str = "portal",
    scopes: Iterable[str] = ("read", "request"),
    *,
    person: str = "",
    days: int = 90,
) -> str:
    """Make a token as the command line does."""
    return await tokens.make(
        kept,
        TEAM,
        name,
        scopes=[Scope(scope) for scope in scopes],
        person=person,
        life=timedelta(days=days),
        now=now,
        secret=SECRET,
    )
