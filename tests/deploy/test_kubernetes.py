"""The manifests: valid by Kubernetes' own schemas, hardened, and two roles with nothing in common."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from bot.secret_files import NAMES
from bot.settings import _known_names
from bot.telemetry.metrics import Metrics

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


def named(kind: str, name: str) -> dict[str, Any]:
    """Find one object."""
    (found,) = [o for o in OBJECTS if o["kind"] == kind and o["metadata"]["name"] == name]
    return found


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
    resources = set(known["resources"])
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


@pytest.mark.parametrize("role", ["slack", "worker"])
def test_a_role_is_given_settings_that_exist(role: str) -> None:
    """Its variables are settings of ours, and the files they name are mounted from its own secrets."""
    (container,) = PODS[role]["containers"]
    environment = {variable["name"]: variable["value"] for variable in container["env"]}
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}

    assert container["args"] == ["serve", "--role", role]
    assert set(environment) <= {*NAMES, *_known_names(), "PORT"}
    files = [value for name, value in environment.items() if name.endswith("_FILE")]
    assert files
    assert all(str(Path(value).parent) in mounts for value in files)


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


def test_the_world_reaches_one_path() -> None:
    """The Ingress serves Slack's request URL, not the health pages."""
    (rule,) = named("Ingress", "slack")["spec"]["rules"]
    (path,) = rule["http"]["paths"]

    assert (path["path"], path["pathType"]) == ("/slack/events", "Exact")


@pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="kubectl, which renders overlays, is not installed"
)
@pytest.mark.parametrize("overlay", ["gke", "small"])
def test_an_overlay_renders(overlay: str) -> None:
    """Kustomize makes valid objects of it, all in one namespace, the policy and Redis's users among them."""
    done = subprocess.run(
        ["kubectl", "kustomize", str(DEPLOY / "kubernetes/overlays" / overlay)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    rendered = list(yaml.safe_load_all(done.stdout))
    for found in rendered:
        if found["kind"] not in FOREIGN:
            kubernetes_validate.validate(found, kubernetes_validate.latest_version(), strict=True)
    assert {o["metadata"].get("namespace") for o in rendered if o["kind"] != "Namespace"} == {
        "gemini-key-bot"
    }
    assert {o["metadata"]["name"].rpartition("-")[0] for o in rendered if o["kind"] == "ConfigMap"} == {
        "policy",
        "redis-users",
    }
