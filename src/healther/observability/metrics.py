"""Every metric of a process, in one place; docs/metrics.md is held against this registry by a test.

What happens often is counted a batch at a time. Each process has its own: Prometheus adds them up.
"""

from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from healther.observability.spread import Spread

# When each series began: one more series each, which nobody graphs.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry(auto_describe=True)
"""What a process knows of itself."""
SHARED = CollectorRegistry(auto_describe=True)
"""What the database and Redis know, read by whoever serves the API (alerting/readings.py)."""
BOTH = CollectorRegistry()
BOTH.register(REGISTRY)
BOTH.register(SHARED)
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CHECK_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_BATCH = (1, 10, 50, 100, 250, 500, 1000)

BUILD = Info("healther_build", "The version that runs.", registry=REGISTRY)
BUILD.info({"version": version("healther")})

# The pipeline.
CHECKS = Counter("healther_checks", "Checks that were recorded.", ["kind", "outcome", "reason"], registry=REGISTRY)
CHECK_DURATION_MS = Spread(
    "healther_check_duration_seconds", "How long recorded checks took that got an answer.", "kind", _CHECK_S, REGISTRY
)
CHECK_LATENESS_MS = Spread(
    "healther_check_lateness_seconds", "How long after their slot checks began.", "kind", _FAST_S, REGISTRY
)
RESULTS_REFUSED = Counter(
    "healther_results_refused",
    "Results dropped: their lease had been taken over, or their watcher edited.",
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("healther_checks_in_flight", "Checks begun and not recorded yet.", registry=REGISTRY)
WAITING = Gauge("healther_checks_waiting", "Checks claimed that wait for their slot.", registry=REGISTRY)
CLAIM_BATCH = Histogram(
    "healther_claim_batch_checks", "Checks taken by a claim that found any.", buckets=_BATCH, registry=REGISTRY
)
CLAIM_DURATION = Histogram(
    "healther_claim_duration_seconds", "How long claiming took.", buckets=_FAST_S, registry=REGISTRY
)
RECORD_BATCH = Histogram(
    "healther_record_batch_results", "Results written in one transaction.", buckets=_BATCH, registry=REGISTRY
)
RECORD_DURATION = Histogram(
    "healther_record_duration_seconds", "How long writing a batch took.", buckets=_FAST_S, registry=REGISTRY
)
DATABASE_FAILURES = Counter(
    "healther_database_failures",
    "Times a loop could not use the database and tries again.",
    ["loop"],
    registry=REGISTRY,
)
PARTS_FAILED = Counter(
    "healther_parts_failed",
    "Times a loop's work for one workspace or page failed by a fault; it is tried again, the others go on.",
    ["loop"],
    registry=REGISTRY,
)
STATE_CHANGES = Counter("healther_state_changes", "Confirmed changes of state.", ["to"], registry=REGISTRY)

# Alerting.
DELIVERIES = Counter(
    "healther_deliveries", "Attempts to deliver a message, by how they ended.", ["kind", "outcome"], registry=REGISTRY
)
DEAD_LETTERS = Counter("healther_dead_letters", "Messages that were given up for good.", ["kind"], registry=REGISTRY)

# Serving.
PAGE_ANSWERS = Counter(
    "healther_status_page_answers", "Answers under /status and /badge.", ["source"], registry=REGISTRY
)
PAGE_BUILDS = Counter("healther_status_page_rebuilds", "Status pages read and rendered anew.", registry=REGISTRY)
HTTP_REQUESTS = Counter(
    "healther_http_requests", "Answers of the API, by route.", ["method", "route", "status"], registry=REGISTRY
)
HTTP_DURATION = Histogram(
    "healther_http_request_duration_seconds",
    "How long it took until the head of an answer was sent.",
    ["method", "route"],
    buckets=(0.005, 0.025, 0.1, 0.25, 1.0, 5.0),
    registry=REGISTRY,
)
LIVE_STREAMS = Gauge("healther_live_streams", "Live streams that are open.", registry=REGISTRY)
DATABASE_CONNECTIONS = Gauge(
    "healther_database_connections", "Connections of this process's pool.", ["state"], registry=REGISTRY
)

# What is true of the whole installation: every API says the same.
OVERDUE = Gauge("healther_oldest_overdue_seconds", "How late the most overdue check is.", registry=SHARED)
OUTBOX_AGE = Gauge(
    "healther_outbox_oldest_seconds",
    "How long the oldest change of state has waited for alerting to look at it.",
    registry=SHARED,
)
DELIVERIES_WAITING = Gauge(
    "healther_deliveries_waiting", "Messages that are queued or on their way.", ["lane"], registry=SHARED
)
DELIVERY_OVERDUE = Gauge(
    "healther_delivery_oldest_overdue_seconds",
    "How long the message that should have left first is overdue.",
    ["lane"],
    registry=SHARED,
)
QUEUE_JOBS = Gauge("healther_queue_jobs", "Jobs that wait in Redis.", ["queue"], registry=SHARED)
READ_FAILED = Gauge(
    "healther_readings_failed",
    "1 while what the database or Redis knows could not be read; those figures are then left out or old.",
    registry=SHARED,
)

# Who watches the watcher.
CANARY_RUNS = Counter("healther_canary_runs", "End-to-end canaries, by how they ended.", ["outcome"], registry=REGISTRY)
HEARTBEATS = Counter("healther_heartbeats", "Pings to HEALTHER_HEARTBEAT_URL.", ["outcome"], registry=REGISTRY)
CANARY_OK_AT = Gauge(
    "healther_canary_last_success_timestamp_seconds", "When a canary last went all the way.", registry=REGISTRY
)
