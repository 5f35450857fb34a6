"""The link: Ada reads and tries her key, and IAM turns everybody else away."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from sandbox.demo import secret_page
from sandbox.demo.moves import expect, player
from sandbox.people import ADA, ALAN, MALLORY

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.demo.transcript import Scene

TITLE = "The link opens Secret Manager, for Ada alone"


async def tell(stage: Stage, scene: Scene) -> None:
    """Open the link as three people; press both buttons as Ada."""
    ada, link = player(stage, scene, ADA), stage.known["link"]
    ada.did("opens the link")
    page = await secret_page.look(link, ADA)
    expect(page.status == HTTPStatus.OK, f"Ada's link answered {page.status}")
    ada.saw(f"HTTP {page.status}, version {page.version} of the secret")

    shown = await secret_page.press(link, ADA, "value", page.version)
    found = stage.town.cloud.world.key(shown.value)
    expect(found and not found[1].deleted, "the secret does not hold a key that lives")
    ada.did("presses [Show value]")
    ada.saw(f"{len(shown.value)} characters, the text of the key that Google minted (not told here)")

    tried = await secret_page.press(link, ADA, "try", page.version)
    ada.did("presses [Try the key]")
    ada.saw(f"The key works: HTTP {tried.tried}")
    expect(tried.tried == HTTPStatus.OK, f"the key does not work: HTTP {tried.tried}")
    stage.known["works"] = page.version

    for person in (MALLORY, ALAN):
        who = player(stage, scene, person)
        who.did("opens the same link")
        refused = await secret_page.look(link, person)
        who.saw(f"HTTP {refused.status}: this account lacks {refused.missing}")
        expect(refused.status == HTTPStatus.FORBIDDEN and refused.missing, f"{who.name} was not refused")
        value = await secret_page.press(link, person, "value", page.version)
        expect(value.status == HTTPStatus.FORBIDDEN and not value.value, f"{who.name} read the key")
