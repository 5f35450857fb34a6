"""The house keeps its shape: small files, names that people rely on, words that the project may use."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 300
FOLDERS = ("bot", "handlers", "sandbox", "tests")
# Tests of one subject that share their tables and helpers; no source file is among them.
ONE_SUBJECT = {
    "tests/sandbox/slack/test_blocks.py",
    "tests/sandbox/slack/test_interactions.py",
    "tests/store/test_embedded.py",
    "tests/languages/test_words.py",
}
LONG_FOR_A_REASON = re.compile(r"\blong\b.*\bbecause\b|\bone file\b.*\bbecause\b", re.DOTALL | re.IGNORECASE)
# Built at run time, so that this file does not name what it looks for.
REGISTRIES = ["pypi" + ".org", "npmjs" + ".org", "npmjs" + ".com", "python" + "hosted.org", "docker" + ".io"]


def tracked(*patterns: str) -> list[Path]:
    """List the files of the project, as git knows them, or as they lie there without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]
    return [path for pattern in patterns for path in ROOT.rglob(Path(pattern).name)]


SOURCES = [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in FOLDERS]


def test_there_is_something_to_look_at() -> None:
    """The lists below are not empty by mistake."""
    assert len(SOURCES) > 200


def test_no_file_is_long_without_a_reason() -> None:
    """A file over 300 lines says in its docstring why it is one."""
    long = {
        name: lines
        for path in SOURCES
        if (name := str(path.relative_to(ROOT))) not in ONE_SUBJECT
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST
        and not LONG_FOR_A_REASON.search(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    }

    assert long == {}


@pytest.mark.parametrize("target", ["sandbox", "demo", "test", "check"])
def test_make_has_the_targets_that_people_rely_on(target: str) -> None:
    """A target is declared, has a recipe, and says in `make help` what it is for."""
    makefile = (ROOT / "Makefile").read_text()

    assert re.search(rf"^\.PHONY: {target}$", makefile, re.MULTILINE)
    assert re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE)
    assert re.search(rf"^{target}:.*\n\t\S", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "SECURITY.md", "Makefile", "pyproject.toml"])
def test_the_files_that_people_look_for_are_there(name: str) -> None:
    """They exist and say something."""
    assert len((ROOT / name).read_text(encoding="utf-8")) > 100


def test_no_document_names_a_package_registry() -> None:
    """Where packages come from is the reader's own setting, not ours."""
    documents = tracked("*.md", "*.txt", "*.toml", "*.html", "Makefile", "*.yml", "*.yaml")
    named = {
        str(path.relative_to(ROOT)): registry
        for path in documents
        for registry in REGISTRIES
        if registry in path.read_text(encoding="utf-8", errors="replace")
    }

    assert named == {}


def test_every_test_is_a_sentence() -> None:
    """Each test says in a docstring what it claims."""
    mute = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in SOURCES
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert mute == []
