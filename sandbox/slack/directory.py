"""Know the members of the workspace and show them as users.info does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox import people
from sandbox.slack import manifest

if TYPE_CHECKING:
    from sandbox.people import Person
    from sandbox.slack.records import Json

COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b")
USERGROUP_ID = "S0APPROVERS"
USERGROUP_HANDLE = "gemini-approvers"


# What an account speaks until its person chooses, and what Slack lets people choose.
LOCALE = "en-GB"
LOCALES = frozenset(
    {
        "cs-CZ",
        "de-DE",
        "en-GB",
        "en-US",
        "es-ES",
        "es-LA",
        "fr-CA",
        "fr-FR",
        "hi-IN",
        "hu-HU",
        "id-ID",
        "it-IT",
    }
    | {"ja-JP", "ko-KR", "nl-NL", "pl-PL", "pt-BR", "sv-SE", "th-TH", "tr-TR", "vi-VN", "zh-CN", "zh-TW"}
)


@dataclass(slots=True)
class Account:
    """A person's Slack account: who it is, and what an administrator may have changed since."""

    person: Person
    color: str
    team_id: str
    changes: Json = field(default_factory=dict)

    def as_slack(self, *, with_email: bool, with_locale: bool = False) -> Json:
        """Shape the account as users.info does; the e-mail needs users:read.email."""
        person = self.person
        shown: Json = {
            "id": person.user_id,
            "team_id": self.team_id,
            "name": person.name,
            "deleted": False,
            "color": self.color,
            "real_name": person.real_name,
            "tz": "Europe/London",
            "tz_label": "Greenwich Mean Time",
            "tz_offset": 0,
            "profile": profile(person.real_name, person.name, person.title, self.team_id),
            "is_admin": person.persona == "admin",
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": person.guest,
            "is_ultra_restricted": False,
            "is_stranger": False,
            "is_bot": False,
            "is_app_user": False,
            "updated": 0,
        }
        if with_email:
            shown["profile"]["email"] = person.email
        if with_locale:
            shown["locale"] = LOCALE
        return shown | {key: value for key, value in self.changes.items() if key != "locale" or with_locale}

    def for_page(self) -> Json:
        """Shape the account as the page's persona switch shows it."""
        person = self.person
        return {
            "id": person.user_id,
            "name": person.name,
            "real_name": person.real_name,
            "title": person.title,
            "email": person.email,
            "persona": person.persona,
            "guest": person.guest,
            "locale": self.changes.get("locale", LOCALE),
            "color": f"#{self.color}",
        }


def profile(real_name: str, display_name: str, title: str, team_id: str) -> Json:
    """Fill the part of a profile that everyone may read."""
    return {
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": display_name,
        "display_name_normalized": display_name,
        "title": title,
        "status_text": "",
        "status_emoji": "",
        "team": team_id,
    }


def accounts(team_id: str) -> dict[str, Account]:
    """Open an account in a workspace for each person of the company."""
    return {
        person.user_id: Account(person, color, team_id)
        for person, color in zip(people.PEOPLE, COLORS, strict=True)
    }


def bot_user(team_id: str) -> Json:
    """Show the app's own user as users.info does."""
    return {
        "id": manifest.BOT_USER_ID,
        "team_id": team_id,
        "name": manifest.BOT_USER_NAME,
        "deleted": False,
        "real_name": manifest.APP_NAME,
        "tz": "Europe/London",
        "tz_label": "Greenwich Mean Time",
        "tz_offset": 0,
        "profile": profile(manifest.APP_NAME, "", "", team_id)
        | {"api_app_id": manifest.APP_ID, "bot_id": manifest.BOT_ID, "always_active": True},
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


def usergroup(team_id: str) -> Json:
    """Show the approvers' group as usergroups.list does, without its members."""
    return {
        "id": USERGROUP_ID,
        "team_id": team_id,
        "is_usergroup": True,
        "name": "Gemini approvers",
        "description": "People who decide on Gemini API keys",
        "handle": USERGROUP_HANDLE,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "auto_type": None,
        "created_by": people.RADIA.user_id,
        "updated_by": people.RADIA.user_id,
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(people.APPROVERS),
    }
