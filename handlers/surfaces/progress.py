"""The provisioning steps as a list that ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kinds import Kind
from bot.languages.words import N_
from bot.provisioning.plan import step_names

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest
    from bot.languages.words import Words

# (while it is being done or waits, once it is done)
STEPS = {
    "check-project": (N_("Look at the project"), N_("Project found")),
    "check-billing": (N_("Check billing"), N_("Billing checked")),
    "check-org-policy": (
        N_("Check your organization's policies"),
        N_("No policy of your organization stands against it"),
    ),
    "enable-api": (N_("Switch the Gemini API on"), N_("Gemini API is on")),
    "ensure-service-account": (N_("Prepare the service account"), N_("Service account is ready")),
    "create-secret": (N_("Create the secret"), N_("Secret created")),
    "grant-secret-access": (N_("Let you read the secret"), N_("You may read the secret")),
    "mint-key": (N_("Mint the key, store it and try it"), N_("Key minted, stored and seen to work")),
    "adopt-key": (N_("Write on the key whose it is"), N_("The key says whose it is, and when it ends")),
    "grant-vertex-user": (N_("Let you call Vertex AI"), N_("You may call Vertex AI")),
}
# The same steps for another API.
VERTEX = {"enable-api": (N_("Switch the Vertex AI API on"), N_("Vertex AI API is on"))}


def build(words: Words, request: KeyRequest) -> str:
    """List every step, done ones first said as done; signs and words both tell the state."""
    steps = step_names(request)
    done = steps if request.finished else request.done  # only who had a key is shown its steps afterwards
    return "\n".join(_line(words, request, name, done=name in done) for name in steps)


def _line(words: Words, request: KeyRequest, name: str, *, done: bool) -> str:
    doing, finished = VERTEX.get(name, STEPS[name]) if request.kind is Kind.VERTEX else STEPS[name]
    return f"✅ {words(finished)}" if done else f"▫️ {words(doing)}…"
