"""Describe the API in OpenAPI 3.1, from the endpoints and shapes that serve it."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from bot.http_api.endpoints import ENDPOINTS, IDEMPOTENCY_KEY, Endpoint
from bot.http_api.problems import MEDIA_TYPE, ProblemDetails

Json = dict[str, Any]

PREFIX = "/api/v1"
JSON = "application/json"
REFERENCE = "#/components/schemas/{model}"
SCHEME = "token"
WHAT = (
    "Ask for Gemini keys and follow requests. Approval is a person's click in the chat, never a call; "
    "the text of a key is in Secret Manager and never here."
)
REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503)
_ID = {"name": "request_id", "in": "path", "required": True, "schema": {"type": "string"}}
_KEY = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": True,
    "description": "the same within an hour gives the same request",
    "schema": {"type": "string", "minLength": 8, "maxLength": 200},
}


@cache
def document() -> Json:
    """Write the document; it changes with the code alone."""
    definitions = _schemas()
    paths: dict[str, Json] = {}
    for endpoint in ENDPOINTS:
        operation = _operation(endpoint, definitions)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "gemini-key-bot", "version": version("gemini-key-bot"), "description": WHAT},
        "servers": [{"url": PREFIX}],
        "security": [{SCHEME: []}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "gkb_…"}},
        },
    }


def _schemas() -> Json:
    """Collect every model's schema; what is read and what is written have one each."""
    asked = [model for e in ENDPOINTS for model in (e.asks, e.query) if model]
    answered = [ProblemDetails, *(e.answers for e in ENDPOINTS)]
    wanted = [*((m, "validation") for m in asked), *((m, "serialization") for m in answered)]
    _, found = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REFERENCE)  # type: ignore[arg-type]
    definitions: Json = found["$defs"]
    return definitions


def _operation(endpoint: Endpoint, definitions: Json) -> Json:
    parameters = [_ID] if "{request_id}" in endpoint.path else []
    if endpoint.asks:
        parameters.append(_KEY)
    if endpoint.query:
        parameters += _parameters(definitions.get(endpoint.query.__name__, {}))
    operation: Json = {
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "description": f"Needs the scope {endpoint.scope}.",
        "responses": {
            str(endpoint.status): _response(endpoint.status, JSON, endpoint.answers.__name__),
            **{str(status): _response(status, MEDIA_TYPE, "ProblemDetails") for status in REFUSALS},
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if endpoint.asks:
        operation["requestBody"] = {"required": True, "content": _content(JSON, endpoint.asks.__name__)}
    return operation


def _parameters(query: Json) -> list[Json]:
    """Make a parameter of each property of a query's schema."""
    return [
        {
            "name": name,
            "in": "query",
            "schema": {key: value for key, value in schema.items() if key not in {"description", "title"}},
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in query.get("properties", {}).items()
    ]


def _response(status: int, media_type: str, model: str) -> Json:
    return {"description": HTTPStatus(status).phrase, "content": _content(media_type, model)}


def _content(media_type: str, model: str) -> Json:
    return {media_type: {"schema": {"$ref": re.sub(r"\{model\}", model, REFERENCE)}}}
