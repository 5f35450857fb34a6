"""Hold a payload to Slack's shape before anybody reads it: what is of another type counts as left out.

Bolt and the listeners then have to ask only whether something is there.
"""

from __future__ import annotations

import json
from typing import Any, Final

Shape = Any
# Whose a payload is must not become nobody's by being unreadable: this is no id of Slack's.
UNREADABLE: Final = "?"
# A person's, a workspace's or an organization's id; and a field of any name.
ID: Final = object()
ANY: Final = "*"
# How the escape of a half character begins, or of one of two that belong together.
HALF: Final = "\\ud"
_MISFIT: Final = object()

_FIELD: Final = {
    "value": str,
    "selected_option": (None, {"value": str}),
    "selected_user": str,
    "selected_date": str,
}
_VIEW: Final = {
    "id": str,
    "type": str,
    "callback_id": str,
    "hash": str,
    "private_metadata": str,
    "app_installed_team_id": ID,
    "team_id": ID,
    "blocks": [{}],
    "state": {"values": {ANY: {ANY: _FIELD}}},
}
_MEMBER: Final = {"id": ID, "team_id": ID, "enterprise_user": {"teams": [str]}, "profile": {}}
_PERSON: Final = (None, _MEMBER, ID)
_TEAM: Final = (None, {"id": ID, "enterprise_id": ID}, ID)
_CHANNEL: Final = (None, {"id": str}, str)
_EVENT: Final = {
    "type": str,
    "user": (None, {**_MEMBER, "id": str}, str),
    "tab": str,
    "channel": _CHANNEL,
    "subteam_id": str,
    "function": {"callback_id": str},
    "function_execution_id": str,
    "inputs": {},
}
# A string may be null where nobody filled it in; `None` says that something else may be, a tuple lists ways.
_BODY: Final = {
    "type": str,
    "command": str,
    "text": str,
    "value": str,
    "callback_id": str,
    "action_id": str,
    "response_url": str,
    "trigger_id": str,
    "user_id": ID,
    "team_id": ID,
    "enterprise_id": ID,
    "user": _PERSON,
    "team": _TEAM,
    "enterprise": (None, {"id": ID}, ID),
    "channel": _CHANNEL,
    "message": (None, {"text": str}),
    "view": _VIEW,
    "actions": [{"action_id": str, "value": str}],
    "response_urls": [{"response_url": str}],
    "authorizations": [{}],
    "event": _EVENT,
}


def shaped(body: dict[str, Any], spelt: str = HALF) -> dict[str, Any]:
    """Give a payload as Slack would have sent it; the very same when there is nothing to mend.

    `spelt` is its JSON, where that is at hand: only escapes can make half characters.
    """
    fitted: dict[str, Any] = _fit(_whole(body) if HALF in spelt.lower() else body, _BODY)
    # Bolt asks the first action for its id, and a view for its type, whether they have one or not.
    if "actions" in fitted and not (fitted["actions"] and fitted["actions"][0].get("action_id")):
        del fitted["actions"]
    if "view" in fitted:
        fitted["view"].setdefault("type", None)
    return body if fitted == body else fitted


def _fit(value: Any, shape: Shape) -> Any:
    """Give a value without what does not fit in it, or `_MISFIT` when it does not fit itself."""
    if shape is ID:
        return value if value is None or isinstance(value, str) else UNREADABLE
    if shape is None or shape is str:
        return value if value is None or (shape is str and isinstance(value, str)) else _MISFIT
    if isinstance(shape, tuple):
        ways = (_fit(value, way) for way in shape)
        return next((one for one in ways if one is not _MISFIT), _MISFIT)
    if not isinstance(value, type(shape)):
        return _MISFIT
    if isinstance(shape, list):
        return [one for one in (_fit(each, shape[0]) for each in value) if one is not _MISFIT]
    fitted = {name: _fit_field(shape, name, part) for name, part in value.items()}
    return {name: part for name, part in fitted.items() if part is not _MISFIT}


def _fit_field(shape: dict[str, Shape], name: str, value: Any) -> Any:
    """Fit a field of a known name; one that nobody reads passes as it is."""
    if name in shape or ANY in shape:
        return _fit(value, shape[name] if name in shape else shape[ANY])
    return value


def _whole(body: dict[str, Any]) -> dict[str, Any]:
    """Put a sign in the place of half characters: JSON can spell them, and nothing can send them on."""
    text = json.dumps(body, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        whole: dict[str, Any] = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        return whole
    return body
