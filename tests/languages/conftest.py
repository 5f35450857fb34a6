"""The languages that ship, each as its catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

from bot.languages.catalogues import FOLDER

if TYPE_CHECKING:
    from babel.messages import Catalog

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def catalogue(language: str) -> Catalog:
    return read(FOLDER / language / "LC_MESSAGES" / "messages.po", language)


@pytest.fixture(scope="session")
def template() -> Catalog:
    return read(FOLDER / "messages.pot")
