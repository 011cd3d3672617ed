"""docs/metrics.md, the dashboard and the alert rules name the metrics there are, and no others."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from healther.history.overview.metrics_text import SERIES_MOST
from tests.support import docs, metrics_docs

DASHBOARD = "deploy/grafana/healther.json"
RULES = "deploy/prometheus/rules.yml"
RULES_TESTS = "deploy/prometheus/rules_test.yml"


def test_every_metric_is_documented_as_it_is() -> None:
    page = docs.page("docs/metrics.md")
    assert metrics_docs.table() in page
    assert metrics_docs.workspace_table() in page
    assert f"so at most {SERIES_MOST} times the number of watchers" in page


@pytest.mark.parametrize("path", [DASHBOARD, RULES, "docs/metrics.md", "docs/operations.md"])
def test_only_metrics_that_exist_are_named(path: str) -> None:
    names = metrics_docs.names_in(docs.page(path))
    # In prose a family may be named without what its kind adds.
    families = {family.name for family, _ in metrics_docs.own_families()}
    assert names - metrics_docs.series_names() - families == set()


def test_every_panel_asks_something_and_says_what() -> None:
    board = json.loads(docs.page(DASHBOARD))
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    assert panels
    for panel in panels:
        assert panel["title"]
        assert panel["description"]
        assert all(metrics_docs.names_in(target["expr"]) for target in panel["targets"])
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_names_follow_the_conventions_of_prometheus() -> None:
    for family, labels in metrics_docs.own_families():
        name = family.name
        assert re.fullmatch(r"healther(_[a-z]+)+", name), name
        assert not re.search(
            r"_(ms|milliseconds|minutes|hours|kb|mb|percent|count|sum|bucket|total|counter|gauge)$", name
        )
        assert family.type != "histogram" or name.endswith(("_seconds", "_checks", "_results")), "the unit comes last"
        assert "_timestamp" not in name or name.endswith("_timestamp_seconds")
        assert not {"le", "quantile", "job", "instance", "type"} & set(labels), "names that Prometheus has for itself"
        assert family.documentation.endswith(".")


def test_every_alert_rule_is_seen_to_fire_and_to_be_silent() -> None:
    alerts = {rule["alert"] for group in yaml.safe_load(docs.page(RULES))["groups"] for rule in group["rules"]}
    asked = [each for test in yaml.safe_load(docs.page(RULES_TESTS))["tests"] for each in test["alert_rule_test"]]
    assert {each["alertname"] for each in asked if each.get("exp_alerts")} == alerts
    assert {each["alertname"] for each in asked if not each.get("exp_alerts")} == alerts


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not installed")
@pytest.mark.parametrize("command", [["check", "rules", RULES], ["test", "rules", RULES_TESTS]])
def test_promtool_takes_the_rules(command: list[str]) -> None:
    done = subprocess.run(["promtool", *command], cwd=docs.ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
