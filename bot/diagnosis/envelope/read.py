"""Turn redacted text into the errors it holds, best first."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from bot.diagnosis.envelope import codes, service
from bot.diagnosis.envelope.clean import clean, flatten, rejoin
from bot.diagnosis.envelope.consumer import consumer_of
from bot.diagnosis.envelope.draft import Draft, drafts
from bot.diagnosis.envelope.foreign import is_answer, is_foreign
from bot.diagnosis.envelope.pairs import pairs
from bot.diagnosis.envelope.surroundings import Surroundings
from bot.diagnosis.error import ApiError, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_HTML_TITLE = re.compile(r"(?i)error (4\d\d)\b")
LONGEST_MESSAGE = 2000
MOST_PAIRS = 1500
MOST_ERRORS = 5


def read(redacted: str) -> Iterator[ApiError]:
    """Yield the errors of the text, the most telling first, then the text read as a sentence, then all of it.

    Last comes the same with its line breaks taken out. Raises `BotError` when it cannot be a pasted error.
    """
    text = clean(redacted)
    yield from _read(flatten(text).strip())
    if (whole := rejoin(text)) != text:
        yield from _read(flatten(whole).strip())


def _read(flat: str) -> Iterator[ApiError]:
    if not flat or is_answer(flat):
        return
    around = Surroundings(flat)
    if is_foreign(flat):
        yield ApiError(http=around.http, message=_one_line(flat), shape=Shape.FOREIGN)
        return
    if around.shape is Shape.HTML:
        yield _page(around)
        return
    found = drafts(islice(pairs(flat), MOST_PAIRS))
    if codes.is_list(flat) and not any(map(_says, found)):
        return
    for draft in found[:MOST_ERRORS]:
        if draft.message or draft.reason:
            yield _error(draft, around)
    whole = _error(replace(found[0] if found else Draft(), message=around.sentence, more=[]), around)
    yield whole
    yield replace(whole, message=_one_line(flat, 4 * LONGEST_MESSAGE))


def _says(draft: Draft) -> bool:
    """Tell whether a draft says something of its own, not all that documentation lists."""
    said = draft.message and not codes.is_list(draft.message)
    return bool(draft.status or draft.reason or said)


def _error(draft: Draft, around: Surroundings) -> ApiError:
    """Complete one draft: first from its own words, then from the text around it."""
    message = _one_line(draft.message or around.sentence)
    own = f"{message}\n{draft.domain or ''}"
    named = draft.status or draft.numbered
    return ApiError(
        http=draft.http or (codes.HTTP_OF[named] if named else around.http),
        status=draft.status or (None if draft.http else draft.numbered) or around.status,
        reason=around.whole(draft.reason) or around.reason,
        domain=draft.domain,
        message="\n".join([message, *map(_one_line, draft.more)]),
        metadata=draft.metadata,
        quota_ids=tuple(draft.quota_ids),
        legacy_reasons=tuple(draft.legacy_reasons),
        method=_method(draft) or around.command,
        service=_service(draft, own, around),
        consumer=consumer_of(draft.metadata, own) or around.consumer,
        retry_delay=draft.retry_delay,
        shape=around.shape,
        stated=() if draft.http or named else around.stated,
    )


def _page(around: Surroundings) -> ApiError:
    title = _HTML_TITLE.search(around.flat)
    http = int(title[1]) if title else around.http
    named = service.named_in(around.flat)
    return ApiError(http=http, message=_one_line(around.flat), service=named, shape=Shape.HTML)


def _one_line(text: str, longest: int = LONGEST_MESSAGE) -> str:
    return " ".join(text[:longest].split())


def _method(draft: Draft) -> str | None:
    method = draft.metadata.get("methodName") or draft.metadata.get("method", "")
    return method if method.startswith("google.") else None


def _service(draft: Draft, own: str, around: Surroundings) -> str | None:
    given = draft.metadata.get("service", "")
    if given.endswith(".googleapis.com"):
        return service.host(given.removesuffix(".googleapis.com"))
    return (
        service.of_method(_method(draft))
        or service.named_in(own)
        or service.named_in(" ".join(draft.quota_ids))
        or service.described_in(f"{own}\n{draft.metadata.get('serviceTitle', '')}")
        or around.service
    )
