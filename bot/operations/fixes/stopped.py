"""Why a fix could not be done; of a new project's steps, what is missing where the bot makes projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor import troubles
from bot.doctor.project import AREA
from bot.domain.repair import Remedy
from bot.errors import GoogleError
from bot.operations.explain import failure
from bot.operations.judged import judged

if TYPE_CHECKING:
    from bot.diagnosis.finding import Finding
    from bot.domain.failure import Failure
    from bot.domain.repair import Repair

# The worker that fails may not know its own name: whoever mends it does.
BOT = "BOT_SERVICE_ACCOUNT"
# What these answer about, the diagnosis of Gemini calls would take for the key's own project.
_REFUSALS = {
    ("create", "PERMISSION_DENIED"): troubles.FOLDER,
    ("create", "NOT_FOUND"): troubles.FOLDER,
    ("billing", "PERMISSION_DENIED"): troubles.LINK_ACCOUNT,
    ("rights", "FAILED_PRECONDITION"): troubles.ROLES_LEFT,
    ("rights", "INVALID_ARGUMENT"): troubles.ROLES_LEFT,
}


def explained(error: Exception, asked: Repair) -> Failure:
    """Say what stands in the way, as a finding where one is known."""
    finding = _finding(error, asked) if isinstance(error, GoogleError) else None
    return failure(error, finding, quote=True)


def _finding(error: GoogleError, asked: Repair) -> Finding | None:
    offer = asked.offer
    if offer.remedy is Remedy.NEW_PROJECT and (about := _REFUSALS.get((asked.step, error.status))):
        folder, account = offer.after
        values = {
            "folder": folder,
            "folder_id": folder.removeprefix("folders/"),
            "account": account,
            "account_id": account.removeprefix("billingAccounts/"),
            "bot": BOT,
        }
        return AREA.problem(about, "", **values).finding  # the evidence is what Google said
    return judged(error, f"projects/{offer.project_id}")
