"""A histogram that takes many values at once: a batch of checks costs it less than one observation each."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from prometheus_client.metrics_core import HistogramMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry


class Spread(Collector):
    """Counts of values at most as large as each of `bounds`, by one label."""

    def __init__(
        self, name: str, documentation: str, label: str, bounds: Sequence[float], registry: CollectorRegistry
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._label = label
        self._bounds = list(bounds)
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        registry.register(self)

    def observe_all(self, label: str, values: Iterable[float]) -> None:
        """Takes the values of a batch."""
        ordered = sorted(values)
        counts = self._counts.setdefault(label, [0] * (len(self._bounds) + 1))
        before = 0
        for place, bound in enumerate(self._bounds):
            until = bisect_right(ordered, bound, before)
            counts[place] += until - before
            before = until
        counts[-1] += len(ordered) - before
        self._sums[label] = self._sums.get(label, 0.0) + sum(ordered)

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The name, for whoever asks what there is."""
        return [HistogramMetricFamily(self._name, self._documentation, labels=[self._label])]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """What Prometheus reads."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=[self._label])
        names = [*(str(bound) for bound in self._bounds), "+Inf"]
        for label, counts in list(self._counts.items()):
            family.add_metric([label], list(zip(names, accumulate(counts), strict=True)), self._sums[label])
        return [family]
