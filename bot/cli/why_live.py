"""`why-403` with Google: read the facts with whatever credentials this machine has."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import settings
from bot.cloud_wiring import open_cloud
from bot.diagnosis.facts import Facts
from bot.diagnosis.finding import Diagnosis
from bot.diagnosis.judge import facts_needed, weigh
from bot.diagnosis.naming import model_of
from bot.diagnosis.probes import RecordedKey, Subject
from bot.diagnosis.why import parse
from bot.domain.names import GEMINI
from bot.domain.redact import sweep
from bot.errors import GoogleError
from bot.operations.why_403.look import look
from bot.operations.why_403.whose import bare
from bot.wiring import utc_now

if TYPE_CHECKING:
    from bot.google.cloud import Cloud

# Whoever waits at a prompt waits longer than a chat: first calls open connections and fetch a token.
PATIENCE = timedelta(seconds=20)
_KEY_TEXT = re.compile(r"(?:AIza[0-9A-Za-z_\-]{35}|AQ\.[0-9A-Za-z_\-.]{20,})")
_KEY_NAME = re.compile(r"projects/(\d+)/locations/global/keys/(.+)")


async def diagnose_live(text: str, project: str = "") -> Diagnosis:
    """Say why the call in the text failed, by its text and by what Google tells these credentials.

    A key in the text is looked up (by gRPC, from memory only) to see whose it is. Facts that cannot be read
    leave their causes likely, as offline.
    """
    redacted, kinds = sweep(text)
    error, causes = parse(redacted)
    async with open_cloud(settings.load()) as cloud:
        key = await _looked_up(cloud, text)
        named = project or bare(error.consumer or "") or (key.project_id if key else "")
        service = error.service if (error.service or "").endswith(".googleapis.com") else GEMINI
        subject = Subject(project=named, service=service or GEMINI, model=model_of(error), key=key)
        needed = set(facts_needed(causes)) - {"key_used", "secret_access", "account_enabled"}
        looked = await look(cloud.for_diagnosis(), needed, subject, utc_now, PATIENCE)
    return Diagnosis(
        parsed=error,
        findings=weigh(causes, error, Facts(looked.facts)),
        leaked_secrets=kinds,
        needed=facts_needed(causes),
    )


async def _looked_up(cloud: Cloud, text: str) -> RecordedKey | None:
    """Find the key that a text holds, if it is one that these credentials may see."""
    found = _KEY_TEXT.search(text)
    if found is None:
        return None
    try:
        name = await cloud.keys.lookup(found[0])
    except GoogleError:
        return None
    named = _KEY_NAME.fullmatch(name or "")
    if named is None:
        return None
    return RecordedKey(
        request_id="",
        project_id=named[1],
        project_number=named[1],
        key_id=named[2],
        uid="",
        secret_id="",
        account="",
        member="",
        live=True,
        billing_required=False,
    )
