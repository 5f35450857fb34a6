"""What the small Google Cloud serves over REST is what Google's discovery documents describe."""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import googleapiclient
import pytest
from google.auth.transport.requests import Request
from google.oauth2 import service_account

from sandbox.google.clock import Delays
from sandbox.google.cloud import Cloud

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
NAMES = {
    "apikeys.v2",
    "secretmanager.v1",
    "serviceusage.v1",
    "cloudresourcemanager.v3",
    "cloudresourcemanager.v1",
    "cloudbilling.v1",
    "iam.v1",
    "orgpolicy.v2",
    "monitoring.v3",
}
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
GEMINI = "generativelanguage.googleapis.com"
# A resource of the company for every pattern that the served paths hold.
ACCOUNT = "gk-tests@acme-ml-dev.iam.gserviceaccount.com"


@cache
def document(name: str) -> dict[str, Any]:
    return dict(json.loads((DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")))


def methods(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


@cache
def patterns(name: str) -> tuple[tuple[str, re.Pattern[str], dict[str, Any]], ...]:
    """List verb, path pattern and description of every method of a document."""
    found = []
    for method in methods(document(name)):
        path = re.escape("/" + method["path"])
        for parameter, rules in method.get("parameters", {}).items():
            wanted = rules.get("pattern", "^[^/:]+$").strip("^$").replace("[^/]+", "[^/:]+")
            path = path.replace(re.escape(f"{{+{parameter}}}"), wanted)
            path = path.replace(re.escape(f"{{{parameter}}}"), wanted)
        found.append((method["httpMethod"], re.compile(path), method))
    return tuple(found)


def described(verb: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """Return the document and method that describe a request, or None."""
    for name in sorted(NAMES):
        for http_method, pattern, method in patterns(name):
            if http_method == verb and pattern.fullmatch(path):
                return name, method
    return None


def sample(uri: str) -> str:
    """Fill a binding's variables: {name=projects/*/secrets/*} becomes projects/x/secrets/x."""
    return re.sub(
        r"\{[a-z_.0-9]+=([^}]*)\}", lambda found: found.group(1).replace("**", "x").replace("*", "x"), uri
    )


def served(cloud: Cloud) -> list[tuple[str, str]]:
    return [
        (path.binding.method, sample(path.binding.uri))
        for path in cloud.rest_door.paths
        if cloud._dispatcher.serves(path.rpc)
    ]


def test_every_rest_path_is_in_googles_discovery_documents(tmp_path: Path) -> None:
    """Verb and path of every served binding, those written by hand included."""
    requests = served(Cloud(tmp_path))

    assert len(requests) > 60
    assert [request for request in requests if described(*request) is None] == []


def unknown_properties(name: str, schema: dict[str, Any], value: Any, at: str) -> list[str]:
    """List the properties of a JSON value which its schema does not have."""
    if "$ref" in schema:
        return unknown_properties(name, document(name)["schemas"][schema["$ref"]], value, at)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [u for i, v in enumerate(value) for u in unknown_properties(name, items, v, f"{at}[{i}]")]
    if not isinstance(value, dict) or "additionalProperties" in schema:
        return []
    known = schema.get("properties", {})
    unknown = [f"{at}.{key}" for key in value if key not in known]
    inner = [(key, v) for key, v in value.items() if key in known]
    return unknown + [u for key, v in inner for u in unknown_properties(name, known[key], v, f"{at}.{key}")]


@pytest.fixture
async def cloud(tmp_path: Path) -> AsyncIterator[Cloud]:
    cloud = Cloud(tmp_path, delays=Delays.none())
    await cloud.start()
    bot = "serviceAccount:gemini-key-bot@acme-bot.iam.gserviceaccount.com"
    for policy in (
        cloud.world.projects["acme-ml-dev"].policy,
        *(account.policy for account in cloud.world.billing_accounts.values()),
    ):
        policy.bindings.add(role="roles/owner", members=[bot])
        policy.bindings.add(role="roles/billing.admin", members=[bot])
    yield cloud
    await cloud.stop()


PROJECT = "projects/acme-ml-dev"
KEYS = f"/v2/{PROJECT}/locations/global/keys"
SECRET = f"/v1/{PROJECT}/secrets/s"
IAM_ACCOUNT = f"/v1/{PROJECT}/serviceAccounts/{ACCOUNT}"
POLICY = f"/v2/{PROJECT}/policies/iam.managed.disableServiceAccountApiKeyCreation"
BINDING = {"role": "roles/secretmanager.viewer", "members": ["user:ada@acme.test"]}
CONDITION = {"title": "t", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}
SERIES = (
    'filter=metric.type="serviceruntime.googleapis.com/api/request_count"'
    "&interval.startTime=2020-01-01T00:00:00Z&interval.endTime=2100-01-01T00:00:00Z"
)
# One story through every served method, in an order that works; {…} is taken from earlier answers.
STORY: list[tuple[str, str, Any]] = [
    ("GET", f"/v3/{PROJECT}", None),
    ("GET", f"/v1/{PROJECT}", None),
    ("GET", "/v3/projects:search?query=state:ACTIVE", None),
    ("POST", f"/v3/{PROJECT}:testIamPermissions", {"permissions": ["resourcemanager.projects.get"]}),
    ("POST", f"/v3/{PROJECT}:getIamPolicy", {"options": {"requestedPolicyVersion": 3}}),
    ("GET", f"/v1/{PROJECT}/billingInfo", None),
    (
        "PUT",
        f"/v1/{PROJECT}/billingInfo",
        {"billingAccountName": "billingAccounts/0A0A0A-0B0B0B-0C0C0C"},
    ),
    ("GET", "/v1/billingAccounts", None),
    ("GET", "/v1/billingAccounts/0A0A0A-0B0B0B-0C0C0C", None),
    ("GET", f"/v1/{PROJECT}/services?filter=state:ENABLED", None),
    ("GET", f"/v1/{PROJECT}/services/{GEMINI}", None),
    ("GET", f"/v1/{PROJECT}/services:batchGet?names={PROJECT}/services/{GEMINI}", None),
    ("POST", f"/v1/{PROJECT}/services:batchEnable", {"serviceIds": [GEMINI]}),
    ("POST", f"/v1/{PROJECT}/services/{GEMINI}:enable", {}),
    ("GET", "/v1/{operation}", None),
    ("POST", f"/v1/{PROJECT}/serviceAccounts", {"accountId": "gk-tests", "serviceAccount": {}}),
    ("GET", f"/v1/{PROJECT}/serviceAccounts", None),
    ("GET", IAM_ACCOUNT, None),
    ("POST", f"{IAM_ACCOUNT}:disable", {}),
    ("POST", f"{IAM_ACCOUNT}:enable", {}),
    ("POST", f"{IAM_ACCOUNT}:getIamPolicy", None),
    ("POST", f"{IAM_ACCOUNT}:setIamPolicy", {"policy": {}}),
    ("POST", f"{IAM_ACCOUNT}:testIamPermissions", {"permissions": ["iam.serviceAccounts.get"]}),
    ("GET", f"{POLICY}:getEffectivePolicy", None),
    (
        "POST",
        f"{KEYS}?keyId=k",
        {
            "displayName": "d",
            "serviceAccountEmail": ACCOUNT,
            "annotations": {"a": "b"},
            "restrictions": {
                "apiTargets": [{"service": GEMINI}],
                "serverKeyRestrictions": {"allowedIps": ["127.0.0.1"]},
            },
        },
    ),
    ("GET", "/v2/{operation}", None),
    ("GET", KEYS, None),
    ("GET", f"{KEYS}/k", None),
    ("GET", f"{KEYS}/k/keyString", None),
    ("GET", "/v2/keys:lookupKey?keyString={keyString}", None),
    ("PATCH", f"{KEYS}/k?updateMask=displayName", {"displayName": "e"}),
    ("DELETE", f"{KEYS}/k", None),
    ("POST", f"{KEYS}/k:undelete", {}),
    (
        "POST",
        f"/v1/{PROJECT}/secrets?secretId=s",
        {"replication": {"automatic": {}}, "labels": {"a": "b"}, "annotations": {"a": "b"}, "ttl": "3600s"},
    ),
    ("GET", f"/v1/{PROJECT}/secrets", None),
    ("GET", SECRET, None),
    ("PATCH", f"{SECRET}?updateMask=labels", {"labels": {"c": "d"}}),
    ("POST", f"{SECRET}:addVersion", {"payload": {"data": "dmFsdWU="}}),
    ("GET", f"{SECRET}/versions", None),
    ("GET", f"{SECRET}/versions/1", None),
    ("GET", f"{SECRET}/versions/latest:access", None),
    ("GET", f"{SECRET}:getIamPolicy", None),
    (
        "POST",
        f"{SECRET}:setIamPolicy",
        {"policy": {"version": 3, "bindings": [{**BINDING, "condition": CONDITION}]}},
    ),
    ("POST", f"{SECRET}:testIamPermissions", {"permissions": ["secretmanager.secrets.get"]}),
    ("POST", f"{SECRET}/versions/1:disable", {}),
    ("POST", f"{SECRET}/versions/1:enable", {}),
    ("POST", f"{SECRET}/versions/1:destroy", {}),
    ("DELETE", SECRET, None),
    ("GET", f"/v3/{PROJECT}/timeSeries?{SERIES}", None),
    ("DELETE", IAM_ACCOUNT, None),
    ("POST", f"/v1/{PROJECT}/services/{GEMINI}:disable", {}),
]


async def test_every_json_answer_has_only_properties_that_google_documents(cloud: Cloud) -> None:
    """One story through the served methods; each answer is held against its method's schema."""
    environment = cloud.environment()
    credentials: Any = service_account.Credentials.from_service_account_file(
        environment["GOOGLE_APPLICATION_CREDENTIALS"], scopes=[SCOPE]
    )
    await asyncio.to_thread(credentials.refresh, Request())
    headers = {"authorization": f"Bearer {credentials.token}"}
    base, tls = cloud._gemini_at()
    taken: dict[str, str] = {}
    problems, seen = [], 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls), headers=headers) as session:
        for verb, template, body in STORY:
            target = template.format(**taken) if "{" in template else template
            async with session.request(verb, base + target, json=body) as answer:
                value = await answer.json()
            assert answer.status == 200, (verb, template, value.get("error", {}).get("message"))
            if "name" in value and str(value["name"]).startswith("operations/"):
                taken["operation"] = value["name"]
            taken["keyString"] = value.get("keyString", taken.get("keyString", ""))
            found = described(verb, target.partition("?")[0])
            assert found is not None, (verb, template)
            name, method = found
            problems += unknown_properties(name, method["response"], value, f"{verb} {template}")
            seen += len(value)
    assert problems == []
    assert seen > 100, "the answers must not be empty"


def test_the_check_itself_notices_an_unknown_property() -> None:
    """A made-up property, also a nested one, is reported by its place."""
    schema = {"$ref": "V2Key"}
    value = {"name": "n", "colour": "red", "restrictions": {"apiTargets": [{"service": "s", "size": 1}]}}

    found = unknown_properties("apikeys.v2", schema, value, "key")

    assert found == ["key.colour", "key.restrictions.apiTargets[0].size"]
