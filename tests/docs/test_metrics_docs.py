"""docs/metrics.md, the dashboard and the alert rules name the metrics there are, and no others."""

import json
import shutil
import subprocess

import pytest

from tests.support import docs, metrics_docs

DASHBOARD = "deploy/grafana/healther.json"
RULES = "deploy/prometheus/rules.yml"


def test_every_metric_is_documented_as_it_is() -> None:
    page = docs.page("docs/metrics.md")
    assert metrics_docs.table() in page
    assert metrics_docs.workspace_table() in page


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


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not installed")
@pytest.mark.parametrize("command", [["check", "rules", RULES], ["test", "rules", "deploy/prometheus/rules_test.yml"]])
def test_promtool_takes_the_rules(command: list[str]) -> None:
    done = subprocess.run(["promtool", *command], cwd=docs.ROOT, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
