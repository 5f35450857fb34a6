"""Turn redacted text into the errors it holds, best first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.diagnosis.envelope import codes, service
from bot.diagnosis.envelope.clean import clean, flatten, rejoin
from bot.diagnosis.envelope.consumer import consumer_of
from bot.diagnosis.envelope.draft import Draft, drafts
from bot.diagnosis.envelope.pairs import pairs
from bot.diagnosis.error import ApiError, Shape
from bot.diagnosis.reasons import ENUM

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_REASON = re.compile(rf"\b(?:{'|'.join(sorted(ENUM, key=len, reverse=True))})\b")
_QUOTED_REASON = re.compile(r"reason[\"'*]*\s?[:=]\s?\(?[\"'*]{1,4}([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)")
_WEBSOCKET = re.compile(
    r"(?i)\b(?:1007|1008|1011)\b[ ,:]{0,2}\(?(?:policy violation|invalid |internal error|none\b)"
    r"|\b(?:received|code|close\w{0,20}|websocket\w{0,20})\D{1,40}\b(?:1007|1008|1011)\b"
)
_HTML = re.compile(
    r"(?i)<!doctype html|<html[ >]|<title>\s{0,8}error 4\d\d|your client does not have permission to get url"
)
_PAGE_WORDS = re.compile(
    r"(?i)\bfailed to (?:generate|create|load|save|list|fetch|import|count)[\w ]{0,30}[:.] ?permission denied"
    r"|(?:failed|unable|cannot) (?:to )?(?:create|generate) (?:an? |the )?(?:new )?api key"
    r"|you do not have permission to create (?:a|an api) key"
)
_NODE = re.compile(r"\[\d{3} [A-Za-z ]{0,30}\]")
_GRPC = re.compile(
    r"metadata \{|StatusRuntimeException|_InactiveRpcError|AioRpcError|rpc error: code|grpc_status"
)
_HTML_TITLE = re.compile(r"(?i)error (4\d\d)\b")
_DETAILS = re.compile(r"\s*\[(?:links \{|\s*reason: |\{[\"']?@type|detail )|\n\s*at \S|\n\s*\n")
_LEADS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\bdesc = (?P<said>.{3,2000})",
        r"returned \"(?P<said>.{3,2000}?)\"\.? Details",
        r"\[\d{3} [A-Za-z ]{0,30}\] (?P<said>.{3,2000})",
        rf"\b(?:{'|'.join(codes.HTTP_OF)}): (?P<said>.{{3,2000}})",
        r"(?:^|[:\s])(?:40[0134]|429) (?P<said>(?![A-Z_]+\. [\[{])[A-Z`].{3,2000})",
    )
)
LONGEST_MESSAGE = 2000
LONGEST_PAGE_WORDS = 400


def read(redacted: str) -> Iterator[ApiError]:
    """Yield the errors of the text, the most telling first, then the text read as a sentence, then all of it.

    Last comes the same with its line breaks taken out. Raises `BotError` when it cannot be a pasted error.
    """
    text = clean(redacted)
    yield from _read(flatten(text).strip())
    if (whole := rejoin(text)) != text:
        yield from _read(flatten(whole).strip())


def _read(flat: str) -> Iterator[ApiError]:
    if not flat:
        return
    shape = _shape(flat)
    found = [] if shape is Shape.HTML else drafts(pairs(flat))
    for draft in found[:6]:
        if draft.message or draft.reason:
            yield _error(draft, flat, shape)
    if shape is Shape.HTML:
        yield _page(flat)
        return
    best = found[0] if found else Draft()
    whole = _error(replace(best, message=_sentence(flat), more=[]), flat, shape)
    yield whole
    yield replace(whole, message=_one_line(flat, 4 * LONGEST_MESSAGE))


def _shape(flat: str) -> Shape:
    if _HTML.search(flat):
        return Shape.HTML
    if _WEBSOCKET.search(flat):
        return Shape.WEBSOCKET
    if len(flat) < LONGEST_PAGE_WORDS and '"code"' not in flat and _PAGE_WORDS.search(flat):
        return Shape.PAGE_WORDS
    if _GRPC.search(flat):
        return Shape.GRPC
    if _NODE.search(flat):
        return Shape.NODE
    return Shape.JSON if "{" in flat else Shape.SENTENCE


def _error(draft: Draft, flat: str, shape: Shape) -> ApiError:
    """Complete one draft: first from its own words, then from the text around it."""
    message = _one_line(draft.message or _sentence(flat))
    own = f"{message}\n{draft.domain or ''}"
    http = draft.http or codes.http_in(flat)
    status = draft.status or (None if draft.http else draft.numbered) or codes.status_in(flat)
    if draft.http is None and (named := draft.status or draft.numbered):
        http = codes.HTTP_OF[named]
    return ApiError(
        http=http,
        status=status,
        reason=_whole(draft.reason, flat) or _reason_in(flat),
        domain=draft.domain,
        message="\n".join([message, *map(_one_line, draft.more)]),
        metadata=draft.metadata,
        quota_ids=tuple(draft.quota_ids),
        legacy_reasons=tuple(draft.legacy_reasons),
        method=_method(draft, flat),
        service=_service(draft, own, flat),
        consumer=consumer_of(draft.metadata, own, flat),
        retry_delay=draft.retry_delay,
        shape=shape,
    )


def _page(flat: str) -> ApiError:
    title = _HTML_TITLE.search(flat)
    http = int(title[1]) if title else codes.http_in(flat)
    return ApiError(http=http, message=_one_line(flat), service=service.named_in(flat), shape=Shape.HTML)


def _sentence(flat: str) -> str:
    """Return what an SDK wrapped in its own words, without those."""
    for lead in _LEADS:
        if match := lead.search(flat):
            return _DETAILS.split(match["said"], maxsplit=1)[0]
    return _DETAILS.split(flat, maxsplit=1)[0]


def _one_line(text: str, longest: int = LONGEST_MESSAGE) -> str:
    return " ".join(text[:longest].split())


def _whole(reason: str | None, flat: str) -> str | None:
    """Complete a reason that the end of the text cut, if only one value begins so."""
    if reason is None or reason in ENUM or not flat.endswith(reason):
        return reason
    begun = [name for name in ENUM if name.startswith(reason)]
    return begun[0] if len(begun) == 1 else None


def _reason_in(flat: str) -> str | None:
    """Accept a bare word only when the enum has it; a quoted `reason` may be newer than this code."""
    if quoted := _QUOTED_REASON.search(flat):
        return quoted[1]
    known = _ANY_REASON.search(flat)
    return known[0] if known else None


def _method(draft: Draft, flat: str) -> str | None:
    method = draft.metadata.get("methodName") or draft.metadata.get("method", "")
    return method if method.startswith("google.") else None


def _service(draft: Draft, own: str, flat: str) -> str | None:
    given = draft.metadata.get("service", "")
    if given.endswith(".googleapis.com"):
        return service.host(given.removesuffix(".googleapis.com"))
    return (
        service.of_method(_method(draft, flat))
        or service.named_in(own)
        or service.named_in(" ".join(draft.quota_ids))
        or service.described_in(f"{own}\n{draft.metadata.get('serviceTitle', '')}")
        or service.named_in(flat)
        or service.described_in(flat)
    )
