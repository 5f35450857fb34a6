"""A folder of policies: `T0ACME.toml` holds in the workspace T0ACME, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.domain import overlaps
from bot.errors import Misconfigured
from bot.policy.live import LivePolicy
from bot.policy.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bot.domain.policy import Policy

_TEAM_ID = re.compile(r"T[A-Z0-9]{2,20}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two workspaces whose policies may stand for the same Google project, each by this entry."""

    team_id: str
    entry: str
    other: str
    theirs: str

    def sentence(self, folder: Path) -> str:
        """Say it to who runs the bot, who may read both files."""
        mine, yours = folder / f"{self.team_id}.toml", folder / f"{self.other}.toml"
        return f"{mine} names {self.entry}, and {yours} names {self.theirs}: a project is one workspace's"


class Folder(Policies):
    """A file for each workspace; two that name the same Google project are refused."""

    def __init__(self, path: Path) -> None:
        """Read all files; `Misconfigured` names the first that is wrong, or two that clash."""
        super().__init__()
        self._path = path
        self._by_team = {team_id: LivePolicy(file) for team_id, file in files(path).items()}
        self._gone: set[str] = set()
        self._missed: set[str] = set()
        self._told = ""
        for clash in clashes(self._standing()):
            raise Misconfigured("{problem}", problem=clash.sentence(path))

    def live(self, team_id: str) -> LivePolicy | None:
        """Find the file of a workspace; that there is none is logged once."""
        live = self._by_team.get(team_id)
        if (live is None or live.written is None) and team_id not in self._missed:
            self._missed.add(team_id)
            log.warning("policy.missing", team=team_id, path=str(self._path / f"{team_id}.toml"))
        return live

    def all(self) -> Iterable[LivePolicy]:
        """List every file."""
        return self._by_team.values()

    def teams(self) -> list[str]:
        """List the workspaces whose files hold now."""
        return sorted(self._standing())

    def workspace(self, project_id: str) -> str:
        """Name the workspace whose file has the project, by its id or by a pattern."""
        standing = self._standing().items()
        return next((team_id for team_id, policy in standing if policy.entry(project_id) is not None), "")

    def reread(self) -> None:
        """Take what came, changed and went; who moves a project from one file to another writes both."""
        try:
            found = _listed(self._path)
            self._tell("; ".join(str(_misnamed(file)) for name, file in found.items() if not _is_team(name)))
        except Misconfigured as error:
            self._tell(str(error))
            return
        there = {name: file for name, file in found.items() if _is_team(name)}
        dropped = self._drop(there)
        for team_id in there.keys() - self._by_team.keys():
            self._by_team[team_id] = LivePolicy(there[team_id], at_once=False)
            self._by_team[team_id].see(self._visible)
        read = {team_id: self._by_team[team_id].changed() for team_id in sorted(there)}
        taken = self._without_clashes({team_id: policy for team_id, policy in read.items() if policy})
        for team_id, policy in taken.items():
            self._by_team[team_id].take(policy)
            self._missed.discard(team_id)
        if taken or dropped:
            self._try_again()

    def _tell(self, problem: str) -> None:
        """Log what is wrong with the folder itself, once for each problem."""
        if problem and problem != self._told:
            log.error("policy.refused", path=str(self._path), problem=problem, kept="the rules before it")
        self._told = problem

    def _drop(self, there: Mapping[str, Path]) -> bool:
        """Let the rules go whose files are away at two looks, as a single one may fall into a replacement."""
        away = {team_id for team_id, policy in self._standing().items() if team_id not in there}
        dropped = away & self._gone
        for team_id in dropped:
            self._by_team[team_id].drop()
        self._gone = away - dropped
        return bool(dropped)

    def _without_clashes(self, changed: dict[str, Policy]) -> dict[str, Policy]:
        """Refuse what would clash with what then stands: both, where two want the same at once."""
        taken = dict(changed)
        while taken:
            clashing = [c for c in clashes({**self._standing(), **taken}) if c.team_id in taken]
            if not clashing:
                break
            for clash in clashing:
                # The other workspace's people must not read here what that one's policy names.
                told = f"{clash.entry} belongs to another workspace"
                self._by_team[clash.team_id].refuse(clash.sentence(self._path), told)
                taken.pop(clash.team_id, None)
        return taken

    def _try_again(self) -> None:
        """Look at refused files once more: what stood in their way may have gone."""
        for live in self._by_team.values():
            if live.refusal:
                live.look()

    def _standing(self) -> dict[str, Policy]:
        return {team_id: live.written for team_id, live in self._by_team.items() if live.written}


def files(path: Path) -> dict[str, Path]:
    """List the files by workspace; `Misconfigured` where one is named after none, or none is there."""
    found = _listed(path)
    for name, file in found.items():
        if not _is_team(name):
            raise _misnamed(file)
    if not found:
        raise Misconfigured("The policy folder {path} has no file like T0ACME.toml.", path=str(path))
    return found


def _listed(path: Path) -> dict[str, Path]:
    try:
        # A mounted ConfigMap keeps its versions in directories that begin with dots.
        found = sorted(file for file in path.iterdir() if file.suffix == ".toml" and file.name[0] != ".")
    except OSError as error:
        raise Misconfigured(
            "The policy folder {path} can't be read: {why}.", path=str(path), why=error.strerror or "unknown"
        ) from None
    return {file.stem: file for file in found}


def _is_team(name: str) -> bool:
    return _TEAM_ID.fullmatch(name) is not None


def _misnamed(file: Path) -> Misconfigured:
    return Misconfigured(
        "{path} is no workspace's policy: name it after the Slack team id, like T0ACME.toml.", path=str(file)
    )


def clashes(policies: Mapping[str, Policy]) -> Iterator[Clash]:
    """Find what two workspaces both name, each clash from both sides."""
    for team_id, policy in sorted(policies.items()):
        for other, theirs in sorted(policies.items()):
            if other != team_id and (both := overlaps.shared(policy, theirs)):
                yield Clash(team_id, both[0], other, both[1])
