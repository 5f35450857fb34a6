"""`gemini-key-bot api`: tokens of the HTTP API, made, listed and revoked by who operates the bot."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import settings
from bot.domain.api_token import Scope
from bot.errors import Misconfigured
from bot.operations import tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.api_tokens import ApiTokens
    from bot.wiring import Service

    Work = Callable[[Service, ApiTokens, str], Awaitable[Any]]

app = typer.Typer(help="The HTTP API.", no_args_is_help=True)
token = typer.Typer(help="Its tokens. None of them can approve anything.", no_args_is_help=True)
app.add_typer(token, name="token")

Workspace = Annotated[
    str, typer.Option(help="Slack team id (T…); needed while the bot knows none, or several")
]


@token.command()
def create(
    name: Annotated[str, typer.Option(help="what it is for: portal, ci-bot")],
    scopes: Annotated[str, typer.Option(help="read, request, or both with a comma")] = "read",
    person: Annotated[str, typer.Option("--for", help="the only person it speaks for: a Slack user id")] = "",
    days: Annotated[int, typer.Option(help="how long it works")] = 90,
    workspace: Workspace = "",
) -> None:
    """Make a token and print it, once."""
    wanted = [_scope(word) for word in scopes.split(",") if word.strip()]

    async def make(service: Service, kept: ApiTokens, team_id: str) -> str:
        return await tokens.make(
            kept,
            team_id,
            name,
            scopes=wanted,
            person=person,
            life=timedelta(days=days),
            now=service.now(),
            secret=secrets.token_urlsafe(32),
        )

    typer.echo(_run(make, workspace))


@token.command("list")
def show(workspace: Workspace = "") -> None:
    """List the tokens that were not revoked: name, end, scopes, whom they speak for, when used last."""

    async def read(service: Service, kept: ApiTokens, team_id: str) -> list[str]:
        lines = []
        await kept.tidy(team_id, service.now())
        for known in await kept.listed(team_id):
            used = await kept.last_use(known)
            over = "" if known.works(service.now()) else "  over"
            lines.append(
                f"{known.name}  until {known.expires_at:%Y-%m-%d}{over}  {','.join(sorted(known.scopes))}"
                f"  for {known.person or 'everybody'}  last used {f'{used:%Y-%m-%d}' if used else 'never'}"
            )
        return lines

    for line in _run(read, workspace):
        typer.echo(line)


@token.command()
def revoke(name: Annotated[str, typer.Argument(help="its name")], workspace: Workspace = "") -> None:
    """End a token now."""

    async def end(service: Service, kept: ApiTokens, team_id: str) -> None:
        await tokens.revoke(kept, team_id, name, service.now())

    _run(end, workspace)
    typer.echo(f"{name} is revoked")


def _scope(word: str) -> Scope:
    try:
        return Scope(word.strip())
    except ValueError:
        raise typer.BadParameter(f"{word} is no scope: read, request", param_hint="--scopes") from None


def _run(work: Work, workspace: str) -> Any:
    return asyncio.run(_in_workspace(work, workspace))


async def _in_workspace(work: Work, workspace: str) -> Any:
    from bot.store.api_tokens import ApiTokens  # noqa: PLC0415 - 0.3 s that other commands never need
    from bot.wiring import open_service  # noqa: PLC0415 - the same

    async with open_service(settings.load(), beside=True) as service:
        known = [workspace] if workspace else sorted(await service.requests.workspaces())
        if len(known) != 1:
            raise Misconfigured("Say which workspace it is for: --workspace T…")
        return await work(service, ApiTokens(service.redis, service.nonce), known[0])
