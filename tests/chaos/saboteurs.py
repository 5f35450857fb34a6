"""Ways to break the service on purpose, each of which some invariant must notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Saboteur:
    """Change `old` into `new` in a file of a copy of the tree; then `test`, with `only`, must fail."""

    breaks: str
    file: str
    old: str
    new: str
    test: str
    only: str = ""


KILL = "chaos/test_kill_anywhere.py"
SABOTEURS = (
    Saboteur(
        "one live key: a key whose text is lost is not deleted",
        "bot/provisioning/steps/mint_key.py",
        "if facts and not given_up:\n            await self.keys.delete",
        "if facts is None:\n            await self.keys.delete",
        KILL,
        "ApiKeys/CreateKey",
    ),
    Saboteur(
        "no orphan: an ended key's secret stays",
        "bot/provisioning/steps/create_secret.py",
        "            return\n        if await is_ours(self.secrets, request):",
        "            return\n        if not request.id:",
        KILL,
        "move activate",
    ),
    Saboteur(
        "nothing without its event: the script writes the record and no audit",
        "bot/store/scripts/move.lua",
        'redis.call("XADD", KEYS[2],',
        'if n > 3 then return { "ok", version } end redis.call("XADD", KEYS[2],',
        KILL,
        "move activate",
    ),
    Saboteur(
        "an acked move is known again: a move whose answer was lost counts as another's",
        "bot/store/scripts/move.lua",
        "if found[2] == move then",
        'if found[2] == "never" then',
        "store/test_requests.py",
    ),
    Saboteur(
        "every key is listed: one kind is forgotten",
        "bot/store/keys.py",
        "if isinstance(kind, Kind))",
        "if isinstance(kind, Kind) and kind is not readiness)",
        KILL,
        "move activate",
    ),
    Saboteur(
        "the requester is told: the outcome has no message",
        "handlers/surfaces/requester_dm.py",
        'return {"active": over, f"over-{request.endings}": over}',
        "return {}",
        KILL,
        "move activate",
    ),
    Saboteur(
        "one decision: whoever comes second decides too",
        "bot/domain/deciding.py",
        "    if request.state is State.PENDING:\n        return\n    raise Conflict(outcome",
        "    if request.state is not State.LAPSED:\n        return\n    raise Conflict(outcome",
        "chaos/test_state_machine.py",
    ),
    Saboteur(
        "a lost job is found again: nobody sweeps",
        "bot/jobs/sweeping.py",
        "for record_id in await records.due(team_id, until):",
        "for record_id in ():",
        "chaos/test_a_lost_job.py",
    ),
    Saboteur(
        "one form is one request: a second delivery asks again",
        "bot/store/scripts/move.lua",
        "  if remembered then",
        "  if remembered == ARGV[2] then",
        "chaos/test_state_machine.py",
    ),
    Saboteur(
        "each reminder once: what was said is not written down",
        "bot/domain/deciding.py",
        "return replace(request, reminded=count)",
        "return replace(request, reminded=count - 1)",
        "chaos/test_time.py",
    ),
    Saboteur(
        "nothing is forgotten after reconcile: a rebuilt grant never ends",
        "bot/operations/reconcile.py",
        "whole = replace(record, done=taken_names(record))",
        "whole = replace(record, done=())",
        "chaos/test_reconcile.py",
    ),
    Saboteur(
        "orphans are spared while young: the grace is not asked for",
        "bot/operations/differences.py",
        "return self.kind in REPAIRABLE and not self.young",
        "return self.kind in REPAIRABLE",
        "chaos/test_reconcile.py",
    ),
    Saboteur(
        "a forged audit is found: links are not followed",
        "bot/domain/audit.py",
        "if digest(entry.event) != entry.digest:",
        "if entry.digest == '':",
        "chaos/test_audit.py",
    ),
    Saboteur(
        "it stops in time: jobs are waited for without end",
        "bot/serving/role.py",
        "self._running.cancel()\n            await asyncio.wait([self._running], timeout=CUT_OFF_SECONDS)",
        "await asyncio.wait([self._running])",
        "chaos/test_shutdown.py",
    ),
    Saboteur(
        "a failure leaves nothing: what was made is not taken away",
        "bot/provisioning/runner.py",
        "            await step.undo(journal)",
        "            continue",
        "chaos/test_google_faults.py",
        "PERMISSION_DENIED google SecretManagerService/SetIamPolicy #1",
    ),
)
