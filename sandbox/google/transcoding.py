"""Translate between REST and messages as google.api.http says; unknown names are refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor

from sandbox.google.errors import Refusal, bad_request
from sandbox.google.operations import raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.google.reflect import Binding, Rpc

# Google: system parameters, not fields of the request.
SYSTEM = frozenset(
    {"$alt", "alt", "$prettyPrint", "prettyPrint", "$fields", "fields", "$.xgafv", "key", "access_token"}
    | {"oauth_token", "quotaUser", "callback", "uploadType", "upload_protocol"}
)
# Fields that REST has and the published protos lack, by the message that the body holds.
BESIDE = {"ApiKeys/CreateKey": ("serviceAccountEmail",), "ApiKeys/UpdateKey": ("serviceAccountEmail",)}
_VARIABLE = re.compile(r"\{([a-z_.0-9]+)=([^}]*)\}")
_UNKNOWN = re.compile(r'no field named "([^"]+)"(?: at "([^"]+)")?')


@dataclass(frozen=True, slots=True)
class Path:
    """One compiled REST path of one method."""

    rpc: Rpc
    binding: Binding
    pattern: re.Pattern[str]
    fields: tuple[str, ...]


def compile_path(rpc: Rpc, binding: Binding) -> Path:
    """Turn /v2/{key.name=projects/*/keys/*} into a pattern and the fields its groups fill."""
    parts, fields, end = [], [], 0
    for variable in _VARIABLE.finditer(binding.uri):
        parts.append(re.escape(binding.uri[end : variable.start()]))
        inner = re.escape(variable.group(2)).replace(r"\*\*", ".+").replace(r"\*", "[^/:]+")
        parts.append(f"({inner})")
        fields.append(variable.group(1))
        end = variable.end()
    parts.append(re.escape(binding.uri[end:]))
    return Path(rpc, binding, re.compile("".join(parts)), tuple(fields))


def read(
    path: Path, values: tuple[str, ...], query: Iterable[tuple[str, str]], body: bytes
) -> tuple[Any, dict[str, Any]]:
    """Build the request message, and apart from it the JSON fields that the protos lack."""
    document, beside = _body(path, body)
    fields: dict[str, Any] = document if path.binding.body == "*" else {}
    if path.binding.body not in (None, "*"):
        fields = {str(path.binding.body): document}
    target = raw(path.rpc.request())
    for name, value in query:
        if name not in SYSTEM:
            _bind(fields, target.DESCRIPTOR, name, value)
    for name, value in zip(path.fields, values, strict=True):
        _put(fields, name.split("."), value)
    try:
        json_format.ParseDict(fields, target)
    except json_format.ParseError as error:
        raise _unreadable(str(error)) from None
    wrap = getattr(path.rpc.request, "wrap", None)
    return (wrap(target) if wrap else target), beside


def write(message: Any, *, numeric_enums: bool) -> dict[str, Any]:
    """Turn a message into JSON as Google does: camelCase, defaults left out."""
    document: dict[str, Any] = json_format.MessageToDict(raw(message), use_integers_for_enums=numeric_enums)
    return document


def _body(path: Path, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    if path.binding.body is None or not body.strip():
        return {}, {}
    try:
        document = json.loads(body)
    except ValueError:
        raise _unreadable("Unexpected token.") from None
    if not isinstance(document, dict):
        raise _unreadable("Root element must be a message.")
    beside = {name: document.pop(name) for name in BESIDE.get(path.rpc.short, ()) if name in document}
    return document, beside


def _bind(fields: dict[str, Any], descriptor: Any, name: str, text: str) -> None:
    """Bind one query parameter to the field it names, typed by the message's descriptor."""
    steps, field = [], None
    for step in name.split("."):
        field = _field(descriptor, step) if descriptor is not None else None
        if field is None:
            text = f"Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found"
            raise _unreadable(f"{text} in request message.", name)
        steps.append(field.json_name)
        descriptor = field.message_type
    if field is not None and field.is_repeated:
        _put(fields, steps, [*_get(fields, steps), _typed(field, text)])
    else:
        _put(fields, steps, _typed(field, text))


def _field(descriptor: Any, name: str) -> Any:
    return next((f for f in descriptor.fields if name in (f.name, f.json_name)), None)


def _typed(field: Any, text: str) -> Any:
    if field.type == FieldDescriptor.TYPE_BOOL:
        known = {"true": True, "false": False, "1": True, "0": False}
        return known.get(text.lower(), text)
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.FieldMask":
        return re.sub(r"_([a-z])", lambda found: found.group(1).upper(), text)
    return text


def _put(fields: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        fields = fields.setdefault(step, {})
    fields[steps[-1]] = value


def _get(fields: dict[str, Any], steps: list[str]) -> list[Any]:
    found: Any = fields
    for step in steps:
        found = found.get(step, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, list) else []


def _unreadable(text: str, field: str = "") -> Refusal:
    """Refuse a payload in the words of Google's front end."""
    if found := _UNKNOWN.search(text):
        field = found.group(1)
        text = f'Unknown name "{field}": Cannot find field.'
    elif not field:
        text = text.partition("\n")[0]
    message = f"Invalid JSON payload received. {text}"
    return Refusal("INVALID_ARGUMENT", message, bad_request(field, message))
