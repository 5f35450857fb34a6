"""`gemini-key-bot init`: from nothing to two files that the doctor finds nothing wrong with."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from bot.cli import first_files
from bot.errors import Misconfigured
from bot.policy import toml_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.doctor.stage import Stage


async def answered(stage: Stage, directory: Path, *answers: str) -> tuple[int, str]:
    """Run the command with these answers, one a line, without a terminal to hide them from."""
    given = {**os.environ, **stage.town.environment()}
    environment = {name: value for name, value in given.items() if not name.endswith(("TOKEN", "SECRET"))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "init", "--directory", str(directory)),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    out, _ = await process.communicate("".join(f"{answer}\n" for answer in answers).encode())
    return process.returncode or 0, out.decode()


@pytest.mark.asyncio(loop_scope="module")
async def test_answers_are_checked_and_written(stage: Stage, tmp_path: Path) -> None:
    """A wrong token and a wrong channel are told at once and asked again; the files work and are private."""
    own = stage.town.slack.credentials
    code, said = await answered(
        stage,
        tmp_path,
        *("xoxb-" + "0", own.app_token, "y"),
        *(own.bot_token, own.app_token),
        stage.server.url,
        *("acme.test", "C0NOWHERE", "S0APPROVERS", "", "acme-ml-dev", "y"),
        *("acme.test", "C0APPROVALS", "S0APPROVERS", "", "acme-ml-dev,acme-ml-prod"),
    )

    assert code == 0, said
    assert "auth.test answered invalid_auth" in said
    assert "conversations.info answered channel_not_found" in said
    written, policy = tmp_path / "gemini-key-bot.env", tmp_path / "policy.toml"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert f"SLACK_BOT_TOKEN='{own.bot_token}'" in written.read_text()
    assert own.bot_token not in said
    found, problems = toml_file.parse(policy.read_text())
    assert problems == []
    assert found is not None
    assert [project.id for project in found.projects] == ["acme-ml-dev", "acme-ml-prod"]

    before = written.read_text()
    code, said = await answered(stage, tmp_path, "anything")
    assert code == 2, said
    assert "exists; init writes only new files" in said
    assert written.read_text() == before


def test_a_value_that_would_break_out_of_its_quotes_is_refused() -> None:
    """What is written is read by a shell: no answer may end its quotes or the line."""
    for value in ("a'b", "a\nb"):
        with pytest.raises(Misconfigured):
            first_files.environment({"REDIS_URL": value})
    assert first_files.environment({"REDIS_URL": "", "A": "$(x) `y`"}) == "A='$(x) `y`'\n"


def test_two_writers_make_one_file(tmp_path: Path) -> None:
    """Even a file that comes between the look and the write is left alone."""
    path = tmp_path / "policy.toml"
    path.write_text("mine")

    with pytest.raises(Misconfigured, match="exists"):
        first_files.write_new(path, "yours")

    assert path.read_text() == "mine"
