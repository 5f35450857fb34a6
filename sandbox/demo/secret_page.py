"""The Secret Manager page as one person's browser asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import aiohttp

if TYPE_CHECKING:
    from sandbox.people import Person

_MISSING = re.compile(r"Missing permission</dt><dd><code>([^<]*)</code>")
_TRIED = re.compile(r'data-testid="try-result" data-status="(\d+)"')
_VALUE = re.compile(r'aria-label="Secret value">([^<]*)</pre>')
_ENABLED = re.compile(r'data-testid="value-(\d+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the console."""

    status: int
    body: str

    @property
    def missing(self) -> str:
        """The permission that a refusal names, else nothing."""
        return _first(_MISSING, self.body)

    @property
    def version(self) -> str:
        """The newest version that can be read."""
        return _first(_ENABLED, self.body)

    @property
    def tried(self) -> int:
        """How Gemini answered to [Try the key], 0 when it was not asked."""
        return int(_first(_TRIED, self.body) or 0)

    @property
    def value(self) -> str:
        """The secret's value, where this answer shows it."""
        return unescape(_first(_VALUE, self.body))


async def look(link: str, person: Person) -> Page:
    """Open the link."""
    return await _ask("GET", link, person)


async def press(link: str, person: Person, button: str, version: str) -> Page:
    """Press `value` (Show value) or `try` (Try the key) on one version."""
    project = parse_qs(urlsplit(link).query).get("project", [""])[0]
    address = f"{link.partition('?')[0]}/{version}/{button}"
    return await _ask("POST", address, person, {"project": project})


async def _ask(method: str, link: str, person: Person, form: dict[str, str] | None = None) -> Page:
    async with (
        aiohttp.ClientSession(cookies={"persona": person.user_id}) as browser,
        browser.request(method, link, data=form) as answer,
    ):
        return Page(answer.status, await answer.text())


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
