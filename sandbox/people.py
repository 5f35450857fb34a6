"""The people of the sandbox company, known to its Slack and to its Google Cloud."""

from __future__ import annotations

from dataclasses import dataclass

TEAM_ID = "T0ACME"
TEAM_NAME = "Acme"
# A second workspace of the same people, for deployments that serve several.
BETA_ID, BETA_NAME = "T0BETA", "Beta"
COMPANY_DOMAIN = "acme.test"


@dataclass(frozen=True, slots=True)
class Person:
    """One human: a Slack account and the Google account behind the same address."""

    user_id: str
    name: str
    real_name: str
    title: str
    persona: str
    guest: bool = False

    @property
    def email(self) -> str:
        """The address that Slack's users.info shows and Google's IAM knows."""
        domain = "elsewhere.test" if self.guest else COMPANY_DOMAIN
        return f"{self.name}@{domain}"


ADA = Person("U0ADA", "ada", "Ada Lovelace", "Developer", "requester")
GRACE = Person("U0GRACE", "grace", "Grace Hopper", "Approver", "approver")
ALAN = Person("U0ALAN", "alan", "Alan Turing", "Approver", "approver")
RADIA = Person("U0RADIA", "radia", "Radia Perlman", "Platform admin", "admin")
MALLORY = Person("U0MALLORY", "mallory", "Mallory Doe", "Guest from another company", "outsider", guest=True)

PEOPLE = (ADA, GRACE, ALAN, RADIA, MALLORY)
APPROVERS = (GRACE, ALAN, RADIA)
