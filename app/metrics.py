"""What the server counts about itself, in Prometheus' text format."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

Stats: TypeAlias = Mapping[str, Any]
"""What the manager knows: `workers`, `restarts`, `frames`, and `runs` by state."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LAG_INTERVAL = 0.5
DURATIONS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class RunsCollector(Collector):
    """Reads the manager's numbers when they are asked for."""

    def __init__(self, stats: Callable[[], Stats]) -> None:
        self.stats = stats

    def collect(self) -> Iterator[Metric]:
        stats = self.stats()
        runs = GaugeMetricFamily("neuronpark_runs", "Runs that are kept, by state.", labels=["state"])
        for state, count in stats["runs"].items():
            runs.add_metric([state], count)
        yield runs
        yield GaugeMetricFamily("neuronpark_workers", "Worker processes that are alive.", stats["workers"])
        yield CounterMetricFamily("neuronpark_worker_restarts", "Worker processes replaced.", stats["restarts"])
        yield CounterMetricFamily("neuronpark_frames", "Frames sent to pages.", stats["frames"])


class Metrics:
    """The counters of one application, in a registry of their own."""

    def __init__(self, stats: Callable[[], Stats]) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.requests = Counter(
            "neuronpark_http_requests",
            "HTTP requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.durations = Histogram(
            "neuronpark_http_request_seconds",
            "Time from a request to the end of its answer.",
            registry=self.registry,
            buckets=DURATIONS,
        )
        self.loop_lag = Gauge(
            "neuronpark_event_loop_lag_seconds",
            "How late the event loop last woke from a sleep.",
            registry=self.registry,
        )
        self.registry.register(RunsCollector(stats))

    def text(self) -> bytes:
        return generate_latest(self.registry)

    @contextlib.asynccontextmanager
    async def watching_the_loop(self) -> AsyncIterator[None]:
        """Measure the event loop's lag while the block runs."""
        task = asyncio.create_task(self._watch_the_loop())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch_the_loop(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_INTERVAL
            await asyncio.sleep(LAG_INTERVAL)
            self.loop_lag.set(max(0.0, loop.time() - due))
