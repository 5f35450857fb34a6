"""The dashboard and the alert rules speak of numbers that exist, in a language that Prometheus reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from bot.telemetry.metrics import Metrics

OBSERVABILITY = Path(__file__).parents[2] / "deploy" / "observability"
RULES = [
    rule
    for group in yaml.safe_load((OBSERVABILITY / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = json.loads((OBSERVABILITY / "dashboard.json").read_text())["panels"]
# Grafana fills this in before Prometheus sees it.
EXPRESSIONS = {
    **{rule["alert"]: rule["expr"] for rule in RULES},
    **{
        f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "5m")
        for panel in PANELS
        for target in panel["targets"]
    },
}
SUFFIXES = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"]}


def existing() -> dict[str, set[str]]:
    """List every sample that `/metrics` can show, with its labels."""
    metrics = Metrics()
    own = {name: part for name, part in vars(metrics).items() if hasattr(part, "_labelnames")}
    assert len(own) > 10
    return {
        part._name + suffix: set(part._labelnames) for part in own.values() for suffix in SUFFIXES[part._type]
    }


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_speaks_of_numbers_that_exist(name: str) -> None:
    """It parses as PromQL, and each metric and label in it is one that the bot shows."""
    samples, selectors = existing(), selectors_in(promql_parser.parse(EXPRESSIONS[name]))

    assert selectors, "it reads nothing"
    for metric, matched in selectors:
        assert metric in samples, metric
        assert matched <= samples[metric], metric
    grouped = {label for by in re.findall(r"by \(([^)]*)\)", EXPRESSIONS[name]) for label in by.split(", ")}
    known = {label for metric, _ in selectors for label in samples[metric]}
    assert grouped <= known | {"le", "job", "instance"}


@pytest.mark.parametrize("name", existing())
def test_a_number_is_shown_somewhere(name: str) -> None:
    """A number that neither the dashboard nor a rule reads is one that nobody looks at."""
    part = next(m for m in vars(Metrics()).values() if getattr(m, "_name", None) and name.startswith(m._name))
    assert any(part._name in expression for expression in EXPRESSIONS.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    """Each rule has a severity that somebody routes, a summary, and what to do about it."""
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert set(rule["annotations"]) == {"summary", "action"}
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))


def selectors_in(node: Any) -> list[tuple[str, set[str]]]:
    """List the metrics that an expression reads, with the labels it matches."""
    if node is None or isinstance(node, str | float | int | bool):
        return []
    if isinstance(node, promql_parser.VectorSelector):
        return [(node.name, {matcher.name for matcher in node.matchers.matchers})]
    if isinstance(node, list | tuple):
        return [found for item in node for found in selectors_in(item)]
    parts = ("vector_selector", "expr", "lhs", "rhs", "args", "param")
    return [found for part in parts for found in selectors_in(getattr(node, part, None))]
