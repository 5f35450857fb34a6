"""Break calls on purpose: latency, errors, lost answers, hanging, operations that fail or never end."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic.dataclasses import dataclass

from sandbox.google.errors import HTTP_STATUS, Refusal, error_info, retry_info


@dataclass(config=ConfigDict(extra="forbid", strict=True))
class Fault:
    """One plan entry: calls that match it go wrong, `times` times.

    `match` is a glob on Service/Method. With `after_commit` the call takes effect and its answer is lost.
    Unknown names and wrong types raise ValueError.
    """

    match: str = Field(min_length=1)
    times: int = Field(default=1, ge=1)
    latency_s: float = Field(default=0, ge=0)
    code: str = ""
    message: str = "The service is currently unavailable."
    reason: str = ""
    retry_after_s: float = Field(default=0, ge=0)
    after_commit: bool = False
    hang: bool = False
    operation: Literal["", "fail", "never"] = ""
    echo_key: bool = False

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        if code and code not in HTTP_STATUS:
            raise ValueError("not a google.rpc.Code")
        return code

    def refusal(self) -> Refusal | None:
        """Return the error this entry answers with, if any."""
        if not self.code:
            return None
        details = []
        if self.reason:
            details.append(error_info(self.reason))
        if self.retry_after_s:
            details.append(retry_info(self.retry_after_s))
        return Refusal(self.code, self.message, *details)

    @property
    def lost(self) -> Refusal:
        """What a caller reads whose answer never came."""
        return self.refusal() or Refusal("UNAVAILABLE", self.message)


class FaultPlan:
    """The entries still to happen, first match first."""

    def __init__(self) -> None:
        self._entries: list[Fault] = []
        self._released = asyncio.Event()

    async def before(self, fault: Fault) -> None:
        """Spend the latency, hang, or refuse before anything happened."""
        released = self._released  # of the moment of the call: clearing the plan brings another one
        await asyncio.sleep(fault.latency_s)
        if fault.after_commit:
            return
        if fault.hang:
            await released.wait()
            raise fault.lost
        refusal = fault.refusal()
        if refusal and not fault.operation:
            raise refusal

    async def after(self, fault: Fault) -> None:
        """Lose the answer of a call that took effect."""
        if not fault.after_commit:
            return
        if fault.hang:
            await self._released.wait()
        raise fault.lost

    def add(self, fault: Fault) -> None:
        """Plan one more fault."""
        self._entries.append(fault)

    def clear(self) -> None:
        """Let everything go well again; calls that hang are let go with an error."""
        self._entries.clear()
        self._released.set()
        self._released = asyncio.Event()

    def entries(self) -> list[dict[str, Any]]:
        """List what is still planned."""
        return [asdict(entry) for entry in self._entries]

    def take(self, method: str) -> Fault | None:
        """Use up one occurrence of the first entry that matches Service/Method."""
        for entry in self._entries:
            if fnmatchcase(method, entry.match):
                entry.times -= 1
                if entry.times == 0:
                    self._entries.remove(entry)
                return entry
        return None
