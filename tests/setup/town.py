"""The company with a running bot, for stories about projects that are not ready."""

from __future__ import annotations

import asyncio
import copy
import sys
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from sandbox.demo.visitor import Visitor, has_button, words
from sandbox.google.clock import Delays
from sandbox.google.company import FOLDER, set_bot_roles
from sandbox.google.faults import Fault
from sandbox.google.roles import BOT, BOT_SECRETS, COMPANY_BOT, COMPANY_BOT_SECRETS, ROLES
from sandbox.people import ADA, ALAN, GRACE
from sandbox.resident import Resident
from sandbox.town import Town

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from sandbox.google.state import Project

Json = dict[str, Any]
ACCOUNT = "0A0A0A-0B0B0B-0C0C0C"
THIN = "projects/-/roles/thin"
LENT = (
    "roles/serviceusage.apiKeysAdmin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/browser",
)
POLICY = f"""
[company]
domains = ["acme.test"]
[approval]
channel = "C0APPROVALS"
[approval.approvers]
usergroup = "S0APPROVERS"
[environments.dev]
lifetimes = ["7d"]
[environments.prod]
lifetimes = ["30d"]
billing_required = true
[environments.strict]
lifetimes = ["30d"]
approvals = 2
[fixes]
billing_account = "billingAccounts/{ACCOUNT}"
[roles]
grant = [{", ".join(f'"{role}"' for role in LENT)}]
[new_projects]
folder = "{FOLDER}"
id_pattern = "acme-gemini-{{name}}"
environments = ["dev", "prod"]
role = "{COMPANY_BOT}"
secrets_role = "{COMPANY_BOT_SECRETS}"
billing_account = "billingAccounts/{ACCOUNT}"
labels = {{ cost-center = "4711" }}
[[projects]]
id = "acme-gemini-*"
environments = ["dev", "prod"]
"""
PROJECTS = {
    "acme-ml-dev": "dev",
    "acme-ml-prod": "strict",
    "acme-vision": "prod",
    "acme-legacy": "prod",
    "acme-locked": "dev",
    "acme-stranger": "dev",
}


class Company:
    """Town, people, and what the cloud holds."""

    def __init__(self, town: Town, people: dict[str, Visitor], bot: Callable[[], Resident]) -> None:
        self.town = town
        self._bot = bot
        self.resident: Resident
        self.ada, self.grace, self.alan = people["ada"], people["grace"], people["alan"]

    async def start(self, stack: AsyncExitStack) -> None:
        """Start the bot on its data."""
        self.stack = stack
        self.resident = await stack.enter_async_context(self._bot())

    async def restart(self) -> None:
        """End the bot without a word, and start it again."""
        await self.resident.kill()
        await self.start(self.stack)

    @asynccontextmanager
    async def dying_at(self, call: str) -> AsyncIterator[None]:
        """Begin something, let the bot wait for an answer to this call, end it there, and start it again."""
        plan = self.town.cloud.plan
        plan.add(Fault(match=call, hang=True))
        yield
        for _ in range(400):
            if not plan.entries():
                break
            await asyncio.sleep(0.05)
        assert not plan.entries(), f"{call} was not called"
        await self.restart()
        plan.clear()

    async def reconciled(self) -> tuple[int | None, str]:
        """Run `gemini-key-bot reconcile` beside the bot, as an operator does; no grace for what is young."""
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "reconcile", "--grace-minutes", "0"),
            env=self.resident.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await running.communicate()
        return running.returncode, said.decode()

    def project(self, project_id: str) -> Project:
        return self.town.cloud.world.projects[project_id]

    def rights(self, project_id: str, *without: str) -> None:
        """Take permissions from the bot's role in one project."""
        ROLES[THIN] = (ROLES[BOT] | ROLES[BOT_SECRETS]) - set(without)
        set_bot_roles(self.project(project_id), [THIN])

    async def list(
        self, who: Visitor, project_id: str, *texts: str, gone: str = "\0", after: Json | None = None
    ) -> Json:
        """Wait until the list about a project, in the DM, is not at work, says all this, and not `gone`.

        `after` is the list as it stood before it was at work.
        """
        channel = await who.direct_channel()

        def settled(message: Json) -> bool:
            said = words(message)
            shown = f"Setting up {project_id}" in said and has_button(message, "setup_again")
            newer = after is None or _round(message) != _round(after)
            return shown and newer and gone not in said and all(text in said for text in texts)

        return await who.message(channel, settled, f"{project_id}: {texts} and not {gone}")

    async def set_up(self, who: Visitor, typed: str, *texts: str) -> Json:
        """Ask for the list of a project and wait for what it says."""
        await who.command(f"/gemini-key setup {typed}")
        return await self.list(who, typed.split(maxsplit=1)[0], *texts)

    async def by_buttons(self, who: Visitor, project_id: str) -> Json:
        """Press whatever the list of a project offers until it offers nothing more; returns its end."""
        card = await self.set_up(who, project_id)
        while pressable := [action for action in _actions(card) if action.startswith("setup_help_")]:
            await who.press(pressable[0], card)
            card = await self.list(who, project_id, after=card)
        return card

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Put the cloud back as it was."""
        world = self.town.cloud.world
        kept = copy.deepcopy((world.projects, world.billing_accounts))
        try:
            yield
        finally:
            world.projects.clear()
            world.projects.update(kept[0])
            world.billing_accounts.clear()
            world.billing_accounts.update(kept[1])
            ROLES.pop(THIN, None)
            for channel in self.town.slack.team.workspace.channels.values():
                channel.messages.clear()


def _round(card: Json) -> str:
    """Name the look that a list shows; empty while it is at work."""
    return next(
        (str(b["block_id"]) for b in card["blocks"] if b.get("block_id", "").startswith("setup:")), ""
    )


def _actions(card: Json) -> list[str]:
    return [b["accessory"]["action_id"] for b in card["blocks"] if "action_id" in b.get("accessory", {})]


def told_to(card: Json) -> list[bool]:
    """Tell of each ❌ of a list whether it says who can mend it."""
    return ["Who can: " in str(block) for block in card["blocks"] if "❌" in str(block.get("text", ""))]


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[Company]:
    """Start everything; the bot may link one billing account, as the policy allows."""
    policy = directory / "policy.toml"
    listed = "".join(f'[[projects]]\nid = "{p}"\nenvironments = ["{e}"]\n' for p, e in PROJECTS.items())
    policy.write_text(POLICY + listed)
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(Town(directory / "google", delays=Delays.none()))
        town.slack.team.rate_limits.factor = 20
        world = town.cloud.world
        for project_id in PROJECTS:
            if project_id != "acme-stranger":
                set_bot_roles(world.projects[project_id], [BOT, "roles/billing.projectManager"])
        environment = {
            **town.environment(),
            "GEMINI_KEY_BOT_SWEEP_SECONDS": "1",
            "GEMINI_KEY_BOT_REDELIVERY_SECONDS": "1",
            "GEMINI_KEY_BOT_WAITS__PROPAGATION": "2",
            "GEMINI_KEY_BOT_CHECKUP_SECONDS": "0",
        }
        log = stack.enter_context((directory / "bot.log").open("wb"))
        people = {
            person.name: await stack.enter_async_context(Visitor(town.address, person.user_id))
            for person in (ADA, GRACE, ALAN)
        }

        def bot() -> Resident:
            return Resident(environment, data=directory / "bot", policy=policy, log=log)

        company = Company(town, people, bot)
        await company.start(stack)
        yield company
