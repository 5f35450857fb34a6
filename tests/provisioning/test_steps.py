"""Each step reaches a state: twice is once, nothing is as good as undone, and others' things stay theirs."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import pytest

from bot.domain.key_request import State
from bot.errors import GoogleError
from bot.provisioning.plan import STEP_NAMES, steps
from bot.provisioning.steps.check_billing import Billing
from bot.provisioning.steps.check_org_policy import ListPolicy
from bot.provisioning.steps.check_project import Project
from bot.provisioning.steps.create_secret import BACKSTOP
from tests.support.fake_google import gateways
from tests.support.fake_keys import Key
from tests.support.fake_secrets import Secret
from tests.support.fuse import Fuse
from tests.support.notebook import Notebook
from tests.support.people import DAY, NOW, approved
from tests.support.world import World

if TYPE_CHECKING:
    from bot.provisioning.step import Step

THEIRS = {"gemini-key-bot-request": "T0OTHER/GK-7F3K"}


def step(world: World, name: str) -> Step:
    return next(s for s in steps(gateways(world.google, Fuse())) if s.name == name)


@pytest.fixture
async def made() -> World:
    """A request whose key works."""
    world = World()
    assert (await world.attend()).state is State.ACTIVE
    return world


@pytest.mark.parametrize("name", [name for name in STEP_NAMES if name != "mint-key"])
async def test_do_twice_is_do_once(made: World, name: str) -> None:
    """A step that is done again, because nobody wrote down that it was done, changes nothing."""
    before = deepcopy(made.google)

    await step(made, name).do(Notebook(made.request))

    assert made.google == before


@pytest.mark.parametrize("name", STEP_NAMES)
async def test_undo_twice_is_undo_once(made: World, name: str) -> None:
    """A step that is undone again finds nothing, and says nothing."""
    await step(made, name).undo(Notebook(made.request))
    before = deepcopy(made.google)

    await step(made, name).undo(Notebook(made.request))

    assert made.google == before


@pytest.mark.parametrize("name", STEP_NAMES)
async def test_undo_of_what_was_never_done_is_done(name: str) -> None:
    """Undo needs nothing that do would have made."""
    world = World()

    await step(world, name).undo(Notebook(world.request))

    assert world.left_behind() == {"keys": {}, "secrets": {}}


@pytest.mark.parametrize(
    ("trouble", "request_changes", "cause"),
    [
        ({"project": Project("acme-ml-dev", "1", "DELETE_REQUESTED")}, {}, "project-delete-requested"),
        ({"billing": Billing("", enabled=False)}, {"billing_required": True}, "billing-disabled"),
        ({"billing": Billing("0A0A0A", enabled=False)}, {"billing_required": True}, "billing-disabled"),
        (
            {"policy": ListPolicy(allowed=frozenset({"storage.googleapis.com"}), denied=frozenset())},
            {},
            "org-restrict-service-usage",
        ),
        (
            {"policy": ListPolicy(None, frozenset({"generativelanguage.googleapis.com"}))},
            {},
            "org-restrict-service-usage",
        ),
        ({"policy": ListPolicy(None, frozenset(), deny_all=True)}, {}, "org-restrict-service-usage"),
    ],
    ids=["being deleted", "no account", "closed account", "not allowed", "denied", "all denied"],
)
async def test_a_project_that_cannot_is_found_out_before_anything_is_made(
    trouble: dict[str, object], request_changes: dict[str, object], cause: str
) -> None:
    """The checks stop the run with a why-403 cause, while Google still stands as it was."""
    world = World(approved(**request_changes))
    for name, value in trouble.items():
        setattr(world.google, name, value)
    before = deepcopy(world.google)

    request = await world.attend()

    assert request.state is State.FAILED
    assert request.failure is not None
    assert request.failure.cause == cause
    assert world.google == before


async def test_billing_matters_only_where_the_policy_says_so() -> None:
    """A project without billing gets a key in an environment that asks for none."""
    world = World(approved(billing_required=False))
    world.google.billing = Billing("", enabled=False)

    assert (await world.attend()).state is State.ACTIVE


async def test_a_policy_that_cannot_be_read_is_no_evidence() -> None:
    """Not being allowed to read the constraint stops nobody; only what it says does."""
    world = World()
    world.google.refuse("OrgPolicies.list_policy", "PERMISSION_DENIED")

    assert (await world.attend()).state is State.ACTIVE


async def test_an_api_that_is_on_is_not_switched_on_again() -> None:
    """Reading is enough, so a bot without the right to enable works where the API is on."""
    world = World()
    world.google.services.add("generativelanguage.googleapis.com")
    world.google.refuse("Services.enable", "PERMISSION_DENIED")

    assert (await world.attend()).state is State.ACTIVE


async def test_the_secret_goes_by_itself_some_days_after_the_key(made: World) -> None:
    """Even if everyone forgot it, Google deletes the secret soon after its end, and not before."""
    (secret,) = made.google.secrets.values()

    assert made.request.expires_at is not None
    assert secret.expires_at == made.request.expires_at + BACKSTOP
    assert BACKSTOP > DAY


async def test_somebody_elses_secret_is_left_as_it_is() -> None:
    """A taken name fails the request in words, and undoing touches nothing of the other owner's."""
    world = World()
    theirs = Secret(dict(THEIRS), NOW + DAY, {"1": "their key"}, {"user:ada@acme.test": NOW + DAY}, 1)
    world.google.secrets["gemini-key-7f3k"] = deepcopy(theirs)

    request = await world.attend()

    assert request.state is State.FAILED
    assert request.failure is not None
    assert "belongs to somebody else" in request.failure.title
    assert world.google.secrets == {"gemini-key-7f3k": theirs}
    assert world.google.live_keys == {}


async def test_somebody_elses_key_is_left_as_it_is() -> None:
    """A taken key id fails the request in words, and the other owner's key lives on."""
    world = World()
    world.google.keys["gk-7f3k-r1"] = Key("their key", dict(THEIRS))

    request = await world.attend()

    assert request.state is State.FAILED
    assert request.failure is not None
    assert "belongs to somebody else" in request.failure.title
    assert world.google.live_keys == {"gk-7f3k-r1": Key("their key", THEIRS)}
    assert world.google.secrets == {}


async def test_google_is_asked_for_the_least_a_grant_can_be(made: World) -> None:
    """Whatever is granted ends with the key, to the second, and goes to the requester alone."""
    (secret,) = made.google.secrets.values()

    assert secret.grants == {"user:ada@acme.test": made.request.expires_at}


async def test_a_step_does_not_swallow_what_it_does_not_know() -> None:
    """An error that a step has no answer to comes out of it as it is."""
    world = World()
    world.google.refuse("Secrets.create", "RESOURCE_EXHAUSTED")

    with pytest.raises(GoogleError, match="RESOURCE_EXHAUSTED"):
        await step(world, "create-secret").do(Notebook(world.request))
