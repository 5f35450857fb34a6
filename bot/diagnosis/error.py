"""One error as Google meant it, whatever wrapping it arrived in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUOTES = "\"'`*\u201c\u201d\u201e\u2018\u2019"


class Shape(StrEnum):
    """The families of wrapping (Google reference §2.5) that change how the rest is to be believed."""

    JSON = "json"
    GRPC = "grpc"
    NODE = "node"
    WEBSOCKET = "websocket"
    HTML = "html"
    PAGE_WORDS = "words on a page"
    SENTENCE = "sentence"
    FOREIGN = "another company's"


@dataclass(frozen=True, slots=True)
class ApiError:
    """What one error says; a field the text does not give is None or empty, never guessed here.

    `method` is the full gRPC method, or the command of gcloud that called one as `gcloud.services.enable`.
    `http` is the status code, `status` the google.rpc.Code name, `reason`, `domain` and `metadata` are the
    ErrorInfo's, `legacy_reasons` are errors[].reason, `quota_ids` the violated quotas, `retry_delay` seconds.
    `stated` are all codes of a text whose error itself carries none: of several errors, each has its own.
    """

    http: int | None = None
    status: str | None = None
    reason: str | None = None
    domain: str | None = None
    message: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    quota_ids: tuple[str, ...] = ()
    legacy_reasons: tuple[str, ...] = ()
    method: str | None = None
    service: str | None = None
    consumer: str | None = None
    retry_delay: float | None = None
    shape: Shape = Shape.SENTENCE
    stated: tuple[int, ...] = field(default=(), repr=False, compare=False)
    said: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive `said`: the message in lower case, without quotation marks and line breaks, for matching."""
        object.__setattr__(self, "said", plain(self.message))


def plain(text: str) -> str:
    """Fold case, quotation marks and white space away, so that wrapping cannot hide a sentence."""
    for mark in _QUOTES:
        text = text.replace(mark, "")
    return " ".join(text.split()).casefold()
