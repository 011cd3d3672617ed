"""One trace from a check's slot to the message that followed, across the queue and the database; no secret in it."""

import signal
from contextlib import closing

import httpx
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from redis import Redis
from rq import Worker

from tests.support.collector import Collector, collector
from tests.support.people import PASSWORD, Client
from tests.support.processes import SECRET_KEY, Processes
from tests.support.servers import wait_until
from tests.support.target import Answer, Target

CANARY = "canary-7d2e"
STEPS = {"check", "probe", "record", "plan alerts", "deliver"}


def whole(kept: Collector) -> list[bytes]:
    """The traces that go all the way."""
    return [trace_id for trace_id, steps in kept.traces().items() if steps.keys() >= STEPS]


def parentless_calls(kept: Collector) -> set[str]:
    """Calls of a database or Redis that are traces of their own: what nobody can do anything with."""
    return {
        span.name for _, span in kept.spans() if span.kind == Span.SpanKind.SPAN_KIND_CLIENT and not span.parent_span_id
    }


def make_down(client: Client, target: Target) -> None:
    """A watcher whose next check fails, and a channel that hears of it."""
    client.register()
    client.sign_in()
    acme = client.workspace("Acme")
    watcher = acme.watch(target.url("/shop"), failure_threshold=1, options={"headers": {"X-Key": CANARY}})
    hook = {"url": target.url(f"/hook/{CANARY}"), "headers": {"X-Key": CANARY}}
    channel = client.call(
        "POST", f"{acme.path}/channels", 201, json={"name": "Hook", "kind": "webhook", "options": hook}
    )
    policy = {"name": "All", "steps": [{"channel_ids": [channel["id"]]}]}
    client.call("POST", f"{acme.path}/alert-policies", 201, json=policy)
    wait_until(lambda: acme.state(watcher) == "healthy", "the watcher is healthy", 60)
    target.set("/shop", Answer(status=500))
    client.call("POST", f"{acme.path}/watchers/{watcher}/check")


def test_one_trace_leads_from_the_slot_to_the_delivery_across_the_queue(
    processes: Processes, target: Target, postgres_url: str, redis_url: str
) -> None:
    with collector() as kept:
        processes.settings(DATABASE_URL=postgres_url, REDIS_URL=redis_url, TRACES_ENDPOINT=kept.url, TRACES_SAMPLE="1")
        api, worker = processes.start_server("api"), processes.start_worker()
        processes.serving(api)
        make_down(processes.client(api), target)
        httpx.get(f"{api.url}/ack/{CANARY}?x={CANARY}")
        wait_until(lambda: bool(target.hits(f"/hook/{CANARY}")), "the message has arrived", 60)
        with closing(Redis.from_url(redis_url)) as queue:
            # The worker took its checks from the queue: the trace did cross it.
            assert sum(each.successful_job_count for each in Worker.all(connection=queue)) > 0
        for each in (api, worker):
            each.send(signal.SIGTERM)
            each.wait()
        assert '"trace_id"' in api.log
        (trace_id,) = whole(kept)
        steps = {name: spans[0][1] for name, spans in kept.traces()[trace_id].items()}
        first = steps["check"]
        assert not first.parent_span_id
        assert {steps[name].parent_span_id for name in STEPS - {"check"}} == {first.span_id}
        assert steps["probe"].start_time_unix_nano >= first.start_time_unix_nano
        assert steps["deliver"].start_time_unix_nano >= steps["plan alerts"].start_time_unix_nano
        names = {span.name for _, span in kept.spans()}
        assert any("/api/v1" in name or "workspaces" in name for name in names), names
        assert any(name.startswith(("SELECT", "UPDATE")) for name in names), names
        assert parentless_calls(kept) == set()
        for secret in (CANARY, PASSWORD, SECRET_KEY):
            assert not any(secret.encode() in body for body in kept.bodies)


def test_on_sqlite_what_a_request_writes_is_in_its_trace_and_what_nobody_asked_for_in_none(
    processes: Processes, sqlite_url: str
) -> None:
    with collector() as kept:
        processes.settings(DATABASE_URL=sqlite_url, TRACES_ENDPOINT=kept.url, TRACES_SAMPLE="1")
        up = processes.up()
        processes.client(up).register()
        up.send(signal.SIGTERM)
        up.wait()
        spans = [span for _, span in kept.spans()]
        requests = {span.span_id for span in spans if span.kind == Span.SpanKind.SPAN_KIND_SERVER}
        assert any(span.name == "INSERT" and span.parent_span_id in requests for span in spans)
        assert parentless_calls(kept) == set()
