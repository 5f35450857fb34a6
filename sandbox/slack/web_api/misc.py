"""Serve reactions.add, team.info, bots.info and blocks.validate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.people import COMPANY_DOMAIN
from sandbox.slack import manifest
from sandbox.slack.blocks.surfaces import message_problems, view_problems
from sandbox.slack.errors import ApiError, invalid_arguments
from sandbox.slack.tiers import SPECIAL, TIER_3
from sandbox.slack.web_api.chat import lasting
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.blocks.node import Problem
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments

VALIDATE_LIMIT = 100_000


async def add_reaction(team: Team, arguments: Arguments) -> dict[str, Any]:
    """React to a message, once per emoji."""
    channel = team.workspace.channel_of_bot(arguments.text("channel"))
    name = arguments.required("name")
    message = lasting(channel, arguments.required("timestamp"))
    reactors = message.reactions.setdefault(name, [])
    if manifest.BOT_USER_ID in reactors:
        raise ApiError("already_reacted")
    reactors.append(manifest.BOT_USER_ID)
    team.workspace.changed(message)
    return {}


async def team_info(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Describe the team."""
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.name.lower(),
            "email_domain": COMPANY_DOMAIN,
            "is_verified": False,
        }
    }


async def bots_info(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Describe the app's bot."""
    if arguments.text("bot") != manifest.BOT_ID:
        raise ApiError("bot_not_found")
    return {
        "bot": {
            "id": manifest.BOT_ID,
            "deleted": False,
            "name": manifest.APP_NAME,
            "updated": 0,
            "app_id": manifest.APP_ID,
            "user_id": manifest.BOT_USER_ID,
            "icons": {},
        }
    }


async def blocks_validate(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Validate blocks, a message or a view; the findings stand in `errors`."""
    given = [name for name in ("blocks", "message", "view") if arguments.values.get(name) is not None]
    if len(given) != 1:
        raise invalid_arguments("must provide exactly one of `blocks`, `view`, or `message`")
    name = given[0]
    value = arguments.json(name, "invalid_arguments")
    if len(json.dumps(value, ensure_ascii=False)) > VALIDATE_LIMIT:
        raise invalid_arguments(f"must be less than {VALIDATE_LIMIT + 1} characters [json-pointer:/{name}]")
    problems = _problems(name, value)
    if problems:
        raise ApiError(f"invalid_{name}", errors=[problem.as_json() for problem in problems])
    return {}


def _problems(name: str, value: Any) -> list[Problem]:
    if name == "view":
        return view_problems(value, pointer="")
    if name == "blocks":
        return message_problems(value, pointer="")
    blocks = value.get("blocks", []) if isinstance(value, dict) else None
    return message_problems(blocks)


METHODS = (
    Method("reactions.add", add_reaction, TIER_3, "reactions:write"),
    Method("team.info", team_info, TIER_3, "team:read"),
    Method("bots.info", bots_info, TIER_3, "users:read"),
    Method("blocks.validate", blocks_validate, SPECIAL, token="none"),
)
