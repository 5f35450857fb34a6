"""Read RPC tables off the generated transports: path, messages and REST bindings of every method.

The GAPIC packages register only messages in the descriptor pool, so the transport classes are the one place
that knows which method takes what. Private names are used; a test counts the RPCs of every service.
"""

from __future__ import annotations

import importlib
import inspect
import typing
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Binding:
    """One REST form of a method, as google.api.http writes it."""

    method: str
    uri: str
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Rpc:
    """One method of one service, with everything both doors need to serve it."""

    service: str
    method: str
    attribute: str
    request: Any
    response: Any
    bindings: tuple[Binding, ...] = ()

    @property
    def path(self) -> str:
        """The gRPC path."""
        return f"/{self.service}/{self.method}"

    @property
    def short(self) -> str:
        """The name people say: ApiKeys/CreateKey."""
        return f"{self.service.rsplit('.', 1)[-1]}/{self.method}"


class _RecordingChannel:
    """Stand in for grpc.Channel and remember the path a stub was made for."""

    def __init__(self) -> None:
        self.path = ""

    def unary_unary(self, path: str, **_: Any) -> Any:
        self.path = path
        return lambda *_args, **_kwargs: None


def _bindings(rest_base: Any, method: str) -> tuple[Binding, ...]:
    options = getattr(rest_base, f"_Base{method}", None)
    if options is None:
        return ()
    found = options._get_http_options()  # noqa: SLF001 - the generator publishes the bindings nowhere else
    return tuple(Binding(o["method"].upper(), o["uri"], o.get("body")) for o in found)


def _messages(getter: Any) -> tuple[Any, Any] | None:
    arguments = typing.get_args(getter.__annotations__.get("return"))
    if len(arguments) != 2 or not isinstance(arguments[0], list):  # noqa: PLR2004 - Callable[[request], response]
        return None
    response = typing.get_args(arguments[1])[:1] or (arguments[1],)  # Union[Response, Awaitable[Response]]
    return arguments[0][0], response[0]


def rpcs(transports: str, name: str) -> list[Rpc]:
    """List the methods of the GAPIC service `name` whose transports live in the module `transports`."""
    transport = getattr(importlib.import_module(transports), f"{name}GrpcTransport")
    rest_base = _rest_base(transports, name)
    channel = _RecordingChannel()
    blank = transport.__new__(transport)
    blank._logged_channel = blank._grpc_channel = channel  # noqa: SLF001 - what the stub getters read
    blank._stubs = {}  # noqa: SLF001 - the same
    found = []
    for attribute, prop in inspect.getmembers(transport, lambda member: isinstance(member, property)):
        messages = _messages(prop.fget)
        if messages is None:
            continue
        prop.fget(blank)
        service, method = channel.path.strip("/").split("/")
        found.append(Rpc(service, method, attribute, *messages, _bindings(rest_base, method)))
    return found


def _rest_base(transports: str, name: str) -> Any:
    try:
        module = importlib.import_module(f"{transports}.rest_base")
    except ModuleNotFoundError:  # IAM admin and Monitoring have no Python REST transport
        return None
    return getattr(module, f"_Base{name}RestTransport")
