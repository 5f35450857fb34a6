"""The gRPC door: every served method of every API on one TLS port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import grpc

from sandbox.google.dispatch import Arrival
from sandbox.google.errors import Refusal
from sandbox.google.tables import APIS, GET_OPERATION, methods_of

if TYPE_CHECKING:
    from sandbox.google.dispatch import Dispatcher
    from sandbox.google.reflect import Rpc

DETAILS = "grpc-status-details-bin"


class GrpcDoor(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # generic in the stubs only
    """Route a gRPC path to the dispatcher; gRPC answers UNIMPLEMENTED to the others."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        every = [GET_OPERATION, *(rpc for api in APIS for rpc in methods_of(api))]
        self._rpcs = {rpc.path: rpc for rpc in every if dispatcher.serves(rpc)}

    def service(self, handler_call_details: Any) -> Any:
        """Return the handler of one call."""
        rpc = self._rpcs.get(handler_call_details.method)
        if rpc is None:
            return None

        async def handle(request: Any, context: Any) -> Any:
            return await self._answer(rpc, request, context)

        deserialize = getattr(rpc.request, "deserialize", None) or rpc.request.FromString
        serialize = getattr(rpc.response, "serialize", None) or rpc.response.SerializeToString
        return grpc.unary_unary_rpc_method_handler(handle, deserialize, serialize)

    async def _answer(self, rpc: Rpc, request: Any, context: Any) -> Any:
        headers = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        try:
            return await self._dispatcher.call(Arrival(rpc, request, "grpc", headers))
        except Refusal as refusal:
            trailer = ((DETAILS, refusal.status().SerializeToString()),)
            await context.abort(grpc.StatusCode[refusal.code], refusal.message, trailer)
