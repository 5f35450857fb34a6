"""What the service asks of a chat: it starts, it stops, it says whether it can be reached."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from starlette.routing import BaseRoute

    from bot.doctor.line import Line
    from bot.domain.policy import Policy
    from bot.settings import Settings
    from bot.wiring import Service

GROUP = "gemini_key_bot.front_ends"


class FrontEnd(Protocol):
    """One chat product. It announces itself as an entry point of the group above."""

    def routes(self) -> list[BaseRoute]:
        """HTTP routes that it wants served."""

    async def start(self) -> None:
        """Connect; raises `Misconfigured` when the chat refuses the credentials."""

    async def stop(self) -> None:
        """Take nothing new, finish what runs."""

    @property
    def connections(self) -> int:
        """How many connections the chat delivers over now; 0 where it calls us."""

    def trouble(self) -> str:
        """Say why nothing can reach it now; empty when all is well."""


class Chat(Protocol):
    """A chat product as its entry point announces it: what makes its front end, and what it needs there."""

    def __call__(self, service: Service, /) -> FrontEnd:
        """Make the front end of a running service."""

    def manifest(self, url: str, /, *, workflow_step: bool, oauth: bool) -> dict[str, Any]:
        """Describe the app to install at the chat, delivering to `url`, or over sockets when it is empty."""

    def checkup(
        self,
        settings: Settings,
        policy_of: Callable[[str], Policy | None],
        now: datetime,
        team_id: str = "",
        /,
    ) -> AsyncIterator[Line]:
        """Look at the chat for the doctor, by the policy of the workspace found there; nothing is said.

        An app that is installed in several is looked at alone, and with a `team_id` in that workspace.
        """


def load(name: str) -> Chat:
    """Find a chat product by its name."""
    found = entry_points(group=GROUP, name=name)
    if not found:
        raise Misconfigured("The front end {name} is not installed.", name=name)
    chat: Chat = next(iter(found)).load()
    return chat
