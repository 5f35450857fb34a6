"""Serve users.* and usergroups.*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import people
from sandbox.slack import directory, manifest
from sandbox.slack.errors import ApiError
from sandbox.slack.tiers import TIER_2, TIER_3, TIER_4
from sandbox.slack.web_api.method import Method
from sandbox.slack.web_api.paging import page

if TYPE_CHECKING:
    from sandbox.slack.records import Json
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments


async def info(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Describe one user, with the locale on request."""
    user = arguments.text("user")
    if user == manifest.BOT_USER_ID:
        return {"user": directory.bot_user(team.id)}
    if user not in team.workspace.accounts:
        raise ApiError("user_not_found")
    return {"user": shown(team, user, with_locale=arguments.flag("include_locale"))}


async def list_users(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List everyone, the app included."""
    locale = arguments.flag("include_locale")
    everyone = [shown(team, user, with_locale=locale) for user in team.workspace.accounts]
    listed, cursor = page([*everyone, directory.bot_user(team.id)], arguments)
    return {
        "members": listed,
        "cache_ts": int(team.clock()),
        "response_metadata": {"next_cursor": cursor},
    }


async def lookup_by_email(team: Team, arguments: Arguments) -> dict[str, Any]:
    """Find the user behind an e-mail address."""
    email = arguments.text("email").lower()
    for user, account in team.workspace.accounts.items():
        if account.person.email == email and not account.changes.get("deleted"):
            return {"user": shown(team, user)}
    raise ApiError("users_not_found")


async def list_usergroups(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List the one user group, with its members on request."""
    need_paid_plan(team)
    group = directory.usergroup(team.id)
    if arguments.flag("include_users"):
        group["users"] = approvers(team)
    return {"usergroups": [group]}


async def list_usergroup_users(team: Team, arguments: Arguments) -> dict[str, Any]:
    """List the members of a user group."""
    need_paid_plan(team)
    if arguments.text("usergroup") != directory.USERGROUP_ID:
        raise ApiError("no_such_subteam")
    return {"users": approvers(team)}


def shown(team: Team, user: str, *, with_locale: bool = False) -> Json:
    """Show an account; its e-mail only to an app with users:read.email."""
    with_email = "users:read.email" in team.options.scopes
    return team.workspace.accounts[user].as_slack(with_email=with_email, with_locale=with_locale)


def approvers(team: Team) -> list[str]:
    """List the group's members who are not deactivated."""
    ids = [person.user_id for person in people.APPROVERS]
    return [user for user in ids if not team.workspace.accounts[user].changes.get("deleted")]


def need_paid_plan(team: Team) -> None:
    """Refuse on a free workspace, which has no user groups."""
    if not team.options.paid_plan:
        raise ApiError("plan_upgrade_required")


METHODS = (
    Method("users.info", info, TIER_4, "users:read"),
    Method("users.list", list_users, TIER_2, "users:read"),
    Method("users.lookupByEmail", lookup_by_email, TIER_3, "users:read.email"),
    Method("usergroups.list", list_usergroups, TIER_2, "usergroups:read"),
    Method("usergroups.users.list", list_usergroup_users, TIER_2, "usergroups:read"),
)
