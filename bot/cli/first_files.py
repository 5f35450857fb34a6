"""The two files that a first set-up writes: settings for the environment, and a policy."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answers:
    """What the policy is made of."""

    domains: tuple[str, ...]
    channel: str
    usergroup: str
    users: tuple[str, ...]
    projects: tuple[str, ...]


def policy(answers: Answers) -> str:
    """Write a policy with two environments; docs/policy.md says what else there is."""
    named = [f"usergroup = {_quoted(answers.usergroup)}"] if answers.usergroup else []
    named += [f"users = {_list(answers.users)}"] if answers.users else []
    projects = "".join(
        f'\n[[projects]]\nid = {_quoted(project)}\nenvironments = ["dev", "prod"]\n'
        for project in answers.projects
    )
    return (
        "# Who may ask for a Gemini key, who decides, for how long. Every key: docs/policy.md\n\n"
        f"[company]\ndomains = {_list(answers.domains)}\n\n"
        f'[approval]\nchannel = {_quoted(answers.channel)}\nlapse_after = "8h"\n\n'
        "[approval.approvers]\n" + "\n".join(named) + "\n\n"
        '[environments.dev]\nlifetimes = ["7d", "30d"]\n\n'
        '[environments.prod]\nlifetimes = ["30d", "90d"]\nbilling_required = true\nconfirm = true\n'
        f"{projects}"
    )


def environment(values: Mapping[str, str]) -> str:
    """Write settings as `NAME='value'`, which shells, systemd and Compose read alike."""
    for name, value in values.items():
        if "'" in value or not value.isprintable():
            raise Misconfigured("{name} holds a character that no environment file takes.", name=name)
    return "".join(f"{name}='{value}'\n" for name, value in values.items() if value)


def check_absent(paths: Iterable[Path]) -> None:
    """Refuse to touch what is there already."""
    for path in paths:
        if path.exists():
            raise Misconfigured("{path} exists; init writes only new files.", path=str(path))


def write_new(path: Path, text: str) -> None:
    """Write a file for its owner alone, that was not there before."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misconfigured("{path} exists; init writes only new files.", path=str(path)) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
