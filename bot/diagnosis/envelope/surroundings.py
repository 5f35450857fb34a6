"""What a text says outside of the error objects in it, each thing looked up once and only when asked for."""

from __future__ import annotations

import re
from functools import cached_property

from bot.diagnosis.envelope import codes, service
from bot.diagnosis.envelope.consumer import consumer_of
from bot.diagnosis.error import Shape
from bot.diagnosis.reasons import ENUM

_WORD = re.compile(r"(?<![A-Z_])[A-Z]{2,30}(?:_[A-Z]{1,30}){1,6}(?![A-Z_])")
_COMMAND = re.compile(r"\(gcloud\.(?:beta\.|alpha\.)?([a-z][a-z.\-]{2,60})\)")
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
    r"|you (?:do not|don'?t) have permission to create (?:an? )?(?:new )?(?:api )?keys?\b"
)
_NODE = re.compile(r"\[\d{3} [A-Za-z ]{0,30}\]")
_GRPC = re.compile(
    r"metadata \{|StatusRuntimeException|_InactiveRpcError|AioRpcError|rpc error: code|grpc_status"
)
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
LONGEST_PAGE_WORDS = 400


class Surroundings:
    """One flattened text, and what stands in it at large."""

    def __init__(self, flat: str) -> None:
        self.flat = flat

    @cached_property
    def shape(self) -> Shape:
        """The family of wrapping."""
        return _shape(self.flat)

    @cached_property
    def http(self) -> int | None:
        """The first HTTP error code that is stated as one."""
        return codes.http_in(self.flat)

    @cached_property
    def stated(self) -> tuple[int, ...]:
        """Every HTTP error code that is stated as one."""
        return codes.all_in(self.flat) if self.http else ()

    @cached_property
    def status(self) -> str | None:
        """The first google.rpc.Code that is named."""
        return codes.status_in(self.flat)

    @cached_property
    def reason(self) -> str | None:
        """The first reason; a bare word only if the enum has it, a quoted one may be newer than it."""
        if quoted := _QUOTED_REASON.search(self.flat):
            return quoted[1]
        return next((word for word in _WORD.findall(self.flat) if word in ENUM), None)

    @cached_property
    def sentence(self) -> str:
        """What an SDK wrapped in its own words, without those."""
        leads = (lead.search(self.flat) for lead in _LEADS)
        said = next((match["said"] for match in leads if match), self.flat)
        return _DETAILS.split(said, maxsplit=1)[0]

    @cached_property
    def service(self) -> str | None:
        """The service that is named, else the one described."""
        return service.named_in(self.flat) or service.described_in(self.flat)

    @cached_property
    def command(self) -> str | None:
        """The gcloud command that failed, as `gcloud.services.enable`."""
        found = _COMMAND.search(self.flat) if "(gcloud." in self.flat else None
        return f"gcloud.{found[1]}" if found else None

    @cached_property
    def consumer(self) -> str | None:
        """The project that is named."""
        return consumer_of({}, self.flat)

    def whole(self, reason: str | None) -> str | None:
        """Complete a reason that the end of the text cut, if only one value begins so."""
        if reason is None or reason in ENUM or not self.flat.endswith(reason):
            return reason
        begun = [name for name in ENUM if name.startswith(reason)]
        if not begun:
            return reason  # whole, and of a service's own
        return begun[0] if len(begun) == 1 else None


def _shape(flat: str) -> Shape:
    if ("<" in flat or "get URL" in flat) and _HTML.search(flat):
        return Shape.HTML
    if ("100" in flat or "1011" in flat) and _WEBSOCKET.search(flat):
        return Shape.WEBSOCKET
    if len(flat) < LONGEST_PAGE_WORDS and '"code"' not in flat and _PAGE_WORDS.search(flat):
        return Shape.PAGE_WORDS
    if _GRPC.search(flat):
        return Shape.GRPC
    if _NODE.search(flat):
        return Shape.NODE
    return Shape.JSON if "{" in flat else Shape.SENTENCE
