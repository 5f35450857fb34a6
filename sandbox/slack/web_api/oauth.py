"""Serve oauth.v2.access and apps.uninstall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.slack import manifest
from sandbox.slack.tiers import SPECIAL, TIER_1
from sandbox.slack.web_api.method import Method

if TYPE_CHECKING:
    from sandbox.slack.installs import Installs
    from sandbox.slack.team import Team
    from sandbox.slack.web_api.arguments import Arguments


def methods(installs: Installs) -> tuple[Method, ...]:
    """Serve what concerns all workspaces."""

    async def access(_: Team, arguments: Arguments) -> dict[str, Any]:
        """Exchange a code for the token of the workspace that it was given in."""
        installed, agreed = installs.redeem(
            arguments.required("code"),
            arguments.required("client_id"),
            arguments.required("client_secret"),
            arguments.text("redirect_uri"),
        )
        return {
            "app_id": manifest.APP_ID,
            "authed_user": {"id": agreed.user},
            "scope": ",".join(agreed.scopes),
            "token_type": "bot",
            "access_token": installed.credentials.bot_token,
            "bot_user_id": manifest.BOT_USER_ID,
            "team": {"id": installed.id, "name": installed.name},
            "enterprise": {"id": "E0ORG", "name": "Org"} if installed.options.organization else None,
            "is_enterprise_install": installed.options.organization,
        }

    async def uninstall(team: Team, arguments: Arguments) -> dict[str, Any]:
        """Take the app out of the token's workspace."""
        installs.check(arguments.required("client_id"), arguments.required("client_secret"))
        installs.uninstall(team)
        return {}

    return (
        Method("oauth.v2.access", access, SPECIAL, token="none"),
        Method("apps.uninstall", uninstall, TIER_1),
    )
