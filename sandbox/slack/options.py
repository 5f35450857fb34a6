"""Say what kind of workspace and app installation this Slack plays."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.slack import manifest


@dataclass(frozen=True, slots=True)
class Options:
    """The installation's rights and the workspace's settings; the defaults are Slack's own.

    `rate_factor` multiplies every rate limit, for load tests only; `ack_seconds` is Slack's three seconds.
    """

    scopes: tuple[str, ...] = manifest.BOT_SCOPES
    events: tuple[str, ...] = manifest.BOT_EVENTS
    home_tab: bool = True
    paid_plan: bool = True
    ack_seconds: float = 3.0
    rate_factor: float = 1.0
    console_url: str = ""
    # Whoever installs the app does so for a whole Enterprise organization.
    organization: bool = False
