"""Slack's own errors, as what a person can do about them: try again, or tell whoever runs the bot."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import Misconfigured, Unavailable
from handlers.outbox import error_word, status_of

# Slack: "trigger_ids expire in three seconds", and open one form each.
TRIGGER_OVER = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"})
# Slack is in trouble, says so, and will be well again.
ITS_OWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
# Slack's last words on a token; the third it also says to an address that a workspace does not let in.
REVOKED = frozenset({"account_inactive", "token_revoked"})
REJECTED = REVOKED | {"invalid_auth"}
# The app was taken out or changed: only people can mend that.
UNWELCOME = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)


def understood(error: Exception) -> Exception:
    """Tell apart what is no fault of ours: a `BotError` says it, what is left is the error itself."""
    if isinstance(error, SlackApiError):
        return _said_by_slack(error)
    if isinstance(error, aiohttp.ClientError | TimeoutError):
        kind = type(error).__name__
        return Unavailable("I couldn't reach Slack ({kind}). Please try again in a moment.", kind=kind)
    return error


def slowed_down(error: SlackApiError) -> bool:
    """Tell whether Slack asks for patience, by its word or by the status alone."""
    return error_word(error) == "ratelimited" or status_of(error) == HTTPStatus.TOO_MANY_REQUESTS


def in_trouble(error: SlackApiError) -> bool:
    """Tell whether Slack itself is unwell: a status of 500 and above, an answer that is none, or its word."""
    word = error_word(error)
    return status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR or word in ITS_OWN or word.startswith("http_")


def _said_by_slack(error: SlackApiError) -> Exception:
    kind = error_word(error)
    if slowed_down(error):
        return Unavailable("Slack asks me to slow down. Please try again in a moment.")
    if in_trouble(error):
        return Unavailable("Slack has trouble of its own ({kind}). Please try again in a moment.", kind=kind)
    if kind in TRIGGER_OVER:
        return Unavailable("Slack gave me no way to open a form here. Please try again.")
    if kind in UNWELCOME:
        return Misconfigured("Slack forbids me to do that ({kind}). Please tell whoever runs me.", kind=kind)
    return error
