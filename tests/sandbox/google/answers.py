"""Read what an API of the sandbox answered."""

from __future__ import annotations

from typing import Any


def reason(body: dict[str, Any]) -> str:
    """Return the ErrorInfo reason, or nothing where Google sends no details."""
    details = body["error"].get("details", [])
    return next((d["reason"] for d in details if d["@type"].endswith("ErrorInfo")), "")
