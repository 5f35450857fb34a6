from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.names import GEMINI
from bot.errors import GoogleError
from bot.google.reason import named

if TYPE_CHECKING:
    from bot.google.calls import Called
    from bot.google.cloud import Cloud
    from tests.google.conftest import Sandbox

PROJECT = "acme-ml-dev"
NOTES = {"gemini-key-bot-request": "T012/GK-7F3K"}
CREATE, POLL = "ApiKeys/CreateKey", "Operations/GetOperation"


async def account(cloud: Cloud, project: str = PROJECT) -> str:
    return await cloud.service_accounts.ensure(project, "gemini-keys-tests", "Gemini keys")


async def order(cloud: Cloud, key_id: str, email: str, project: str = PROJECT) -> str:
    return await cloud.keys.create(
        project, key_id, display_name=key_id, service_account=email, service=GEMINI, annotations=NOTES
    )


async def test_a_key_is_made_bound_and_restricted(cloud: Cloud, sandbox: Sandbox) -> None:
    """The key is bound, restricted to the Gemini API, carries our notes, and its text comes out."""
    email, key_id = await account(cloud), sandbox.name()

    text = await cloud.keys.wait(await order(cloud, key_id, email))

    assert text is not None
    assert text.startswith("AQ.")
    (key,) = sandbox.keys(PROJECT, key_id)
    assert key["serviceAccountEmail"] == email
    assert key["restrictions"] == {"apiTargets": [{"service": GEMINI}]}
    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    assert (facts.uid, facts.annotations, facts.deleted) == (key["uid"], NOTES, False)
    assert (await cloud.keys.list(PROJECT))[key_id] == facts


async def test_a_standard_key_is_bound_to_nobody_and_restricted_all_the_same(
    cloud: Cloud, sandbox: Sandbox
) -> None:
    """Without an account the key is an old one, AIza…; it may call the Gemini API and nothing else."""
    key_id = sandbox.name()

    text = await cloud.keys.wait(await order(cloud, key_id, ""))

    assert text is not None
    assert text.startswith("AI" + "za")
    (key,) = sandbox.keys(PROJECT, key_id)
    assert not key["serviceAccountEmail"]
    assert key["restrictions"] == {"apiTargets": [{"service": GEMINI}]}


async def test_a_text_that_google_does_not_show_is_none(cloud: Cloud, sandbox: Sandbox) -> None:
    """Without the text in the operation and without the right to read it there is no text, and no error."""
    email, key_id = await account(cloud), sandbox.name()
    hidden = {"operation_carries_key_string": False}
    with sandbox.changed("switches", hidden, {"operation_carries_key_string": True}):
        assert await cloud.keys.wait(await order(cloud, key_id, email)) is None

    assert await cloud.keys.text(PROJECT, key_id) is None


async def test_a_text_is_read_and_traced_back_where_the_bot_may(cloud: Cloud, sandbox: Sandbox) -> None:
    """With getKeyString the text of an existing key is read; lookup finds the key that a text belongs to."""
    email, key_id = await account(cloud), sandbox.name()
    text = await cloud.keys.wait(await order(cloud, key_id, email))
    custom = {"bot_roles": ["projects/-/roles/geminiKeyBot"]}
    more = {"bot_roles": [*custom["bot_roles"], "roles/serviceusage.apiKeysViewer"]}
    with sandbox.changed(f"projects/{PROJECT}", more, custom):
        assert await cloud.keys.text(PROJECT, key_id) == text

    assert text is not None
    assert await cloud.keys.lookup(text) == f"projects/100000000001/locations/global/keys/{key_id}"
    assert await cloud.keys.lookup("AQ." + "never-made" * 5) is None


async def test_deleting_twice_is_deleting_once(cloud: Cloud, sandbox: Sandbox) -> None:
    """A deleted key is still read, as deleted; deleting it again, or one that never was, is done."""
    email, key_id = await account(cloud), sandbox.name()
    await cloud.keys.wait(await order(cloud, key_id, email))

    await cloud.keys.delete(PROJECT, key_id)
    await cloud.keys.delete(PROJECT, key_id)
    await cloud.keys.delete(PROJECT, sandbox.name())

    facts = await cloud.keys.get(PROJECT, key_id)
    assert facts is not None
    assert facts.deleted
    assert await cloud.keys.get(PROJECT, sandbox.name()) is None


async def test_a_lost_answer_to_a_delete_is_no_failure(cloud: Cloud, sandbox: Sandbox) -> None:
    """The second attempt finds the key deleted already, which is what was wanted."""
    email, key_id = await account(cloud), sandbox.name()
    await cloud.keys.wait(await order(cloud, key_id, email))
    sandbox.fault("ApiKeys/DeleteKey", after_commit=True)

    await cloud.keys.delete(PROJECT, key_id)

    assert sandbox.keys(PROJECT, key_id)[0]["deleted"]


async def test_a_lost_answer_to_a_create_makes_no_second_key(cloud: Cloud, sandbox: Sandbox) -> None:
    """Made, answer lost, made again: ALREADY_EXISTS comes out and one key is there."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(CREATE, after_commit=True)

    with pytest.raises(GoogleError) as refused:
        await order(cloud, key_id, email)

    assert (refused.value.status, refused.value.http) == ("ALREADY_EXISTS", 409)
    assert len(sandbox.keys(PROJECT, key_id)) == 1


async def test_a_service_that_is_away_for_a_moment_is_asked_again(
    cloud: Cloud, sandbox: Sandbox, called: list[Called]
) -> None:
    """Three times UNAVAILABLE costs three more attempts, through either door, and no error."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(CREATE, times=3, code="UNAVAILABLE")
    sandbox.fault("ApiKeys/GetKey", times=3, code="UNAVAILABLE")

    await cloud.keys.wait(await order(cloud, key_id, email))
    assert await cloud.keys.get(PROJECT, key_id)

    for call in (CREATE, "ApiKeys/GetKey"):
        assert [c.status for c in called if c.call == call] == ["UNAVAILABLE"] * 3 + ["OK"]


@pytest.mark.parametrize("call", ["ApiKeys/GetKey", CREATE], ids=["grpc", "rest"])
async def test_a_call_that_hangs_is_left_and_made_again(
    call: str, cloud: Cloud, hasty: Cloud, sandbox: Sandbox, called: list[Called]
) -> None:
    """The time limit of one attempt ends it, and the next attempt is answered."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(call, hang=True)

    await cloud.keys.wait(await order(hasty, key_id, email))
    assert await hasty.keys.get(PROJECT, key_id)

    assert [c.status for c in called if c.call == call] == ["DEADLINE_EXCEEDED", "OK"]


async def test_the_delay_that_google_asks_for_is_kept(
    cloud: Cloud, sandbox: Sandbox, called: list[Called]
) -> None:
    """RetryInfo of a JSON body and of a gRPC trailer are both obeyed."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(CREATE, code="RESOURCE_EXHAUSTED", reason="RATE_LIMIT_EXCEEDED", retry_after_s=0.5)
    sandbox.fault("ApiKeys/GetKey", code="RESOURCE_EXHAUSTED", retry_after_s=60)

    reason = sandbox.name()
    with named(reason):
        await order(cloud, key_id, email)
        with pytest.raises(GoogleError) as refused:
            await cloud.keys.get(PROJECT, key_id)

    first, second = sandbox.calls(CREATE, reason)
    assert seconds_between(first["at"], second["at"]) >= 0.5
    assert refused.value.retry_after is not None
    assert refused.value.retry_after.total_seconds() == 60


def seconds_between(first: str, second: str) -> float:
    return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()


async def test_an_operation_that_failed_says_why(cloud: Cloud, sandbox: Sandbox) -> None:
    """The error inside the operation comes out with its reason, as an end that another wait cannot change."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(
        CREATE, operation="fail", code="FAILED_PRECONDITION", reason="FLOW_APIKEY_TEST", message="No."
    )
    operation = await order(cloud, key_id, email)

    with pytest.raises(GoogleError) as refused:
        await cloud.keys.wait(operation)

    error = refused.value
    assert (error.status, error.reason, error.call) == (
        "FAILED_PRECONDITION",
        "FLOW_APIKEY_TEST",
        "ApiKeys/GetOperation",
    )
    assert error.finished
    assert error.permanent


async def test_an_operation_that_never_ends_is_put_off(cloud: Cloud, hasty: Cloud, sandbox: Sandbox) -> None:
    """After our patience a transient DEADLINE_EXCEEDED comes out, to wait on later."""
    email, key_id = await account(cloud), sandbox.name()
    sandbox.fault(CREATE, operation="never")
    operation = await order(cloud, key_id, email)

    with pytest.raises(GoogleError) as refused:
        await hasty.keys.wait(operation)

    assert (refused.value.status, refused.value.transient, refused.value.finished) == (
        "DEADLINE_EXCEEDED",
        True,
        False,
    )


async def test_polling_goes_on_over_answers_that_do_not_come(cloud: Cloud, sandbox: Sandbox) -> None:
    """503 to a poll is not the end of the operation, by REST (keys) and by gRPC (services)."""
    email, key_id = await account(cloud), sandbox.name()
    operation = await order(cloud, key_id, email)
    sandbox.fault(POLL, times=4, code="UNAVAILABLE")

    assert await cloud.keys.wait(operation)

    off = {"services": {GEMINI: False}}
    with sandbox.changed("projects/acme-vision", off, off):
        sandbox.fault(POLL, times=2, code="DEADLINE_EXCEEDED")
        await cloud.services.enable("acme-vision", GEMINI)
        assert await cloud.services.enabled("acme-vision", GEMINI)


async def test_a_fresh_account_is_waited_for(cloud: Cloud, sandbox: Sandbox) -> None:
    """API Keys does not know a new service account at once; a key ordered meanwhile is made all the same."""
    account_id = f"fresh-{sandbox.name()}"
    email = f"{account_id}@{PROJECT}.iam.gserviceaccount.com"
    request = {"name": f"projects/{PROJECT}", "account_id": account_id, "service_account": {}}
    await cloud.calls.grpc("IAM/CreateServiceAccount", request, write=True)

    reason = sandbox.name()
    with named(reason):
        assert await cloud.keys.wait(await order(cloud, sandbox.name(), email))

    assert next(c["code"] for c in sandbox.calls(CREATE, reason)) == "INVALID_ARGUMENT"


async def test_an_account_that_never_appears_is_tried_another_time(hasty: Cloud, sandbox: Sandbox) -> None:
    """The refusal names the account and stays transient: creation may still be on its way."""
    with pytest.raises(GoogleError, match=f"nobody@{PROJECT}") as refused:
        await order(hasty, sandbox.name(), f"nobody@{PROJECT}.iam.gserviceaccount.com")

    assert refused.value.transient


async def test_an_account_is_made_once_and_seen_when_told(cloud: Cloud, sandbox: Sandbox) -> None:
    """`ensure` twice, and with the first create's answer lost, leaves one account that can be read."""
    account_id = f"once-{sandbox.name()}"
    sandbox.fault("IAM/CreateServiceAccount", after_commit=True)

    first = await cloud.service_accounts.ensure(PROJECT, account_id, "Gemini keys")
    second = await cloud.service_accounts.ensure(PROJECT, account_id, "Gemini keys")

    assert first == second == f"{account_id}@{PROJECT}.iam.gserviceaccount.com"
    assert [a["email"] for a in sandbox.project(PROJECT)["service_accounts"]].count(first) == 1


async def test_a_blocked_binding_is_the_last_word(cloud: Cloud, sandbox: Sandbox) -> None:
    """Where organization policy blocks the binding, the raw refusal comes out with its reason."""
    email = await account(cloud, "acme-locked")

    with pytest.raises(GoogleError) as refused:
        await order(cloud, sandbox.name(), email, "acme-locked")

    assert refused.value.reason == "FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_FAILED_PRECONDITION"
    assert refused.value.permanent
