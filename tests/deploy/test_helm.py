"""The Helm chart, as far as it can be read without Helm; `helm lint` and `helm template` where it is installed.

Rendering is Helm's: without it nothing here says that a template renders, only that it uses what there is.
"""

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from healther.cli.lazy import VERBS
from healther.core.setting_files import names_of_files
from healther.core.settings import Settings
from tests.support.containers import of_stage, services
from tests.support.docs import ROOT

CHART = ROOT / "deploy/helm/healther"
HELM = shutil.which("helm")
TEMPLATES = {path.name: path.read_text() for path in sorted((CHART / "templates").iterdir())}
TEXT = "\n".join(TEMPLATES.values())
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
NEEDED = ("--set", "existingSecret=healther", "--set", "publicUrl=https://healther.example.org")


def paths(values: dict[str, Any], before: str = "") -> Iterator[str]:
    """Every value's dotted name; what a user fills with names of their own is one value."""
    for name, value in values.items():
        yield before + name
        if isinstance(value, dict) and name not in ("settings", "resources", "annotations", "nodeSelector"):
            yield from paths(value, f"{before}{name}.")


def test_every_value_a_template_uses_is_there_and_every_one_there_is_used() -> None:
    used = set(re.findall(r"\.Values\.([\w.]+)", TEXT))
    inside = {f"worker.autoscaling.{name}" for name in re.findall(r"[ (]\.(\w+)", TEMPLATES["worker-scaling.yaml"])}
    known = set(paths(VALUES))
    assert used - known == set()
    used |= inside & known
    assert {name for name in known if not any(each == name or each.startswith(f"{name}.") for each in used)} == set()


def test_the_schema_knows_every_value_and_refuses_others() -> None:
    assert SCHEMA["properties"].keys() - {"global"} == VALUES.keys()
    assert SCHEMA["additionalProperties"] is False
    worker = SCHEMA["properties"]["worker"]["properties"]
    assert worker.keys() == VALUES["worker"].keys()
    assert worker["autoscaling"]["properties"].keys() == VALUES["worker"]["autoscaling"].keys()


def test_the_chart_knows_every_setting_that_may_come_from_a_file() -> None:
    names = {name.replace("_", "-") for name in names_of_files(Settings)}
    assert set(SCHEMA["properties"]["secretFiles"]["items"]["enum"]) == names
    text = (CHART / "values.yaml").read_text()
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_part_that_is_defined_is_used_and_every_block_is_closed() -> None:
    defined = set(re.findall(r'define "([\w.]+)"', TEXT))
    assert defined == set(re.findall(r'include "([\w.]+)"', TEXT))
    for name, text in TEMPLATES.items():
        opened = len(re.findall(r"\{\{-? (?:if|range|with|define)\b", text))
        assert opened == len(re.findall(r"\{\{-? end\b", text)), name


def test_what_runs_are_verbs_of_healther_with_settings_of_healther() -> None:
    assert set(re.findall(r"args: \[(\w+)", TEXT)) == {"migrate", "api", "worker"} <= set(VERBS)
    named = set(re.findall(r"name: HEALTHER_([A-Z_]+)\b", TEXT)) - {""}
    assert named - {"API"} <= {name.upper() for name in Settings.model_fields}, "API is the frontend's"


def test_versions_and_users_are_the_same_everywhere() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    built = {service["image"] for service in services().values() if "build" in service}
    assert built == {f"healther:{version}", f"healther-frontend:{version}"}
    assert chart["appVersion"] == version
    users = {f"{user}:{user}" for user in re.findall(r'include "healther.podSecurity" (\d+)', TEXT)}
    assert users == {of_stage(stage, "USER")[-1] for stage in ("healther", "frontend")}


def test_every_pod_is_closed_and_every_component_may_be_moved_one_at_a_time() -> None:
    pods = [text for text in TEMPLATES.values() if "containers:" in text]
    assert len(pods) == 4
    for text in pods:
        for needed in ('"healther.podSecurity"', '"healther.security"', "automountServiceAccountToken: false"):
            assert text.count(needed) == 1
        assert "enableServiceLinks: false" in text, "the service healther-api would become HEALTHER_API_PORT"
    assert 'list "api" "worker" "frontend"' in TEMPLATES["disruption.yaml"]


@pytest.mark.skipif(HELM is None, reason="helm is not installed")
@pytest.mark.parametrize("by", ["none", "cpu", "keda"])
def test_helm_lints_and_renders_it(by: str) -> None:
    options = (*NEEDED, "--set", f"worker.autoscaling.by={by}")
    linted = subprocess.run([str(HELM), "lint", "--strict", CHART, *options], capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr
    done = subprocess.run([str(HELM), "template", "x", CHART, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kinds = [each["kind"] for each in yaml.safe_load_all(done.stdout) if each]
    assert kinds.count("Deployment") == 3
    assert {"none": None, "cpu": "HorizontalPodAutoscaler", "keda": "ScaledObject"}[by] in [None, *kinds]
