"""The anchor of a provisioning: the calls that make one key, with Google's own clients and nothing else.

Calls that need nothing of each other run side by side, so that this is the critical path too.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import aiohttp
import google_crc32c

from bot.domain.names import GEMINI, SECRET_PREFIX, account_id
from bot.google import credentials
from bot.google.wire import CLIENTS

if TYPE_CHECKING:
    from bot.settings import GoogleSettings

PROJECT = "acme-ml-dev"
PARENT = f"projects/{PROJECT}"
CONSTRAINT = "iam.managed.disableServiceAccountApiKeyCreation"
NO_SUCH_MODEL = "gemini-key-bot-probe"
# What one key takes, as the sandbox's log names it; checked against the log of the bot's own keys.
METHODS = (
    "Projects/GetProject",
    "OrgPolicy/GetEffectivePolicy",
    "ServiceUsage/GetService",
    "IAM/GetServiceAccount",
    "SecretManagerService/CreateSecret",
    "SecretManagerService/GetIamPolicy",
    "SecretManagerService/SetIamPolicy",
    "ApiKeys/CreateKey",
    "Operations/GetOperation",
    "ApiKeys/GetKey",
    "SecretManagerService/AddSecretVersion",
    "SecretManagerService/ListSecretVersions",
    "GenerativeService/GenerateContent",
)


class BareGoogle:
    """Google's clients, made as the bot makes them."""

    def __init__(self, endpoints: GoogleSettings, own: credentials.Credentials) -> None:
        self._own, self._rest = own, endpoints
        self._clients = {
            name: kind(credentials=own.google, client_options={"api_endpoint": getattr(endpoints, endpoint)})
            for name, (kind, endpoint) in CLIENTS.items()
        }
        connector = aiohttp.TCPConnector(ssl=ssl.create_default_context())
        self._session = aiohttp.ClientSession(connector=connector)

    @classmethod
    async def open(cls, endpoints: GoogleSettings) -> BareGoogle:
        """Find the credentials and make the clients."""
        return cls(endpoints, await credentials.find())

    async def make_key(self, name: str, team_id: str) -> None:
        """Make one key by the plan's calls."""
        secret = await self._prepare(name, team_id)
        text = await self._mint(name, team_id)
        secrets = self._clients["SecretManagerService"]
        data = text.encode()
        payload = {"data": data, "data_crc32c": google_crc32c.value(data)}
        await secrets.add_secret_version(parent=secret, payload=payload, retry=None, timeout=15)
        await secrets.list_secret_versions(parent=secret, retry=None, timeout=15)
        url = f"{self._rest.generativelanguage}/v1beta/models/{NO_SUCH_MODEL}:generateContent"
        body = {"contents": [{"parts": [{"text": "ping"}]}]}
        async with self._session.post(url, json=body, headers={"x-goog-api-key": text}) as answer:
            await answer.read()

    async def close(self) -> None:
        """Close every channel."""
        await self._session.close()
        for client in self._clients.values():
            await client.transport.close()

    async def _prepare(self, name: str, team_id: str) -> str:
        """Look at project, policy, API and account, and have a secret that one person may read."""
        policy_name = f"{PARENT}/policies/{CONSTRAINT}"
        await asyncio.gather(
            self._clients["Projects"].get_project(name=PARENT, retry=None, timeout=15),
            self._clients["OrgPolicy"].get_effective_policy(name=policy_name, retry=None, timeout=15),
        )
        service, account = f"{PARENT}/services/{GEMINI}", f"{PARENT}/serviceAccounts/{_email(team_id)}"
        _, _, secret = await asyncio.gather(
            self._clients["ServiceUsage"].get_service({"name": service}, retry=None, timeout=15),
            self._clients["IAM"].get_service_account(name=account, retry=None, timeout=15),
            self._secret(name),
        )
        return secret

    async def _secret(self, name: str) -> str:
        secrets = self._clients["SecretManagerService"]
        made = await secrets.create_secret(
            parent=PARENT,
            secret_id=f"{SECRET_PREFIX}{name}",
            secret={"replication": {"automatic": {}}},
            retry=None,
            timeout=15,
        )
        options = {"requested_policy_version": 3}
        policy = await secrets.get_iam_policy(
            {"resource": made.name, "options": options}, retry=None, timeout=15
        )
        policy.bindings.add(role="roles/secretmanager.secretAccessor", members=["user:ada@acme.test"])
        await secrets.set_iam_policy({"resource": made.name, "policy": policy}, retry=None, timeout=15)
        return str(made.name)

    async def _mint(self, name: str, team_id: str) -> str:
        parent = f"{self._rest.apikeys_rest}/v2/{PARENT}/locations/global"
        order = {
            "serviceAccountEmail": _email(team_id),
            "restrictions": {"apiTargets": [{"service": GEMINI}]},
        }
        url = f"{parent}/keys?keyId={name}"
        ordered = await self._signed("POST", url, order)
        done = await self._signed("GET", f"{self._rest.apikeys_rest}/v2/{ordered['name']}")
        key = f"{PARENT}/locations/global/keys/{name}"
        await self._clients["ApiKeys"].get_key(name=key, retry=None, timeout=15)
        return str(done["response"]["keyString"])

    async def _signed(self, method: str, url: str, body: Any = None) -> Any:
        headers = await self._own.header()
        async with self._session.request(method, url, json=body, headers=headers) as answer:
            answer.raise_for_status()
            return await answer.json()


def _email(team_id: str) -> str:
    return f"{account_id(team_id)}@{PROJECT}.iam.gserviceaccount.com"
