"""`gemini-key-bot policy`: look at a policy file before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.domain.doubts import doubts
from bot.errors import Refused
from bot.policy import toml_file
from bot.policy.explaining import explain as explained

app = typer.Typer(help="The approval policy.", no_args_is_help=True)
DEFAULT = Path("policy.toml")


@app.command()
def check(path: Annotated[Path, typer.Argument(help="the policy file")] = DEFAULT) -> None:
    """List every problem of a policy file by line, and what it can hardly mean."""
    text = _text(path)
    found, problems = toml_file.parse(text)
    for problem in problems:
        typer.echo(f"{path}:{problem.line}: {problem.message}", err=True)
    if found is None:
        raise typer.Exit(1)
    lines = toml_file.line_numbers(text)
    for doubt in doubts(found):
        typer.echo(f"{path}:{toml_file.line_of(lines, doubt.loc)}: warning: {doubt.message}", err=True)
    typer.echo(f"{path}: {len(found.projects)} projects, {len(found.environments)} environments, no problem")


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
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(str(error), param_hint="path") from None
