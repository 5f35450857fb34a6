"""`gemini-key-bot why-403` and `causes`: the diagnosis without Slack."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import terminal_words
from bot.diagnosis import catalogue
from bot.diagnosis.saying import SURE, said, who
from bot.diagnosis.why import diagnose
from bot.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.diagnosis.finding import Diagnosis
    from bot.languages.words import Words


# What google-auth would find without asking the network; the last three are set where Google runs the code.
CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"
AT_GOOGLE = ("GCE_METADATA_HOST", "K_SERVICE", "GAE_SERVICE")
WELL_KNOWN = "application_default_credentials.json"


def register(app: typer.Typer) -> None:
    """Add the two commands."""

    @app.command("why-403")
    def why(
        source: Annotated[str, typer.Argument(metavar="FILE|-", help="the error; - reads stdin")] = "-",
        *,
        project: Annotated[str, typer.Option(help="the project that the call is counted for")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
        offline: Annotated[bool, typer.Option("--offline", help="judge by the text alone")] = False,
    ) -> None:
        """Say why a Gemini call failed, from its error text and what Google says now.

        Google is asked only where there are credentials for it (ADC).
        """
        text = _read(source)
        if not (text.strip() or as_json):
            raise Refused("There is no error in it. Name a file that holds one, or pipe it in.")
        live = not offline and has_credentials()
        found = _live(text, project) if live else diagnose(text)
        if as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        words = terminal_words()
        typer.echo(in_words(words, found))
        if not live and not offline:
            typer.echo(f"\n{words('I found no Google credentials, so this is judged by the text alone.')}")

    @app.command()
    def causes(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
        as_markdown: Annotated[bool, typer.Option("--markdown", help="print docs/causes.md")] = False,
    ) -> None:
        """List every cause that why-403 knows."""
        if as_json:
            typer.echo(json.dumps(catalogue.as_json(), ensure_ascii=False, indent=2))
        elif as_markdown:
            typer.echo(catalogue.as_markdown(), nl=False)
        else:
            words = terminal_words()
            for cause in catalogue.CAUSES:
                typer.echo(f"{cause.id:32} {words(cause.title)}")


def has_credentials(environ: Mapping[str, str] | None = None) -> bool:
    """Tell whether Google can be asked; looking for a metadata server would wait for a network."""
    environ = os.environ if environ is None else environ
    if environ.get(CREDENTIALS) or any(environ.get(name) for name in AT_GOOGLE):
        return True
    config = environ.get("CLOUDSDK_CONFIG") or str(Path(environ.get("HOME", "~")) / ".config" / "gcloud")
    return (Path(config).expanduser() / WELL_KNOWN).is_file()


def _live(text: str, project: str) -> Diagnosis:
    from bot.cli.why_live import diagnose_live  # noqa: PLC0415 - 70 MiB that offline never needs

    return asyncio.run(diagnose_live(text, project))


def in_words(words: Words, found: Diagnosis) -> str:
    """Say the findings, best first, as a person would."""
    lines = []
    if found.leaked_secrets:
        kinds = [words(kind) for kind in found.leaked_secrets]
        lines += [
            words("The text holds a credential ({kinds}). Treat it as leaked: replace it.", kinds=kinds),
            "",
        ]
    if not found.findings:
        understood = json.dumps(found.as_json()["parsed"])
        lines.append(
            words("I don't recognise this error. What I understood: {understood}", understood=understood)
        )
    for finding in found.findings:
        after = words("Effective: {when}.", when=words(finding.cause.fix.effective))
        lines += [
            f"{said(words, finding.title)} ({words(SURE[finding.sure])})",
            f"  {said(words, finding.explain)}",
            f"  {words('Evidence: {told}', told=said(words, finding.evidence))}",
            f"  {words('Fix: {told}', told=said(words, finding.fix))} {after}",
            *([f"  $ {finding.command}"] if finding.command else []),
            f"  {who(words, finding.who)}",
            "",
        ]
    return "\n".join(lines).rstrip()


def _read(source: str) -> str:
    if source == "-":
        if sys.stdin.isatty():
            words = terminal_words()
            typer.echo(words("Paste the error, then press Ctrl-D."), err=True)
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return Path(source).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise typer.BadParameter(f"{source} can't be read: {error.strerror}", param_hint="FILE") from None
