"""The error is about another project or service than the key that the person thinks he uses."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from handlers.surfaces.why_modal import KEY

if TYPE_CHECKING:
    from tests.why.company import Company

pytestmark = pytest.mark.asyncio(loop_scope="session")

GEMINI, VERTEX = "generativelanguage.googleapis.com", "aiplatform.googleapis.com"
DEV, PROD = "acme-ml-dev", "acme-ml-prod"
NUMBER_OF = {DEV: "100000000001", PROD: "100000000002", "acme-legacy": "100000000004"}
ELSEWHERE = "and your key is not of that project"
SILENT = "Cloud Monitoring counts no call with any of them in the last day"


def _suspended(consumer: str, service: str = GEMINI) -> str:
    return (
        "google.api_core.exceptions.PermissionDenied: 403 Permission denied: Consumer has been suspended. "
        f'[reason: "CONSUMER_SUSPENDED"\ndomain: "googleapis.com"\nmetadata {{\n  key: "consumer"\n  value: '
        f'"projects/{consumer}"\n}}\nmetadata {{\n  key: "service"\n  value: "{service}"\n}}\n]'
    )


@pytest.mark.parametrize("consumer", ["acme-legacy", NUMBER_OF["acme-legacy"]], ids=["id", "number"])
async def test_a_project_without_a_key_of_yours_is_another_one(company: Company, consumer: str) -> None:
    """A project of the company in which Ada has no key, by id or number; her own key was not used at all."""
    await company.key(DEV)
    company.town.cloud.world.gemini_calls.clear()

    said = await company.ask(_suspended(consumer))

    assert f"counted for acme-legacy, {ELSEWHERE}" in said
    assert "None of your recorded keys belongs to the project in the error." in said
    assert SILENT in said


async def test_a_key_in_use_is_not_called_silent(company: Company) -> None:
    """The mismatch stands by itself; that the key is unused is said only when it is."""
    key = await company.key(DEV)
    assert (await company.call(key))[0] == HTTPStatus.OK

    said = await company.ask(_suspended(NUMBER_OF["acme-legacy"]))

    assert ELSEWHERE in said
    assert "counts no call" not in said


@pytest.mark.parametrize("consumer", [DEV, NUMBER_OF[DEV]], ids=["id", "number"])
async def test_ones_own_project_is_no_mismatch(company: Company, consumer: str) -> None:
    """The number of the own project is the own project."""
    await company.key(DEV)

    said = await company.ask(_suspended(consumer))

    assert "Google has suspended acme-ml-dev" in said
    assert ELSEWHERE not in said


async def test_the_key_that_one_thinks_one_uses_may_be_the_wrong_one(company: Company) -> None:
    """Chosen is the key of one project; the error is of another, where Ada has a key as well."""
    chosen = await company.key(DEV)
    await company.key(PROD)

    said = await company.ask(_suspended(NUMBER_OF[PROD]), about=f"{KEY}{chosen}")

    assert f"counted for acme-ml-prod, {ELSEWHERE}" in said
    assert "another key of yours is of that one" in said
    assert "None of your recorded keys" not in said


async def test_a_sister_service_in_the_own_project_is_a_mismatch(company: Company) -> None:
    """Vertex AI in Ada's own project, by number: the project is hers, the service is not her key's."""
    await company.key(DEV)
    company.town.cloud.world.gemini_calls.clear()

    said = await company.ask(_suspended(NUMBER_OF[DEV], VERTEX))

    assert "the error is from another service" in said
    assert SILENT in said
    assert ELSEWHERE not in said
