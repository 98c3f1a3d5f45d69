"""What the server counts about itself, in Prometheus' text format."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.runs.counts import Counts

Stats: TypeAlias = Mapping[str, Any]
"""What the manager knows: see `RunManager.stats`."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LAG_INTERVAL = 0.025
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
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
        for name, meaning, value in gauges(stats):
            yield GaugeMetricFamily(f"neuronpark_{name}", meaning, value)
        for name, meaning, value in counters(stats):
            yield CounterMetricFamily(f"neuronpark_{name}", meaning, value)
        counts: Counts = stats["counts"]
        words = "Age of frames as they reach the web process, from when a worker began them."
        yield HistogramMetricFamily("neuronpark_frame_age_seconds", words, counts.ages(), counts.age)


def gauges(stats: Stats) -> list[tuple[str, str, float]]:
    """Name, meaning and value of what is now."""
    cohorts: list[int] = stats["cohorts"]
    return [
        ("workers", "Worker processes that are alive.", stats["workers"]),
        ("cohorts", "Groups of runs that train together.", len(cohorts)),
        ("cohort_runs", "Runs that train together with others.", sum(cohorts)),
        ("cohort_largest", "Runs in the largest cohort.", max(cohorts, default=0)),
        ("worker_delay_seconds", "Time the most prompt worker process takes to answer.", stats["delay"]),
        ("connections", "Websockets that are open.", stats["connections"]),
        ("streams", "Runs that are watched, once for each page that does.", stats["streams"]),
    ]


def counters(stats: Stats) -> list[tuple[str, str, float]]:
    """Name, meaning and value of what only grows."""
    counts: Counts = stats["counts"]
    return [
        ("worker_restarts", "Worker processes replaced.", stats["restarts"]),
        ("steps", "Updates of all networks, as far as checkpoints tell.", counts.steps),
        ("frames", "Frames handed to connections.", counts.frames),
        ("frames_dropped", "Frames replaced by newer ones before they could be sent.", counts.dropped),
        ("slow_readers", "Connections ended because the client did not read.", counts.hung_up),
    ]


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
        self.loop_lag = Histogram(
            "neuronpark_event_loop_lag_seconds",
            "How late the event loop woke from a sleep, forty times a second.",
            registry=self.registry,
            buckets=LAGS,
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
            self.loop_lag.observe(max(0.0, loop.time() - due))
