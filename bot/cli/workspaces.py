"""`gemini-key-bot workspaces`: where the app is installed, and a workspace that is given up."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import settings
from bot.domain.listing import Kind, Listing
from bot.errors import Misconfigured, NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.serving.installed import Installed, Standing
    from bot.wiring import Service

app = typer.Typer(help="Several workspaces: where the app is installed.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One workspace as it is listed."""

    one: Installed
    standing: Standing
    policy: bool
    live: int

    def as_json(self) -> dict[str, object]:
        """Return it as `list --json` prints it."""
        kept = self.one.kept
        return {
            "team": self.one.team_id,
            "name": kept.name if kept else "",
            "standing": self.standing,
            "by": kept.by if kept else None,
            "since": kept.at.isoformat() if kept else None,
            "policy": self.policy,
            "token_opens": isinstance(self.one.token, str) if kept and kept.sealed else None,
            "keys_live": self.live,
        }

    def __str__(self) -> str:
        kept = self.one.kept
        since = f"  by {kept.by} since {kept.at:%Y-%m-%d}" if kept else ""
        policy = "policy" if self.policy else "no policy"
        name = f" {kept.name}" if kept and kept.name else ""
        return f"{self.one.team_id}{name}  {self.standing}{since}  {policy}  {self.live} live keys"


@app.command("list")
def show(
    *, as_json: Annotated[bool, typer.Option("--json", help="print one JSON document on stdout")] = False
) -> None:
    """List the workspaces: how the app stands there, who installed it when, policy, live keys."""
    rows = _run(read)
    if as_json:
        typer.echo(json.dumps([row.as_json() for row in rows], indent=2))
        return
    for row in rows:
        typer.echo(row)


@app.command()
def forget(
    team_id: Annotated[str, typer.Argument(metavar="T…", help="Slack team id")],
    *,
    revoke_keys: Annotated[
        bool, typer.Option("--revoke-keys", help="also take its live keys away, and stop what is being made")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Forget a workspace's token: nothing is sent there any more, and nobody there can press anything."""
    row = next((row for row in _run(read) if row.one.team_id == team_id), None)
    if row is None:
        raise NotFound("I don't know the workspace {team}.", team=team_id)
    ending = "are taken away" if revoke_keys else "live until their ends (--revoke-keys takes them away)"
    typer.echo(f"{row}\nThe token is forgotten; its {row.live} keys {ending}. Requests and audit stay.")
    if not yes:
        typer.confirm("Go on?", abort=True)

    async def end(service: Service) -> tuple[int, int]:
        return await _forget(service, team_id, revoke_keys=revoke_keys)

    stopped, revoked = _run(end)
    done = f", {revoked} keys are being taken away, {stopped} requests were stopped" if revoke_keys else ""
    typer.echo(f"{team_id}: the token is forgotten{done}")
    if row.policy:
        typer.echo(f"It can be installed again while {team_id}.toml is there.")


def _run(work: Callable[[Service], Awaitable[Any]]) -> Any:
    return asyncio.run(_with_service(work))


async def _with_service(work: Callable[[Service], Awaitable[Any]]) -> Any:
    from bot.wiring import open_service  # noqa: PLC0415 - 0.3 s that other commands never need

    known = settings.load()
    if known.policy_dir is None:
        raise Misconfigured("One workspace alone is served: GEMINI_KEY_BOT_POLICY_DIR is not set.")
    async with open_service(known, beside=True) as service:
        return await work(service)


async def read(service: Service) -> list[Row]:
    """Read what is listed; Slack is not asked."""
    from bot.serving.installed import Standing, look, standing  # noqa: PLC0415 - the same
    from bot.store.installations import Installations  # noqa: PLC0415 - the same

    with_policy, rows = service.policies.teams(), []
    known = {*with_policy, *await service.requests.workspaces()}
    for one in await look(service.settings, Installations(service.redis, service.nonce), known):
        live = (await service.requests.page(one.team_id, Listing(Kind.LIVE), limit=1)).total
        row = Row(one, standing(one, with_policy), one.team_id in with_policy, live)
        if row.policy or row.live or row.standing is not Standing.NOT_INSTALLED:
            rows.append(row)
    return rows


async def _forget(service: Service, team_id: str, *, revoke_keys: bool) -> tuple[int, int]:
    """Forget first, so that nobody asks for more meanwhile; returns what was stopped and revoked."""
    from bot.operations import give_up  # noqa: PLC0415 - the same
    from bot.store.installations import Installations  # noqa: PLC0415 - the same

    with suppress(NotFound):  # it was never installed; its keys may live all the same
        await give_up.forget(Installations(service.redis, service.nonce), team_id, service.now())
    if not revoke_keys:
        return 0, 0
    ended = await give_up.end_all(give_up.Closer(service.requests, service.queue, service.now), team_id)
    return len(ended.closed), len(ended.revoked)
