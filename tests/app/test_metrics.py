"""What the server counts, on the real server and alone."""

import asyncio
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import Metrics

STATS = {"runs": {"paused": 2, "running": 1}, "workers": 4, "restarts": 3, "frames": 99}


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_managers_numbers_are_read_when_asked_for():
    stats = dict(STATS)
    metrics = Metrics(lambda: stats)
    found = samples(metrics.text().decode())
    assert found["neuronpark_runs", ("state", "paused")] == 2
    assert found["neuronpark_runs", ("state", "running")] == 1
    assert found["neuronpark_workers",] == 4
    assert found["neuronpark_worker_restarts_total",] == 3
    stats["frames"] = 100
    assert samples(metrics.text().decode())["neuronpark_frames_total",] == 100


async def test_a_blocked_event_loop_shows(monkeypatch):
    monkeypatch.setattr("app.metrics.LAG_INTERVAL", 0.01)
    metrics = Metrics(lambda: STATS)
    async with metrics.watching_the_loop():
        await asyncio.sleep(0)
        time.sleep(0.1)
        await asyncio.sleep(0.005)
        lag = samples(metrics.text().decode())["neuronpark_event_loop_lag_seconds",]
    assert 0.05 < lag < 5


def test_requests_are_counted_by_route_not_by_path(client, new_run):
    run = new_run()
    route = ("method", "GET"), ("route", "/api/v1/runs/{run_id}"), ("status", "200")
    before = samples(client.get("/metrics").text).get(("neuronpark_http_requests_total", *route), 0)
    client.get(f"/api/v1/runs/{run['id']}")
    client.get("/nothing/at/all")
    client.get("/static/css/base.css")
    client.request("PROPFIND", "/")
    found = samples(client.get("/metrics").text)
    assert found["neuronpark_http_requests_total", *route] == before + 1
    routes = {dict(key[1:])["route"] for key in found if key[0] == "neuronpark_http_requests_total"}
    assert {"none", "/static"} <= routes
    assert not any("nothing" in name or run["id"] in name for name in routes)
    methods = {dict(key[1:])["method"] for key in found if key[0] == "neuronpark_http_requests_total"}
    assert "other" in methods
    assert "PROPFIND" not in methods


@pytest.mark.parametrize("path", ["/metrics", "/api/v1/metrics"])
def test_prometheus_can_read_it(client, path):
    answer = client.get(path)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = samples(answer.text)
    assert found["neuronpark_workers",] == 2
    assert found["neuronpark_worker_restarts_total",] == 0
    assert 0 <= found["neuronpark_event_loop_lag_seconds",] < 5
