"""What the holder of a key does with it on the page: a new one, none any more, the old one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_story import have_key, press

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser
PROVISIONED = 30_000


def test_a_key_is_rotated_and_then_revoked_and_brought_back(
    page: Page, picture: Callable[[str], None]
) -> None:
    """Rotate puts a new key into the same secret, revoke takes both away, undo brings one back."""
    asked, ready = have_key(page)

    confirmed(page, ready, "rotate_key")
    rotated = told(page, f"A new key of {asked} is in place, as version 2 of the same secret")
    expect(rotated).to_contain_text("The old key works on")
    rotated.scroll_into_view_if_needed()
    picture("rotated")

    confirmed(page, ready, "revoke_key")
    revoked = told(page, f"The key of {asked} for acme-ml-dev was revoked by")
    expect(revoked).to_contain_text("It can be brought back until")
    revoked.scroll_into_view_if_needed()
    picture("revoked")

    press(revoked, "undo_revoke")
    told(page, f"The key of {asked} for acme-ml-dev is back")


def confirmed(page: Page, message: Locator, action_id: str) -> None:
    """Press a button and say yes to its question."""
    press(message, action_id)
    page.get_by_test_id("confirm-yes").click()


def told(page: Page, words: str) -> Locator:
    """Wait for the newest message that says so."""
    message = page.get_by_test_id("message").filter(has_text=words).last
    expect(message).to_be_visible(timeout=PROVISIONED)
    return message
