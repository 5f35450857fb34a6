"""Every key in Redis, with its type and how long it lives.

All keys of one workspace share the hash tag `{team}`, so one script may touch them on a
Redis Cluster, and workspaces spread over its nodes. The job engine's own keys stand
under its name (`jobs.NAME`), not here. The file is long because no key is named elsewhere.
"""

from __future__ import annotations

import hashlib
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
    """One kind of key: the pattern of its name, Redis's type, its longest life."""

    pattern: str
    type: str
    ttl: timedelta | None
    what: str


REQUEST = Kind(
    "gk:{*}:request:*", "hash", FOREVER, "one request: v, json, move, told; lives RETENTION once finished"
)
AUDIT = Kind("gk:{*}:audit", "stream", FOREVER, "events, hash-chained; trimmed only after export")
AUDIT_HEAD = Kind("gk:{*}:audit-head", "hash", FOREVER, "the chain's end: n, link")
ANNOUNCEMENTS = Kind("gk:{*}:announcements", "stream", FOREVER, "request ids whose record changed; capped")
DUE = Kind("gk:{*}:due", "zset", FOREVER, "request ids by when somebody must look at them")
PENDING = Kind("gk:{*}:pending", "zset", FOREVER, "undecided request ids by when they were made")
LIVE = Kind("gk:{*}:live", "zset", FOREVER, "request ids with a live key by expiry")
MINE = Kind("gk:{*}:mine:*", "zset", FOREVER, "one person's request ids by when they were made")
HELD = Kind("gk:{*}:held:*", "zset", FOREVER, "request ids whose key one person holds, by its end")
HELD_IN = Kind("gk:{*}:held-in:*", "zset", FOREVER, "request ids whose key lives in one project, by its end")
RULE_USES = Kind(
    "gk:{*}:rule-uses:*", "zset", LONGEST_CAP, "request ids that one rule approved for one person, by when"
)
AWAY = Kind("gk:{*}:away:*", "string", absence.LONGEST, "an approver who is away, and his deputy")
IN_PROJECT = Kind(
    "gk:{*}:in-project:*", "zset", FOREVER, "a project's unfinished request ids by when they were made"
)
OFFICE = Kind("gk:{*}:office", "hash", FOREVER, "whether keys are made, and who is there: v, json, move")
HELD_BACK = Kind("gk:{*}:held-back", "zset", FOREVER, "request ids that wait while nothing is made")
ONCE = Kind(
    "gk:{*}:once:*",
    "string",
    timedelta(hours=1),
    "what a delivery led to: id, digest",
)
MESSAGES = Kind(
    "gk:{*}:messages:*", "hash", RETENTION, "where a request is shown: surface → channel, ts, digest"
)
RENDERING = Kind("gk:{*}:rendering:*", "string", timedelta(seconds=9), "who is rendering a request now")
PERSON = Kind("gk:{*}:person:*", "string", timedelta(days=1), "a person's profile as last seen at the chat")
WATCHERS = Kind("gk:{*}:watchers", "zset", FOREVER, "people by when they last looked at Home; a day at most")
READINESS = Kind("gk:project:{*}", "string", timedelta(hours=1), "how ready a project is, as last surveyed")
USES = Kind("gk:uses:{*}", "string", timedelta(hours=3), "when keys of a project were used last, as surveyed")
CASE = Kind("gk:{*}:case:*", "string", timedelta(hours=1), "a question to why-403 and its answer, redacted")
LOOKUP = Kind("gk:{*}:lookup:*", "string", timedelta(hours=1), "a question about usage, and its answer")
SURVEY = Kind(
    "gk:{*}:survey:*", "string", timedelta(days=30), "a project's keys, whoever made them, as last listed"
)
ANSWERS = Kind("gk:{*}:answers", "stream", FOREVER, "ids of cases and lookups that were answered; capped")
REPAIR = Kind(
    "gk:{*}:repair:*", "hash", FOREVER, "one fix of why-403: v, json, move; lives RETENTION once finished"
)
REPAIRS_DUE = Kind("gk:{*}:repairs-due", "zset", FOREVER, "repair ids by when somebody must look at them")
SETUP = Kind("gk:{*}:setup:*", "hash", timedelta(days=30), "a project's checklist: v, json, move")
SETUPS_DUE = Kind("gk:{*}:setups-due", "zset", FOREVER, "setup ids by when a worker must look at them")
API_TOKEN = Kind(
    "gk:{*}:api-token:*", "hash", RETENTION, "one token of the HTTP API by its digest: v, json, move"
)
API_TOKENS = Kind("gk:{*}:api-tokens", "zset", FOREVER, "tokens that were not revoked, by their end")
API_USES = Kind(
    "gk:{*}:api-uses:*", "string", timedelta(minutes=2), "how often a token was used in one minute"
)
API_LAST_USE = Kind("gk:{*}:api-last-use:*", "string", RETENTION, "when a token was used last")
TURNS_GIVEN = Kind("gk:{*}:turns-given", "zset", timedelta(hours=1), "calls by when each had its turn")
TURNS_QUEUED = Kind("gk:{*}:turns-queued", "zset", timedelta(days=1), "who waits for a turn, by the order")
TURNS_KEPT = Kind("gk:{*}:turns-kept", "zset", timedelta(days=1), "who waits, by how long he keeps his place")
VISIBLE = Kind(
    "gk:visible",
    "string",
    timedelta(days=1),
    "projects that the bot can see; read where the policy has patterns",
)
PROJECTS_MADE = Kind(
    "gk:projects-made",
    "zset",
    timedelta(days=1),
    "projects that the bot made, by when; Google's search may not know them yet",
)
WORKSPACES = Kind("gk:workspaces", "set", FOREVER, "team ids that have ever asked for anything")
DOCTOR = Kind("gk:doctor", "string", timedelta(minutes=1), "whether the bot's Redis user may write")
WORKER = Kind("gk:worker", "string", timedelta(minutes=2), "when a worker last swept")

KINDS = (
    REQUEST,
    AUDIT,
    AUDIT_HEAD,
    ANNOUNCEMENTS,
    DUE,
    PENDING,
    LIVE,
    MINE,
    HELD,
    HELD_IN,
    RULE_USES,
    AWAY,
    IN_PROJECT,
    OFFICE,
    HELD_BACK,
    ONCE,
    MESSAGES,
    RENDERING,
    PERSON,
    WATCHERS,
    READINESS,
    USES,
    CASE,
    LOOKUP,
    SURVEY,
    ANSWERS,
    REPAIR,
    REPAIRS_DUE,
    SETUP,
    SETUPS_DUE,
    API_TOKEN,
    API_TOKENS,
    API_USES,
    API_LAST_USE,
    TURNS_GIVEN,
    TURNS_QUEUED,
    TURNS_KEPT,
    VISIBLE,
    PROJECTS_MADE,
    WORKSPACES,
    WORKER,
    DOCTOR,
)


def request(team_id: str, request_id: str) -> str:
    """Key of one request's record."""
    return f"gk:{{{team_id}}}:request:{request_id}"


def audit(team_id: str) -> str:
    """Key of a workspace's audit stream."""
    return f"gk:{{{team_id}}}:audit"


def audit_head(team_id: str) -> str:
    """Key of the end of a workspace's audit chain."""
    return f"gk:{{{team_id}}}:audit-head"


def announcements(team_id: str) -> str:
    """Key of the stream that the announcer reads."""
    return f"gk:{{{team_id}}}:announcements"


def due(team_id: str) -> str:
    """Key of the index by due time."""
    return f"gk:{{{team_id}}}:due"


def pending(team_id: str) -> str:
    """Key of the index of undecided requests."""
    return f"gk:{{{team_id}}}:pending"


def live(team_id: str) -> str:
    """Key of the index of live keys."""
    return f"gk:{{{team_id}}}:live"


def mine(team_id: str, user_id: str) -> str:
    """Key of the index of one person's requests."""
    return f"gk:{{{team_id}}}:mine:{user_id}"


def held(team_id: str, user_id: str) -> str:
    """Key of the index of one person's keys that count against a quota."""
    return f"gk:{{{team_id}}}:held:{user_id}"


def held_in(team_id: str, project_id: str) -> str:
    """Key of the index of one project's keys that count against a quota."""
    return f"gk:{{{team_id}}}:held-in:{project_id}"


def rule_uses(team_id: str, rule: str, user_id: str) -> str:
    """Key of the index of what a rule gave one person; a rule's name may hold anything, so it is digested."""
    named = hashlib.sha256(rule.encode()).hexdigest()[:16]
    return f"gk:{{{team_id}}}:rule-uses:{named}:{user_id}"


def away(team_id: str, user_id: str) -> str:
    """Key of one approver's absence."""
    return f"gk:{{{team_id}}}:away:{user_id}"


def in_project(team_id: str, project_id: str) -> str:
    """Key of the index of one project's unfinished requests."""
    return f"gk:{{{team_id}}}:in-project:{project_id}"


def office(team_id: str) -> str:
    """Key of a workspace's own record."""
    return f"gk:{{{team_id}}}:office"


def held_back(team_id: str) -> str:
    """Key of the index of what waits while nothing is made."""
    return f"gk:{{{team_id}}}:held-back"


def once(team_id: str, delivery: str) -> str:
    """Key that remembers what one delivery (a view id, a signature) led to."""
    return f"gk:{{{team_id}}}:once:{delivery}"


def messages(team_id: str, request_id: str) -> str:
    """Key of the places where a request is shown."""
    return f"gk:{{{team_id}}}:messages:{request_id}"


def rendering(team_id: str, request_id: str) -> str:
    """Key of the lease on rendering a request."""
    return f"gk:{{{team_id}}}:rendering:{request_id}"


def person(team_id: str, user_id: str) -> str:
    """Key of a cached profile."""
    return f"gk:{{{team_id}}}:person:{user_id}"


def watchers(team_id: str) -> str:
    """Key of the index of people who look at Home."""
    return f"gk:{{{team_id}}}:watchers"


def readiness(project_id: str) -> str:
    """Key of a project's readiness (shared by all workspaces)."""
    return f"gk:project:{{{project_id}}}"


def uses(project_id: str) -> str:
    """Key of when a project's keys were used last (shared by all workspaces)."""
    return f"gk:uses:{{{project_id}}}"


def case(team_id: str, case_id: str) -> str:
    """Key of one question to why-403."""
    return f"gk:{{{team_id}}}:case:{case_id}"


def lookup(team_id: str, lookup_id: str) -> str:
    """Key of one question about usage."""
    return f"gk:{{{team_id}}}:lookup:{lookup_id}"


def survey(team_id: str, project_id: str) -> str:
    """Key of one project's keys as last listed."""
    return f"gk:{{{team_id}}}:survey:{project_id}"


def answers(team_id: str) -> str:
    """Key of the stream of answered questions."""
    return f"gk:{{{team_id}}}:answers"


def repair(team_id: str, repair_id: str) -> str:
    """Key of one repair's record."""
    return f"gk:{{{team_id}}}:repair:{repair_id}"


def repairs_due(team_id: str) -> str:
    """Key of the index of repairs by due time."""
    return f"gk:{{{team_id}}}:repairs-due"


def setup(team_id: str, setup_id: str) -> str:
    """Key of one checklist."""
    return f"gk:{{{team_id}}}:setup:{setup_id}"


def setups_due(team_id: str) -> str:
    """Key of the index of checklists by due time."""
    return f"gk:{{{team_id}}}:setups-due"


def api_token(team_id: str, token_id: str) -> str:
    """Key of one token's record."""
    return f"gk:{{{team_id}}}:api-token:{token_id}"


def api_tokens(team_id: str) -> str:
    """Key of the index of tokens."""
    return f"gk:{{{team_id}}}:api-tokens"


def api_uses(team_id: str, name: str, scope: str, minute: int) -> str:
    """Key of the count of one token's uses of a scope in one minute of Unix time."""
    return f"gk:{{{team_id}}}:api-uses:{name}:{scope}:{minute}"


def api_last_use(team_id: str, name: str) -> str:
    """Key of the moment of one token's last use."""
    return f"gk:{{{team_id}}}:api-last-use:{name}"


def turns_given(quota: str) -> str:
    """Key of the turns that a quota has given (shared by all workspaces)."""
    return f"gk:{{{quota}}}:turns-given"


def turns_queued(quota: str) -> str:
    """Key of the queue for a quota's turns."""
    return f"gk:{{{quota}}}:turns-queued"


def turns_kept(quota: str) -> str:
    """Key of how long places in that queue are kept."""
    return f"gk:{{{quota}}}:turns-kept"


def visible() -> str:
    """Key of the list of projects that the bot can see (shared by all workspaces)."""
    return "gk:visible"


def projects_made() -> str:
    """Key of the projects that the bot made a short while ago (shared by all workspaces)."""
    return "gk:projects-made"


def workspaces() -> str:
    """Key of the set of workspaces."""
    return "gk:workspaces"


def worker() -> str:
    """Key of the workers' last sign of life."""
    return "gk:worker"


def doctor() -> str:
    """Key that the doctor writes, to see that it can."""
    return "gk:doctor"
