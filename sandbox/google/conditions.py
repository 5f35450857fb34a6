"""Evaluate the few IAM conditions this cloud understands; what it cannot read grants nothing."""

from __future__ import annotations

import re
from datetime import datetime
from operator import ge, gt, le, lt

_TIME = re.compile(r'request\.time\s*(<=|>=|<|>)\s*timestamp\(\s*(["\'])([^"\']+)\2\s*\)')
_NAME = re.compile(r'resource\.name\.startsWith\(\s*(["\'])([^"\']*)\1\s*\)')
_ROLES = re.compile(
    r"api\.getAttribute\('iam\.googleapis\.com/modifiedGrantsByRole', \[\]\)\.hasOnly\(\[([^\]]*)\]\)"
)
_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge}


def holds(
    expression: str, *, now: datetime, resource_name: str, modified: frozenset[str] = frozenset()
) -> bool:
    """Say whether every term joined by && is understood and true; no expression is always true.

    `modified` are the roles whose grants a SetIamPolicy would change; other calls change none.
    """
    terms = [term.strip() for term in expression.split("&&")] if expression.strip() else []
    return all(_term(term, now, resource_name, modified) for term in terms)


def _term(term: str, now: datetime, resource_name: str, modified: frozenset[str]) -> bool:
    if found := _TIME.fullmatch(term):
        return _compare(found.group(1), now, found.group(3))
    if found := _NAME.fullmatch(term):
        return resource_name.startswith(found.group(2))
    if found := _ROLES.fullmatch(term):
        return modified <= {role.strip().strip("'") for role in found.group(1).split(",")}
    return False


def _compare(sign: str, now: datetime, text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.tzinfo is not None and _COMPARE[sign](now, moment)
