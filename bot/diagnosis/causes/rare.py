"""Reasons of google.api.ErrorReason that nobody has reported with Gemini yet."""

from __future__ import annotations

from bot.diagnosis.cause import Cause, Fix, Fixer, Usual
from bot.diagnosis.error import ApiError
from bot.diagnosis.signs import reason
from bot.languages.words import N_


def _rare(name: str, http: int, title: str, fix: str) -> Cause:
    """Make a cause for a reason that speaks for itself."""
    return Cause(
        id=name.lower().replace("_", "-"),
        title=title,
        recognise=reason(name),
        explain="Google gives the reason {reason}; little is known about it in practice.",
        fix=Fix(fix),
        fixers=(Fixer.REQUESTER, Fixer.PROJECT_OWNER),
        docs="https://docs.cloud.google.com/apis/design/errors",
        usual=Usual(http, None, name),
        fires_on=(ApiError(http, reason=name),),
    )


CAUSES = (
    _rare(
        "RESOURCE_PROJECT_INVALID",
        403,
        N_("The resource belongs to a project that cannot be used"),
        N_("Check the project in the resource's name."),
    ),
    _rare(
        "SYSTEM_PARAMETER_UNSUPPORTED",
        400,
        N_("The call uses a system parameter that {service} does not know"),
        N_("Leave the parameter out, for example an alt or fields parameter in the URL."),
    ),
    _rare(
        "SERVICE_NOT_VISIBLE",
        403,
        N_("{service} is not visible to this project"),
        N_("Ask the service's owner for access; it may be in private preview."),
    ),
    _rare(
        "MCP_SERVER_DISABLED",
        403,
        N_("The MCP server of {service} is switched off in {project}"),
        N_("Switch the MCP server on in the project, then try again."),
    ),
)
