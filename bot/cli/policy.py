"""`gemini-key-bot policy`: look at a policy file before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.domain.doubts import doubts
from bot.errors import Refused
from bot.policy import toml_file
from bot.policy.explaining import explain as explained
from bot.policy.inspecting import inspect

if TYPE_CHECKING:
    from bot.domain.policy import Policy
    from bot.policy.inspecting import Inspected

app = typer.Typer(help="The approval policy.", no_args_is_help=True)
DEFAULT = Path("policy.toml")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="the policy file, or the folder of policies")] = DEFAULT,
) -> None:
    """List every problem of a policy by line, and what it can hardly mean; of a folder, of every file."""
    if not path.is_dir():
        _text(path)
    found = inspect(path)
    for one in found:
        for problem in one.problems:
            typer.echo(f"{one.path}:{problem.line}: {problem.message}", err=True)
    if any(one.problems for one in found):
        raise typer.Exit(1)
    for one in found:
        if one.policy:
            _tell(one, one.policy)


def _tell(one: Inspected, policy: Policy) -> None:
    lines = toml_file.line_numbers(one.text)
    for doubt in doubts(policy):
        typer.echo(f"{one.path}:{toml_file.line_of(lines, doubt.loc)}: warning: {doubt.message}", err=True)
    counted = f"{len(policy.projects)} projects, {len(policy.environments)} environments"
    typer.echo(f"{one.path}: {counted}, no problem")


@app.command()
def explain(
    user: Annotated[str, typer.Option(help="who asks: a Slack user id (U…)")],
    project: Annotated[str, typer.Option(help="the Google Cloud project's id")],
    environment: Annotated[str, typer.Option(help="only this environment")] = "",
    path: Annotated[Path, typer.Argument(help="the policy file")] = DEFAULT,
) -> None:
    """Say who would approve, what would be allowed, and by which line."""
    text = _text(path)
    policy = toml_file.load(path)
    known = policy.over([project]).project(project)
    if known is None:
        raise Refused("{project} is not in the policy: no key is given there.", project=project)
    if environment and environment not in known.environments:
        raise Refused("{project} is not for {environment}.", project=project, environment=environment)
    lines = toml_file.line_numbers(text)
    for name in (environment,) if environment else known.environments:
        for line in explained(policy, lines, user, project, name):
            typer.echo(line)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{path} can't be read: {error.strerror}", param_hint="path") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{path} is not UTF-8 text", param_hint="path") from None
