"""IAM policies on secrets: read-modify-write, conditions, versions, members."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.iam.v1 import policy_pb2

from sandbox.google import iam
from sandbox.google.conditions import holds
from sandbox.google.principals import user

SECRET = "projects/acme-ml-dev/secrets/gemini-key-s"
ACCESSOR = "roles/secretmanager.secretAccessor"
ADA = "user:ada@acme.test"


@pytest.fixture
async def secret(clients: Any) -> Any:
    request = {
        "parent": "projects/acme-ml-dev",
        "secret_id": "gemini-key-s",
        "secret": {"replication": {"automatic": {}}},
    }
    return await clients.secrets.create_secret(request=request, timeout=5)


async def read(clients: Any, version: int = 3) -> Any:
    request = {"resource": SECRET, "options": {"requested_policy_version": version}}
    return await clients.secrets.get_iam_policy(request=request, timeout=5)


async def write(clients: Any, policy: Any) -> Any:
    return await clients.secrets.set_iam_policy(request={"resource": SECRET, "policy": policy}, timeout=5)


def grant(policy: Any, until: str = "", member: str = ADA, role: str = ACCESSOR) -> Any:
    binding = policy.bindings.add(role=role, members=[member])
    if until:
        binding.condition.title = "gemini-key-bot"
        binding.condition.expression = f'request.time < timestamp("{until}")'
    policy.version = 3
    return policy


async def test_a_grant_ends_with_its_condition(cloud: Any, clients: Any, clock: Any, secret: Any) -> None:
    """The binding stays in the policy after its time; it only stops granting."""
    until = (clock() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await write(clients, grant(await read(clients), until))
    stored = cloud.world.projects["acme-ml-dev"].secrets["gemini-key-s"].policy

    def may_read() -> bool:
        return iam.granted(
            "secretmanager.versions.access",
            user("ada@acme.test"),
            [stored],
            now=clock(),
            resource_name=secret.name,
        )

    assert may_read()
    clock.forward(hours=2)
    assert not may_read()
    assert len((await read(clients)).bindings) == 1


async def test_of_five_writers_with_one_etag_one_wins(clients: Any, secret: Any) -> None:
    """Optimistic concurrency: the other four are ABORTED."""
    policy = grant(await read(clients))

    results = await asyncio.gather(*(write(clients, policy) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(result, policy_pb2.Policy) for result in results) == 1
    assert sum(isinstance(result, exceptions.Aborted) for result in results) == 4


async def test_a_reader_below_version_3_sees_no_conditions_and_cannot_write_back(
    clients: Any, clock: Any, secret: Any
) -> None:
    """Google marks the role with _withcond_ and refuses the write: no condition is lost by accident."""
    await write(clients, grant(await read(clients), "2030-01-01T00:00:00Z"))

    old = await read(clients, version=1)

    assert old.version == 1
    assert old.bindings[0].role.startswith(f"{ACCESSOR}_withcond_")
    assert not old.bindings[0].condition.expression
    with pytest.raises(exceptions.InvalidArgument):
        await write(clients, old)


async def test_without_an_etag_a_version_1_policy_overwrites_conditions(clients: Any, secret: Any) -> None:
    """Google: policy.proto warns of exactly this."""
    await write(clients, grant(await read(clients), "2030-01-01T00:00:00Z"))

    await write(clients, policy_pb2.Policy(version=1, bindings=[{"role": ACCESSOR, "members": [ADA]}]))

    assert not (await read(clients)).bindings[0].condition.expression


async def test_a_condition_needs_version_3(clients: Any, secret: Any) -> None:
    """A conditional binding in a policy marked 1 is INVALID_ARGUMENT."""
    policy = grant(await read(clients), "2030-01-01T00:00:00Z")
    policy.version = 1

    with pytest.raises(exceptions.InvalidArgument):
        await write(clients, policy)


@pytest.mark.parametrize(
    ("member", "role", "error"),
    [
        ("user:nobody@acme.test", ACCESSOR, exceptions.InvalidArgument),
        ("user:mallory@elsewhere.test", ACCESSOR, exceptions.FailedPrecondition),
        ("serviceAccount:gone@acme-bot.iam.gserviceaccount.com", ACCESSOR, exceptions.InvalidArgument),
        ("group:all@acme.test", ACCESSOR, exceptions.InvalidArgument),
        ("ada@acme.test", ACCESSOR, exceptions.InvalidArgument),
        (ADA, "roles/secretmanager.reader", exceptions.InvalidArgument),
    ],
)
async def test_unknown_members_and_roles_are_refused(
    clients: Any, secret: Any, member: str, role: str, error: type[Exception]
) -> None:
    """Members must exist and belong to the company; roles must exist."""
    with pytest.raises(error):
        await write(clients, grant(await read(clients), member=member, role=role))

    assert not (await read(clients)).bindings


async def test_basic_roles_take_no_condition(clients: Any, secret: Any) -> None:
    """Google refuses conditions on owner, editor and viewer."""
    with pytest.raises(exceptions.InvalidArgument):
        await write(clients, grant(await read(clients), "2030-01-01T00:00:00Z", role="roles/viewer"))


async def test_the_caller_learns_what_it_may_do(clients: Any, secret: Any) -> None:
    """TestIamPermissions answers for the caller, on secrets and on projects, and takes no wildcard."""
    asked = ["secretmanager.secrets.get", "secretmanager.versions.access"]
    request = {"resource": SECRET, "permissions": asked}
    answer = await clients.secrets.test_iam_permissions(request=request, timeout=5)
    assert list(answer.permissions) == ["secretmanager.secrets.get"]

    project = {"resource": "projects/acme-ml-dev", "permissions": ["resourcemanager.projects.get"]}
    answer = await clients.projects.test_iam_permissions(request=project, timeout=5)
    assert list(answer.permissions) == ["resourcemanager.projects.get"]
    project["permissions"] = ["resourcemanager.projects.*"]
    with pytest.raises(exceptions.InvalidArgument):
        await clients.projects.test_iam_permissions(request=project, timeout=5)


@pytest.mark.parametrize(
    ("expression", "granted"),
    [
        ("", True),
        ('request.time < timestamp("2031-01-01T00:00:00Z")', True),
        ('request.time < timestamp("2029-01-01T00:00:00Z")', False),
        ('resource.name.startsWith("projects/1/secrets/gemini-key-")', True),
        ('resource.name.startsWith("projects/1/secrets/other-")', False),
        (
            'resource.name.startsWith("projects/1/") && request.time < timestamp("2031-01-01T00:00:00Z")',
            True,
        ),
        (
            'resource.name.startsWith("projects/1/") && request.time < timestamp("2029-01-01T00:00:00Z")',
            False,
        ),
        ('request.time < timestamp("2031-01-01T00:00:00")', False),
        ('request.time < timestamp("soon")', False),
        ('resource.type == "secretmanager.googleapis.com/Secret"', False),
        ("true", False),
        ('request.time < timestamp("2031-01-01T00:00:00Z") || true', False),
    ],
)
def test_a_condition_that_is_not_understood_grants_nothing(
    clock: Any, expression: str, *, granted: bool
) -> None:
    """Two kinds of terms are read, joined by &&; everything else denies."""
    now = clock().replace(year=2030, month=6, day=1)

    assert holds(expression, now=now, resource_name="projects/1/secrets/gemini-key-x") is granted
