"""Build Google's refusals once, for both doors: gRPC status and REST body."""

from __future__ import annotations

from typing import Any

from google.protobuf import any_pb2, json_format
from google.rpc import code_pb2, error_details_pb2, status_pb2

# Google: google/rpc/code.proto names the HTTP status of every code.
HTTP_STATUS = {
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


class Refusal(Exception):  # noqa: N818 - Google refuses; nothing here went wrong
    """A call Google would refuse: code word, message, typed details."""

    def __init__(self, code: str, message: str, *details: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details

    @property
    def http_status(self) -> int:
        """The status line of the REST answer."""
        return HTTP_STATUS[self.code]

    def status(self) -> Any:
        """Return the google.rpc.Status that gRPC carries in its trailer."""
        return status_pb2.Status(
            code=code_pb2.Code.Value(self.code),
            message=self.message,
            details=[_pack(d) for d in self.details],
        )

    def body(self) -> dict[str, Any]:
        """Return the JSON body that REST answers with."""
        error: dict[str, Any] = {"code": self.http_status, "message": self.message, "status": self.code}
        if self.details:
            error["details"] = [json_format.MessageToDict(_pack(detail)) for detail in self.details]
        return {"error": error}


def _pack(detail: Any) -> Any:
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed


def error_info(reason: str, domain: str = "googleapis.com", **metadata: str) -> Any:
    """Build the ErrorInfo detail machines branch on."""
    return error_details_pb2.ErrorInfo(reason=reason, domain=domain, metadata=metadata)


def localized(message: str) -> Any:
    """Build the en-US LocalizedMessage that repeats the text for people."""
    return error_details_pb2.LocalizedMessage(locale="en-US", message=message)


def help_link(description: str, url: str) -> Any:
    """Build a Help detail with one link."""
    return error_details_pb2.Help(links=[error_details_pb2.Help.Link(description=description, url=url)])


def retry_info(seconds: float) -> Any:
    """Build the RetryInfo detail: wait this many seconds before the next try."""
    detail = error_details_pb2.RetryInfo()
    detail.retry_delay.FromMilliseconds(round(seconds * 1000))
    return detail


def precondition(kind: str, subject: str, description: str = "") -> Any:
    """Build a PreconditionFailure detail with one violation."""
    violation = error_details_pb2.PreconditionFailure.Violation(
        type=kind, subject=subject, description=description
    )
    return error_details_pb2.PreconditionFailure(violations=[violation])


def bad_request(field: str, description: str) -> Any:
    """Build a BadRequest detail naming the one field at fault."""
    violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=description)
    return error_details_pb2.BadRequest(field_violations=[violation])


def invalid_argument(message: str, field: str = "") -> Refusal:
    """Refuse a malformed request, naming the field when one is at fault."""
    return Refusal("INVALID_ARGUMENT", message, *([bad_request(field, message)] if field else []))


def not_found(message: str) -> Refusal:
    """Refuse because the resource is not there."""
    return Refusal("NOT_FOUND", message)


def already_exists(message: str) -> Refusal:
    """Refuse because the id is taken."""
    return Refusal("ALREADY_EXISTS", message)


def failed_precondition(message: str, *details: Any) -> Refusal:
    """Refuse because the resource is in a state that forbids the call."""
    return Refusal("FAILED_PRECONDITION", message, *details)


def service_disabled(service: str, title: str, project_number: int) -> Refusal:
    """Refuse because the API is off in the consumer's project; the one error people meet first."""
    url = f"https://console.developers.google.com/apis/api/{service}/overview?project={project_number}"
    message = (
        f"{title} has not been used in project {project_number} before or it is disabled. "
        f"Enable it by visiting {url} then retry. If you enabled this API recently, wait a few minutes "
        "for the action to propagate to our systems and retry."
    )
    info = error_info(
        "SERVICE_DISABLED",
        consumer=f"projects/{project_number}",
        service=service,
        serviceTitle=title,
        activationUrl=url,
        containerInfo=str(project_number),
    )
    link = help_link("Google developers console API activation", url)
    return Refusal("PERMISSION_DENIED", message, info, localized(message), link)
