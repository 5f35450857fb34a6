"""Who comes in: a token that works, for what it may, as often as everybody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.domain.api_token import Scope
from bot.domain.redact import redact
from bot.http_api.door import MOST_A_MINUTE
from bot.http_api.endpoints import ENDPOINTS
from bot.operations import tokens
from bot.store import keys
from tests.support.people import TEAM
from tests.support.portal import SECRET
from tests.support.slack_side import ADA, ALAN, SlackSide

if TYPE_CHECKING:
    from pathlib import Path

    from redis.asyncio import Redis

    from tests.http_api.conftest import House

STRANGERS = {
    "none": "",
    "no token of ours": "secret",
    "another secret": f"gkb_portal_{SECRET[::-1]}",
    "another name": f"gkb_ghost_{SECRET}",
    "a name that leads elsewhere": f"gkb_portal:x_{SECRET}",
}


@pytest.mark.parametrize("text", STRANGERS.values(), ids=STRANGERS)
async def test_strangers_stay_outside(house: House, text: str) -> None:
    """Whatever is wrong with a token, the answer is 401, and which part was wrong is not said."""
    await house.portal()

    for said in (await house.with_token(text).get("/projects"), await house.with_token(text).ask(ADA)):
        assert (said.status, said.problem) == (401, "unauthorized")
        assert said.headers["WWW-Authenticate"].startswith("Bearer")
    assert await house.side.service.requests.mine(TEAM, ADA) == []


async def test_a_revoked_token_is_a_stranger_at_once(house: House) -> None:
    """The call after the revocation is refused."""
    portal = await house.portal()
    assert (await portal.get("/projects")).status == 200

    await tokens.revoke(house.tokens, TEAM, "portal", house.side.clock())

    assert (await portal.get("/projects")).status == 401


async def test_a_token_ends_by_itself(house: House) -> None:
    """Nobody has to remember to revoke it."""
    portal = await house.portal(days=1)

    house.side.clock.forward(seconds=86_399)
    assert (await portal.get("/projects")).status == 200
    house.side.clock.forward(seconds=2)

    assert (await portal.get("/projects")).status == 401


async def test_a_scope_is_all_that_a_token_has(house: House) -> None:
    """Who may read may not ask, and who may ask may not read."""
    reader = await house.portal(name="reader", scopes=["read"])
    asker = await house.portal(name="asker", scopes=["request"])

    assert (await reader.ask(ADA)).problem == "insufficient-scope"
    assert (await asker.get("/projects")).problem == "insufficient-scope"
    assert (await asker.ask(ADA)).status == 201
    assert (await reader.get("/projects")).status == 200


def test_there_is_no_scope_and_no_call_that_decides() -> None:
    """Approval is a person's click: nothing here approves, denies, revokes or renews."""
    assert set(Scope) == {"read", "request"}
    assert {(e.method, e.path) for e in ENDPOINTS} == {
        ("POST", "/requests"),
        ("GET", "/requests"),
        ("GET", "/requests/{request_id}"),
        ("GET", "/projects"),
    }


async def test_a_token_for_one_person_speaks_for_nobody_else(house: House) -> None:
    """It asks for its person without naming him, and the requests of others do not exist for it."""
    everybody = await house.portal()
    others = (await everybody.ask(ALAN)).json["id"]
    own = await house.portal(name="adas-script", person=ADA)

    assert (await own.ask()).json["person"]["id"] == ADA
    assert (await own.ask(ALAN)).problem == "refused"
    assert (await own.get("/requests", person=ALAN)).problem == "refused"
    assert (await own.get(f"/requests/{others}", "/requests/{request_id}")).status == 404
    listed = await own.get("/requests")
    assert [request["person"]["id"] for request in listed.json["requests"]] == [ADA]
    pending = await own.get("/requests", state="pending")
    assert [request["person"]["id"] for request in pending.json["requests"]] == [ADA]


async def test_a_persons_token_goes_with_the_person(house: House) -> None:
    """Once the account is off, neither asking nor reading is left."""
    own = await house.portal(person=ADA)
    asked = (await own.ask()).json["id"]

    house.side.slack.team.workspace.accounts[ADA].changes["deleted"] = True
    house.side.clock.forward(seconds=600)

    assert (await own.get("/requests")).problem == "refused"
    assert (await own.get(f"/requests/{asked}", "/requests/{request_id}")).problem == "refused"
    assert (await own.ask(project="acme-vision")).problem == "refused"


async def test_a_token_is_used_only_so_often(house: House) -> None:
    """Past its share of a minute a token waits for the next one; another token does not."""
    portal, script = await house.portal(), await house.portal(name="script")
    await nearly_used_up(house, "portal", Scope.READ)

    answers = await asyncio.gather(*(portal.get("/projects") for _ in range(3)))

    assert sorted(said.status for said in answers) == [200, 429, 429]
    late = next(said for said in answers if said.status == 429)
    assert 0 < int(late.headers["Retry-After"]) <= 60
    assert (await script.get("/projects")).status == 200


async def test_nobody_floods_the_approvers(house: House) -> None:
    """Of requests a token asks for fewer in a minute than it may read, for each rings at people's."""
    portal = await house.portal()
    await nearly_used_up(house, "portal", Scope.REQUEST)

    assert [(await portal.ask(person)).status for person in (ADA, ALAN)] == [201, 429]
    assert (await portal.get("/projects")).status == 200
    assert MOST_A_MINUTE[Scope.REQUEST] < MOST_A_MINUTE[Scope.READ]


async def nearly_used_up(house: House, name: str, scope: Scope) -> None:
    """Let a token have one use left in this minute, and in the next one, which may begin meanwhile."""
    minute = int(house.side.clock().timestamp()) // 60
    for each in (minute, minute + 1):
        key = keys.api_uses(TEAM, f"{name}:{scope}:{each}")
        await house.side.service.redis.set(key, MOST_A_MINUTE[scope] - 1, ex=60)


async def test_redis_knows_no_token(house: House, redis: Redis) -> None:
    """What is kept of a token is a digest: whoever reads Redis cannot use it."""
    portal = await house.portal()
    await portal.ask(ADA)

    found = [key async for key in redis.scan_iter()]
    kept = [await redis.dump(key) for key in found if "api" in str(key)]

    assert len(kept) >= 3
    assert not any(SECRET[:20].encode() in (body or b"") for body in kept)
    assert SECRET[:20] not in redact(f"Authorization: token {portal.token}")


async def test_making_and_revoking_is_audited(house: House) -> None:
    """The chain says who may speak for whom since when."""
    await house.portal(person=ADA)
    await tokens.revoke(house.tokens, TEAM, "portal", house.side.clock())

    events = [entry.event async for entry in house.side.front.served.receptions[0].audit.entries(TEAM)]

    assert [('"verb":"make-token"' in e, '"verb":"revoke-token"' in e) for e in events] == [
        (True, False),
        (False, True),
    ]
    assert '"person":"U0ADA"' in events[0]
    assert SECRET not in "".join(events)


async def test_off_is_off(redis_url: str, tmp_path: Path, house: House) -> None:
    """Without the setting nothing of the API is served, not even its description."""
    async with (
        SlackSide(redis_url, house.side.settings.policy_file) as side,
        house.session.get(f"{side.address}/api/v1/openapi.json") as answer,
    ):
        assert answer.status == 404
