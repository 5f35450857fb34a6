"""Any resource's IAM policy: read, changed and written with its etag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.google.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.google.calls import Calls


async def edit(
    calls: Calls, get_call: str, set_call: str, resource: str, change: Callable[[Any], bool]
) -> None:
    """Change a policy, and all again when another writer was first; `change` says whether it did anything."""

    async def once(_: float) -> None:
        # Read below version 3 and written back, a policy loses its conditions.
        options = {"requested_policy_version": 3}
        policy = await calls.grpc(get_call, {"resource": resource, "options": options})
        if change(policy):
            policy.version = 3
            request = {"resource": resource, "policy": policy}
            await calls.grpc(set_call, request, write=True, retry_aborted=False)

    await Retry(calls.patience).run(once, calls.patience.total)
