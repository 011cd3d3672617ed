"""The Helm chart: read as text, and linted and rendered by Helm's own library."""

import contextlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from rq import Queue

from healther.cli.lazy import VERBS
from healther.core.setting_files import names_of_files
from healther.core.settings import Settings
from healther.monitoring.dispatch_rq import MAX_QUEUED_JOBS, queue_name
from tests.support.containers import of_stage, services
from tests.support.docs import ROOT

CHART = ROOT / "deploy/helm/healther"
TEMPLATES = {path.name: path.read_text() for path in sorted((CHART / "templates").iterdir())}
TEXT = "\n".join(TEMPLATES.values())
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
NEEDED = {"existingSecret": "healther", "publicUrl": "https://healther.example.org"}
SCALING = ({"by": "none"}, {"by": "cpu"}, {"by": "keda", "redisAddress": "redis.example.org:6379"})
WARNING = 2

helm: Any = None
with contextlib.suppress(ImportError):
    import helm_python as helm
needs_helm = pytest.mark.skipif(helm is None, reason="helm-python-sdk has no build for this machine")


def rendered(**values: object) -> list[dict[str, Any]]:
    """Every object of a release `x` with these values."""
    with helm.Chart.load(CHART) as chart:
        texts = chart.render({**NEEDED, **values}, name="x", namespace="monitoring")
    return [
        each
        for path, text in texts.items()
        if path.endswith(".yaml")
        for each in yaml.safe_load_all(text)
        if each is not None
    ]


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


@needs_helm
@pytest.mark.parametrize("scaling", SCALING, ids=lambda each: str(each["by"]))
def test_helm_lints_it_strictly_and_renders_what_kubernetes_can_read(scaling: dict[str, Any]) -> None:
    report = helm.lint(CHART, {**NEEDED, "worker": {"autoscaling": scaling}}, strict=True)
    assert report["errors"] == []
    assert [each for each in report["messages"] if each["severity"] >= WARNING] == []
    objects = rendered(worker={"autoscaling": scaling})
    kinds = Counter(each["kind"] for each in objects)
    assert (kinds["Deployment"], kinds["PodDisruptionBudget"], kinds["Job"], kinds["Service"]) == (3, 3, 1, 2)
    assert kinds["HorizontalPodAutoscaler"] == (scaling["by"] == "cpu")
    assert kinds["ScaledObject"] == (scaling["by"] == "keda")
    names = [(each["kind"], each["metadata"]["name"]) for each in objects]
    assert len(set(names)) == len(names)
    assert all(each["apiVersion"] and each["metadata"]["labels"] for each in objects)
    for each in objects:
        if each["kind"] in ("Deployment", "Job"):
            pod = each["spec"]["template"]["spec"]
            mounted = {mount["name"] for container in pod["containers"] for mount in container["volumeMounts"]}
            assert mounted == {volume["name"] for volume in pod["volumes"]}
            for container in pod["containers"]:
                assert all(isinstance(variable.get("value", ""), str) for variable in container["env"])
    worker = next(each for each in objects if each["metadata"]["name"] == "x-worker" and each["kind"] == "Deployment")
    assert ("replicas" in worker["spec"]) == (scaling["by"] == "none"), "whoever scales it says how many"


@needs_helm
@pytest.mark.parametrize("region", ["default", "eu-west"])
def test_a_region_s_workers_are_scaled_by_what_waits_for_that_region(region: str) -> None:
    objects = rendered(
        api={"replicas": 0}, frontend={"replicas": 0}, worker={"region": region, "autoscaling": SCALING[-1]}
    )
    (scaled,) = (each["spec"] for each in objects if each["kind"] == "ScaledObject")
    triggers = {each["type"]: each for each in scaled["triggers"]}
    assert triggers.keys() == {"redis", "cpu"}, "nothing that an API would have to answer: a region has none"
    assert triggers["redis"]["metadata"]["listName"] == Queue.redis_queue_namespace_prefix + queue_name(region)
    assert int(triggers["redis"]["metadata"]["listLength"]) < MAX_QUEUED_JOBS
    assert "fallback" not in scaled, "a store that is away is no reason for more workers"


@needs_helm
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"existingSecret": ""}, "existingSecret"),
        ({"publicUrl": ""}, "publicUrl"),
        ({"surprise": 1}, "surprise"),
        ({"worker": {"autoscaling": {"by": "keda"}}}, "redisAddress"),
        ({"worker": {"autoscaling": {"by": "guess"}}}, "by"),
    ],
)
def test_values_that_cannot_work_are_refused_by_name(values: dict[str, Any], said: str) -> None:
    with pytest.raises(helm.HelmError, match=said):
        rendered(**values)
