"""The manifests: valid by Kubernetes' own schemas, hardened, and two roles with nothing in common."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml

from bot.policy.inspecting import inspect
from bot.telemetry.metrics import Metrics
from handlers.manifest import REDIRECT
from handlers.oauth.flow import INSTALL
from tests.deploy.given import KNOWN

if TYPE_CHECKING:
    from bot.settings import Role
    from tests.deploy.given import Starts

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDERS = [path.parent for path in sorted(DEPLOY.rglob("kustomization.yaml"))]
# Kinds that Kubernetes itself does not know.
FOREIGN = {"PodMonitoring"}
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))]
OBJECTS: list[dict[str, Any]] = [
    found
    for path in FILES
    if path.name != "kustomization.yaml"
    for found in yaml.safe_load_all(path.read_text())
]
PODS = {
    found["metadata"]["name"]: found["spec"]["template"]["spec"]
    for found in OBJECTS
    if found["kind"] in {"Deployment", "StatefulSet"}
}
# What an overlay takes for several workspaces in the place of one.
WORKSPACES = DEPLOY / "kubernetes/components/workspaces"
COMPONENT: dict[str, Any] = yaml.safe_load((WORKSPACES / "kustomization.yaml").read_text())
PATCHES = [(patch.get("target"), yaml.safe_load(patch["patch"])) for patch in COMPONENT["patches"]]
deployments = pytest.mark.parametrize("deployment", ["one", "several"])


def named(kind: str, name: str) -> dict[str, Any]:
    """Find one object."""
    (found,) = [o for o in OBJECTS if o["kind"] == kind and o["metadata"]["name"] == name]
    return found


def environment(role: str, deployment: str) -> dict[str, str]:
    """Read what a role is given, patched as Kustomize patches: by a variable's name."""
    (container,) = PODS[role]["containers"]
    given: dict[str, str] = {variable["name"]: variable["value"] for variable in container["env"]}
    for target, patch in PATCHES if deployment == "several" else []:
        if target is None and patch["metadata"]["name"] == role:
            (changed,) = patch["spec"]["template"]["spec"]["containers"]
            for variable in changed["env"]:
                given.pop(variable["name"], None)
                if variable.get("$patch") != "delete":
                    given[variable["name"]] = variable["value"]
    return given


@pytest.mark.parametrize("found", OBJECTS, ids=lambda o: f"{o['kind']}/{o['metadata']['name']}")
def test_kubernetes_accepts_it(found: dict[str, Any]) -> None:
    """It is valid, and strictly so, by the schema of its kind."""
    if found["kind"] in FOREIGN:
        assert found["apiVersion"] == "monitoring.googleapis.com/v1"
        return
    kubernetes_validate.validate(found, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_a_kustomization_names_what_is_there(folder: Path) -> None:
    """Each resource and file exists, and no manifest lies about unused."""
    known = yaml.safe_load((folder / "kustomization.yaml").read_text())
    resources = set(known.get("resources", []))
    files = {name for made in known.get("configMapGenerator", []) for name in made["files"]}

    assert all((folder / name).exists() for name in resources | files)
    assert {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"} <= resources


@pytest.mark.parametrize("name", PODS)
def test_a_pod_is_hardened(name: str) -> None:
    """No root, no capability, no writable root, no token of the cluster."""
    pod = PODS[name]
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"readinessProbe", "livenessProbe", "resources"} <= set(container)


@deployments
@pytest.mark.parametrize("role", ["slack", "worker"])
def test_a_role_starts_with_what_it_is_given(deployment: str, role: Role, starts: Starts) -> None:
    """Its variables are settings of ours and enough; the files they name are mounted from its own secrets."""
    (container,) = PODS[role]["containers"]
    given = environment(role, deployment)
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}

    assert container["args"] == ["serve", "--role", role]
    assert set(given) <= KNOWN
    files = [value for name, value in given.items() if name.endswith("_FILE")]
    assert files
    assert all(str(Path(value).parent) in mounts for value in files)
    known = starts(role, given)
    assert bool(known.slack_client_id) == (deployment == "several" and role == "slack")
    assert str(known.policy_dir) in (mounts if deployment == "several" else {"None"})


@pytest.mark.parametrize("path", [WORKSPACES, DEPLOY / "kubernetes/base/policy.toml"], ids=lambda p: p.name)
def test_a_policy_to_start_from_is_one(path: Path) -> None:
    """The bot accepts it as it stands."""
    found = inspect(path)

    assert found
    assert [problem for one in found for problem in one.problems] == []


def test_the_roles_share_no_identity_and_no_secret() -> None:
    """Each has a service account of its own, and the worker mounts nothing of Slack's."""
    secrets = {
        role: {v["secret"]["secretName"] for v in PODS[role]["volumes"] if "secret" in v}
        for role in ("slack", "worker")
    }

    assert secrets == {"slack": {"slack", "redis-slack"}, "worker": {"redis-worker"}}
    assert [PODS[role]["serviceAccountName"] for role in secrets] == ["slack", "worker"]


def test_only_the_worker_becomes_somebody_at_google() -> None:
    """On GKE one service account is annotated, and one role reaches the metadata server that gives tokens."""
    gke = yaml.safe_load((DEPLOY / "kubernetes/overlays/gke/kustomization.yaml").read_text())
    annotated = [p["target"]["name"] for p in gke["patches"] if "iam.gke.io" in p["patch"]]
    policy = named("NetworkPolicy", "worker-identity")

    assert annotated == ["worker"]
    assert policy["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"] == "worker"
    slack = named("NetworkPolicy", "slack")["spec"]["egress"]
    (outside,) = [rule for rule in slack if any("ipBlock" in peer for peer in rule["to"])]
    assert "169.254.0.0/16" in outside["to"][0]["ipBlock"]["except"]


def test_workers_scale_on_what_people_wait_for() -> None:
    """The metric of the worker's autoscaler is one that the bot shows."""
    (metric,) = named("HorizontalPodAutoscaler", "worker")["spec"]["metrics"]

    assert metric["external"]["metric"]["name"] == Metrics().lag._name


def test_the_world_reaches_what_it_must() -> None:
    """The Ingress serves Slack's request URL and, if there is one, the install page; no health page."""
    (rule,) = named("Ingress", "slack")["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    ((_, added),) = [each for each in PATCHES if each[0] == {"kind": "Ingress", "name": "slack"}]

    assert (path["path"], path["pathType"]) == ("/slack/events", "Exact")
    assert [(step["op"], step["path"]) for step in added] == [("add", "/spec/rules/0/http/paths/-")] * 2
    assert [step["value"] for step in added] == [path | {"path": INSTALL}, path | {"path": REDIRECT}]


@pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="kubectl, which renders overlays, is not installed"
)
@pytest.mark.parametrize(
    ("overlay", "deployment"), [("gke", "one"), ("small", "one"), ("gke", "several")], ids=str
)
def test_an_overlay_renders(overlay: str, deployment: str, tmp_path: Path) -> None:
    """Kustomize makes valid objects of it, all in one namespace, the policy and Redis's users among them."""
    deploy = shutil.copytree(DEPLOY, tmp_path / "deploy")
    if deployment == "several":
        with (deploy / "kubernetes/overlays" / overlay / "kustomization.yaml").open("a") as file:
            file.write("components: [../../components/workspaces]\n")
    rendered = render(deploy / "kubernetes/overlays" / overlay)

    for found in rendered:
        if found["kind"] not in FOREIGN:
            kubernetes_validate.validate(found, kubernetes_validate.latest_version(), strict=True)
    assert {o["metadata"].get("namespace") for o in rendered if o["kind"] != "Namespace"} == {
        "gemini-key-bot"
    }
    data = {o["metadata"]["name"].rpartition("-")[0]: o["data"] for o in rendered if o["kind"] == "ConfigMap"}
    assert set(data) == {"policy", "redis-users"}
    assert set(data["policy"]) == {"policy.toml" if deployment == "one" else "T0123456789.toml"}
    for role in ("slack", "worker"):
        (pod,) = [o for o in rendered if o["kind"] == "Deployment" and o["metadata"]["name"] == role]
        (container,) = pod["spec"]["template"]["spec"]["containers"]
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        given.pop("SLACK_APP_TOKEN_FILE", None)  # of the overlay
        assert given == environment(role, deployment)


def render(folder: Path) -> list[dict[str, Any]]:
    """Let Kustomize write an overlay out."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return list(yaml.safe_load_all(done.stdout))
