"""A histogram that takes many values at once: a batch of checks costs it less than one observation each."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client.metrics_core import HistogramMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

_MS_PER_S = 1000


class Spread(Collector):
    """Counts of values at most as large as each of `bounds`, by one label.

    Values are in milliseconds, as the pipeline has them; `bounds` and what Prometheus reads are in seconds.
    """

    def __init__(
        self, name: str, documentation: str, label: str, bounds: Sequence[float], registry: CollectorRegistry
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._label = label
        self._names = [*(str(bound) for bound in bounds), "+Inf"]
        self._bounds_ms = [bound * _MS_PER_S for bound in bounds]
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        registry.register(self)

    def observe_all(self, label: str, values_ms: list[float]) -> None:
        """Takes the values of a batch, and sorts them; below zero (a clock that was set back) counts as nothing."""
        values_ms.sort()
        ordered = values_ms
        counts = self._counts.setdefault(label, [0] * len(self._names))
        before = 0
        for place, bound in enumerate(self._bounds_ms):
            until = bisect_right(ordered, bound, before)
            counts[place] += until - before
            before = until
        counts[-1] += len(ordered) - before
        self._sums[label] = self._sums.get(label, 0.0) + max(0.0, sum(ordered)) / _MS_PER_S

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The name, for whoever asks what there is."""
        return [HistogramMetricFamily(self._name, self._documentation, labels=[self._label])]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """What Prometheus reads."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=[self._label])
        for label, counts in list(self._counts.items()):
            family.add_metric([label], list(zip(self._names, accumulate(counts), strict=True)), self._sums[label])
        return [family]
