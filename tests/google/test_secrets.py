from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import Conflict, GoogleError
from bot.google.secret_iam import ROLES

if TYPE_CHECKING:
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
OWNER = "T012/GK-7F3K"
NOTES = {"gemini-key-bot-request": OWNER}
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
ADA, GRACE = "user:ada@acme.test", "user:grace@acme.test"


async def secret(cloud: Cloud, sandbox: Sandbox) -> str:
    secret_id = f"gemini-key-{sandbox.name()}"
    await cloud.secrets.create(
        PROJECT, secret_id, labels={"managed-by": "gemini-key-bot"}, annotations=NOTES, expires_at=LATER
    )
    return secret_id


def holders(sandbox: Sandbox, secret_id: str) -> set[tuple[str, str]]:
    bindings = sandbox.secret(PROJECT, secret_id)["bindings"]
    assert all(b["condition"].startswith("request.time < ") for b in bindings)
    return {(b["role"], member) for b in bindings for member in b["members"]}


def states(sandbox: Sandbox, secret_id: str) -> list[str]:
    return [v["state"] for v in sandbox.secret(PROJECT, secret_id)["versions"]]


async def test_a_secret_carries_whose_it_is_and_when_it_goes(cloud: Cloud, sandbox: Sandbox) -> None:
    """Labels, annotations and the expiry backstop are on the secret; it is found among ours."""
    secret_id = await secret(cloud, sandbox)

    made = sandbox.secret(PROJECT, secret_id)
    assert made["labels"] == {"managed-by": "gemini-key-bot"}
    assert datetime.fromisoformat(made["expireTime"]) == LATER
    assert await cloud.secrets.annotations(PROJECT, secret_id) == NOTES
    assert (await cloud.secrets.list(PROJECT))[secret_id] == NOTES


async def test_a_secret_whose_answer_was_lost_exists_already(cloud: Cloud, sandbox: Sandbox) -> None:
    """The second attempt comes out as ALREADY_EXISTS, for the step to look whose it is."""
    sandbox.fault("SecretManagerService/CreateSecret", after_commit=True)

    with pytest.raises(GoogleError) as refused:
        await secret(cloud, sandbox)

    assert refused.value.status == "ALREADY_EXISTS"


async def test_only_its_owner_deletes_a_secret(cloud: Cloud, sandbox: Sandbox) -> None:
    """Another owner is refused and the secret stays; the right one deletes it, twice if need be."""
    secret_id = await secret(cloud, sandbox)

    with pytest.raises(Conflict):
        await cloud.secrets.delete(PROJECT, secret_id, owner="T012/GK-XXXX")
    assert await cloud.secrets.annotations(PROJECT, secret_id) == NOTES

    await cloud.secrets.delete(PROJECT, secret_id, owner=OWNER)
    await cloud.secrets.delete(PROJECT, secret_id, owner=OWNER)
    with pytest.raises(GoogleError, match="NOT_FOUND"):
        await cloud.secrets.annotations(PROJECT, secret_id)


async def test_a_grant_stands_at_google_as_asked(cloud: Cloud, sandbox: Sandbox) -> None:
    """The member holds both roles under the condition, through the round trip; the rest is unchanged."""
    secret_id = await secret(cloud, sandbox)
    await cloud.secrets.grant(PROJECT, secret_id, GRACE, LATER)

    await cloud.secrets.grant(PROJECT, secret_id, ADA, LATER)

    assert holders(sandbox, secret_id) == {(role, member) for role in ROLES for member in (ADA, GRACE)}


async def test_a_grant_that_stands_is_not_written_again(cloud: Cloud, sandbox: Sandbox) -> None:
    """The second grant only reads."""
    secret_id = await secret(cloud, sandbox)
    await cloud.secrets.grant(PROJECT, secret_id, ADA, LATER)
    sandbox.fault("SecretManagerService/SetIamPolicy", code="PERMISSION_DENIED")

    await cloud.secrets.grant(PROJECT, secret_id, ADA, LATER)

    assert holders(sandbox, secret_id) == {(role, ADA) for role in ROLES}


async def test_racing_grants_all_stand(cloud: Cloud, sandbox: Sandbox) -> None:
    """Four writers of one policy lose their etag to each other and none loses its grant."""
    secret_id = await secret(cloud, sandbox)
    members = [f"user:{name}@acme.test" for name in ("ada", "grace", "alan", "radia")]

    await asyncio.gather(*(cloud.secrets.grant(PROJECT, secret_id, member, LATER) for member in members))

    assert holders(sandbox, secret_id) == {(role, member) for role in ROLES for member in members}


async def test_a_lost_etag_is_read_again(cloud: Cloud, sandbox: Sandbox) -> None:
    """ABORTED twice leads to two more reads and one grant; a lost answer to the write does no harm either."""
    secret_id = await secret(cloud, sandbox)
    sandbox.fault("SecretManagerService/SetIamPolicy", times=2, code="ABORTED")
    sandbox.fault("SecretManagerService/SetIamPolicy", after_commit=True)

    await cloud.secrets.grant(PROJECT, secret_id, ADA, LATER)

    assert holders(sandbox, secret_id) == {(role, ADA) for role in ROLES}


async def test_a_race_that_never_ends_is_given_up(cloud: Cloud, hasty: Cloud, sandbox: Sandbox) -> None:
    """ABORTED for ever ends with the call's total time, as a transient error."""
    secret_id = await secret(cloud, sandbox)
    sandbox.fault("SecretManagerService/SetIamPolicy", times=1000, code="ABORTED")

    with pytest.raises(GoogleError) as refused:
        await hasty.secrets.grant(PROJECT, secret_id, ADA, LATER)

    assert (refused.value.status, refused.value.transient) == ("ABORTED", True)


async def test_a_withdrawal_leaves_the_others(cloud: Cloud, sandbox: Sandbox) -> None:
    """Only the member's grants go; without a secret there is nothing to withdraw."""
    secret_id = await secret(cloud, sandbox)
    await cloud.secrets.grant(PROJECT, secret_id, ADA, LATER)
    await cloud.secrets.grant(PROJECT, secret_id, GRACE, LATER)

    await cloud.secrets.withdraw(PROJECT, secret_id, ADA)
    await cloud.secrets.withdraw(PROJECT, f"gemini-key-{sandbox.name()}", ADA)

    assert holders(sandbox, secret_id) == {(role, GRACE) for role in ROLES}


async def test_only_the_newest_version_stays(cloud: Cloud, sandbox: Sandbox) -> None:
    """A lost answer leaves a version too many, which goes with all but the one told; in the end all go."""
    secret_id = await secret(cloud, sandbox)
    sandbox.fault("SecretManagerService/AddSecretVersion", after_commit=True)

    version = await cloud.secrets.add_version(PROJECT, secret_id, "text")
    assert (version, states(sandbox, secret_id)) == ("2", ["ENABLED", "ENABLED"])

    await cloud.secrets.destroy_versions(PROJECT, secret_id, before=version)
    assert states(sandbox, secret_id) == ["DESTROYED", "ENABLED"]

    await cloud.secrets.destroy_versions(PROJECT, secret_id)
    await cloud.secrets.destroy_versions(PROJECT, f"gemini-key-{sandbox.name()}")
    assert states(sandbox, secret_id) == ["DESTROYED", "DESTROYED"]


async def test_a_version_that_another_has_just_destroyed_counts_as_done(
    cloud: Cloud, sandbox: Sandbox
) -> None:
    """A worker that died had sent its call: Google refuses the second one, and nothing is left to do."""
    secret_id = await secret(cloud, sandbox)
    for text in ("one", "two"):
        await cloud.secrets.add_version(PROJECT, secret_id, text)
    sandbox.fault("SecretManagerService/DestroySecretVersion", after_commit=True)

    await cloud.secrets.destroy_versions(PROJECT, secret_id)

    assert states(sandbox, secret_id) == ["DESTROYED", "DESTROYED"]


async def test_the_bot_cannot_read_what_it_stored(cloud: Cloud, sandbox: Sandbox) -> None:
    """Least privilege holds against Google: the bot's own role has no versions.access."""
    secret_id = await secret(cloud, sandbox)
    version = await cloud.secrets.add_version(PROJECT, secret_id, "text")
    name = f"projects/{PROJECT}/secrets/{secret_id}/versions/{version}"

    with pytest.raises(GoogleError) as refused:
        await cloud.calls.grpc("SecretManagerService/AccessSecretVersion", {"name": name})

    assert refused.value.metadata["permission"] == "secretmanager.versions.access"
