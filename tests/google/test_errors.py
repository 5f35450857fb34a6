from __future__ import annotations

import pickle
from datetime import timedelta

import aiohttp
import grpc
import pytest
from google.api_core.exceptions import from_grpc_error
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from bot.errors import GoogleError
from bot.google.errors import from_body, from_operation, translate

KEY = "AQ." + "Ab8RN6" * 8
CONSUMER = "projects/100000000001"


def rich_status(code: str, message: str, *details: object) -> status_pb2.Status:
    status = status_pb2.Status(code=code_pb2.Code.Value(code), message=message)
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def rpc_error(status: status_pb2.Status) -> grpc.aio.AioRpcError:
    wire = rpc_status.to_status(status)
    return grpc.aio.AioRpcError(
        wire.code, grpc.aio.Metadata(), grpc.aio.Metadata(*wire.trailing_metadata), details=wire.details
    )


def all_text(error: GoogleError) -> str:
    return f"{error} {error!r} {vars(error)}"


def test_what_google_says_in_details_is_kept() -> None:
    """Reason, domain, metadata, delay, links and violations of a gRPC refusal all arrive."""
    status = rich_status(
        "RESOURCE_EXHAUSTED",
        "Quota exceeded.",
        error_details_pb2.ErrorInfo(
            reason="RATE_LIMIT_EXCEEDED", domain="googleapis.com", metadata={"consumer": CONSUMER}
        ),
        error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=47)),
        error_details_pb2.Help(
            links=[error_details_pb2.Help.Link(url="https://cloud.google.com/docs/quota")]
        ),
        error_details_pb2.QuotaFailure(
            violations=[
                error_details_pb2.QuotaFailure.Violation(subject="s", description="Writes per minute")
            ]
        ),
    )
    error = translate(from_grpc_error(rpc_error(status)), "ApiKeys/CreateKey")

    assert (error.status, error.http, error.call) == ("RESOURCE_EXHAUSTED", 429, "ApiKeys/CreateKey")
    assert (error.reason, error.domain) == ("RATE_LIMIT_EXCEEDED", "googleapis.com")
    assert error.metadata == {"consumer": CONSUMER}
    assert error.retry_after == timedelta(seconds=47)
    assert error.links == ("https://cloud.google.com/docs/quota",)
    assert error.violations == ("Writes per minute",)
    assert error.transient


BODY = {
    "error": {
        "code": 403,
        "message": "Permission denied.",
        "status": "PERMISSION_DENIED",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "IAM_PERMISSION_DENIED",
             "domain": "googleapis.com", "metadata": {"permission": "apikeys.keys.create"}},
            {"@type": "type.googleapis.com/of.nobody.Knows", "what": "ever"},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.5s"},
        ],
    }
}  # fmt: skip


@pytest.mark.parametrize("body", [BODY, [BODY]], ids=["object", "array"])
def test_a_rest_refusal_reads_like_a_grpc_one(body: object) -> None:
    """Both JSON shapes give the canonical status and the details, unknown detail types notwithstanding."""
    error = from_body("ApiKeys/CreateKey", 403, body)

    assert (error.status, error.http, error.reason) == ("PERMISSION_DENIED", 403, "IAM_PERMISSION_DENIED")
    assert error.metadata == {"permission": "apikeys.keys.create"}
    assert error.retry_after == timedelta(seconds=1.5)
    assert error.permanent


@pytest.mark.parametrize("body", [None, "text", [], {"error": "text"}, {"message": "x"}])
@pytest.mark.parametrize(("http", "status"), [(404, "UNIMPLEMENTED"), (502, "UNAVAILABLE"), (418, "UNKNOWN")])
def test_a_proxy_is_not_taken_for_google(body: object, http: int, status: str) -> None:
    """An answer without Google's body is never NOT_FOUND: that would make a refused key look accepted."""
    assert from_body("GenerativeService/GenerateContent", http, body).status == status


def test_a_key_that_google_echoes_is_cut_out() -> None:
    """Neither message, nor metadata, nor DebugInfo carries a key into our error."""
    body = {
        "error": {
            "code": 403,
            "message": f"Permission denied: Consumer 'api_key:{KEY}' has been suspended.",
            "status": "PERMISSION_DENIED",
            "details": [
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "CONSUMER_SUSPENDED",
                 "domain": "googleapis.com", "metadata": {"containerInfo": f"api_key:{KEY}"}},
                {"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": f"Invalid API key: {KEY}"},
            ],
        }
    }  # fmt: skip
    error = from_body("GenerativeService/GenerateContent", 403, body)

    assert error.reason == "CONSUMER_SUSPENDED"
    assert KEY[3:] not in all_text(error)


@pytest.mark.parametrize("shape", ["message", "json"])
def test_a_failed_operation_tells_why(shape: str) -> None:
    """The operation's own Status becomes the error, marked as an end that asking again cannot change."""
    info = error_details_pb2.ErrorInfo(reason="FLOW_APIKEY_SERVICE_ACCOUNT_BINDING_FAILED_PRECONDITION")
    status = rich_status("FAILED_PRECONDITION", "Binding is blocked.", info)
    as_json = {
        "code": 9,
        "message": "Binding is blocked.",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": info.reason}],
    }
    error = from_operation("ApiKeys/CreateKey", status if shape == "message" else as_json)

    assert (error.status, error.http, error.reason) == ("FAILED_PRECONDITION", 400, info.reason)
    assert error.finished


@pytest.mark.parametrize(
    ("foreign", "status"),
    [
        (RefreshError("invalid_grant"), "UNAUTHENTICATED"),
        (RefreshError("try later", retryable=True), "UNAVAILABLE"),
        (TransportError("metadata server"), "UNAVAILABLE"),
        (DefaultCredentialsError("none"), "UNAUTHENTICATED"),
        (aiohttp.ClientConnectionError("reset"), "UNAVAILABLE"),
        (ConnectionResetError(), "UNAVAILABLE"),
        (TimeoutError(), "DEADLINE_EXCEEDED"),
    ],
)
def test_what_is_no_answer_gets_a_canonical_status(foreign: Exception, status: str) -> None:
    """Failing credentials, sockets and clocks speak the same language as Google's refusals."""
    assert translate(foreign, "Projects/GetProject").status == status


@pytest.mark.parametrize(
    ("status", "reason", "permanent"),
    [
        ("PERMISSION_DENIED", "", True),
        ("INVALID_ARGUMENT", "API_KEY_INVALID", True),
        ("UNAVAILABLE", "", False),
        ("ABORTED", "", False),
        ("RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", False),
        ("RESOURCE_EXHAUSTED", "RESOURCE_QUOTA_EXCEEDED", True),
    ],
)
def test_an_error_knows_whether_waiting_helps(status: str, reason: str, permanent: bool) -> None:  # noqa: FBT001 - a column
    """Only what may be otherwise later is transient; a full project (300 keys) does not empty itself."""
    error = GoogleError(status, reason=reason)

    assert (error.permanent, error.transient) == (permanent, not permanent)
    assert error.for_now().transient


def test_an_error_survives_the_way_between_processes() -> None:
    """Pickled and back, it still says the same."""
    error = from_body("ApiKeys/CreateKey", 403, BODY)

    back = pickle.loads(pickle.dumps(error))

    assert (str(back), back.status, back.reason, back.permanent) == (
        "Google answered ApiKeys/CreateKey with PERMISSION_DENIED: Permission denied.",
        error.status,
        error.reason,
        True,
    )
