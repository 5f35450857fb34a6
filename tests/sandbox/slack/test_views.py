"""Modals and Home tabs through views.*: triggers, stacks, hashes, sizes."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.options import Options


def text(words: str) -> dict[str, str]:
    return {"type": "plain_text", "text": words}


def modal(**beside: Any) -> dict[str, Any]:
    field = {
        "type": "input",
        "block_id": "purpose",
        "label": text("Purpose"),
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    return {"type": "modal", "title": text("Request"), "submit": text("Send"), "blocks": [field], **beside}


HOME = {"type": "home", "blocks": [{"type": "divider"}]}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_trigger_opens_one_modal_for_its_user(world: Any) -> None:
    """The modal appears for the one who acted, with private_metadata kept, and the trigger is used up."""
    ada, grace = await world.page(), await world.page("U0GRACE")
    trigger = world.trigger("U0ADA")

    view = (await world.bot.views_open(trigger_id=trigger, view=modal(private_metadata="nonce")))["view"]

    assert (await ada.event("view"))["view"]["id"] == view["id"] == view["root_view_id"]
    assert (view["private_metadata"], view["state"]["values"]["purpose"]["text"]["value"]) == ("nonce", None)
    assert await error_of(world.bot.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
    assert (await grace.get("workspace"))["view"] is None


async def test_a_trigger_lives_three_seconds(world: Any) -> None:
    """A moment before the end it works, a moment after it has expired."""
    early, late = world.trigger(), world.trigger()

    world.clock.advance(2.5)
    await world.bot.views_open(trigger_id=early, view=modal())
    world.clock.advance(1)

    assert await error_of(world.bot.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"


async def test_an_invented_trigger_is_invalid(world: Any) -> None:
    """Only issued triggers count; a view that is refused does not use one up."""
    trigger = world.trigger()

    assert await error_of(world.bot.views_open(trigger_id="1.2.abc", view=modal())) == "invalid_trigger_id"
    bad = world.bot.views_open(trigger_id=trigger, view=modal(title=text("x" * 25)))
    assert await error_of(bad) == "invalid_arguments"
    await world.bot.views_open(trigger_id=trigger, view=modal())


async def test_a_stack_is_three_deep(world: Any) -> None:
    """Root and two pushed views are the limit, and each user has a stack of their own."""
    ada = await world.page()
    root = (await world.bot.views_open(trigger_id=world.trigger(), view=modal()))["view"]["id"]
    second = (await world.bot.views_push(trigger_id=world.trigger(), view=modal()))["view"]
    await world.bot.views_push(trigger_id=world.trigger(), view=modal())

    fourth = world.bot.views_push(trigger_id=world.trigger(), view=modal())
    graces = world.bot.views_push(trigger_id=world.trigger("U0GRACE"), view=modal())

    assert (second["root_view_id"], second["previous_view_id"]) == (root, root)
    assert await error_of(fourth) == "push_limit_reached"
    assert await error_of(graces) == "not_found"
    assert len((await ada.get("workspace"))["stack"]) == 3


async def test_a_stale_hash_conflicts(world: Any) -> None:
    """views.update and views.publish refuse the hash of an older state, and take the newest."""
    view = (await world.bot.views_open(trigger_id=world.trigger(), view=modal()))["view"]
    home = (await world.bot.views_publish(user_id="U0ADA", view=HOME))["view"]
    fresh = await world.bot.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    await world.bot.views_publish(user_id="U0ADA", hash=home["hash"], view=HOME)

    again = world.bot.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    republished = world.bot.views_publish(user_id="U0ADA", hash=home["hash"], view=HOME)

    assert await error_of(again) == "hash_conflict"
    assert await error_of(republished) == "hash_conflict"
    await world.bot.views_update(view_id=view["id"], hash=fresh["view"]["hash"], view=modal())


async def test_a_view_is_found_by_its_external_id(world: Any) -> None:
    """The app's own id finds the view, and no second view may use it."""
    await world.bot.views_open(trigger_id=world.trigger(), view=modal(external_id="GK-7F3K"))

    updated = await world.bot.views_update(external_id="GK-7F3K", view=modal(title=text("Sent")))

    assert updated["view"]["title"]["text"] == "Sent"
    unknown = world.bot.views_update(external_id="GK-NONE", view=modal())
    assert await error_of(unknown) == "not_found"
    twice = world.bot.views_open(trigger_id=world.trigger("U0ALAN"), view=modal(external_id="GK-NEW"))
    await twice
    taken = world.bot.views_open(trigger_id=world.trigger("U0GRACE"), view=modal(external_id="GK-NEW"))
    assert await error_of(taken) == "duplicate_external_id"


async def test_what_was_typed_survives_an_update_with_the_same_ids(world: Any) -> None:
    """Inputs keep their values while block_id and action_id stay, and lose them with a new block_id."""
    view = (await world.bot.views_open(trigger_id=world.trigger(), view=modal()))["view"]
    typed = {"type": "plain_text_input", "value": "Tickets"}
    world.team.views.find(view["id"]).values["purpose"]["text"] = typed
    renamed = modal()
    renamed["blocks"][0]["block_id"] = "purpose-2"

    kept = (await world.bot.views_update(view_id=view["id"], view=modal()))["view"]["state"]["values"]
    lost = (await world.bot.views_update(view_id=view["id"], view=renamed))["view"]["state"]["values"]

    assert kept["purpose"]["text"] == typed
    assert lost["purpose-2"]["text"]["value"] is None


async def test_an_invalid_view_is_listed(world: Any) -> None:
    """The answer names what is missing, with a pointer."""
    with pytest.raises(SlackApiError) as caught:
        await world.bot.views_open(trigger_id=world.trigger(), view={"type": "modal", "blocks": []})

    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: title [json-pointer:/view]"
    ]


async def test_a_huge_view_is_refused(world: Any) -> None:
    """250 kB is the limit for the whole view."""
    section = {"type": "section", "text": text("x" * 2_900)}

    huge = world.bot.views_open(trigger_id=world.trigger(), view=modal(blocks=[section] * 90))

    assert await error_of(huge) == "view_too_large"


async def test_a_home_tab_is_published_to_its_user_only(make_world: Any) -> None:
    """The user's page gets it; a modal is no Home tab; without the feature it is not enabled."""
    world, without = await make_world(), await make_world(Options(home_tab=False))
    ada = await world.page()

    await world.bot.views_publish(user_id="U0ADA", view=HOME)

    assert (await ada.event("home"))["view"]["type"] == "home"
    assert (await (await world.page("U0GRACE")).get("workspace"))["home"] is None
    assert await error_of(world.bot.views_publish(user_id="U0ADA", view=modal())) == "invalid_arguments"
    assert await error_of(world.bot.views_publish(user_id="U0NOBODY", view=HOME)) == "invalid_arguments"
    assert await error_of(without.bot.views_publish(user_id="U0ADA", view=HOME)) == "not_enabled"


async def test_a_closed_modal_cannot_be_updated(world: Any) -> None:
    """Once the person has closed it, the view is not found."""
    ada = await world.page()
    view = (await world.bot.views_open(trigger_id=world.trigger(), view=modal()))["view"]

    await ada.post("view/close", view_id=view["id"])

    assert (await ada.event("view_closed"))["view_id"] is None
    assert await error_of(world.bot.views_update(view_id=view["id"], view=modal())) == "not_found"
