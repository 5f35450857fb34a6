"""The story's scenes in their order: one module each, with a TITLE and `tell(stage, scene)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.demo.scenes import (
    approval,
    asking,
    billing,
    blocked,
    bot_killed,
    expiry,
    own_request,
    race,
    recovery,
    redis_killed,
    secret,
    words,
)

if TYPE_CHECKING:
    from types import ModuleType

SCENES: tuple[ModuleType, ...] = (
    asking,
    approval,
    secret,
    bot_killed,
    own_request,
    words,
    blocked,
    billing,
    race,
    redis_killed,
    recovery,
    expiry,
)
