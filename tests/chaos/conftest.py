"""One mother of bots and one tally for a whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.tally import ALL, Tally
from tests.chaos.zygote import Mother, Zygote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

TALLY = Tally()


@pytest.fixture
def tally() -> Tally:
    return TALLY


@pytest.fixture(scope="session")
def mother() -> Iterator[Mother]:
    mother = Mother()
    yield mother
    mother.close()


@pytest.fixture
async def zygote(mother: Mother) -> AsyncIterator[Zygote]:
    async with Zygote(mother) as zygote:
        yield zygote


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.rows:
        terminalreporter.section("chaos")
        terminalreporter.write_line(TALLY.table())


def pytest_sessionfinish() -> None:
    if ALL and TALLY.rows:
        TALLY.write()
