"""Slack's OAuth by Bolt, with our own store of installations behind it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

import aiohttp
import structlog
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from bot.errors import BotError, NoPolicy, Refused, Unavailable
from bot.operations.install import install
from handlers import manifest
from handlers.oauth.pages import CALLBACKS, UnwelcomeError, unfinished
from handlers.oauth.throttle import Crowded, Throttle
from handlers.outbox import error_word, kind_of

if TYPE_CHECKING:
    from slack_bolt.request.async_request import AsyncBoltRequest
    from slack_bolt.response import BoltResponse
    from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.operations.install import Installer
    from bot.settings import Settings

INSTALL = "/slack/install"

log = structlog.get_logger(__name__)


class Served(Protocol):
    """The workspaces that are served."""

    async def bring(self, team_id: str) -> None:
        """Begin to serve one in which the app was installed a moment ago; raises what is in the way."""

    async def keeps(self, team_id: str) -> bool:
        """Tell whether its token is kept; with an empty id, whether anybody's is."""


class InstallationStore(AsyncInstallationStore):
    """Slack's interface to ours; Bolt's flow only ever saves, and each workspace's app has its token."""

    def __init__(self, installer: Installer) -> None:
        self._installer = installer

    async def async_save(self, installation: Installation) -> None:
        """Keep the token of a workspace that has a policy; refuse a whole organization."""
        team_id, token = installation.team_id, installation.bot_token
        try:
            if installation.is_enterprise_install or not team_id or not token:
                raise Refused("Install the app into one workspace, not into the whole organization.")
            await install(
                self._installer, team_id, token, by=installation.user_id, name=installation.team_name or ""
            )
        except NoPolicy:
            log.warning("install.refused", team=team_id)
            refusal = Refused(
                "Nobody has written a policy for your workspace {team}, so the app was not installed. "
                "Ask whoever runs the bot to add {team}.toml, then install it again.",
                team=team_id,
            )
            raise UnwelcomeError(refusal) from None
        except BotError as error:
            raise UnwelcomeError(error) from None
        log.info("install.done", team=team_id, by=installation.user_id)


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow; what it refuses is taken out of the workspace again, and no code is logged."""

    def __init__(self, *, client: AsyncWebClient, settings: AsyncOAuthSettings, served: Served) -> None:
        """`served` hears where the app is installed now."""
        super().__init__(client=client, settings=settings, logger=logging.getLogger("slack_bolt"))
        self._ours = {"client_id": settings.client_id, "client_secret": settings.client_secret}
        self._served, self._throttle = served, Throttle()

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        """Take a browser back from Slack; whatever is in the way ends on a page."""
        try:
            with self._throttle.one(self.install_path):
                return await super().handle_callback(request)
        except BotError as error:
            status = (
                HTTPStatus.TOO_MANY_REQUESTS if isinstance(error, Crowded) else HTTPStatus.SERVICE_UNAVAILABLE
            )
            return unfinished(request, self.settings, UnwelcomeError(error), status)

    async def run_installation(self, code: str) -> Installation | None:
        """Exchange the code for a token; None when Slack does not take it."""
        came_back = {"redirect_uri": self.settings.redirect_uri} if self.settings.redirect_uri else {}
        try:
            # slack_sdk's own oauth_v2_access uses a part of aiohttp that is going away.
            said = {"code": code, **self._ours, **came_back}
            answer = await self.client.api_call("oauth.v2.access", data=said)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            kind = error_word(error) if isinstance(error, SlackApiError) else kind_of(error)
            log.warning("install.unconfirmed", kind=kind)
            return None
        return Installation(
            app_id=answer.get("app_id"),
            team_id=(answer.get("team") or {}).get("id"),
            team_name=(answer.get("team") or {}).get("name"),
            enterprise_id=(answer.get("enterprise") or {}).get("id"),
            is_enterprise_install=bool(answer.get("is_enterprise_install")),
            bot_token=answer.get("access_token"),
            bot_user_id=answer.get("bot_user_id"),
            bot_scopes=answer.get("scope") or "",
            user_id=str((answer.get("authed_user") or {}).get("id") or ""),
        )

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep it and begin to serve the workspace."""
        try:
            await super().store_installation(request, installation)
        except UnwelcomeError as error:
            if isinstance(error.why, Refused) and not await self._may_serve(installation):
                await self._take_out(installation.bot_token)
            raise
        try:
            await self._served.bring(str(installation.team_id))
        except BotError as error:
            raise UnwelcomeError(error, kept=True) from None

    async def _may_serve(self, installation: Installation) -> bool:
        """Tell whether taking the app out could end a service; an organization does not say of which."""
        one = "" if installation.is_enterprise_install else str(installation.team_id)
        try:
            return await self._served.keeps(one)
        except Unavailable:
            return True

    async def _take_out(self, token: str | None) -> None:
        """Leave no app behind that answers nobody."""
        try:
            await self.client.api_call("apps.uninstall", data={"token": token, **self._ours})
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("install.left_behind", kind=kind_of(error))


def new(
    settings: Settings,
    client: AsyncWebClient,
    installer: Installer,
    states: AsyncOAuthStateStore,
    served: Served,
) -> InstallFlow:
    """Set the flow up for our app; Slack sends people back to the first redirect URL of its manifest."""
    secret = settings.slack_client_secret
    assert secret is not None  # noqa: S101 - the settings have refused this
    oauth = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=secret.get_secret_value(),
        scopes=list(manifest.SCOPES),
        user_scopes=[],
        install_path=INSTALL,
        install_page_rendering_enabled=False,
        redirect_uri_path=manifest.REDIRECT,
        authorization_url=urljoin(settings.slack_api_url, "../oauth/v2/authorize"),
        installation_store=InstallationStore(installer),
        state_store=states,
        callback_options=CALLBACKS,
        logger=logging.getLogger("slack_bolt"),
    )
    return InstallFlow(client=client, settings=oauth, served=served)
