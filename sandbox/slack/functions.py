"""Custom steps: what the manifest says of each, and every execution with how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack.ids import random_id

Json = dict[str, Any]
# Slack: types of parameters, as far as strictness about values needs them.
TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "slack#/types/user_id": str,
    "slack#/types/channel_id": str,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One input or output of a step."""

    name: str
    type: str
    title: str
    description: str
    is_required: bool

    def fault(self, value: object) -> str:
        """Say what is wrong with a value; empty when nothing is."""
        expected = TYPES[self.type]
        if isinstance(value, bool) and expected is not bool:
            return f"{self.name}: expected {self.type}"
        if expected is float and isinstance(value, int):
            return ""
        return "" if isinstance(value, expected) else f"{self.name}: expected {self.type}"


@dataclass(frozen=True, slots=True)
class Function:
    """A step as the app's manifest defines it."""

    callback_id: str
    title: str
    description: str
    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]


@dataclass(slots=True)
class Execution:
    """One run of one step in a workflow that somebody started in a channel."""

    function: Function
    inputs: Json
    user: str
    channel: str
    id: str = field(default_factory=lambda: random_id("Fx"))
    workflow: str = field(default_factory=lambda: random_id("Wx"))
    state: Literal["running", "completed", "failed"] = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""


@dataclass(slots=True)
class Executions:
    """Every execution by its id."""

    all: dict[str, Execution] = field(default_factory=dict)

    def start(self, function: Function, inputs: Json, user: str, channel: str) -> Execution:
        """Run a step."""
        execution = Execution(function, inputs, user, channel)
        self.all[execution.id] = execution
        return execution


def faults(parameters: tuple[Parameter, ...], values: Json) -> list[str]:
    """Hold values against a step's parameters: unknown, missing, or of another type."""
    known = {parameter.name: parameter for parameter in parameters}
    found = [f"{name}: no such parameter" for name in values if name not in known]
    for name, parameter in known.items():
        if name in values:
            found.append(parameter.fault(values[name]))
        elif parameter.is_required:
            found.append(f"{name}: missing")
    return [fault for fault in found if fault]
