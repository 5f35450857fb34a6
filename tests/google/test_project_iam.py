"""Grants on a project by their title: ours come and go, everybody else's stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import GoogleError
from bot.google.project_iam import ProjectIam

if TYPE_CHECKING:
    from bot.google.cloud import Cloud

PROJECT, ROLE = "acme-ml-dev", "roles/aiplatform.user"
ADA = "user:ada@acme.test"


async def test_without_the_right_nothing_is_granted(cloud: Cloud) -> None:
    """The bot's own role does not let it touch a project's policy; Google's refusal comes out."""
    until = datetime.now(UTC) + timedelta(days=1)

    with pytest.raises(GoogleError, match="IamPolicy"):
        await ProjectIam(cloud.calls).grant(PROJECT, ROLE, ADA, until=until, title="t")
