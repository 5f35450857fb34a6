"""`gemini-key-bot`: every command."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from importlib import metadata
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer
import uvloop

from bot import log, settings
from bot.cli import api, audit, doctor, init, manifest, policy, reconcile, why, workspaces
from bot.cli.terminal import terminal_words
from bot.errors import BotError
from bot.policy import toml_file

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(policy.app, name="policy")
app.add_typer(audit.app, name="audit")
app.add_typer(api.app, name="api")
app.add_typer(workspaces.app, name="workspaces")
app.command()(doctor.doctor)
app.command()(init.init)
app.command()(manifest.manifest)
app.command()(reconcile.reconcile)
why.register(app)


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"gemini-key-bot {metadata.version('gemini-key-bot')}")
        raise typer.Exit


@app.callback()
def options(
    *,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Gemini keys from Slack: one command, one approval, a working key in Secret Manager."""


def main() -> None:
    """Run; what is wrong is one line on stderr and exit code 2."""
    try:
        app()
    except BotError as error:
        said = terminal_words()(error.template, **error.values)
        typer.echo(f"gemini-key-bot: {said}", err=True)
        sys.exit(2)


@app.command()
def serve(
    role: Annotated[settings.Role, typer.Option(help="what this process does")] = "all",
) -> None:
    """Run the bot."""
    known = settings.load()
    log.configure(level=logging.getLevelNamesMapping()[known.log_level.upper()])
    # A fifth of the start went into looking for garbage among what is loaded; the role switches it on again.
    gc.disable()
    # docket's store of results would check the types of its own calls: it takes 0.2 s to prepare.
    os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")
    from bot.serving.role import serve as run  # noqa: PLC0415 - --help and policy check need none of it

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(known, role))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="port of the page; 0 takes a free one", min=0, max=65535)] = 4500,
    policy: Annotated[
        Path | None, typer.Option(help="try these rules, not the sandbox's own", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Start the bot on a small Slack and a small Google Cloud, and print the page's address."""
    if policy:
        toml_file.load(policy)
    _become("up", "--port", str(port), *(["--policy", str(policy)] if policy else []))


@app.command()
def demo(
    *,
    json: Annotated[bool, typer.Option("--json", help="print the transcript as JSON")] = False,
) -> None:
    """Tell the whole story without a page; exit 0 only if the key works and every promise held."""
    _become("demo", *(["--json"] if json else []))


@app.command("redis-acl")
def redis_acl() -> None:
    """Print Redis's users for the roles (deploy/redis/users.acl); start.sh puts the passwords in."""
    from bot.store import acl  # noqa: PLC0415 - the other commands need none of it

    typer.echo(acl.users(), nl=False)


def _become(*arguments: str) -> None:
    """Hand this process over to the sandbox, which knows the service only by its command."""
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *arguments])  # noqa: S606 - our own module
