"""What the server counts, on the real server and alone."""

import asyncio
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import Metrics
from app.runs.counts import Counts
from tests.app.streaming import Client

STATS = {
    "runs": {"paused": 2, "running": 1},
    "workers": 4,
    "restarts": 3,
    "cohorts": [64, 3],
    "connections": 7,
    "streams": 5,
    "delay": 0.25,
}


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_managers_numbers_are_read_when_asked_for():
    counts = Counts()
    metrics = Metrics(lambda: STATS | {"counts": counts})
    found = samples(metrics.text().decode())
    assert found["neuronpark_runs", ("state", "paused")] == 2
    assert found["neuronpark_runs", ("state", "running")] == 1
    expected = {
        "workers": 4,
        "worker_restarts_total": 3,
        "cohorts": 2,
        "cohort_runs": 67,
        "cohort_largest": 64,
        "connections": 7,
        "streams": 5,
        "worker_delay_seconds": 0.25,
        "frames_total": 0,
        "steps_total": 0,
        "slow_readers_total": 0,
    }
    assert {name: found[f"neuronpark_{name}",] for name in expected} == expected
    counts.frame(0.03, replaced=True)
    counts.progress({"step": 10}, {"step": 35})
    counts.hung_up += 1
    found = samples(metrics.text().decode())
    names = ("frames_total", "frames_dropped_total", "steps_total", "slow_readers_total")
    assert [found[f"neuronpark_{name}",] for name in names] == [1, 1, 25, 1]


def test_ages_of_frames_are_counted_in_classes_up_to_each_bound():
    counts = Counts()
    for age in (0.001, 0.01, 0.2, 99.0):
        counts.frame(age, replaced=False)
    metrics = Metrics(lambda: STATS | {"counts": counts})
    found = samples(metrics.text().decode())
    bounds = {bound: found["neuronpark_frame_age_seconds_bucket", ("le", bound)] for bound in ("0.01", "0.25", "+Inf")}
    assert bounds == {"0.01": 2, "0.25": 3, "+Inf": 4}
    assert found["neuronpark_frame_age_seconds_count",] == 4
    assert found["neuronpark_frame_age_seconds_sum",] == pytest.approx(99.211)


def test_a_run_that_begins_anew_takes_no_steps_back():
    counts = Counts()
    counts.progress({}, {"step": 50})
    counts.progress({"step": 50}, {"step": 0})
    counts.progress({"step": 0}, {"step": 25})
    assert counts.steps == 75


async def test_a_blocked_event_loop_shows():
    metrics = Metrics(lambda: STATS | {"counts": Counts()})
    async with metrics.watching_the_loop():
        await asyncio.sleep(0)
        time.sleep(0.2)
        await asyncio.sleep(0.005)
        found = samples(metrics.text().decode())
    slow = found["neuronpark_event_loop_lag_seconds_count",]
    slow -= found["neuronpark_event_loop_lag_seconds_bucket", ("le", "0.05")]
    assert slow == 1
    assert 0.1 < found["neuronpark_event_loop_lag_seconds_sum",] < 5


async def test_what_a_page_does_is_counted(server, client, new_run):
    run = new_run()["id"]
    before = samples(client.get("/metrics").text)
    async with Client(server.stream_url) as page:
        await page.open(run)
        await page.command(run, "step", count=3)
        await page.until(lambda: page.frames[-1][0]["epoch"] == 3)
        found = samples(client.get("/metrics").text)
    grown = {name: found[name] - before[name] for name in found if name in before}
    assert grown["neuronpark_connections",] == grown["neuronpark_streams",] == 1
    assert grown["neuronpark_steps_total",] == 75
    assert grown["neuronpark_frames_total",] == grown["neuronpark_frame_age_seconds_count",] >= 2


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
    assert found["neuronpark_event_loop_lag_seconds_count",] > 0
