"""What is written on a key: ours is replaced as a whole, and what others wrote stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain import names
from bot.domain.key_request import Adopted
from bot.domain.names import GEMINI
from bot.domain.restriction import Restriction
from bot.google.holdings import Inventory
from tests.support.people import approved

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
THEIRS = {"cost-centre": "42"}


async def a_key(cloud: Cloud, sandbox: Sandbox) -> str:
    key_id = sandbox.name()
    order = await cloud.keys.create(
        PROJECT, key_id, display_name=key_id, service_account="", service=GEMINI, annotations=THEIRS
    )
    await cloud.keys.wait(order)
    return key_id


async def notes(cloud: Cloud, key_id: str) -> dict[str, str]:
    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    return dict(facts.annotations)


async def test_our_notes_come_and_go_beside_those_of_others(cloud: Cloud, sandbox: Sandbox) -> None:
    """Adopting a key writes on it, letting go takes it off again, and neither costs anybody a word."""
    key_id = await a_key(cloud, sandbox)
    ours = {"gemini-key-bot-request": "T012/GK-7F3K", "gemini-key-bot-expires": "2026-12-24"}

    await cloud.key_care.annotate(PROJECT, key_id, ours)
    assert await notes(cloud, key_id) == {**THEIRS, **ours}

    later = {"gemini-key-bot-request": "T012/GK-7F3K"}
    await cloud.key_care.annotate(PROJECT, key_id, later)
    assert await notes(cloud, key_id) == {**THEIRS, **later}

    await cloud.key_care.annotate(PROJECT, key_id, {})
    assert await notes(cloud, key_id) == THEIRS


async def test_an_adopted_key_is_found_by_its_notes_and_let_go(cloud: Cloud, sandbox: Sandbox) -> None:
    """Reconcile sees whose it is and that others made it; without our notes it is none of ours again."""
    key_id, inventory = await a_key(cloud, sandbox), Inventory(cloud)
    request = approved(adopted=Adopted(key_id=key_id), rotation=0)
    await cloud.key_care.annotate(PROJECT, key_id, names.annotations_for(request))

    (held,) = [key for key in (await inventory.holdings(PROJECT)).keys if key.key_id == key_id]
    assert (held.adopted, held.rotation, held.owner) == (True, 0, names.owner(request))

    await inventory.let_go(PROJECT, key_id)
    assert key_id not in {key.key_id for key in (await inventory.holdings(PROJECT)).keys}
    assert await notes(cloud, key_id) == THEIRS


async def test_narrowing_a_key_keeps_from_where_it_may_be_used(cloud: Cloud, sandbox: Sandbox) -> None:
    """Only the APIs change: whoever restricted it to addresses meant that."""
    key_id = sandbox.name()
    order = await cloud.keys.create(
        PROJECT,
        key_id,
        display_name=key_id,
        service_account="",
        service="aiplatform.googleapis.com",
        annotations={},
        restriction=Restriction(ips=("198.51.100.0/24",)),
    )
    await cloud.keys.wait(order)

    await cloud.key_care.narrow(PROJECT, key_id, GEMINI)

    state = await cloud.key_care.describe(PROJECT, key_id)
    assert state.services == {GEMINI}
    assert (state.application, state.limits) == ("server", ("198.51.100.0/24",))
