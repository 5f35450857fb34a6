"""`gemini-key-bot audit`: prove that the audit is whole, and write it out."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import settings
from bot.domain.audit import Chain, Entry
from bot.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.store.audit import Audit

STDOUT = Path("-")

app = typer.Typer(help="The audit: every event, chained.", no_args_is_help=True)


@app.command()
def verify(
    export: Annotated[
        Path | None, typer.Argument(help="also hold this earlier export against what Redis has now")
    ] = None,
) -> None:
    """Follow the chain from its first event to its end. Exit 1 on any edit, gap or reorder."""
    exported = _exported(export) if export else {}
    faults, events = asyncio.run(_opened(lambda audit, teams: _verify(audit, teams, exported)))
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{events} events, unbroken")


@app.command("export")
def write_out(
    file: Annotated[Path, typer.Argument(metavar="FILE|-", help="where to; - is standard output")] = STDOUT,
    workspace: Annotated[str, typer.Option(help="only this Slack team id (T…)")] = "",
) -> None:
    """Write every event as one line of JSON, oldest first."""
    lines = asyncio.run(_opened(lambda audit, teams: _lines(audit, _only(workspace, teams))))
    if file == STDOUT:
        sys.stdout.writelines(lines)
        return
    file.write_text("".join(lines), encoding="utf-8")


def _only(workspace: str, teams: list[str]) -> list[str]:
    """Choose one workspace; a misspelt one is no empty export."""
    if workspace and workspace not in teams:
        raise NotFound("I don't know the workspace {team}.", team=workspace)
    return [workspace] if workspace else teams


async def _opened(work: Callable[[Audit, list[str]], Awaitable[Any]]) -> Any:
    from bot.store.audit import Audit  # noqa: PLC0415 - 0.3 s that other commands never need
    from bot.wiring import open_service  # noqa: PLC0415 - the same

    async with open_service(settings.load(), beside=True) as service:
        return await work(Audit(service.redis), sorted(await service.requests.workspaces()))


async def _verify(
    audit: Audit, teams: list[str], exported: dict[tuple[str, int], str]
) -> tuple[list[str], int]:
    faults, events = [], 0
    for team_id in sorted({*teams, *(team_id for team_id, _ in exported)}):
        chain: Chain | None = None
        async for entry in audit.entries(team_id):
            # What was exported may have been trimmed, so the first event that is there begins the chain.
            chain = chain or Chain(entry.n - 1, anchored=entry.n == 1)
            faults += [f"{team_id}: {fault}" for fault in chain.faults(entry)]
            if exported.get((team_id, entry.n), entry.link) != entry.link:
                faults.append(f"{team_id}: event {entry.n} is not the one that was exported")
            chain, events = chain.after(entry), events + 1
        head = await audit.head(team_id)
        faults += [f"{team_id}: {fault}" for fault in (chain or Chain()).end_faults(head)]
        last = max((n for team, n in exported if team == team_id), default=0)
        if last > head.n:
            faults.append(f"{team_id}: the chain ends with event {head.n}, but {last} were exported")
    return faults, events


async def _lines(audit: Audit, teams: list[str]) -> list[str]:
    return [_line(team_id, entry) + "\n" for team_id in teams async for entry in audit.entries(team_id)]


def _line(team_id: str, entry: Entry) -> str:
    """Write one event; its own text is kept as it was hashed."""
    document = {"team": team_id, "n": entry.n, "link": entry.link, "event": json.loads(entry.event)}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _exported(file: Path) -> dict[tuple[str, int], str]:
    """Read an export's links by workspace and number."""
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return {(line["team"], line["n"]): line["link"] for line in lines}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="export") from None
