"""Documents that are made from code fail here when they are stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bot import secret_files, settings
from bot.cli.main import app
from bot.diagnosis import catalogue

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EVERYWHERE = [*PAGES, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "deploy").rglob("*.md"))]

COMMANDS = set(getattr(typer.main.get_command(app), "commands", {}))


def test_the_page_of_causes_is_what_the_catalogue_says() -> None:
    """docs/causes.md is generated: `gemini-key-bot causes --markdown > docs/causes.md`."""
    assert (ROOT / "docs" / "causes.md").read_text(encoding="utf-8") == catalogue.as_markdown()


def test_every_setting_is_in_the_documents() -> None:
    """Nobody has to read the code to learn of a setting; a group's are named by its first or by the group."""
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    known = {name.partition("__")[0] for name in settings._known_names()} - set(secret_files.NAMES)

    assert {name for name in known if name not in text} == set()


@pytest.mark.parametrize("page", EVERYWHERE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_names_settings_and_commands_that_exist(page: Path) -> None:
    """A setting or a command that was renamed is found here on every page that still has its old name."""
    text = page.read_text(encoding="utf-8")
    names = {name for name in re.findall(rf"{settings.PREFIX}\w+", text) if not name.endswith("_")}

    assert names <= set(settings._known_names())
    assert set(re.findall(r"(?<!-n )gemini-key-bot ([a-z][a-z0-9-]+)", text)) <= COMMANDS


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
