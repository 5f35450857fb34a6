"""The button [New project…], in the form for a key and on Home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlers.surfaces import new_project
from handlers.views.new_project import open_form

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from handlers.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Open the form; what was typed into the one below it stays."""

    @app.action(new_project.OPEN)
    async def open_new_project(ack: AsyncAck, body: dict[str, Any]) -> None:
        await open_form(front, body)
        await ack()
