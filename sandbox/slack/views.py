"""Keep modals and Home tabs: one stack of modals per user, one Home per user."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack import manifest
from sandbox.slack.blocks.walk import stateful_elements, with_ids
from sandbox.slack.errors import ApiError
from sandbox.slack.ids import random_id
from sandbox.slack.records import Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.hub import Hub

STACK_LIMIT = 3
Values = dict[str, dict[str, Json]]


@dataclass(slots=True)
class View:
    """One modal or Home tab as it stands now; `values` holds what its inputs contain."""

    id: str
    user: str
    body: Json
    hash: str
    root_view_id: str
    team_id: str
    previous_view_id: str | None = None
    values: Values = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Give the blocks, each with its block_id."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    def as_slack(self) -> Json:
        """Shape the view as answers and payloads show it."""
        body = self.body
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": body["type"],
            "title": body.get("title"),
            "submit": body.get("submit"),
            "close": body.get("close"),
            "blocks": body["blocks"],
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "external_id": body.get("external_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "submit_disabled": body.get("submit_disabled", False),
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
            "app_id": manifest.APP_ID,
            "app_installed_team_id": self.team_id,
            "bot_id": manifest.BOT_ID,
        }


@dataclass(slots=True)
class Views:
    """Open, push, update, close and publish; every change reaches the pages of the view's user only."""

    clock: Callable[[], float]
    hub: Hub
    team_id: str
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)

    def open(self, user: str, body: Json) -> View:
        """Show a modal as the new root of the user's stack."""
        view = self._new(user, body)
        self.stacks[user] = [view]
        self._show(user)
        return view

    def push(self, user: str, body: Json) -> View:
        """Put a modal on top of the user's stack; ApiError push_limit_reached beyond three."""
        stack = self.stacks.get(user, [])
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise ApiError("push_limit_reached")
        view = self._new(user, body, root=stack[0].id, previous=stack[-1].id)
        stack.append(view)
        self._show(user)
        return view

    def update(self, view: View, body: Json, expected_hash: str = "") -> View:
        """Replace what a view shows and keep inputs whose ids stay; ApiError hash_conflict."""
        if expected_hash and expected_hash != view.hash:
            raise ApiError("hash_conflict")
        self._refuse_external_id(body, but=view)
        view.body = _with_block_ids(body)
        view.hash = self._new_hash()
        view.values = initial_values(view.blocks, kept=view.values)
        if view.body["type"] == "home":
            self.hub.to(view.user, {"type": "home", "view": view.as_slack()})
        else:
            self._show(view.user)
        return view

    def publish(self, user: str, body: Json, expected_hash: str = "") -> View:
        """Show a user's Home tab; ApiError hash_conflict."""
        home = self.homes.get(user)
        if home is not None:
            return self.update(home, body, expected_hash)
        if expected_hash:
            raise ApiError("hash_conflict")
        home = self.homes[user] = self._new(user, body)
        self.hub.to(user, {"type": "home", "view": home.as_slack()})
        return home

    def close(self, view: View) -> None:
        """Take a view, and whatever lies on it, off its user's stack."""
        stack = self.stacks.get(view.user, [])
        if view not in stack:
            return
        del stack[stack.index(view) :]
        self.hub.to(view.user, {"type": "view_closed", "view_id": view.id if stack else None})
        if stack:
            self._show(view.user)

    def clear(self, user: str) -> None:
        """Close all modals of a user."""
        self.stacks[user] = []
        self.hub.to(user, {"type": "view_closed", "view_id": None})

    def find(self, view_id: str) -> View | None:
        """Find an open modal or a Home tab by its id."""
        return next((view for view in self._all() if view.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        """Find an open modal or a Home tab by the id its app gave it."""
        return next((view for view in self._all() if view.body.get("external_id") == external_id), None)

    def top(self, user: str) -> View | None:
        """Return the modal the user is looking at."""
        stack = self.stacks.get(user, [])
        return stack[-1] if stack else None

    def _all(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())

    def _new(self, user: str, body: Json, root: str | None = None, previous: str | None = None) -> View:
        self._refuse_external_id(body)
        view_id = random_id("V")
        view = View(
            view_id,
            user,
            _with_block_ids(body),
            self._new_hash(),
            root or view_id,
            self.team_id,
            previous,
        )
        view.values = initial_values(view.blocks)
        return view

    def _refuse_external_id(self, body: Json, but: View | None = None) -> None:
        external_id = body.get("external_id")
        holder = self.find_external(external_id) if external_id else None
        if holder is not None and holder is not but:
            raise ApiError("duplicate_external_id")

    def _new_hash(self) -> str:
        return f"{int(self.clock())}.{secrets.token_hex(4)}"

    def _show(self, user: str) -> None:
        stack = self.stacks[user]
        event = {"type": "view", "view": stack[-1].as_slack(), "stack": [view.id for view in stack]}
        self.hub.to(user, event)


def initial_values(blocks: list[Json], kept: Values | None = None) -> Values:
    """Fill `state.values` from the elements' initial values, or from what was typed under the same ids."""
    values: Values = {}
    for block, element, empty in stateful_elements(blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        before = (kept or {}).get(block_id, {}).get(action_id)
        same = before is not None and before["type"] == element["type"]
        values.setdefault(block_id, {})[action_id] = before if same and before else empty
    return values


def _with_block_ids(body: Json) -> Json:
    return {**body, "blocks": with_ids(body["blocks"])}
