"""The story on the page, done by hand: mouse, keyboard, eyes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.browser

ADA, GRACE, ALAN, RADIA, MALLORY = "U0ADA", "U0GRACE", "U0ALAN", "U0RADIA", "U0MALLORY"
APPROVALS = "channel-C0APPROVALS"
PURPOSE = "Summarise support tickets in our internal tool"


def test_one_command_one_form_one_click_and_the_key_works(
    page: Page, picture: Callable[[str], None], keep: Callable[[Page, str], None]
) -> None:
    """A requester gets a key that works, an approver decides with one click, others are refused by IAM."""
    picture("welcome")
    asked = request_key(page, picture)
    become(page, GRACE)
    card = card_of(page, asked)
    expect(card).to_contain_text(PURPOSE)
    picture("card")
    press(card, "approve_request")
    expect(card.locator("[data-action-id=approve_request]")).to_have_count(0)
    expect(card).to_contain_text("Approved by")
    picture("approved")

    become(page, ADA)
    page.get_by_test_id("channel-app").click()
    page.get_by_test_id("tab-messages").click()
    ready = page.get_by_test_id("message").filter(has_text=f"{asked} · expires")
    expect(ready).to_be_visible(timeout=30_000)
    made = page.get_by_test_id("message").filter(has_text=f"{asked} is done")
    expect(made).to_contain_text("Key minted, stored and seen to work")
    ready.scroll_into_view_if_needed()
    picture("key-ready")

    with page.context.expect_page() as opened:
        press(ready, "open_secret")
    console = opened.value
    address = console.url
    console.get_by_role("button", name=re.compile("Try the key")).click()
    expect(console.locator("body")).to_contain_text("200")
    keep(console, "secret-manager")
    for outsider in (ALAN, MALLORY):
        page.context.add_cookies([{"name": "persona", "value": outsider, "url": page.url.split("#")[0]}])
        console.goto(address)
        expect(console.locator("body")).to_contain_text("You need permission")


def test_a_form_with_mistakes_says_so_at_its_fields_and_keeps_what_was_typed(page: Page) -> None:
    """Field errors stand under the fields and nothing that was typed is lost."""
    open_form(page)
    modal = page.get_by_test_id("modal")
    choose(modal, "project", "acme-ml-prod")
    purpose(modal).fill(PURPOSE)
    choose(modal, "lifetime", "30 days")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("acme-ml-prod is not for dev.")
    expect(purpose(modal)).to_have_value(PURPOSE)


def test_a_no_reaches_the_requester_with_its_reason(page: Page, picture: Callable[[str], None]) -> None:
    """Deny asks for a reason, the card says who, the requester is told why and may send it again."""
    asked = request_key(page, lambda _: None)
    become(page, GRACE)
    card = card_of(page, asked)
    press(card, "deny_request")
    modal = page.get_by_test_id("modal")
    modal.locator("textarea[data-block-id=note]").fill("Please name the team <!channel>")
    picture("deny")
    page.get_by_test_id("modal-submit").click()
    expect(card).to_contain_text("Denied by")
    become(page, ADA)
    page.get_by_test_id("channel-app").click()
    page.get_by_test_id("tab-messages").click()
    denied = page.get_by_test_id("message").filter(has_text=f"denied {asked}")
    expect(denied).to_contain_text("Please name the team <!channel>")
    press(denied, "send_again")
    expect(purpose(page.get_by_test_id("modal"))).to_have_value(PURPOSE)


def test_guests_and_requesters_cannot_decide(page: Page) -> None:
    """A guest who sees the card is refused, and so is an approver who asked for herself."""
    become(page, RADIA)
    asked = request_key(page, lambda _: None)
    for person, word in ((RADIA, "your own request"), (MALLORY, "Guests")):
        become(page, person)
        card = card_of(page, asked)
        press(card, "approve_request")
        expect(page.get_by_test_id("message").filter(has_text=word)).to_be_visible()
        expect(card.locator("[data-action-id=approve_request]")).to_have_count(1)


def test_the_requester_takes_it_back_on_home(page: Page, picture: Callable[[str], None]) -> None:
    """Home lists my request and withdraws it after a question; the card loses its buttons."""
    asked = request_key(page, lambda _: None)
    page.get_by_test_id("channel-app").click()
    page.get_by_test_id("tab-home").click()
    page.locator(f"[data-block-id='mine:{asked}'][data-action-id=withdraw_request]").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.locator("body")).to_contain_text("Withdrawn by")
    picture("home")
    become(page, GRACE)
    card = card_of(page, asked)
    expect(card).to_contain_text("Withdrawn by")
    expect(card.locator("[data-action-id=approve_request]")).to_have_count(0)


def become(page: Page, user_id: str) -> None:
    """Switch the persona."""
    page.get_by_test_id(f"persona-{user_id}").click()


def open_form(page: Page) -> None:
    """Type the command and wait for the form."""
    page.get_by_test_id("composer").fill("/gemini-key request")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("modal")).to_be_visible()


def card_of(page: Page, asked: str) -> Locator:
    """Find a request's card among the approvers."""
    page.get_by_test_id(APPROVALS).click()
    return page.get_by_test_id("message").filter(has_text=f"Gemini key request · {asked}")


def request_key(
    page: Page, picture: Callable[[str], None], *, doing: str = PURPOSE, month: str = "30"
) -> str:
    """Ask for a dev key for a month, close the form, and say which request it is."""
    open_form(page)
    modal = page.get_by_test_id("modal")
    choose(modal, "project", "acme-ml-dev")
    purpose(modal).fill(doing)
    choose(modal, "lifetime", "30")
    picture("form")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("GK-")
    asked = re.search(r"GK-[2-9A-Z]{4}", modal.inner_text())
    assert asked is not None
    page.get_by_test_id("modal-close").click()
    return asked[0]


def have_key(page: Page) -> tuple[str, Locator]:
    """Ask, approve, and wait with the requester; returns the id and the message with the key's buttons."""
    asked = request_key(page, lambda _: None)
    become(page, GRACE)
    press(card_of(page, asked), "approve_request")
    become(page, ADA)
    page.get_by_test_id("channel-app").click()
    page.get_by_test_id("tab-messages").click()
    ready = page.get_by_test_id("message").filter(has_text=f"{asked} · expires")
    expect(ready).to_be_visible(timeout=30_000)
    return asked, ready


def choose(modal: Locator, block_id: str, label: str) -> None:
    """Choose from a list of the form."""
    option = modal.locator(f"select[data-block-id={block_id}] option").filter(has_text=label)
    modal.locator(f"select[data-block-id={block_id}]").select_option(value=option.get_attribute("value"))


def purpose(modal: Locator) -> Locator:
    """Find the field that asks what will be built."""
    return modal.locator("textarea[data-block-id=purpose]")


def press(message: Locator, action_id: str) -> None:
    """Press a button of a message."""
    message.locator(f"[data-action-id={action_id}]").last.click()
