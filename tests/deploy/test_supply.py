"""What we ship of others: pinned by hash, under licenses that let us, and named where somebody would look."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public License 2\.0|Unlicense|0BSD)\b"
)
FORBIDDEN = re.compile(r"\b(AGPL|Affero|SSPL|(?<!L)GPL|GNU General Public)\b")
# Their metadata names no license; read by hand: each is MIT or Apache-2.0.
READ_BY_HAND: set[str] = set()


def requirements(name: str = "requirements.txt") -> dict[str, str]:
    """Read a requirements file: each package with everything that stands behind its name."""
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    return {entry.split("==")[0].partition("[")[0].strip(): entry for entry in entries}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_hash(name: str) -> None:
    """One version each, at least one SHA-256, and no address to fetch from."""
    found = requirements(name)

    assert len(found) > 50
    for package, entry in found.items():
        assert re.match(r"[\w.\[\], -]+==[\w.!+]+", entry), package
        assert "--hash=sha256:" in entry, package
        assert "://" not in entry, package


def test_what_is_shipped_may_be_shipped() -> None:
    """Each package of the image has a permissive license, by its own word."""
    unsure: dict[str, str] = {}
    looked_at = 0
    for package in requirements():
        try:
            said = metadata.metadata(package)
        except metadata.PackageNotFoundError:
            continue  # a package of another platform
        looked_at += 1
        license_text = " ".join(
            [
                str(said.get("License-Expression") or ""),
                str(said.get("License") or "")[:200],
                *(line for line in said.get_all("Classifier") or [] if line.startswith("License")),
            ]
        )
        if FORBIDDEN.search(license_text) or not ALLOWED.search(license_text):
            unsure[package] = license_text
    assert looked_at > 50
    assert set(unsure) == READ_BY_HAND, unsure


def test_our_own_license_is_there_and_named() -> None:
    """The text of the Apache License 2.0, named in the package's metadata."""
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()


def test_every_test_that_the_threat_model_names_exists() -> None:
    """docs/security.md claims a test for each control; a claim without its test fails here."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)

    assert len(named) > 30
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).exists()
        or not re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "threat",
    [
        "stolen Slack account",
        "Forged, replayed",
        "malicious text",
        "curious approver",
        "compromised Slack role",
        "compromised worker role",
        "reads Redis",
        "reads logs",
        "supply chain",
    ],
)
def test_each_threat_has_a_control(threat: str) -> None:
    """Each heading of the threat model has a table with at least one test."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    (section,) = [part for part in page.split("\n## ")[1:] if threat in part.splitlines()[0]]

    assert "::test_" in section
