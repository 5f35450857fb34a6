"""The same story in the other languages: who asks reads his own, and so does everybody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import ADA, ALAN, APPROVALS, GRACE, become, press, request_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.browser

# Who asks (each has a DM of his own), what he would build, the titles of form and Home, the card's button.
SPOKEN = {
    "fr-FR": (
        ADA,
        "Résumer les tickets du support dans notre outil",
        "Demander une clé Gemini",
        "Clés Gemini",
        "Approuver",
    ),
    "zh-CN": (ALAN, "在我们的内部工具中汇总客户支持工单并按主题分类", "Gemini", "Gemini", "批准"),
}


@pytest.fixture
def english_again(page: Page) -> Iterator[None]:
    """Leave the people as other tests expect them."""
    yield
    for person in (ALAN, ADA):
        become(page, person)
        speak(page, "en-GB")


@pytest.mark.usefixtures("english_again")
@pytest.mark.parametrize("locale", SPOKEN)
def test_a_key_in_the_language_of_who_asks(
    page: Page, picture: Callable[[str], None], rules: Callable[[str], None], locale: str
) -> None:
    """Form, DM, link and Home are in the language of who asks, the card in its channel's; nothing is cut."""
    person, doing, title, home, approve = SPOKEN[locale]
    language = locale.partition("-")[0]
    rules(f'[languages]\nC0APPROVALS = "{locale}"\n')
    become(page, person)
    speak(page, locale)

    def seen(name: str) -> None:
        titled(page, title)
        picture(f"{name}-{language}")

    asked = request_key(page, seen, doing=doing)
    become(page, GRACE)
    page.get_by_test_id(APPROVALS).click()
    card = page.get_by_test_id("message").filter(has_text=asked)
    expect(card).to_contain_text(approve)
    expect(card).not_to_contain_text(re.compile("Approve|Deny|requests?|expires"))
    picture(f"card-{language}")
    press(card, "approve_request")

    become(page, person)
    page.get_by_test_id("channel-app").click()
    page.get_by_test_id("tab-messages").click()
    ready = page.get_by_test_id("message").filter(has=page.locator("[data-action-id=open_secret]"))
    ready = ready.filter(has_text=asked)
    expect(ready).to_be_visible(timeout=30_000)
    expect(ready).not_to_contain_text(re.compile("ready|expires|Open in"))
    picture(f"key-ready-{language}")

    page.get_by_test_id("tab-home").click()
    expect(page.locator("#home")).to_contain_text(home)
    expect(page.locator("#home")).not_to_contain_text(re.compile("Your keys|Request a key|Refresh"))
    picture(f"home-{language}")


def speak(page: Page, locale: str) -> None:
    """Choose a language for the persona."""
    with page.expect_response("**/page/language"):
        page.get_by_test_id("language").select_option(locale)


def titled(page: Page, title: str) -> None:
    """See that the form is in the language, and that its title is whole."""
    modal = page.get_by_test_id("modal")
    expect(modal).to_contain_text(title)
    expect(modal).not_to_contain_text("Request a Gemini key")
