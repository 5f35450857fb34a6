"""What `/gemini-key compare` asks and says: the facts behind each kind of access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.kinds import Data, Have, Kind, Note, Where
from bot.languages.words import N_

if TYPE_CHECKING:
    from enum import StrEnum

WHERE, HAVE, DATA = "compare_where", "compare_have", "compare_data"
QUESTIONS: dict[str, tuple[str, dict[StrEnum, str]]] = {
    WHERE: (
        N_("1. Where will it run?"),
        {
            Where.MACHINE: N_("My computer, a script, or a tool that wants a key"),
            Where.CLOUD: N_("Google Cloud: Cloud Run, GKE, Compute Engine"),
            Where.CLIENT: N_("A web page or an app on other people's devices"),
        },
    ),
    HAVE: (
        N_("2. What is there already?"),
        {
            Have.NOTHING: N_("Nothing yet"),
            Have.KEY: N_("A key from AI Studio or the Cloud Console"),
            Have.OLD_TOOL: N_("A tool that takes only keys beginning with AIza"),
        },
    ),
    DATA: (
        N_("3. Whose data does it read?"),
        {
            Data.PROGRAM: N_("Only what my program sends"),
            Data.USERS: N_("Its users' own Google data: Drive, Gmail, Calendar"),
            Data.BOUND: N_("Data bound to a region or a security perimeter"),
        },
    ),
}
ADVICE = {
    Kind.AUTH_KEY: N_(
        "*Take a key bound to a service account* (`AQ.…`). One string in one variable, for scripts "
        "and tools. It calls the Gemini API only, waits in Secret Manager, and ends by itself."
    ),
    Kind.VERTEX: N_(
        "*Take Vertex AI without any key.* Your account, or your program's service account, gets "
        "`roles/aiplatform.user` until a date. Tokens last an hour and renew themselves: nothing "
        "can leak."
    ),
    Kind.STANDARD_KEY: N_(
        "*Take a standard key* (`AIza…`), because your tool knows no other, and only until the tool does."
    ),
}
NOTES = {
    Note.ADOPT: N_(
        "Your key from AI Studio or the Console is the same kind of thing, in a Cloud project. Ask "
        "for one here, put it in its place, and delete the old one when nobody calls it any more."
    ),
    Note.BACKEND: N_(
        "Never ship a key to browsers or phones: a referrer can be forged, and found keys are "
        "blocked. Call Gemini from your own backend, or give clients short-lived tokens from there."
    ),
    Note.CONSENT: N_(
        "For users' own Google data you also need an OAuth client: each user consents, and their "
        "token opens their data. A key or a service account never does; it only pays for Gemini."
    ),
    Note.OLD_TOOL: N_(
        "A tool that wants a key will not do here: use Google's SDK, which finds the identity itself."
    ),
    Note.VERTEX_OFF: N_(
        "Better would be Vertex AI without a key; your company's policy has that switched off."
    ),
    Note.STANDARD_OFF: N_(
        "Your company gives out no standard keys (`AIza…`), for good reason: Gemini refuses more of"
        " them step by step. Update the tool so that it takes keys beginning with `AQ.`."
    ),
    Note.STANDARD_DYING: N_(
        "⚠️ Gemini refuses unrestricted standard keys since June 2026 and has announced the end of "
        "all of them. It may stop any day, and no person or account stands behind its calls."
    ),
}
TRUTHS = (
    N_(
        "*A key bound to a service account* · any project with the Gemini API on · free tier or "
        "paid, by project"
    ),
    N_("*Vertex AI without a key* · always paid · regions, VPC Service Controls, own encryption keys"),
    N_(
        "*A service account's JSON file* is no Gemini key, and the one thing that leaks for years: "
        "never needed here"
    ),
    N_("*Being project Owner* lets nobody call Gemini: it administers, it is no credential"),
    N_("*Another key* brings no more quota: that belongs to the project"),
)
