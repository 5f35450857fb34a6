"""Documents that are made from code fail here when they are stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.diagnosis import catalogue

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_page_of_causes_is_what_the_catalogue_says() -> None:
    """docs/causes.md is generated: `gemini-key-bot causes --markdown > docs/causes.md`."""
    assert (ROOT / "docs" / "causes.md").read_text(encoding="utf-8") == catalogue.as_markdown()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_inside_the_repository_leads_somewhere(page: Path) -> None:
    """A relative link or picture of a page exists."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("command", ["sandbox", "test", "check", "demo"])
def test_the_readme_names_the_commands_that_exist(command: str) -> None:
    """What the README tells to type is a target of the Makefile."""
    assert f"make {command}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
