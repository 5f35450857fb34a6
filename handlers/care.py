"""The listeners of a live key's life: renew, rotate, revoke, undo, leak."""

from __future__ import annotations

from handlers.actions import (
    approve_renewal,
    delete_old_key,
    deny_renewal,
    keep_old_key,
    let_expire,
    renew_key,
    report_leak,
    revoke_key,
    rotate_key,
    undo_revoke,
)
from handlers.views import deny_renewal as deny_renewal_form
from handlers.views import renew_key as renewal_form

LISTENERS = (
    renew_key,
    renewal_form,
    let_expire,
    approve_renewal,
    deny_renewal,
    deny_renewal_form,
    rotate_key,
    delete_old_key,
    keep_old_key,
    revoke_key,
    undo_revoke,
    report_leak,
)
