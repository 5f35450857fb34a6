"""Every key in Redis, with its type and how long it lives.

All keys of one workspace share the hash tag `{team}`, so one script may touch them on a
Redis Cluster, and workspaces spread over its nodes. What all workspaces share has another
tag, or none. The job engine's own keys stand under its name (`queue.NAME`), not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain import absence

FOREVER = None
RETENTION = timedelta(days=400)
# How long the messages of something finished can still be told from new ones.
FADING = timedelta(days=30)
# A rule's cap may look back so far.
LONGEST_CAP = timedelta(days=10_000)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of key: the pattern of its name, Redis's type, its longest life.

    Called with what stands for the stars it gives the name of one key: `mine("T012", "U0ADA")`.
    """

    pattern: str
    type: str
    ttl: timedelta | None
    what: str

    def __call__(self, *parts: str) -> str:
        """Name one key of this kind."""
        return self.pattern.replace("*", "%s") % parts

    @property
    def seconds(self) -> int:
        """Its longest life as Redis counts it; 0 is for ever."""
        return int(self.ttl.total_seconds()) if self.ttl else 0


request = Kind(
    "gk:{*}:request:*", "hash", FOREVER, "one request: v, json, move, told; lives RETENTION once finished"
)
audit = Kind("gk:{*}:audit", "stream", FOREVER, "events, hash-chained; trimmed only after export")
audit_head = Kind("gk:{*}:audit-head", "hash", FOREVER, "the chain's end: n, link")
announcements = Kind("gk:{*}:announcements", "stream", FOREVER, "request ids whose record changed; capped")
due = Kind("gk:{*}:due", "zset", FOREVER, "request ids by when somebody must look at them")
pending = Kind("gk:{*}:pending", "zset", FOREVER, "undecided request ids by when they were made")
live = Kind("gk:{*}:live", "zset", FOREVER, "request ids with a live key by expiry")
mine = Kind("gk:{*}:mine:*", "zset", FOREVER, "one person's request ids by when they were made")
held = Kind("gk:{*}:held:*", "zset", FOREVER, "request ids whose key one person holds, by its end")
held_in = Kind("gk:{*}:held-in:*", "zset", FOREVER, "request ids whose key lives in one project, by its end")
rule_uses = Kind(
    "gk:{*}:rule-uses:*", "zset", LONGEST_CAP, "request ids that one rule approved for one person, by when"
)
away = Kind("gk:{*}:away:*", "string", absence.LONGEST, "an approver who is away, and his deputy")
in_project = Kind(
    "gk:{*}:in-project:*", "zset", FOREVER, "a project's unfinished request ids by when they were made"
)
office = Kind("gk:{*}:office", "hash", FOREVER, "whether keys are made, and who is there: v, json, move")
held_back = Kind("gk:{*}:held-back", "zset", FOREVER, "request ids that wait while nothing is made")
once = Kind(
    "gk:{*}:once:*",
    "string",
    timedelta(hours=1),
    "what a delivery led to: id, digest",
)
messages = Kind(
    "gk:{*}:messages:*", "hash", RETENTION, "where a request is shown: surface → channel, ts, digest"
)
rendering = Kind("gk:{*}:rendering:*", "string", timedelta(seconds=9), "who is rendering a request now")
person = Kind("gk:{*}:person:*", "string", timedelta(days=1), "a person's profile as last seen at the chat")
watchers = Kind("gk:{*}:watchers", "zset", FOREVER, "people by when they last looked at Home; a day at most")
readiness = Kind("gk:project:{*}", "string", timedelta(hours=1), "how ready a project is, as last surveyed")
uses = Kind("gk:uses:{*}", "string", timedelta(hours=3), "when keys of a project were used last, as surveyed")
case = Kind("gk:{*}:case:*", "string", timedelta(hours=1), "a question to why-403 and its answer, redacted")
lookup = Kind("gk:{*}:lookup:*", "string", timedelta(hours=1), "a question about keys, and its answer")
survey = Kind(
    "gk:{*}:survey:*", "string", timedelta(days=30), "a project's keys, whoever made them, as last listed"
)
answers = Kind("gk:{*}:answers", "stream", FOREVER, "ids of cases and lookups that were answered; capped")
repair = Kind(
    "gk:{*}:repair:*", "hash", FOREVER, "one fix of why-403: v, json, move; lives RETENTION once finished"
)
repairs_due = Kind("gk:{*}:repairs-due", "zset", FOREVER, "repair ids by when somebody must look at them")
setup = Kind("gk:{*}:setup:*", "hash", timedelta(days=30), "a project's checklist: v, json, move")
setups_due = Kind("gk:{*}:setups-due", "zset", FOREVER, "setup ids by when a worker must look at them")
api_token = Kind(
    "gk:{*}:api-token:*", "hash", RETENTION, "one token of the HTTP API by its digest: v, json, move"
)
api_tokens = Kind("gk:{*}:api-tokens", "zset", FOREVER, "tokens that were not revoked, by their end")
api_uses = Kind(
    "gk:{*}:api-uses:*", "string", timedelta(minutes=2), "how often a token was used in one minute"
)
api_last_use = Kind("gk:{*}:api-last-use:*", "string", RETENTION, "when a token was used last")
installation = Kind(
    "gk:{*}:installation", "hash", FOREVER, "the app in a workspace, its token sealed: v, json, move"
)
turns_given = Kind("gk:{*}:turns-given", "zset", timedelta(hours=1), "calls by when each had its turn")
turns_queued = Kind("gk:{*}:turns-queued", "zset", timedelta(days=1), "who waits for a turn, by the order")
turns_kept = Kind("gk:{*}:turns-kept", "zset", timedelta(days=1), "who waits, by how long he keeps his place")
visible = Kind(
    "gk:visible",
    "string",
    timedelta(days=1),
    "projects that the bot can see; read where the policy has patterns",
)
projects_made = Kind(
    "gk:projects-made",
    "zset",
    timedelta(days=1),
    "projects that the bot made, by when; Google's search may not know them yet",
)
workspaces = Kind("gk:workspaces", "set", FOREVER, "team ids that any record is of")
worker = Kind("gk:worker", "string", timedelta(minutes=2), "when a worker last swept")
doctor = Kind("gk:doctor", "string", timedelta(minutes=1), "whether the bot's Redis user may write")

KINDS = tuple(kind for kind in tuple(vars().values()) if isinstance(kind, Kind))
