"""When the keys of a project were used last, as Cloud Monitoring told it a while ago."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.usage import LAG

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

# So far back it was looked, and so exactly: whole days, counted back from the moment of looking.
SPAN, DAY = timedelta(days=30), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUses:
    """The end of the day in which each key, by its uid, was called last; a key not named was not called."""

    project_id: str
    at: datetime
    last: Mapping[str, datetime]


def quiet_since(uses: KeyUses | None, request: KeyRequest) -> datetime | None:
    """Tell since when no key of a live request was called; the moment of looking when one is in use.

    None when nobody can know: not to be told is no evidence.
    """
    uids = [request.key_uid, *(old.key_uid for old in request.retiring)]
    if uses is None or request.live_since is None or not request.live or not all(uids):
        return None
    seen = [uses.last[uid] for uid in uids if uid in uses.last]
    if seen:
        return max(seen)
    # Google shows a call late: of a key so young nothing can be said yet.
    if uses.at - request.live_since < LAG:
        return None
    return max(uses.at - SPAN, request.live_since)
