"""The doctor asks for exactly the rights that the shipped role gives."""

from __future__ import annotations

import json
from pathlib import Path

from bot.domain import rights

ROOT = Path(__file__).parents[2]


def test_the_doctor_and_the_shipped_role_agree() -> None:
    """What the role gives, on projects and on the bot's own secrets, is what is checked; no more is in it."""
    groups = json.loads((ROOT / "deploy/terraform/permissions.json").read_text())
    shipped = [*groups["always"], *groups["own_secrets"]]

    assert set(shipped) == {*rights.NEEDED, *rights.WISHED}
    assert set(groups["own_secrets"]) == {*rights.OF_SECRETS}
    assert not set(shipped) & set(rights.TOO_WIDE)
