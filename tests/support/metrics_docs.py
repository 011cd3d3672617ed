"""What docs/metrics.md must say, taken from the registry, and the metrics that dashboards and rules name."""

import re
from collections.abc import Iterable

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from healther.history.overview.metrics_text import FAMILIES
from healther.observability.metrics import REGISTRY, SHARED

_NAME = re.compile(r"\bhealther_[a-z0-9_]+")
_SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",), "info": ("_info",)}


def own_families() -> list[tuple[Metric, tuple[str, ...]]]:
    """Every metric of ours with the names of its labels, in the order of the code."""
    found = []
    for collector in dict.fromkeys((*REGISTRY._collector_to_names, *SHARED._collector_to_names)):
        for family in _described(collector):
            if family.name.startswith("healther_"):
                labels = getattr(collector, "_labelnames", None) or (getattr(collector, "_label", ""),)
                found.append((family, tuple(each for each in labels if each)))
    return found


def table() -> str:
    """The rows of docs/metrics.md."""
    rows = ["| metric | type | labels | meaning |", "|---|---|---|---|"]
    for family, labels in own_families():
        name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        rows.append(
            f"| `{name}` | {family.type} | {', '.join(f'`{each}`' for each in labels)} | {family.documentation} |"
        )
    return "\n".join(rows)


def workspace_table() -> str:
    """The rows of a workspace's own metrics."""
    rows = ["| metric | meaning |", "|---|---|"]
    return "\n".join([*rows, *(f"| `{each.name}` | {each.help} |" for each in FAMILIES if each.help)])


def series_names() -> set[str]:
    """Every name a query may use."""
    names = {each.name for each in FAMILIES}
    for family, _ in own_families():
        names |= {family.name + suffix for suffix in _SUFFIXES[family.type]}
    return names


def names_in(text: str) -> set[str]:
    """Every name of ours in a text of queries."""
    return set(_NAME.findall(text))


def _described(collector: Collector) -> Iterable[Metric]:
    describe = getattr(collector, "describe", None)
    return describe() if describe is not None else ()
