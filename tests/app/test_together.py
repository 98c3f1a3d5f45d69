"""Cohorts on a real server: many runs of one shape give the curves that they give without cohorts, to the last bit."""

import time
from typing import Any

import httpx

from tests.support.server import ServerProcess

SHAPE = {"layers": [{"units": 3}], "dataset": {"samples": 100}}
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 120
PATIENCE = 30.0


def train(server: ServerProcess, seated: int) -> list[dict[str, Any]]:
    """The curves of runs of one shape that play at the same time, while things are done to some of them. So many of
    them are said to be in cohorts meanwhile."""
    with httpx.Client(base_url=server.base_url) as client:
        runs = []
        for rate in RATES:
            spec = {**SHAPE, "seed": 1, "optimizer": {"learning_rate": rate}, "stop": {"epochs": EPOCHS}}
            runs.append(client.post("/api/v1/runs", json={"spec": spec, "speed": 60.0}).json()["id"])
        for run in runs:
            command(client, run, "start")
        until(lambda: epoch(client, runs[0]) > 10)
        command(client, runs[1], "pause")
        until(lambda: f"neuronpark_cohort_runs {seated}.0" in client.get("/metrics").text)
        until(lambda: epoch(client, runs[0]) > 25)
        command(client, runs[1], "start")
        command(client, runs[2], "step", count=3)
        command(client, runs[2], "start")
        until(lambda: all(client.get(f"/api/v1/runs/{run}").json()["stopped"] for run in runs))
        return [client.get(f"/api/v1/runs/{run}/metrics").json() for run in runs]


def command(client: httpx.Client, run: str, name: str, **arguments: Any) -> None:
    answer = client.post(f"/api/v1/runs/{run}/commands", json={"command": name, **arguments})
    assert answer.status_code == 200, answer.text


def epoch(client: httpx.Client, run: str) -> float:
    found: float = client.get(f"/api/v1/runs/{run}").json()["epoch"]
    return found


def until(condition: Any) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_with_and_without_cohorts_every_curve_is_the_same() -> None:
    with ServerProcess(workers=1, log_level="warning") as server:
        together = train(server, len(RATES) - 1)
    with ServerProcess(workers=1, log_level="warning", cohorts=False) as server:
        alone = train(server, 0)
    assert together == alone
    assert all(curve["epoch"][-1] == EPOCHS for curve in alone)
