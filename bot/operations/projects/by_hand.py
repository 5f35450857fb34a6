"""What who sets a project up lacks to make keys there by hand, and the roles that the policy would lend."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.diagnosis.cause import Fixer
from bot.domain import rights
from bot.domain.setup import BY_HAND, Check
from bot.languages.words import N_
from bot.operations.why_403 import lacking
from bot.operations.why_403.able import able
from bot.operations.why_403.look import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.domain.person import Person
    from bot.domain.policy import Policy
    from bot.domain.repair import Offer
    from bot.operations.why_403.able import Rights

TITLE = N_("{person} may not make keys in AI Studio or the console")
LACKS = N_(
    "On {project} itself {person} holds no role with {permissions}. Roles by a group, by a folder, until a "
    "time or of the company's own making are not counted."
)
NEEDED_BY_NOBODY = N_(
    "For a key from me nobody needs them. To make keys by hand, have them granted on {project}."
)
FINE = N_("{person} may make keys in AI Studio and the console, too.")
UNREAD = N_("I may not read who holds which role on {project}, so I can't tell what {person} may do there.")


async def look(
    asking: Rights, person: Person, project_id: str, policy: Policy, now: Callable[[], datetime]
) -> tuple[tuple[Check, ...], Offer | None]:
    """Make the line of the list about it, and the offer that goes with it; neither stands in a key's way."""
    if not person.email:
        return (), None
    needs = {*lacking.FIVE, rights.GRANTING}
    found = await able(asking, {project_id}, needs, now, timedelta(seconds=LONGEST))
    missing = lacking.of(found, project_id, person)
    values = {"person": person.email, "project": project_id}
    if missing is None:
        return (Check(step=BY_HAND, mark="could-not-tell", evidence=UNREAD, values=values),), None
    if not missing:
        return (Check(step=BY_HAND, mark="ok", evidence=FINE, values=values),), None
    check = Check(
        step=BY_HAND,
        mark="warning",
        title=TITLE,
        evidence=LACKS,
        fix=NEEDED_BY_NOBODY,
        values={**values, "permissions": ", ".join(missing)},
        who=(str(Fixer.PROJECT_OWNER),),
    )
    return (check,), lacking.offer(found, project_id, missing, policy)
