"""What is written on a key: ours is replaced as a whole, and what others wrote stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.names import GEMINI

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
