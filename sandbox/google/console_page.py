"""Write the console's HTML; every value goes through escape()."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox.people import PEOPLE

if TYPE_CHECKING:
    from sandbox.google.errors import Refusal
    from sandbox.people import Person

STYLE = (Path(__file__).parent / "console.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at which secret of which project."""

    person: Person
    secret: str
    project: str


def secret_page(view: View, secret: Any, versions: list[Any], notice: str) -> str:
    """Show a secret's metadata and versions; `notice` is HTML from value_box or try_box."""
    rows = "".join(_version_row(view, version) for version in versions)
    table = (
        '<table><caption class="visually-hidden">Versions</caption><thead><tr><th scope="col">Version</th>'
        '<th scope="col">State</th><th scope="col">Created</th><th scope="col">Actions</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        if versions
        else "<p>This secret has no versions yet.</p>"
    )
    body = (
        f'<p class="crumb">Secret Manager <span aria-hidden="true">/</span> {escape(view.project)}</p>'
        f"<h1>{escape(view.secret)}</h1>{notice}{_facts(secret)}<h2>Versions</h2>{table}"
    )
    return _document(view, f"{view.secret} · Secret Manager", body)


def refusal_page(view: View, refusal: Refusal) -> str:
    """Say what is missing and for whom."""
    if refusal.code != "PERMISSION_DENIED":
        heading = "404 Not found" if refusal.code == "NOT_FOUND" else f"{refusal.http_status} Request failed"
        return _document(view, heading, f"<h1>{heading}</h1><p>{escape(refusal.message)}</p>")
    metadata = [detail.metadata for detail in refusal.details if hasattr(detail, "metadata")]
    missing = metadata[0].get("permission", "") if metadata else ""
    body = (
        '<h1>403 You need permission</h1><p class="lead">This account may not see the page.</p><dl>'
        f"<dt>Account</dt><dd>{escape(view.person.email)}</dd>"
        f"<dt>Missing permission</dt><dd><code>{escape(missing)}</code></dd>"
        f"<dt>Resource</dt><dd><code>projects/{escape(view.project)}/secrets/{escape(view.secret)}</code></dd></dl>"
        '<p class="hint">Choose another account above, or ask for access.</p>'
    )
    return _document(view, "403 You need permission", body)


def value_box(version: str, text: str) -> str:
    """Show a value once."""
    return (
        '<section class="notice" role="status" data-testid="secret-value">'
        f"<h2>Value of version {escape(version)}</h2>"
        f'<pre tabindex="0" aria-label="Secret value">{escape(text)}</pre>'
        "<p>It is in this answer only; reload the page and it is gone.</p></section>"
    )


def try_box(status: int, body: str) -> str:
    """Show how the Gemini API answered."""
    works = status == 200  # noqa: PLR2004 - HTTP's word for yes
    kind, words = ("good", "The key works") if works else ("bad", "The key was refused")
    return (
        f'<section class="notice {kind}" role="status" data-testid="try-result" data-status="{status}">'
        f"<h2>{words}: HTTP {status}</h2>"
        f'<pre tabindex="0" aria-label="Answer of the Gemini API">{escape(body)}</pre></section>'
    )


def _facts(secret: Any) -> str:
    facts = [("Name", f"<code>{escape(secret.name)}</code>"), ("Created", _time(secret.create_time))]
    if secret.expire_time:
        facts.append(("Deleted for good on", _time(secret.expire_time)))
    facts += [(f"Label {escape(k)}", f"<code>{escape(v)}</code>") for k, v in sorted(secret.labels.items())]
    facts += [
        (f"Annotation {escape(k)}", f"<code>{escape(v)}</code>")
        for k, v in sorted(secret.annotations.items())
    ]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>"


def _version_row(view: View, version: Any) -> str:
    number, state = version.name.rpartition("/")[2], version.state.name
    buttons = ""
    if state == "ENABLED":
        buttons = _button(view, number, "value", "Show value") + _button(view, number, "try", "Try the key")
    return (
        f'<tr><th scope="row">{escape(number)}</th>'
        f'<td><span class="state {state.lower()}">{state.capitalize()}</span></td>'
        f"<td>{_time(version.create_time)}</td><td>{buttons}</td></tr>"
    )


def _button(view: View, number: str, action: str, label: str) -> str:
    secret = quote(view.secret, safe="")
    path = f"/security/secret-manager/secret/{secret}/versions/{quote(number, safe='')}/{action}"
    return (
        f'<form method="post" action="{escape(path)}">'
        f'<input type="hidden" name="project" value="{escape(view.project)}">'
        f'<button data-testid="{action}-{escape(number)}">{label}<span class="visually-hidden"> of version '
        f"{escape(number)}</span></button></form>"
    )


def _time(moment: Any) -> str:
    return f'<time datetime="{moment.isoformat()}">{moment:%d %b %Y, %H:%M} UTC</time>'


def _chooser(view: View) -> str:
    options = "".join(
        f'<option value="{escape(p.user_id)}"{" selected" if p == view.person else ""}>'
        f"{escape(p.real_name)} · {escape(p.email)}</option>"
        for p in PEOPLE
    )
    return (
        '<form class="account" method="post" action="/security/secret-manager/account">'
        f'<input type="hidden" name="secret" value="{escape(view.secret)}">'
        f'<input type="hidden" name="project" value="{escape(view.project)}">'
        f'<label>Account <select name="persona" data-testid="account">{options}</select></label>'
        '<button data-testid="switch-account">Switch</button></form>'
    )


def _document(view: View, title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<header><span class="brand">Cloud console <small>sandbox</small></span>{_chooser(view)}</header>'
        f"<main>{body}</main></body></html>"
    )
