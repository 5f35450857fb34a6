"""Hold the page's files to what a reviewer would otherwise have to look for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sandbox

PAGE = Path(sandbox.__file__).parent / "page"
SCRIPTS = sorted(PAGE.rglob("*.js"))
STYLES = sorted(PAGE.rglob("*.css"))
INDEX = (PAGE / "index.html").read_text()
LINES = 300


def relative(path: Path) -> str:
    return str(path.relative_to(PAGE))


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_data_never_becomes_markup_or_code(script: Path) -> None:
    """No script has a way to turn a message into HTML or JavaScript."""
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|srcdoc|DOMParser|createContextualFragment"
    forbidden += r"|document\.write|\beval\(|new Function"

    assert re.findall(forbidden, script.read_text()) == []


@pytest.mark.parametrize("file", [*SCRIPTS, *STYLES, PAGE / "index.html"], ids=relative)
def test_nothing_is_fetched_from_another_machine(file: Path) -> None:
    """No file names an address elsewhere: no font, no script, no picture."""
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", file.read_text()) == []
    assert "@import" not in file.read_text()


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_every_import_leads_to_a_file(script: Path) -> None:
    """No module is missing when the browser asks for it."""
    imported = re.findall(r'from "(\.[^"]+)"', script.read_text())

    assert [name for name in imported if not (script.parent / name).is_file()] == []


def test_every_module_is_used() -> None:
    """Whatever lies in the folder is reached from app.js."""
    seen: set[Path] = set()
    waiting = [PAGE / "app.js"]
    while waiting:
        module = waiting.pop().resolve()
        if module not in seen:
            seen.add(module)
            names = re.findall(r'from "(\.[^"]+)"', module.read_text())
            waiting += [module.parent / name for name in names]

    assert [relative(script) for script in SCRIPTS if script.resolve() not in seen] == []


def test_every_style_sheet_is_linked_and_exists() -> None:
    """The page loads all its style sheets and no others."""
    linked = set(re.findall(r'href="/static/(css/[^"]+)"', INDEX))

    assert linked == {relative(style) for style in STYLES}


def test_every_id_that_scripts_look_for_is_on_the_page() -> None:
    """No getElementById comes back empty-handed."""
    wanted = {
        found
        for script in SCRIPTS
        for found in re.findall(r'getElementById\("([^"]+)"\)', script.read_text())
    }

    assert wanted - set(re.findall(r'\bid="([^"]+)"', INDEX)) == set()


def test_every_colour_that_styles_use_is_in_the_table() -> None:
    """No style refers to a variable nobody sets."""
    sources = "".join(file.read_text() for file in [*STYLES, *SCRIPTS])
    used = set(re.findall(r"var\((--[\w-]+)", sources))

    assert used - set(re.findall(r'"?(--[\w-]+)"?:', sources)) == set()


def test_the_browser_is_told_to_load_nothing_from_elsewhere() -> None:
    """The page's own policy denies everything it does not need."""
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', INDEX)

    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


HOOKS = ("composer", "send", "message", "modal", "modal-submit", "modal-close", "confirm-yes", "confirm-no")
ANCHORS = ("persona-", "channel-", "tab-", "traffic-toggle", "traffic-entry", "field-error", "toast")


@pytest.mark.parametrize("hook", [*HOOKS, *ANCHORS])
def test_hooks_for_browser_tests_stay(hook: str) -> None:
    """A test that drives the page finds what it was promised."""
    sources = INDEX + "".join(script.read_text() for script in SCRIPTS)

    assert re.search(rf'(?:data-testid="|testid: [`"]){hook}', sources)


@pytest.mark.parametrize("file", [*SCRIPTS, *STYLES], ids=relative)
def test_files_stay_small(file: Path) -> None:
    """Nobody has to scroll far."""
    assert len(file.read_text().splitlines()) <= LINES


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_every_module_says_what_it_is_for(script: Path) -> None:
    """The first thing in a module is a sentence."""
    assert re.match(r"/\*\*\s[A-Z]", script.read_text())
