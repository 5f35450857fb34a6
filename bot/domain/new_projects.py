"""What the policy says about projects that the bot may make."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.policy_terms import Rules
from bot.errors import Refused

PLACE = "{name}"
# Resource Manager: an id has 6 to 30 characters; a label's key and value are lower case, 63 at most.
PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
SHORTEST_NAME = 3
# In this order, because keys are given out nowhere that the bot owns.
STEPS = ("create", "billing", "apis", "account", "rights", "list", "trial")
LABEL = r"^[a-z0-9][a-z0-9_-]{0,62}$"
ROLE = r"^organizations/\d+/roles/[A-Za-z0-9_.]{3,64}$"
# Required: Service Usage switches Secret Manager on only where somebody pays.
ACCOUNT = r"^billingAccounts/[0-9A-F]{6}(-[0-9A-F]{6}){2}$"


def _one_place(pattern: str) -> str:
    sample = pattern.replace(PLACE, "abc")
    if pattern.count(PLACE) != 1 or not PROJECT_ID.fullmatch(sample):
        raise ValueError(f"write one {PLACE} where the name goes, for example acme-gemini-{PLACE}")
    return pattern


class NewProjects(Rules):
    """Where new projects are made, what they are called, who pays, and the roles that are left to the bot.

    The bot makes a project as its owner, and gives that up for `role`, and `secrets_role` on its own secrets.
    """

    folder: str = Field(pattern=r"^folders/\d+$")
    id_pattern: Annotated[str, AfterValidator(_one_place)]
    environments: tuple[str, ...] = Field(min_length=1)
    role: str = Field(pattern=ROLE)
    secrets_role: str = Field(pattern=ROLE)
    billing_account: str = Field(pattern=ACCOUNT)
    labels: dict[Annotated[str, Field(pattern=LABEL)], Annotated[str, Field(pattern=LABEL)]] = Field(
        default={}
    )

    def project_id(self, name: str) -> str:
        """Make a project's id of its name, or refuse what Google would not take."""
        project_id = self.id_pattern.replace(PLACE, name.strip().lower())
        if len(name.strip()) < SHORTEST_NAME or not PROJECT_ID.fullmatch(project_id):
            raise Refused(
                "{project} can't be a project's id. Use 3 or more lower case letters, digits and hyphens, "
                "30 characters in all.",
                project=project_id,
            )
        return project_id
