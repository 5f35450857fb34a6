"""A folder of policies: each file counts in its own workspace, and no project in two of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from bot.errors import Misconfigured, NoPolicy
from bot.policy.folder import Folder
from bot.policy.inspecting import inspect
from tests.policy.test_toml_file import GOOD

if TYPE_CHECKING:
    from pathlib import Path

ACME, BETA, NEW = "T0ACME", "T0BETA", "T0NEW"
OURS = GOOD
THEIRS = GOOD.replace("acme-", "beta-").replace("U0GRACE", "U0BOB")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two workspaces with projects of their own."""
    write(tmp_path, ACME, OURS)
    write(tmp_path, BETA, THEIRS)
    return tmp_path


def write(path: Path, team_id: str, text: str) -> None:
    (path / f"{team_id}.toml").write_text(text)


def with_project(text: str, project_id: str) -> str:
    return f'{text}\n[[projects]]\nid = "{project_id}"\nenvironments = ["dev"]\n'


def look(folder: Folder) -> None:
    """Look twice: what stays the same between two looks counts."""
    folder.reread()
    folder.reread()


def told(folder: Folder, team_id: str) -> str:
    live = folder.live(team_id)
    assert live is not None
    return live.refusal.sentence if live.refusal else ""


def has(folder: Folder, team_id: str, project_id: str) -> bool:
    return folder.of(team_id).project(project_id) is not None


def test_each_workspace_has_its_own_rules(path: Path) -> None:
    """Approvers and projects of one are unknown in the other, and each project is one workspace's."""
    folder = Folder(path)

    assert folder.of(ACME).approval.approvers.users == {"U0GRACE"}
    assert folder.of(BETA).approval.approvers.users == {"U0BOB"}
    assert not has(folder, ACME, "beta-ml-dev")
    assert folder.project_ids() == ["acme-ml-dev", "acme-ml-prod", "beta-ml-dev", "beta-ml-prod"]
    assert [folder.workspace(p) for p in ("acme-ml-dev", "beta-ml-prod", "gamma")] == [ACME, BETA, ""]


def test_a_workspace_without_a_file_has_no_rules(path: Path) -> None:
    """Nothing of a neighbour's counts there."""
    with pytest.raises(NoPolicy, match="has no policy for Gemini keys"):
        Folder(path).of("T0GAMMA")


@pytest.mark.parametrize("entry", ["acme-ml-dev", "acme-*", "*-ml-prod"])
def test_a_project_in_two_files_stops_the_start(path: Path, entry: str) -> None:
    """By name or by patterns that may meet; the sentence names both files."""
    write(path, BETA, with_project(THEIRS, entry) if entry != "*-ml-prod" else with_project(OURS, entry))

    with pytest.raises(Misconfigured) as refused:
        Folder(path)

    assert f"{path / ACME}.toml names acme-ml-" in str(refused.value)
    assert f"{path / BETA}.toml names " in str(refused.value)


def test_the_command_names_the_line_on_both_sides(path: Path) -> None:
    """`policy check` of a folder tells who wrote which entry."""
    write(path, BETA, with_project(THEIRS, "acme-*"))

    problems = {one.team_id: one.problems for one in inspect(path)}

    ours, theirs = (GOOD + "\n").splitlines().index('id = "acme-ml-dev"') + 1, len(THEIRS.splitlines()) + 3
    assert [problem.line for problem in problems[ACME]] == [ours]
    assert [problem.line for problem in problems[BETA]] == [theirs]


def test_nobody_takes_anothers_project(path: Path) -> None:
    """The file that claims it is refused, and its people are not told whose the project is."""
    folder = Folder(path)
    write(path, BETA, with_project(THEIRS, "acme-ml-dev"))
    look(folder)

    assert not has(folder, BETA, "acme-ml-dev")
    assert has(folder, ACME, "acme-ml-dev")
    assert told(folder, BETA) == "acme-ml-dev belongs to another workspace"
    assert told(folder, ACME) == ""


def test_a_project_moves_when_both_files_say_so(path: Path) -> None:
    """At once, whichever is read first, also when two are exchanged; or when the one who had it lets go."""
    folder = Folder(path)
    ours, theirs = OURS.replace("acme-ml-dev", "beta-ml-dev"), THEIRS.replace("beta-ml-dev", "acme-ml-dev")
    write(path, ACME, ours)
    write(path, BETA, theirs)
    look(folder)
    assert has(folder, ACME, "beta-ml-dev")
    assert has(folder, BETA, "acme-ml-dev")

    write(path, BETA, with_project(theirs, "acme-ml-prod"))
    look(folder)
    assert not has(folder, BETA, "acme-ml-prod")
    write(path, ACME, ours.replace("acme-ml-prod", "acme-other"))
    look(folder)
    folder.reread()
    assert has(folder, BETA, "acme-ml-prod")


def test_of_two_that_want_a_project_at_once_neither_has_it(path: Path) -> None:
    """Nobody is first, and the rules before stay on both sides."""
    folder = Folder(path)
    write(path, ACME, with_project(OURS, "new-one"))
    write(path, BETA, with_project(THEIRS, "new-one"))
    look(folder)

    assert folder.workspace("new-one") == ""
    assert told(folder, ACME)
    assert told(folder, BETA)


def test_a_new_file_counts_without_a_restart(path: Path) -> None:
    """It knows the projects that were seen before it came; one with a mistake brings no rules."""
    folder = Folder(path)
    folder.see(["new-web-lab"])
    write(path, NEW, GOOD[:40])
    look(folder)
    with pytest.raises(NoPolicy):
        folder.of(NEW)
    write(path, NEW, with_project(GOOD.replace("acme-", "new-"), "new-*-lab"))
    look(folder)

    assert has(folder, NEW, "new-web-lab")


def test_a_file_taken_away_takes_its_rules_along(path: Path) -> None:
    """After two looks, as a replaced file may be missing at one; the others stay, and it may come back."""
    folder = Folder(path)
    (path / f"{BETA}.toml").unlink()
    folder.reread()
    assert has(folder, BETA, "beta-ml-dev")
    folder.reread()
    with pytest.raises(NoPolicy):
        folder.of(BETA)
    assert folder.project_ids() == ["acme-ml-dev", "acme-ml-prod"]

    write(path, BETA, THEIRS)
    look(folder)
    assert has(folder, BETA, "beta-ml-dev")


def test_a_folder_that_vanishes_changes_nothing(path: Path) -> None:
    """A mount that is away for a moment takes no rule away."""
    folder = Folder(path)
    shutil.rmtree(path)
    look(folder)

    assert has(folder, BETA, "beta-ml-dev")


@pytest.mark.parametrize("name", ["policy.toml", "t0acme.toml", "T0-ACME.toml"])
def test_a_file_named_after_no_workspace_stops_the_start(path: Path, name: str) -> None:
    """Nobody's rules would be in it; what a mounted folder keeps beside its files is no file."""
    (path / "..data").mkdir()
    (path / "README").write_text("not a policy")
    assert Folder(path).of(ACME)
    (path / name).write_text(GOOD)

    with pytest.raises(Misconfigured, match=f"{name} is no workspace's policy"):
        Folder(path)
