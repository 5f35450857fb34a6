"""The listeners for projects on their way to be ready: those that are there, and those that are made."""

from __future__ import annotations

from handlers.actions import (
    fix_again,
    open_new_project,
    setup_again,
    setup_help,
    setup_project,
    setup_roles,
)
from handlers.views import new_project

LISTENERS = (
    setup_project,
    setup_help,
    setup_again,
    setup_roles,
    open_new_project,
    new_project,
    fix_again,
)
