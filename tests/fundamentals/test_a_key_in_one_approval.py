"""One command, one form, one click: a key that works, for exactly the person who asked."""

from __future__ import annotations

import aiohttp

from tests.support.company import APPROVALS, Company, has_button, shows


async def test_a_key_in_one_approval(acme: Company) -> None:
    """Ada asks, Grace clicks, and Ada holds a link to a key that the Gemini API accepts."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # Ada types one command and fills in one form.
    request_id = await acme.ask(ada)

    # The approvers' channel shows a card with two buttons. Grace presses one.
    card = await grace.message(APPROVALS, shows(request_id, "acme-ml-dev"), "the card")
    await grace.press("approve_request", card)

    # Ada gets a new message with a link; the card says who approved and keeps no button.
    channel = await ada.direct_channel()
    ready = await ada.message(channel, lambda m: has_button(m, "open_secret"), "the link to the key")
    await grace.message(
        APPROVALS, shows(request_id, "Approved by <@U0GRACE>", "key in Secret Manager"), "the news"
    )

    # At Google there is one key, bound to a service account, and one secret that only Ada reads.
    (key,) = acme.live_keys()
    assert key.service_account_email.startswith("gemini-keys-")
    secret = acme.secret(request_id)
    assert secret is not None
    assert acme.readers(secret) == {"user:ada@acme.test"}
    assert acme.stored_text(secret) == key.key_string

    # The link leads to the secret's page, where Ada tries the key. It works.
    link = next(e["url"] for b in ready["blocks"] for e in b.get("elements", []) if "url" in e)
    secret_page = link.partition("?")[0]
    async with aiohttp.ClientSession(acme.town.address, cookies={"persona": "U0ADA"}) as browser:
        form = {"project": "acme-ml-dev"}
        headers = {"Origin": acme.town.address}
        async with browser.post(f"{secret_page}/1/try", data=form, headers=headers) as answer:
            assert answer.status == 200
            assert "200" in await answer.text()
        browser.cookie_jar.update_cookies({"persona": "U0GRACE"})
        async with browser.post(f"{secret_page}/1/value", data=form, headers=headers) as answer:
            assert key.key_string not in await answer.text(), "nobody but Ada reads it, not even the approver"
