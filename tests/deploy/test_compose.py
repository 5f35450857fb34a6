"""docker-compose.yml: valid by Compose's own schema, and as separate as it says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.secret_files import NAMES
from bot.settings import PREFIX, _known_names

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = {"slack", "worker"}


def test_compose_accepts_the_file() -> None:
    """It is valid by the schema of the Compose specification."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, "docker-compose.yml"], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout.decode()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(name: str) -> None:
    """Read-only root, no capability, no new privilege, and no port that the world can reach."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", sorted(BOTS))
def test_a_roles_settings_exist(name: str) -> None:
    """Every variable is a setting of ours, every file it names is a secret of that service."""
    service = SERVICES[name]
    known = {*NAMES, *_known_names(), "GOOGLE_APPLICATION_CREDENTIALS"}

    assert service["command"] == ["serve", "--role", name]
    assert set(service["environment"]) <= known
    files = {value for value in service["environment"].values() if value.startswith("/run/secrets/")}
    assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
    assert PREFIX + "POLICY_FILE" in service["environment"]


def test_neither_role_holds_the_others_secrets() -> None:
    """What both mount is nothing; and no secret stands in the file, nor in a variable."""
    mounted = {name: set(SERVICES[name]["secrets"]) for name in BOTS | {"redis"}}

    assert mounted["slack"] & mounted["worker"] == set()
    assert not any("slack" in secret for secret in mounted["worker"])
    assert "google_identity" not in mounted["slack"]
    assert set().union(*mounted.values()) == set(COMPOSE["secrets"])
    assert "PASSWORD:" not in json.dumps(SERVICES)


def test_redis_reaches_nobody() -> None:
    """It stands in an internal network, where only the roles are."""
    assert SERVICES["redis"]["networks"] == ["memory"]
    assert COMPOSE["networks"]["memory"] == {"internal": True}
    assert SERVICES["redis"]["command"] == ["sh", "/etc/gemini-key-bot/start.sh"]


def test_the_sandbox_starts_only_when_asked_for() -> None:
    """`docker compose up` is the bot; the sandbox is a profile and holds no secret."""
    assert SERVICES["sandbox"]["profiles"] == ["sandbox"]
    assert "secrets" not in SERVICES["sandbox"]
