"""Why something could not be done, kept until it is said."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read at run time, to make JSON of it
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why provisioning stopped: a `why-403` finding, flattened, still to be said in somebody's language."""

    cause: str
    title: str
    evidence: str = ""
    fix: str = ""
    command: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    who: tuple[str, ...] = ()
