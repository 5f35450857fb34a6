"""What each person did and saw, scene by scene, and what it says about the promises."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sandbox.demo.promises import Promise


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that somebody did, or saw; the other one is empty."""

    who: str
    did: str = ""
    saw: str = ""


class Listener(Protocol):
    """Whoever is told the story as it happens."""

    def scene(self, title: str) -> None:
        """A scene begins."""

    def moment(self, moment: Moment) -> None:
        """Something happened."""

    def calls(self, calls: list[dict[str, Any]]) -> None:
        """Google was called meanwhile."""


@dataclass(slots=True)
class Scene:
    """One scene as it is told; `proofs` maps a promise's number to how it was seen to hold."""

    name: str
    title: str
    listener: Listener
    moments: list[Moment] = field(default_factory=list)
    proofs: dict[int, list[str]] = field(default_factory=dict)

    def did(self, who: str, what: str) -> None:
        """Tell what somebody did."""
        self._add(Moment(who, did=visible(what)))

    def saw(self, who: str, what: str) -> None:
        """Tell what somebody saw."""
        self._add(Moment(who, saw=visible(what)))

    def proves(self, number: int, how: str) -> None:
        """Tell how a promise was just seen to hold."""
        self.proofs.setdefault(number, []).append(how)

    def as_json(self) -> dict[str, Any]:
        """Write it down."""
        return {"name": self.name, "title": self.title, "moments": [asdict(m) for m in self.moments]}

    def _add(self, moment: Moment) -> None:
        self.moments.append(moment)
        self.listener.moment(moment)


@dataclass(slots=True)
class Transcript:
    """The whole story."""

    listener: Listener
    scenes: list[Scene] = field(default_factory=list)
    google_calls: list[dict[str, Any]] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    failure: str = ""
    key_works: bool = False

    def begin(self, name: str, title: str) -> Scene:
        """Begin a scene."""
        scene = Scene(name, title, self.listener)
        self.scenes.append(scene)
        self.listener.scene(title)
        return scene

    def add_calls(self, calls: list[dict[str, Any]]) -> None:
        """Write down which calls Google got meanwhile."""
        self.google_calls += calls
        self.listener.calls(calls)

    def proofs(self, number: int) -> list[str]:
        """List what the scenes have shown of a promise."""
        return [proof for scene in self.scenes for proof in scene.proofs.get(number, [])]

    @property
    def held(self) -> bool:
        """Whether the story went to its end and no promise was broken."""
        return not self.failure and not any(promise.verdict == "broken" for promise in self.promises)

    def as_json(self) -> dict[str, Any]:
        """Write everything down."""
        return {
            "held": self.held,
            "key_works": self.key_works,
            "failure": self.failure,
            "scenes": [scene.as_json() for scene in self.scenes],
            "google_calls": self.google_calls,
            "promises": [asdict(promise) for promise in self.promises],
        }


def visible(text: str) -> str:
    """Write one line in which no character can hide or turn the reading direction."""
    line = " ⏎ ".join(part.strip() for part in text.splitlines() if part.strip())
    return "".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in line)
