"""One version: that of pyproject.toml, wherever it is written again."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.deploy.dockerfile import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PLACES = {
    "docker-compose.yml": r"image: gemini-key-bot:([\w.]+)",
    "deploy/Dockerfile": r"-t gemini-key-bot:([\w.]+)",
    "deploy/kubernetes/base/kustomization.yaml": r"newTag: ([\w.]+)",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_deployed_is_this_version(place: str) -> None:
    """An image's tag is the version that it is built from."""
    found = re.findall(PLACES[place], (ROOT / place).read_text(encoding="utf-8"))

    assert found
    assert set(found) == {VERSION}


def test_the_changelog_tells_of_this_version() -> None:
    """Its newest release is this one, or what is not released yet stands above it."""
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [heading for heading in headings if heading != "Unreleased"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", heading) for heading in released)
    assert "Unreleased" not in headings[1:]
    assert not released or released[0].startswith(f"{VERSION} - ")
