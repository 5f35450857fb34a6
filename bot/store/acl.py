"""Redis's own users, one for each role: what each may do to which keys, as far as Redis can tell keys apart.

Redis checks commands, keys and types, never values: whoever may write a record may write any record.
`docs/security.md` says what follows from that.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.store import keys
from bot.store.queue import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.keys import Kind


class Access(StrEnum):
    """What a role may do to a kind of key."""

    NONE = "none"
    READ = "read"
    WRITE = "write"
    APPEND = "append"
    CONSUME = "consume"


# Kinds that a role need not write; whatever is not named here, it may write, after its type.
EXCEPTIONS: Final[Mapping[str, Mapping[Kind, Access]]] = {
    "slack": {
        keys.audit: Access.APPEND,
        keys.announcements: Access.CONSUME,
        keys.answers: Access.CONSUME,
        keys.readiness: Access.READ,
        keys.uses: Access.READ,
        keys.survey: Access.READ,
        keys.visible: Access.READ,
        keys.projects_made: Access.READ,
        keys.worker: Access.READ,
        # Only the operator's own command makes and revokes tokens.
        keys.api_token: Access.READ,
        keys.api_tokens: Access.READ,
        keys.turns_given: Access.NONE,
        keys.turns_queued: Access.NONE,
        keys.turns_kept: Access.NONE,
    },
    "worker": {
        keys.audit: Access.APPEND,
        keys.announcements: Access.APPEND,
        keys.answers: Access.APPEND,
        keys.person: Access.NONE,
        keys.watchers: Access.NONE,
        keys.messages: Access.NONE,
        keys.rendering: Access.NONE,
        keys.once: Access.NONE,
        keys.away: Access.READ,
        keys.api_token: Access.NONE,
        keys.api_tokens: Access.NONE,
        keys.installation: Access.NONE,
        keys.api_uses: Access.NONE,
        keys.api_last_use: Access.NONE,
    },
}
# Nothing here takes a key away: records leave by their time to live. Strings are caches and leases.
WRITING: Final = {
    "hash": "+@hash +expire +pexpire +persist +ttl +exists",
    "zset": "+@sortedset +expire +ttl +exists",
    "set": "+@set -srem -spop +exists",
    "string": "+@string +del +expire +ttl +exists",
    "stream": "+@stream -xtrim -xdel -xsetid +exists",
}
APPENDING: Final = "+xadd +xlen +xrange +xrevrange"
CONSUMING: Final = APPENDING + " +xgroup|create +xreadgroup +xautoclaim +xack +xpending"
READING: Final = "+@read -keys -scan -randomkey -dbsize"
# Of the job engine a role that only sends needs what its scripts use to send, and its list of strikes.
SENDING: Final = (
    "+eval +evalsha +hset +hget +hgetall +hdel +hexists +hincrby +exists +del +expire +get +set "
    "+xadd +xlen +xread +xrange +xgroup|create +zadd +zscore +zrem +publish"
)
RUNNING: Final = (
    "+eval +evalsha +@hash +@sortedset +@string +@stream +@set +del +unlink +exists +expire +pexpire "
    "+ttl +publish"
)
CONNECTION: Final = (
    "+auth +hello +ping +select +client|setname +client|setinfo +client|id +multi +exec +discard +watch "
    "+unwatch +script|load +script|exists +info +time +wait +waitaof +subscribe +psubscribe +unsubscribe "
    "+punsubscribe +cluster|slots +cluster|shards +cluster|nodes +cluster|myid +command +readonly"
)
ENGINE_KEYS: Final = (f"{NAME}:*", f"{{{NAME}}}:*")
# PSUBSCRIBE asks for the very pattern that is allowed, not for one that it covers.
ENGINE_CHANNELS: Final = tuple(
    prefix + suffix for prefix in (NAME, f"{{{NAME}}}") for suffix in (":*", ":cancel:*")
)
HASH: Final = "PASSWORD_SHA256"


def users() -> str:
    """Write the users down as Redis's ACL file takes them, with the place of each password's SHA-256."""
    lines = [
        "user default off resetpass",
        # Health checks need no password, and can do nothing but ask.
        "user health on nopass resetkeys resetchannels -@all +ping",
        f"user operator on #OPERATOR_{HASH} ~* &* +@all",
        *(_user(role) for role in EXCEPTIONS),
    ]
    return "\n".join(lines) + "\n"


def access(role: str, kind: Kind) -> Access:
    """Tell what a role may do to a kind of key."""
    return EXCEPTIONS[role].get(kind, Access.WRITE)


def _user(role: str) -> str:
    channels = " ".join(f"&{pattern}" for pattern in ENGINE_CHANNELS)
    # Channels are allowed selector by selector, like keys.
    engine = _selector(f"{RUNNING if role == 'worker' else SENDING} {channels}", ENGINE_KEYS)
    # A script names all its keys at once; what it does to them is checked command by command.
    scripts = _selector("+eval +evalsha", ("gk:*",))
    return " ".join(
        [
            f"user {role} on #{role.upper()}_{HASH} resetkeys resetchannels {channels} -@all {CONNECTION}",
            scripts,
            engine,
            *_own_keys(role),
        ]
    )


def _own_keys(role: str) -> list[str]:
    """Write one selector for all kinds that take the same commands."""
    patterns: dict[str, list[str]] = {}
    for kind in keys.KINDS:
        commands = _commands(access(role, kind), kind.type)
        if commands:
            patterns.setdefault(commands, []).append(kind.pattern)
    return [_selector(commands, found, readonly=commands == READING) for commands, found in patterns.items()]


def _commands(allowed: Access, type_of_key: str) -> str:
    match allowed:
        case Access.NONE:
            return ""
        case Access.READ:
            return READING
        case Access.APPEND:
            return APPENDING
        case Access.CONSUME:
            return CONSUMING
        case Access.WRITE:
            return WRITING[type_of_key]


def _selector(commands: str, patterns: list[str] | tuple[str, ...], *, readonly: bool = False) -> str:
    sign = "%R~" if readonly else "~"
    return f"({commands} {' '.join(sign + pattern for pattern in patterns)})"
