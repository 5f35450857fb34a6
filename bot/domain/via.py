"""What asked in a person's name: a token of the HTTP API, or a step of a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_TOKEN, _WORKFLOW = "api", "workflow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """The name of the token, or which execution of the step waits for the outcome."""

    token: str = ""
    execution: str = ""

    def __str__(self) -> str:
        """Name it as records, the audit and the HTTP API do."""
        return f"{_TOKEN}:{self.token}" if self.token else f"{_WORKFLOW}:{self.execution}"


def _read(said: object) -> object:
    if not isinstance(said, str):
        return said
    kind, _, name = said.partition(":")
    return Via(token=name) if kind == _TOKEN else Via(execution=name)


# A record keeps it as its name: an older version that runs beside this one reads no other form.
Named = Annotated[Via, BeforeValidator(_read), PlainSerializer(str)]
