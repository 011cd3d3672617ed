"""Beside it: Prometheus with blackbox_exporter probing the same targets at the same rate, CPU per check."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil

from benchmarks.processes import cpu_s, program
from benchmarks.targets import cheap_server
from tests.support.servers import can_connect, free_port, wait_until

_CONFIG = """
global: {{ scrape_interval: {every_s}s, scrape_timeout: {every_s}s }}
scrape_configs:
  - job_name: blackbox
    metrics_path: /probe
    params: {{ module: [http_2xx] }}
    static_configs: [{{ targets: [{targets}] }}]
    relabel_configs:
      - {{ source_labels: [__address__], target_label: __param_target }}
      - {{ source_labels: [__param_target], target_label: instance }}
      - {{ target_label: __address__, replacement: "127.0.0.1:{port}" }}
"""
# At 1,000 probes a second the exporter takes its time to tell of itself.
METRICS_TIMEOUT_S = 60
_MODULE = "modules: { http_2xx: { prober: http, timeout: 5s, http: { preferred_ip_protocol: ip4 } } }\n"


def run(targets: int, every_s: int, seconds: int) -> dict[str, object]:
    """CPU milliseconds per check of the pair."""
    prometheus = program("prometheus", package="prometheus")
    blackbox = program("prometheus-blackbox-exporter", package="prometheus-blackbox-exporter")
    with ExitStack() as stack:
        target = stack.enter_context(cheap_server())
        home = Path(stack.enter_context(TemporaryDirectory(prefix="healther-bench-")))
        port, own_port = free_port(), free_port()
        names = ", ".join(f'"http://127.0.0.1:{target.plain_port}/{number}"' for number in range(targets))
        (home / "prometheus.yml").write_text(_CONFIG.format(every_s=every_s, targets=names, port=port))
        (home / "blackbox.yml").write_text(_MODULE)
        exporter = _start(
            stack, [blackbox, f"--config.file={home}/blackbox.yml", f"--web.listen-address=127.0.0.1:{port}"]
        )
        scraper = _start(
            stack,
            [
                prometheus,
                f"--config.file={home}/prometheus.yml",
                f"--storage.tsdb.path={home}/data",
                f"--web.listen-address=127.0.0.1:{own_port}",
            ],
        )
        wait_until(lambda: can_connect(port) and can_connect(own_port), "Prometheus and its exporter answer")
        time.sleep(max(15, 2 * every_s))
        before, counted = cpu_s(exporter, scraper), _probes(port)
        time.sleep(seconds)
        after, checks = cpu_s(exporter, scraper), _probes(port) - counted
        return {
            "peer": "prometheus + blackbox_exporter",
            "targets": targets,
            "checks_per_s": round(checks / seconds, 1),
            "cpu_ms_per_check": round((after - before) / max(checks, 1) * 1000, 3),
        }


def _start(stack: ExitStack, command: list[str]) -> psutil.Process:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return psutil.Process(process.pid)


def _probes(port: int) -> float:
    """Probes made so far, by the exporter's own count of connections."""
    established = 'net_conntrack_dialer_conn_established_total{dialer_name="http_probe"}'
    for line in httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=METRICS_TIMEOUT_S).text.splitlines():
        if line.startswith(established):
            return float(line.split()[-1])
    return 0.0
