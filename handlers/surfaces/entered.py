"""What stands in the fields of a form that was sent; a field's block and action have the same name."""

from __future__ import annotations

from typing import Any


def values(view: dict[str, Any]) -> dict[str, Any]:
    """Read all fields by their names; Slack may leave out what nobody touched."""
    state = view.get("state") or {}
    return dict(state.get("values") or {})


def chosen(view: dict[str, Any], name: str) -> str:
    """Read what is chosen from a list, empty where nothing is."""
    return str((_field(view, name, "selected_option") or {}).get("value") or "")


def text(view: dict[str, Any], name: str) -> str:
    """Read what was typed."""
    return str(_field(view, name, "value") or "")


def user(view: dict[str, Any], name: str) -> str:
    """Read the id of a chosen person."""
    return str(_field(view, name, "selected_user") or "")


def day(view: dict[str, Any], name: str) -> str:
    """Read a chosen day (2026-12-01)."""
    return str(_field(view, name, "selected_date") or "")


def _field(view: dict[str, Any], name: str, kind: str) -> Any:
    block = values(view).get(name) or {}
    return (block.get(name) or {}).get(kind)
