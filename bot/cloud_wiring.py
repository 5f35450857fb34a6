"""Open the way to Google: endpoints, patience and turns from the settings, the clock, and who counts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.telemetry.watch import Watch
from bot.wiring import utc_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

    from bot.google.cloud import Cloud
    from bot.settings import Settings
    from bot.store.turns import Turns


@asynccontextmanager
async def open_cloud(
    settings: Settings, watch: Watch | None = None, turns: Turns | None = None, soon: timedelta | None = None
) -> AsyncIterator[Cloud]:
    """Open the way to Google; its libraries are loaded here, off the way of those who only speak Slack.

    Whoever writes there brings the `turns` that all workers share; `soon` is how long one is waited for.
    """
    from bot.google.cloud import open_cloud as open_gateways  # noqa: PLC0415 - the same
    from bot.google.endpoints import Endpoints  # noqa: PLC0415 - 70 MiB that the Slack role never needs
    from bot.google.patience import Patience  # noqa: PLC0415 - the same, too
    from bot.google.turnstile import SOON, Freely, Turnstile  # noqa: PLC0415 - the same

    waits = settings.waits
    patience = Patience(
        total=waits.call,
        operation=waits.operation,
        propagation=waits.propagation,
        visibility=waits.visibility,
    )
    listening = watch or Watch()
    cloud = open_gateways(
        Endpoints(**settings.google.model_dump(exclude={"console"})),
        now=utc_now,
        patience=patience,
        observe=lambda called: listening.called(called.call, called.status, called.seconds),
        turnstile=Turnstile(turns or Freely(), soon or SOON),
    )
    try:
        yield cloud
    finally:
        await cloud.close()
