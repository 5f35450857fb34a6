"""The pages on which an installation ends, in the language of the browser."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import structlog
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions
from slack_bolt.response import BoltResponse

from bot.errors import BotError, Refused
from bot.languages.words import N_, Words
from handlers.oauth.throttle import Crowded

if TYPE_CHECKING:
    from slack_bolt.oauth.async_callback_options import AsyncFailureArgs, AsyncSuccessArgs
    from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
    from slack_bolt.request.async_request import AsyncBoltRequest

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}
</style>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
AGAIN = N_("This link was used already, is too old, or comes from another browser. Begin again: {path}")
UNCONFIRMED = N_("Slack did not confirm the installation. Begin again: {path}")
REASONS = {
    "invalid_browser": AGAIN,
    "invalid_state": AGAIN,
    "invalid_code": UNCONFIRMED,
    "missing_code": UNCONFIRMED,
    "access_denied": N_("You have cancelled it at Slack."),
}
_WORD = re.compile(r"[a-z_]{1,40}")

log = structlog.get_logger(__name__)


class UnwelcomeError(BoltError):
    """Carry what went wrong to the page, through Bolt, which knows only errors of its own."""

    def __init__(self, why: BotError, *, kept: bool = False) -> None:
        """Keep the sentence; `kept` says that the app is installed all the same."""
        super().__init__(str(why))
        self.why, self.kept = why, kept


async def installed(args: AsyncSuccessArgs) -> BoltResponse:
    """Say what to type now."""
    words = _words(args.request)
    text = words("The app is in your workspace. Type `/gemini-key` in Slack.")
    return _page(
        200, words, words("Installed"), text, args.settings.state_utils.build_set_cookie_for_deletion()
    )


async def failed(args: AsyncFailureArgs) -> BoltResponse:
    """Say why nothing was installed, and what to do."""
    if isinstance(args.error, UnwelcomeError):
        return unfinished(args.request, args.settings, args.error, args.suggested_status_code)
    words, reason = _words(args.request), args.reason if _WORD.fullmatch(args.reason) else "unknown"
    log.warning("install.failed", reason=reason)
    sentence = REASONS.get(reason, N_("Slack said {reason}. Begin again: {path}"))
    text = words(sentence, path=args.settings.install_path, reason=reason)
    cookie = args.settings.state_utils.build_set_cookie_for_deletion()
    return _page(args.suggested_status_code, words, words("Not installed"), text, cookie)


def unfinished(
    request: AsyncBoltRequest, settings: AsyncOAuthSettings, error: UnwelcomeError, status: int
) -> BoltResponse:
    """Say what was in the way, and whether to begin again."""
    words, why, path = _words(request), error.why, settings.install_path
    log.warning("install.unfinished", kind=type(why).__name__, kept=error.kept)
    said, title = words(why.template, **why.values), words("Not installed")
    if error.kept:
        title, said = (
            words("Installed"),
            words(
                "The app is installed, but does not answer yet: {sentence} "
                "I go on trying; you need not install it again.",
                sentence=said,
            ),
        )
    elif not isinstance(why, Refused | Crowded):
        said = words("{sentence} Begin again: {path}", sentence=said, path=path)
    return _page(status, words, title, said, settings.state_utils.build_set_cookie_for_deletion())


CALLBACKS = AsyncCallbackOptions(success=installed, failure=failed)


def _page(status: int, words: Words, title: str, text: str, cookie: str) -> BoltResponse:
    shown = PAGE.format(language=str(words.locale).replace("_", "-"), title=escape(title), text=escape(text))
    return BoltResponse(status=status, body=shown, headers={**HEADERS, "Set-Cookie": cookie})


def _words(request: AsyncBoltRequest) -> Words:
    """Speak the first language that the browser accepts."""
    (accepted,) = request.headers.get("accept-language", ["en"])[:1]
    return Words(re.split("[,;]", accepted)[0].strip()[:20] or "en")
