"""docker-compose.yml: valid by Compose's own schema, and as separate as it says."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from bot.settings import PREFIX, Role
from tests.deploy.compose_file import compose
from tests.deploy.given import KNOWN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.given import Starts

DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "one": compose("docker-compose.yml"),
    "several": compose("docker-compose.yml", "docker-compose.workspaces.yml"),
}
COMPOSE = DEPLOYMENTS["one"]
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS: tuple[Role, ...] = ("slack", "worker")
deployments = pytest.mark.parametrize("deployment", DEPLOYMENTS)


@deployments
def test_compose_accepts_the_file(deployment: str, tmp_path: Path) -> None:
    """It is valid by the schema of the Compose specification, also with the other file on top."""
    (tmp_path / "compose.json").write_text(json.dumps(DEPLOYMENTS[deployment]))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, "compose.json"], cwd=tmp_path, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout.decode()


@deployments
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(deployment: str, name: str) -> None:
    """Read-only root, no capability, no new privilege, and no port that the world can reach."""
    service = DEPLOYMENTS[deployment]["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@deployments
@pytest.mark.parametrize("role", BOTS)
def test_a_role_starts_with_what_it_is_given(deployment: str, role: Role, starts: Starts) -> None:
    """Every variable is a setting, every file it names is a secret of its service, and that is enough."""
    service = DEPLOYMENTS[deployment]["services"][role]
    environment: dict[str, str] = service["environment"]

    assert service["command"] == ["serve", "--role", role]
    assert set(environment) <= KNOWN
    files = {value for value in environment.values() if value.startswith("/run/secrets/")}
    assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
    rules = environment[PREFIX + ("POLICY_FILE" if deployment == "one" else "POLICY_DIR")]
    assert any(volume.endswith(f":{rules}:ro") for volume in service["volumes"])
    known = starts(role, environment)
    assert bool(known.slack_client_id) == (deployment == "several" and role == "slack")


@deployments
def test_neither_role_holds_the_others_secrets(deployment: str) -> None:
    """What both mount is nothing; and no secret stands in the file, nor in a variable."""
    file = DEPLOYMENTS[deployment]
    mounted = {name: set(file["services"][name]["secrets"]) for name in (*BOTS, "redis")}

    assert mounted["slack"] & mounted["worker"] == set()
    assert not any("slack" in secret or "sealing" in secret for secret in mounted["worker"])
    assert "google_identity" not in mounted["slack"]
    assert set().union(*mounted.values()) == set(file["secrets"])
    assert "PASSWORD:" not in json.dumps(file["services"])


def test_redis_reaches_nobody() -> None:
    """It stands in an internal network, where only the roles are."""
    assert SERVICES["redis"]["networks"] == ["memory"]
    assert COMPOSE["networks"]["memory"] == {"internal": True}
    assert SERVICES["redis"]["command"] == ["sh", "/etc/gemini-key-bot/start.sh"]


def test_the_sandbox_starts_only_when_asked_for() -> None:
    """`docker compose up` is the bot; the sandbox is a profile and holds no secret."""
    assert SERVICES["sandbox"]["profiles"] == ["sandbox"]
    assert "secrets" not in SERVICES["sandbox"]
