"""`gemini-key-bot manifest`: what to paste where Slack asks for an app manifest."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.serving import front_end

PATH = "/slack/events"


def manifest(
    http: Annotated[
        str, typer.Option("--http", metavar="URL", help="deliver over HTTP to this address of the bot")
    ] = "",
    *,
    workflow_step: Annotated[
        bool, typer.Option("--workflow-step", help="with the step for Workflow Builder (paid plans)")
    ] = False,
    oauth: Annotated[
        bool, typer.Option("--oauth", help="to be installed from the bot's page into several workspaces")
    ] = False,
) -> None:
    """Print the Slack app manifest, for Socket Mode or, with --http, for HTTP."""
    if oauth and not http:
        raise typer.BadParameter("the install page takes --http", param_hint="--oauth")
    if oauth and workflow_step:
        # Slack: installed into one workspace alone, an org-ready app's steps do not appear there.
        raise typer.BadParameter(
            "Slack offers steps where an organization installed the app, and the install page of --oauth "
            "serves single workspaces",
            param_hint="--workflow-step",
        )
    url = request_url(http) if http else ""
    document = front_end.load("slack").manifest(url, workflow_step=workflow_step, oauth=oauth)
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def request_url(address: str) -> str:
    """Complete the bot's address to the one URL that Slack calls; Slack takes https alone."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise typer.BadParameter(
            f"{address} is no address that Slack calls; write https://HOST", param_hint="--http"
        )
    path = parts.path.rstrip("/")
    return f"https://{parts.netloc}{path if path.endswith(PATH) else path + PATH}"
