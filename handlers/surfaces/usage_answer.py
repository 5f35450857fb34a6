"""How a key was used, in words: the answer to `/gemini-key usage`, and what stands beside the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.usage import SPANS, is_error
from bot.languages.words import N_
from handlers.surfaces.blocks import Block, actions, button, code, context, section
from handlers.surfaces.requester_dm import WHY_KEY
from handlers.surfaces.text import brief, date

if TYPE_CHECKING:
    from collections import Counter

    from bot.domain.lookup import Lookup
    from bot.domain.usage import KeyUsage
    from bot.languages.words import Words
    from handlers.surfaces.blocks import Message

USAGE = "usage"
WEEK, MONTH = SPANS
MOST_ROWS = 31
MEANINGS = {
    "400": N_("the call or the key is not valid"),
    "401": N_("no valid credential"),
    "403": N_("not allowed"),
    "404": N_("no such model"),
    "429": N_("too many calls: the project's quota"),
    "500": N_("trouble at Google"),
    "503": N_("trouble at Google"),
}


def reading(words: Words, request_id: str) -> Message:
    """Say that the answer is on its way."""
    text = words("🔎 I ask Google how *{id}* was used. This takes a second.", id=request_id)
    return text, [section(text)]


def message(words: Words, lookup: Lookup) -> Message:
    """Say how a key was used; the same facts as in the picture."""
    about = lookup.usage_of
    if lookup.usage is None:
        text = words(
            "Google did not tell how *{id}* was used: `{status}`. The bot needs "
            "`monitoring.timeSeries.list` in `{project}`.",
            id=about.request_id,
            status=brief(lookup.unread),
            project=about.project_id,
        )
        return text, [section(f"⚠️ {text}")]
    text = headline(words, lookup, lookup.usage)
    shown: list[Block] = [section("\n".join([f"📊 {text}", *_last_used(words, lookup.usage)]))]
    if lookup.usage.total:
        shown += [section(_statuses(words, lookup.usage.by_status())), code(table(lookup.usage))]
    return text, [*shown, _buttons(words, lookup), _small_print(words)]


def headline(words: Words, lookup: Lookup, usage: KeyUsage) -> str:
    """Say the whole in a sentence."""
    about = lookup.usage_of
    if not usage.total:
        return words.many(
            "*{id}* · `{project}` was not called today.",
            "*{id}* · `{project}` was not called in {n} days.",
            about.days,
            id=about.request_id,
            project=about.project_id,
        )
    return words(
        "*{id}* · `{project}`, last {days} days: {calls}, {share} % of them failed.",
        id=about.request_id,
        project=about.project_id,
        days=about.days,
        calls=words.many("{n} call", "{n} calls", usage.total),
        share=percent(usage),
    )


def alt(words: Words, lookup: Lookup, usage: KeyUsage) -> str:
    """Describe the picture to those who do not see it."""
    whole = words(
        "Calls per day with {id} in {project} from {first} to {last}: {total} in all, {failed} failed.",
        id=lookup.usage_of.request_id,
        project=lookup.usage_of.project_id,
        first=f"{usage.since:%Y-%m-%d}",
        last=f"{usage.until:%Y-%m-%d}",
        total=usage.total,
        failed=usage.failed,
    )
    if not usage.total:
        return whole
    busiest, calls = max(usage.by_day().items(), key=lambda day: day[1].total())
    return f"{whole} {words('Most on {day}: {n}.', day=f'{busiest:%Y-%m-%d}', n=calls.total())}"


def percent(usage: KeyUsage) -> str:
    """Say the share of failed calls; little is never said to be nothing."""
    share = 100 * usage.failed / usage.total
    return "<1" if 0 < share < 1 else ">99" if 99 < share < 100 else f"{share:.0f}"  # noqa: PLR2004 - of 100


def table(usage: KeyUsage) -> str:
    """List the days with calls, newest first, with a column for each status."""
    days = sorted((item for item in usage.by_day().items() if item[1].total()), reverse=True)
    statuses = sorted(usage.by_status())
    head = "".join(f"{status:>8}" for status in statuses)
    rows = [
        f"{day:%Y-%m-%d}" + "".join(f"{counts[status] or '·':>8}" for status in statuses)
        for day, counts in days[:MOST_ROWS]
    ]
    return "\n".join([f"{'UTC':<10}{head}", *rows])


def _last_used(words: Words, usage: KeyUsage) -> list[str]:
    return [words("Last used {date}.", date=date(usage.last_used))] if usage.last_used else []


def _statuses(words: Words, statuses: Counter[str]) -> str:
    lines = []
    for status, count in sorted(statuses.items()):
        meaning = f" · {words(MEANINGS[status])}" if status in MEANINGS else ""
        lines.append(f"{'⚠️' if is_error(status) else '✅'} `{brief(status)}` {count:,}{meaning}")
    return "\n".join(lines)


def _buttons(words: Words, lookup: Lookup) -> Block:
    request_id, other = lookup.usage_of.request_id, MONTH if lookup.usage_of.days == WEEK else WEEK
    shown = [button(USAGE, words("Last {days} days", days=other), value(request_id, other))]
    if lookup.usage is not None and lookup.usage.failed:
        shown.append(button(WHY_KEY, words("Why do calls fail?"), request_id))
    return actions(f"usage:{request_id}", *shown)


def value(request_id: str, days: int) -> str:
    """Say in a button's value whose calls of how many days it shows."""
    return f"{request_id} {days}"


def _small_print(words: Words) -> Block:
    return context(
        words("From Cloud Monitoring, which shows calls up to 30 minutes late; days are UTC."),
        words("Tokens and money are not counted per key by Google: see AI Studio and Cloud Billing."),
    )
