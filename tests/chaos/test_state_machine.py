from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.domain import ending, key_request, renewal
from bot.domain.audit import Chain
from bot.domain.key_request import Draft
from bot.errors import BotError
from bot.operations.attend import attend
from bot.operations.decide import approve, deny
from bot.operations.desk import Desk
from bot.operations.keeper import Keeper
from bot.operations.renew import approve_renewal, deny_renewal, renew
from bot.operations.revoke import revoke, undo
from bot.operations.rotate import retire_anyway, rotate
from bot.operations.submit import submit
from bot.operations.withdraw import withdraw
from bot.operations.workshop import Workshop
from bot.provisioning import plan
from bot.store.absences import Absences
from bot.store.audit import Audit
from bot.store.redis import connect
from bot.store.requests import Requests
from tests.chaos.lifecycle_model import LIFE, Act, Model, orders
from tests.chaos.tally import ALL, only_plain
from tests.support.clock import Clock
from tests.support.fake_google import FakeUsage, State, gateways
from tests.support.fuse import Fuse
from tests.support.people import ADA, ALAN, GRACE, MALLORY, POLICY, TEAM
from tests.support.redis_server import redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.person import Person
    from tests.support.redis_server import RedisServer

pytestmark = [pytest.mark.chaos, only_plain]

PEOPLE = {"ada": ADA, "grace": GRACE, "alan": ALAN, "mallory": MALLORY}
LIFETIME, HOUR = timedelta(hours=LIFE), timedelta(hours=1)
# How a person does it, and what it takes besides.
DOINGS: dict[str, tuple[Any, ...]] = {
    "approve": (approve,),
    "deny": (deny, "no"),
    "withdraw": (withdraw,),
    "revoke": (revoke,),
    "undo": (undo,),
    "rotate": (rotate,),
    "retire": (retire_anyway,),
    "renew": (renew, LIFETIME),
    "approve_renewal": (approve_renewal,),
    "deny_renewal": (deny_renewal, "no"),
}
EVERYTHING = [Act("attend"), *(Act(verb, who) for verb in DOINGS for who in PEOPLE)]
SERVER: list[RedisServer] = []
T = TypeVar("T")
CHANCE = st.integers(min_value=0, max_value=2**16)


def _nth(choices: Sequence[T], chance: int) -> T:
    """Choose by a number of any size."""
    return choices[chance % len(choices)]


class Silent:
    """Wake-ups that nobody hears: the machine itself decides when a worker looks."""

    async def wake(self, request: object) -> None:
        return


class NoChat:
    """Approvers are named in the policy, so the chat is never asked."""

    async def person(self, team_id: str, user_id: str) -> Person:
        return next(person for person in PEOPLE.values() if person.user_id == user_id)

    async def members(self, team_id: str, usergroup: str) -> frozenset[str]:
        raise AssertionError


class Process:
    """One process of the bot: a connection of its own, a desk and a workshop."""

    def __init__(self, url: str, clock: Clock, google: State) -> None:
        self.redis = connect(url)
        requests = Requests(self.redis, lambda: secrets.token_hex(6))
        self.desk = Desk(
            team_id=TEAM,
            requests=requests,
            directory=NoChat(),
            jobs=Silent(),
            absences=Absences(self.redis),
            policy=lambda: POLICY,
            now=clock,
            choose=secrets.choice,
        )
        cloud = gateways(google, Fuse())
        self.workshop = Workshop(
            requests=requests,
            jobs=Silent(),
            steps=plan.steps(cloud),
            keeper=Keeper(cloud, FakeUsage(google, Fuse())),
            now=clock,
            wait=lambda failed_runs: timedelta(seconds=failed_runs + 1),
        )

    async def do(self, act: Act, request_id: str) -> bool:
        """Do one act for real; False when it was refused."""
        try:
            if act.verb == "attend":
                await attend(self.workshop, TEAM, request_id)
            else:
                verb, *more = DOINGS[act.verb]
                await verb(self.desk, TEAM, request_id, PEOPLE[act.who], *more)
        except BotError:
            return False
        return True


class Life(RuleBasedStateMachine):
    """Two processes on one Redis act at once, and what comes of it is what some order would have given."""

    @initialize(needed=st.sampled_from([1, 2]), live=st.booleans())
    def ask(self, needed: int, live: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        self.runner = asyncio.Runner()
        self.clock, self.google = Clock(), State()
        self.model = Model(needed=needed)
        self.runner.run(self._ask(needed))
        # Half of the lives begin with a key: by chance alone few would come to have one.
        begun = [Act("approve", "grace"), Act("approve", "alan"), Act("attend")]
        for act in begun if live else []:
            self.runner.run(self._act([act]))

    async def _ask(self, needed: int) -> None:
        self.processes = [Process(SERVER[0].url, self.clock, self.google) for _ in range(2)]
        for process in self.processes:  # both are connected, so that neither is ahead
            await process.redis.flushall()
        place: dict[str, Any] = (
            {"project_id": "acme-ml-dev", "environment": "dev"}
            if needed == 1
            else {"project_id": "acme-ml-prod", "environment": "prod"}
        )
        draft = Draft(purpose="a purpose that is long enough", lifetime=LIFETIME, **place)
        both = await asyncio.gather(
            *(submit(process.desk, draft, ADA, once="one view") for process in self.processes)
        )
        assert both[0] == both[1], "one form sent twice is one request"
        self.id = both[0].id

    @rule(chances=st.lists(st.tuples(CHANCE, CHANCE), min_size=1, max_size=4))
    def act_at_once(self, chances: list[tuple[int, int]]) -> None:
        """Do mostly what is possible now: by chance alone most of it would be refused.

        What is drawn are numbers: which acts they stand for depends on who was quicker, and Hypothesis must
        be able to draw the same again.
        """
        possible = defaultdict(list)
        for act in EVERYTHING:
            possible[act.verb if self.model.after(act)[1] else "refused"].append(act)
        verbs = sorted(possible)
        acts = [_nth(possible[_nth(verbs, verb)], which) for verb, which in chances]
        self.runner.run(self._act(acts))

    async def _act(self, acts: list[Act]) -> None:
        done = await asyncio.gather(*(self.processes[n % 2].do(act, self.id) for n, act in enumerate(acts)))
        request = await self.processes[0].desk.requests.get(TEAM, self.id)
        approvers = frozenset(decision.by.name.split()[0].lower() for decision in request.approvals)
        end = request.ending or (request.closed if request.state is key_request.State.REVOKED else None)
        ended_by = end.by.name.split()[0].lower() if end else ""
        wish = renewal.open_wish(request)
        two_keys = bool(request.retiring) and not request.turn
        of_live = (request.turn is not None, two_keys, wish.state if wish else "") if request.live else ()
        seen = (request.state.value, approvers, ended_by, *of_live, tuple(done))
        could_be = {(*m.visible, d): m for m, d in orders(self.model, acts)}
        assert seen in could_be, (acts, self.model, seen, sorted(could_be, key=str))
        # A rotation that is cut short may have been in the secret already, which only its worker knows.
        twice = request.ending is not None and ending.cut_short(request)
        spent = request.spent > request.rotation
        self.model = replace(could_be[seen], twice=twice, spent=spent)
        if self.model.ended_by and self.model.wish == "approved" and request.expires_at:
            # An end came in the midst of a renewal; only its worker knows whether the later end was written.
            self.model = replace(self.model, ends_at=(request.expires_at - request.requested_at) // HOUR)

    @rule(hours=st.sampled_from([9, 25, 31 * 24]))
    def time_passes(self, hours: int) -> None:
        """Nobody decides, an old key's grace is over, the key's time is over."""
        if self.model.state not in {"pending", "approved", "active", "revoked"}:
            return
        self.clock.forward(hours=hours)
        self.model = replace(self.model, now=self.model.now + hours)

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            try:
                self.runner.run(self._leave())
            finally:
                self.runner.close()

    async def _leave(self) -> None:
        audit, chain = Audit(self.processes[0].redis), Chain()
        try:
            async for entry in audit.entries(TEAM):
                assert chain.faults(entry) == []
                chain = chain.after(entry)
            assert chain.end_faults(await audit.head(TEAM)) == []
            active, over = self.model.state == "active", bool(self.model.ended_by)
            # An end that began in the midst of other work looks twice; after the first look no key is left.
            old = active and (self.model.turned_at is not None or over)
            assert active - over <= len(self.google.live_keys) <= active + old
        finally:
            for process in self.processes:
                await process.redis.aclose()


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with redis_server() as server:
        SERVER[:] = [server]
        yield


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=300 if ALL else 25,
    stateful_step_count=10,
    deadline=None,
    database=None,
    derandomize=not ALL,  # `make test` lives the same lives each time, `make chaos` always others
    suppress_health_check=[HealthCheck.too_slow],
)
