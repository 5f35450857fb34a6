"""Vertex AI without a key, in words: where it stands, that it is ready, how to use it, that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.key_request import GRANTING, State
from bot.domain.kinds import Kind
from handlers.surfaces.blocks import Block, Message, actions, button, code, context, modal, section
from handlers.surfaces.text import date

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

HOW_TO_USE = "how_to_use"


def applies(request: KeyRequest) -> bool:
    """Tell whether a request is for this kind of access."""
    return request.kind is Kind.VERTEX


def whom(words: Words, request: KeyRequest) -> str:
    """Name who calls."""
    return f"`{request.identity}`" if request.identity else words("the requester's own Google account")


def status(words: Words, request: KeyRequest, by: str, closed: str) -> str | None:
    """Say where an approved request stands; None where a key's words fit as well."""
    if request.state in GRANTING:
        return words("⚙️ Approved by {by}; the access is being granted", by=by)
    if request.state is State.ACTIVE:
        expires = date(request.expires_at) if request.expires_at else ""
        return words(
            "✅ Approved by {by} · Vertex AI without a key · expires {expires}", by=by, expires=expires
        )
    if request.state is State.EXPIRED:
        return words("⌛ Approved by {by}; the access has expired", by=by)
    if request.state is State.REVOKED:
        return words("🚫 Approved by {by}; the access was revoked by {closed}", by=by, closed=closed)
    return None


def active(words: Words, request: KeyRequest) -> Message:
    """Say that it is ready."""
    text = words("Vertex AI in *{project}* is open for you, without any key.", project=request.project_id)
    expires = date(request.expires_at) if request.expires_at else ""
    return text, [
        section(f"🪪 {text}"),
        actions(f"key:{request.id}", button(HOW_TO_USE, words("How to use it"), request.id, style="primary")),
        context(
            words("{id} · expires {expires}", id=request.id, expires=expires),
            words(
                "For {whom}, as `roles/aiplatform.user`. It can take minutes to work.",
                whom=whom(words, request),
            ),
        ),
    ]


def over(words: Words, request: KeyRequest) -> Message:
    """Say that it has ended."""
    text = words(
        "The Vertex AI access of *{id}* in `{project}` is over.", id=request.id, project=request.project_id
    )
    return text, [section(f"🚫 {text}")]


def login(request: KeyRequest) -> str:
    """Give the command that finds the identity, by impersonation where it is a service account."""
    whose = f" --impersonate-service-account={request.identity}" if request.identity else ""
    return f"gcloud auth application-default login{whose}"


def snippet(request: KeyRequest) -> str:
    """Give a program that calls the model; the SDK finds the identity by itself."""
    return (
        "from google import genai\n\n"
        f'client = genai.Client(vertexai=True, project="{request.project_id}", location="global")\n'
        'print(client.models.generate_content(model="gemini-flash-latest", contents="ping").text)'
    )


def how_to_use(words: Words, request: KeyRequest) -> Block:
    """Explain how a program gets the identity: never by a JSON file."""
    shown = [section(words("*On your computer*, once:")), code(login(request))]
    if request.identity:
        shown.append(
            context(
                words(
                    "Impersonating takes `roles/iam.serviceAccountTokenCreator` on the account; its"
                    " project's owner can give it to you. I don't: who may act as an account may do"
                    " all that it may."
                )
            )
        )
        attach = words(
            "*On Google Cloud*, run your program as `{account}`: Cloud Run `--service-account`, a VM's "
            "service account, or Workload Identity on GKE. No JSON file is needed anywhere.",
            account=request.identity,
        )
        shown.append(section(attach))
    shown += [section(words("*Then* the SDK finds it by itself:")), code(snippet(request))]
    return modal("how_to_use", words("How to use Vertex AI"), words("Close"), shown)
