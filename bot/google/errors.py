"""Turn every foreign error into a `GoogleError`: here, once, with everything in it redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import grpc
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.protobuf import any_pb2, json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from bot.domain.redact import redact
from bot.errors import GoogleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

FOREIGN = (GoogleAPICallError, RetryError, grpc.RpcError, GoogleAuthError, aiohttp.ClientError, OSError)

# Google: google/rpc/code.proto gives each code its HTTP status.
HTTP = {
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INVALID_ARGUMENT": 400,
    "DEADLINE_EXCEEDED": 504,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "PERMISSION_DENIED": 403,
    "UNAUTHENTICATED": 401,
    "RESOURCE_EXHAUSTED": 429,
    "FAILED_PRECONDITION": 400,
    "ABORTED": 409,
    "OUT_OF_RANGE": 400,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DATA_LOSS": 500,
}
# gRPC: http-grpc-status-mapping.md, for what answers without Google's error body, such as a proxy.
STATUS = {
    400: "INTERNAL",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "UNIMPLEMENTED",
    429: "UNAVAILABLE",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "UNAVAILABLE",
}
DETAILS = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.RetryInfo,
    error_details_pb2.Help,
    error_details_pb2.QuotaFailure,
    error_details_pb2.PreconditionFailure,
    error_details_pb2.BadRequest,
)


def translate(error: BaseException, call: str) -> GoogleError:
    """Say in our type what a Google library raised."""
    if isinstance(error, RetryError) and error.cause is not None:
        return translate(error.cause, call)
    if isinstance(error, GoogleAPICallError):
        rpc = next((e for e in error.errors or () if isinstance(e, grpc.aio.AioRpcError)), None)
        return translate(rpc, call) if rpc else _of_api_core(error, call)
    if isinstance(error, grpc.aio.AioRpcError):
        return _of_rpc(error, call)
    if isinstance(error, GoogleAuthError):
        return _of_auth(error, call)
    if isinstance(error, TimeoutError):
        return _build(call, "DEADLINE_EXCEEDED", "No answer in time.")
    return _build(call, "UNAVAILABLE", f"{type(error).__name__}: {error}")


def from_body(call: str, http: int, body: Any) -> GoogleError:
    """Read a REST error body: `{"error": …}`, the same in a list, or something not Google's at all."""
    envelope = body[0] if isinstance(body, list) and body else body
    error = envelope.get("error") if isinstance(envelope, dict) else None
    if not isinstance(error, dict):
        return _build(
            call, STATUS.get(http, "UNKNOWN"), f"HTTP {http} without Google's error body.", http=http
        )
    status = str(error.get("status") or STATUS.get(http, "UNKNOWN"))
    return _build(call, status, str(error.get("message", "")), _packed(error.get("details")), http=http)


def from_operation(call: str, error: Any) -> GoogleError:
    """Read how a long-running operation failed: google.rpc.Status, as a message or as JSON."""
    if isinstance(error, dict):
        code, message, details = (
            error.get("code", 2),
            str(error.get("message", "")),
            _packed(error.get("details")),
        )
    else:
        code, message, details = error.code, error.message, error.details
    return _build(call, code_pb2.Code.Name(code), message, details, finished=True)


def _of_rpc(error: Any, call: str) -> GoogleError:
    try:
        rich = rpc_status.from_call(error)
    except ValueError:  # the trailer contradicts the status line
        rich = None
    details = rich.details if isinstance(rich, status_pb2.Status) else ()
    return _build(call, error.code().name, error.details() or "", details)


def _of_api_core(error: GoogleAPICallError, call: str) -> GoogleError:
    code = error.grpc_status_code
    status = code.name if code else STATUS.get(int(error.code or 0), "UNKNOWN")
    return _build(call, status, str(error.message), _packed(error.details))


def _of_auth(error: GoogleAuthError, call: str) -> GoogleError:
    unreachable = isinstance(error, TransportError) or error.retryable
    said = "No Google credentials were found." if isinstance(error, DefaultCredentialsError) else str(error)
    return _build(call, "UNAVAILABLE" if unreachable else "UNAUTHENTICATED", said)


def _packed(details: Any) -> list[any_pb2.Any]:
    """Pack JSON details; what is of an unknown type or out of shape is left out."""
    packed = []
    for detail in details if isinstance(details, list | tuple) else ():
        try:
            packed.append(json_format.ParseDict(detail, any_pb2.Any(), ignore_unknown_fields=True))
        except (json_format.ParseError, TypeError, AttributeError):
            continue
    return packed


def _build(
    call: str,
    status: str,
    message: str,
    details: Iterable[any_pb2.Any] = (),
    *,
    http: int = 0,
    finished: bool = False,
) -> GoogleError:
    known = _unpacked(details)
    info = known.get("ErrorInfo", error_details_pb2.ErrorInfo())
    return GoogleError(
        status,
        redact(message),
        call=call,
        http=http or HTTP.get(status, 0),
        reason=redact(info.reason),
        domain=redact(info.domain),
        metadata={key: redact(value) for key, value in info.metadata.items()},
        retry_after=_retry_after(known),
        links=[redact(link.url) for link in known["Help"].links] if "Help" in known else (),
        violations=[redact(text) for text in _violations(known)],
        finished=finished,
    )


def _unpacked(details: Iterable[any_pb2.Any]) -> dict[str, Any]:
    """Unpack the first detail of each known type; DebugInfo, which may echo a key, is not among them."""
    known: dict[str, Any] = {}
    for detail in details:
        for kind in DETAILS:
            if detail.Is(kind.DESCRIPTOR):
                message = kind()
                detail.Unpack(message)
                known.setdefault(kind.DESCRIPTOR.name, message)
    return known


def _retry_after(known: Mapping[str, Any]) -> timedelta | None:
    return known["RetryInfo"].retry_delay.ToTimedelta() if "RetryInfo" in known else None


def _violations(known: Mapping[str, Any]) -> Iterable[str]:
    """Say each violated quota, precondition or field in one line."""
    if "QuotaFailure" in known:
        yield from (v.quota_id or v.description or v.subject for v in known["QuotaFailure"].violations)
    if "PreconditionFailure" in known:
        yield from (f"{v.type} {v.subject}: {v.description}" for v in known["PreconditionFailure"].violations)
    if "BadRequest" in known:
        yield from (f"{v.field}: {v.description}" for v in known["BadRequest"].field_violations)
