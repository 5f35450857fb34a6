"""A collector of traces as OpenTelemetry's own ones are: OTLP over HTTP, on loopback."""

from __future__ import annotations

import gzip
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.responses import Response
from starlette.routing import Route

from tests.support.serving import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


@dataclass(frozen=True)
class Seen:
    """One span as it arrived."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]


@dataclass
class Collector:
    """What was sent to it."""

    endpoint: str
    spans: list[Seen] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """Keep one export."""
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
            )
            self.spans += [
                Seen(
                    service,
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    {a.key: a.value.string_value for a in span.attributes},
                )
                for scope in resource.scope_spans
                for span in scope.spans
            ]
        return Response()


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """Collect until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        collector = Collector(f"http://127.0.0.1:{listening.getsockname()[1]}")
        async with serving([Route("/v1/traces", collector.take, methods=["POST"])], listening):
            yield collector
