"""What all listeners ask for, noted without an app."""

from __future__ import annotations

from typing import Any

from handlers.listeners import LISTENERS


class Registered:
    """An app that only notes what listeners ask for."""

    def __init__(self) -> None:
        self.asked: dict[str, list[Any]] = {}
        for listener in LISTENERS:
            listener.register(self, None)  # type: ignore[arg-type]

    def __getattr__(self, kind: str) -> Any:
        def decorate(wanted: Any) -> Any:
            self.asked.setdefault(kind, []).append(wanted)
            return lambda function: function

        return decorate

    def function(self, callback_id: str, *, auto_acknowledge: bool) -> Any:
        return self.__getattr__("function")(callback_id)
