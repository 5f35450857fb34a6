"""Name the two ways this Slack says no: to the app (Web API) and to the person (page)."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A Web API refusal: Slack's error word plus what stands beside it in the answer."""

    def __init__(
        self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **beside: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.beside = beside

    def as_json(self) -> dict[str, Any]:
        """Shape the answer as Slack does: ok, error, then the details."""
        return {"ok": False, "error": self.error, **self.beside}


class PageError(Exception):
    """A refusal of the page API: one word and an HTTP status."""

    def __init__(self, error: str, *, status: int = 400, **beside: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.beside = beside

    def as_json(self) -> dict[str, Any]:
        """Shape the answer: ok, error, then the details."""
        return {"ok": False, "error": self.error, **self.beside}


def invalid_arguments(*messages: str) -> ApiError:
    """Say which arguments are wrong, in the place where Slack says it."""
    listed = [f"[ERROR] {message}" for message in messages]
    return ApiError("invalid_arguments", response_metadata={"messages": listed})
