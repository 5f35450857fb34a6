"""Workers on a book of records and a cloud in memory: to be killed, paused and overtaken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain import names
from bot.operations.attend import attend
from bot.operations.keeper import Keeper
from bot.operations.workshop import Workshop
from bot.provisioning import plan
from tests.support.clock import Clock
from tests.support.fake_google import FakeUsage, State, gateways
from tests.support.fuse import Fuse
from tests.support.ledger import Bell, Book, Ledger
from tests.support.people import HOUR, NOW, TEAM, approved

if TYPE_CHECKING:
    from bot.domain.key_request import KeyRequest

WAIT = timedelta(seconds=5)


def wait_a_little(failed_runs: int) -> timedelta:
    """Wait as long after any number of failed runs."""
    return WAIT


class World:
    """What outlives a worker: the records, Google, and the time."""

    def __init__(self, request: KeyRequest | None = None) -> None:
        self.book, self.google = Book(), State()
        self.clock = Clock(NOW + 2 * HOUR)
        self.put(request or approved())

    def put(self, request: KeyRequest) -> None:
        """Let the record be this."""
        self.id = request.id
        self.book.records[request.id] = request

    @property
    def request(self) -> KeyRequest:
        """The record as it stands."""
        return self.book.records[self.id]

    def workshop(self, fuse: Fuse | None = None) -> Workshop:
        """Give one worker its tools; they stop working when its fuse blows."""
        fuse = fuse or Fuse()
        cloud = gateways(self.google, fuse)
        return Workshop(
            requests=Ledger(self.book, fuse),  # type: ignore[arg-type]
            jobs=Bell(self.book),
            steps=plan.steps(cloud),
            keeper=Keeper(cloud, FakeUsage(self.google, fuse)),
            now=self.clock,
            wait=wait_a_little,
        )

    async def attend(self, fuse: Fuse | None = None) -> KeyRequest:
        """Let a worker look at the request."""
        await attend(self.workshop(fuse), TEAM, self.id)
        return self.request

    def left_behind(self) -> dict[str, object]:
        """List what stands at Google because of the request, apart from what its project keeps."""
        return {"keys": self.google.live_keys, "secrets": self.google.secrets}

    def check_key_works(self) -> None:
        """Check the whole grant: one live key, stored once, readable by the requester alone until its end."""
        request = self.request
        key_id = names.key_id(request)
        assert list(self.google.live_keys) == [key_id], self.google.keys
        assert list(self.google.secrets) == [names.secret_id(request)]
        secret = self.google.secrets[names.secret_id(request)]
        assert secret.versions == {request.secret_version: self.google.keys[key_id].text}
        assert secret.grants == {request.requester.member: request.expires_at}
