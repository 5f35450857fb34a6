"""What is written on a key: ours is replaced as a whole, and what others wrote stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain import names
from bot.domain.key_request import Adopted
from bot.domain.names import GEMINI
from bot.domain.restriction import Restriction
from bot.errors import Conflict, GoogleError
from bot.google.holdings import Inventory
from bot.provisioning.steps.adopt_key import AdoptKey
from tests.support.people import approved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.key_request import KeyRequest
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
THEIRS = {"cost-centre": "42"}
OWNER = "T012/GK-7F3K"


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
    ours = {"gemini-key-bot-request": OWNER, "gemini-key-bot-expires": "2026-12-24"}

    await cloud.key_care.annotate(PROJECT, key_id, ours, owner=OWNER)
    assert await notes(cloud, key_id) == {**THEIRS, **ours}

    later = {"gemini-key-bot-request": OWNER}
    await cloud.key_care.annotate(PROJECT, key_id, later, owner=OWNER)
    assert await notes(cloud, key_id) == {**THEIRS, **later}

    await cloud.key_care.annotate(PROJECT, key_id, {}, owner=OWNER)
    assert await notes(cloud, key_id) == THEIRS


async def test_an_adopted_key_is_found_by_its_notes_and_let_go(cloud: Cloud, sandbox: Sandbox) -> None:
    """Reconcile sees whose it is and that others made it; without our notes it is none of ours again."""
    key_id, inventory = await a_key(cloud, sandbox), Inventory(cloud)
    request = approved(adopted=Adopted(key_id=key_id), rotation=0)
    marks, owner = names.annotations_for(request), names.owner(request)
    await cloud.key_care.annotate(PROJECT, key_id, marks, owner=owner)

    (held,) = [key for key in (await inventory.holdings(PROJECT)).keys if key.key_id == key_id]
    assert (held.adopted, held.rotation, held.owner) == (True, 0, names.owner(request))

    await inventory.let_go(PROJECT, key_id, names.owner(request))
    assert key_id not in {key.key_id for key in (await inventory.holdings(PROJECT)).keys}
    assert await notes(cloud, key_id) == THEIRS


class Slow:
    """The journal of a worker to whom much happens between reading at Google and writing there."""

    def __init__(self, request: KeyRequest, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        self.request, self._meanwhile = request, meanwhile

    async def write(self, verb: str, change: Callable[[KeyRequest], KeyRequest]) -> KeyRequest:
        """Let it happen."""
        self.request = change(self.request)
        if self._meanwhile:
            await self._meanwhile()
        return self.request


async def test_of_two_claims_at_once_one_gets_the_key(cloud: Cloud, sandbox: Sandbox) -> None:
    """Both have seen it free, and whoever marks it second is refused: the first one's marks stay."""
    key_id = await a_key(cloud, sandbox)
    first, second = (
        approved(id=name, adopted=Adopted(key_id=key_id), rotation=0) for name in ("GK-AAAA", "GK-BBBB")
    )
    step = AdoptKey(cloud.keys, cloud.key_care)

    with pytest.raises(Conflict, match="already belongs to GK-AAAA"):
        await step.do(Slow(second, meanwhile=lambda: step.do(Slow(first))))
    await step.undo(Slow(second))

    assert await notes(cloud, key_id) == {**THEIRS, **names.annotations_for(first)}


async def test_nobody_writes_over_anothers_marks(cloud: Cloud, sandbox: Sandbox) -> None:
    """Whoever looked earlier and saw none is refused at the change, whatever he wants to write or narrow."""
    key_id = await a_key(cloud, sandbox)
    await cloud.key_care.annotate(PROJECT, key_id, {names.OWNER: OWNER}, owner=OWNER)

    for marks in ({names.OWNER: "T012/GK-OTHER"}, {}):
        with pytest.raises(Conflict, match="already belongs to GK-7F3K"):
            await cloud.key_care.annotate(PROJECT, key_id, marks, owner="T012/GK-OTHER")
    with pytest.raises(Conflict, match="already belongs to GK-7F3K"):
        await cloud.key_care.narrow(PROJECT, key_id, GEMINI)

    assert await notes(cloud, key_id) == {**THEIRS, names.OWNER: OWNER}


async def test_a_key_that_got_an_owner_is_not_deleted_as_nobodys(cloud: Cloud, sandbox: Sandbox) -> None:
    """What was checked is what is deleted: a mark that came in between keeps the key."""
    key_id = await a_key(cloud, sandbox)
    checked = await cloud.keys.get(PROJECT, key_id)
    assert checked is not None
    await cloud.key_care.annotate(PROJECT, key_id, {names.OWNER: OWNER}, owner=OWNER)

    with pytest.raises(GoogleError, match="etag") as refused:
        await cloud.keys.delete(PROJECT, key_id, etag=checked.etag)

    assert refused.value.transient  # whoever asked reads again
    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    assert not facts.deleted


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
