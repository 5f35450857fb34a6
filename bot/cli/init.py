"""`gemini-key-bot init`: ask for what the bot needs, check each answer where it counts, write the files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import first_files
from bot.cli.doctor import say
from bot.cli.terminal import terminal_words
from bot.cli.why import has_credentials
from bot.doctor.line import Mark
from bot.policy import toml_file
from bot.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.doctor.line import Line
    from bot.domain.policy import Policy

SETTINGS, POLICY = "gemini-key-bot.env", "policy.toml"


def init(
    directory: Annotated[Path, typer.Option(help="where the two files go")] = Path(),
) -> None:
    """Ask, check each answer live, and write gemini-key-bot.env and policy.toml; nothing is overwritten."""
    settings_file, policy_path = directory / SETTINGS, directory / POLICY
    first_files.check_absent((settings_file, policy_path))
    typer.echo("Make the Slack app first, from what `gemini-key-bot manifest` prints. Then:")
    values = _until_good(_slack)
    values |= _until_good(lambda: _redis(values))
    answers, text = _until_policy(values)
    first_files.write_new(policy_path, text)
    values[f"{PREFIX}POLICY_FILE"] = str(policy_path)
    first_files.write_new(settings_file, first_files.environment(values))
    typer.echo(f"\nWrote {settings_file} (tokens: keep it to yourself) and {policy_path}. Next:")
    typer.echo(f"  set -a; . {settings_file}; set +a; gemini-key-bot doctor && gemini-key-bot serve")
    for project in answers.projects:
        typer.echo(f"  in Slack, as an approver: /gemini-key setup {project}")


def _slack() -> tuple[dict[str, str], list[Line]]:
    """Ask for the tokens and let Slack judge them."""
    values = {"SLACK_BOT_TOKEN": typer.prompt("Bot token (xoxb-…)", hide_input=True).strip()}
    app = typer.prompt(
        "App-level token (xapp-…) for Socket Mode; empty for HTTP", default="", hide_input=True
    )
    if app.strip():
        values["SLACK_APP_TOKEN"] = app.strip()
    else:
        values["SLACK_SIGNING_SECRET"] = typer.prompt("Signing secret", hide_input=True).strip()
    return values, asyncio.run(_look(_settings(values), None, google=False))


def _redis(values: dict[str, str]) -> tuple[dict[str, str], list[Line]]:
    """Ask for Redis; without one the bot brings its own."""
    from bot.store.checkup import checkup  # noqa: PLC0415 - loaded when it is asked for
    from bot.wiring import utc_now  # noqa: PLC0415 - the same

    url = typer.prompt("REDIS_URL; empty: the bot runs a Redis of its own", default="").strip()
    return {"REDIS_URL": url}, asyncio.run(checkup(url, utc_now)) if url else []


def _until_good(ask: Callable[[], tuple[dict[str, str], list[Line]]]) -> dict[str, str]:
    """Ask until nothing is wrong with the answers, or the person wants to keep them as they are."""
    while True:
        values, lines = ask()
        if not _shown(lines) or not typer.confirm("Ask again?", default=True):
            return values


def _until_policy(values: dict[str, str]) -> tuple[first_files.Answers, str]:
    """Ask for the rules until the file, Slack and Google agree with them."""
    while True:
        answers = first_files.Answers(
            domains=_several("Your people's e-mail domains"),
            channel=typer.prompt("Approval channel (its id, C…)").strip(),
            usergroup=typer.prompt("Approvers' user group (S…); empty for none", default="").strip(),
            users=_several("Approvers by user id (U…); empty for none", default=""),
            projects=_several("Google Cloud projects that keys may live in"),
        )
        text = first_files.policy(answers)
        found, problems = toml_file.parse(text)
        for problem in problems:
            typer.echo(f"  {problem.message}", err=True)
        lines = asyncio.run(_look(_settings(values), found, google=has_credentials())) if found else []
        wrong = _shown(lines)
        if found and not (wrong and typer.confirm("Ask again?", default=True)):
            return answers, text


def _several(question: str, default: str | None = None) -> tuple[str, ...]:
    said = str(typer.prompt(f"{question}, with commas between", default=default))
    return tuple(part.strip() for part in said.split(",") if part.strip())


def _settings(values: dict[str, str]) -> Settings:
    """Take the answers, and the rest from the environment as it is."""
    given: dict[str, Any] = {name: value for name, value in values.items() if value}
    return Settings(**given)


async def _look(settings: Settings, policy: Policy | None, *, google: bool) -> list[Line]:
    """Let Slack, and Google where there are credentials for it, judge the answers so far."""
    from bot.serving import front_end  # noqa: PLC0415 - loaded when it is asked for
    from bot.serving.checkup import look_at_google  # noqa: PLC0415 - the same
    from bot.wiring import utc_now  # noqa: PLC0415 - the same

    lines = [line async for line in front_end.load("slack").checkup(settings, lambda _: policy, utc_now())]
    if google and policy is not None:
        lines += [line async for line in look_at_google(settings, [policy], lambda _: None)]
    return lines


def _shown(lines: list[Line]) -> bool:
    """Print what is not fine; tells whether anything is wrong."""
    from rich.console import Console  # noqa: PLC0415 - 60 ms that no other command needs

    console, words = Console(highlight=False, soft_wrap=True), terminal_words()
    fine = sum(line.healthy for line in lines)
    if fine:
        typer.echo(f"  {fine} checks are fine.")
    for line in lines:
        if not line.healthy:
            say(console, line, words)
    return any(line.mark is Mark.PROBLEM for line in lines)
