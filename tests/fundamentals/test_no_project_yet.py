"""Somebody wants a key and there is no project for it: the form itself leads to one."""

from __future__ import annotations

from sandbox.demo.visitor import chosen, has_button, words, written
from sandbox.google.company import FOLDER
from tests.support.company import APPROVALS, PURPOSE, Company, shows

PROJECT = "acme-gemini-support"


async def test_from_the_form_to_a_project(acme: Company) -> None:
    """Ada finds no project that fits, asks for one where she stands, and has a key in it."""
    await acme.bot()
    ada, grace = await acme.person("U0ADA"), await acme.person("U0GRACE")

    # The form for a key lists the company's projects. None is meant for what Ada builds.
    await ada.command("/gemini-key request")
    form = await ada.until(lambda: ada.view, "the form for a key")
    assert "acme-ml-dev" in str(form)
    assert PROJECT not in str(form)

    # So she presses the button beside the list. A smaller form says what her project will be called.
    await ada.press_view("open_new_project")
    asked = await ada.until(lambda: ada.view and "acme-gemini-{name}" in str(ada.view), "the smaller form")
    assert asked
    await ada.submit(
        {"project": written("support"), "environment": chosen("dev"), "purpose": written(PURPOSE)}
    )

    # Grace sees what it is for, where it comes to be and who pays. One click.
    card = await grace.message(APPROVALS, shows(PROJECT), "the card of the project")
    assert PURPOSE in words(card)
    assert FOLDER in words(card)
    await grace.press("approve_fix", card)

    # Ada hears when it is ready, and how to go on. Nobody has touched the policy.
    direct = await ada.direct_channel()
    ready = await ada.message(direct, lambda m: "is ready" in words(m), "the project")
    assert f"/gemini-key request {PROJECT}" in words(ready)
    while ada.view:
        await ada.close()

    # And a key there is like any other: asked for, approved, fetched.
    request_id = await acme.ask(ada, project=PROJECT)
    await grace.press("approve_request", await grace.message(APPROVALS, shows(request_id), "its card"))
    await ada.message(direct, lambda m: has_button(m, "open_secret") and request_id in words(m), "the key")
    assert (await acme.request(request_id)).project_id == PROJECT
