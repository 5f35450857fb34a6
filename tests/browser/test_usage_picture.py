"""The picture of a key's calls on the page, as its owner sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import have_key

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser


def test_the_bars_are_seen_and_described(page: Page, picture: Callable[[str], None]) -> None:
    """After some calls, usage shows a picture that has loaded, with a description in words beside it."""
    asked, _ = have_key(page)
    called(page, asked)

    page.get_by_test_id("composer").fill(f"/gemini-key usage {asked}")
    page.get_by_test_id("send").click()

    drawn = page.get_by_test_id("file").locator("img")
    expect(drawn).to_be_visible()
    expect(drawn).to_have_attribute("alt", re.compile(rf"Calls per day with {asked} .* 49 in all, 7 failed"))
    assert drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1440
    drawn.scroll_into_view_if_needed()
    picture("usage")


def called(page: Page, asked: str) -> None:
    """Let the key be called as programs do: mostly well, sometimes too often."""
    here = page.url.split("#", maxsplit=1)[0]
    state = page.request.get(f"{here}google/state").json()
    keys = [key for project in state["projects"] for key in project["keys"]]
    uid = next(key["uid"] for key in keys if f"/{asked.lower()}-r1" in key["name"])
    past = [{"hours_ago": 0, "status": 200, "count": 42}, {"hours_ago": 0, "status": 429, "count": 7}]
    answer = page.request.post(f"{here}google/keys/{uid}", data={"past_calls": past})
    assert answer.ok, answer.text()
