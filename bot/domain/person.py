"""People, as the service knows them: an account at the chat and an address at Google."""

from __future__ import annotations

from dataclasses import dataclass

# Who acts on a command line; no id at Slack looks so.
OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who asks, decides or is told.

    `user_id` is unique inside `team_id` only: authority is always the pair.
    """

    team_id: str
    user_id: str
    name: str = ""
    email: str = ""
    guest: bool = False
    bot: bool = False
    deactivated: bool = False

    @property
    def account(self) -> tuple[str, str]:
        """The pair that authority is checked against."""
        return self.team_id, self.user_id

    @property
    def member(self) -> str:
        """The person as an IAM member (Google: `user:` and a Google account's address, in small letters).

        Slack keeps the capitals that somebody typed, and members are compared letter by letter.
        """
        return f"user:{self.email.lower()}"

    @property
    def domain(self) -> str:
        """The part of the address behind the @, lower case, empty when there is none."""
        return self.email.rpartition("@")[2].lower() if "@" in self.email else ""


def service(team_id: str) -> Person:
    """The service itself, when it acts by the clock."""
    return Person(team_id=team_id, user_id="bot", name="gemini-key-bot", bot=True)


def operator(team_id: str) -> Person:
    """Whoever runs the bot, on a command line: known no further than that he may write to Redis."""
    return Person(team_id=team_id, user_id=OPERATOR, name=OPERATOR, bot=True)
