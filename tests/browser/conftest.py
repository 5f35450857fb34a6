"""The page in a real browser, on the sandbox as a person would start it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Without these, Chromium looks for Google's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
RULES = Path(__file__).parents[2] / "sandbox" / "policy.toml"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once; a machine without it says so, CI must have it."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sandbox runs: an empty directory, but for a copy of its rules."""
    directory = tmp_path_factory.mktemp("sandbox")
    shutil.copy(RULES, directory)
    return directory


@pytest.fixture(scope="session")
def sandbox(home: Path) -> Iterator[str]:
    """Run `gemini-key-bot sandbox` once, and read the address it prints."""
    command = [sys.executable, "-m", "bot", "sandbox", "--port", "0", "--policy", RULES.name]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
                    yield found[0]
                    break
            else:
                pytest.fail("the sandbox printed no address")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.fixture
def page(chromium: Browser, sandbox: str) -> Iterator[Page]:
    """Open the page as a newcomer sees it; a script error on it fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(15_000)
    page.goto(sandbox)
    yield page
    while (close := page.get_by_test_id("modal-close")).is_visible():
        close.click()  # an open form waits for its person, also in the next test
        expect(close).to_be_hidden()
    context.close()
    assert errors == []


@pytest.fixture
def keep() -> Callable[[Page, str], None]:
    """Keep what a page looks like now, for the README, when PICTURES is set."""

    def shoot(page: Page, name: str) -> None:
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png")

    return shoot


@pytest.fixture
def picture(page: Page, keep: Callable[[Page, str], None]) -> Callable[[str], None]:
    """Keep what the sandbox's page looks like now."""
    return lambda name: keep(page, name)


@pytest.fixture
def rules(home: Path) -> Iterator[Callable[[str], None]]:
    """Add lines to the rules while the bot runs, until the test is over; returns once they count."""
    file, log = home / RULES.name, home / ".gemini-key-bot" / "sandbox" / "bot.log"
    own = file.read_text()

    def say(more: str) -> None:
        taken = log.read_text().count("policy.taken")
        file.write_text(own + more)
        deadline = time.monotonic() + 30
        while log.read_text().count("policy.taken") == taken:
            assert time.monotonic() < deadline, "the bot did not take the rules"
            time.sleep(0.1)

    yield say
    say("")
