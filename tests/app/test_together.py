"""Cohorts on a real server: many runs of one shape give the curves that they give without cohorts, to the last bit."""

import time
from typing import Any

import httpx

from tests.support.server import ServerProcess

SHAPE = {"layers": [{"units": 3}], "dataset": {"samples": 100}}
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
EPOCHS = 120
PATIENCE = 60.0


def train(server: ServerProcess, *, seated: bool) -> list[dict[str, Any]]:
    """The first epochs of runs of one shape that play at the same time, while things are done to some of them. It is
    waited until all are said to sit together, or that none does."""
    with httpx.Client(base_url=server.base_url) as client:
        runs = []
        for rate in RATES:
            spec = {**SHAPE, "seed": 1, "optimizer": {"learning_rate": rate}}
            runs.append(client.post("/api/v1/runs", json={"spec": spec, "speed": 30.0}).json()["id"])
        for run in runs:
            command(client, run, "start")
        until(lambda: in_cohorts(client) == len(RATES) if seated else in_cohorts(client) == 0)
        command(client, runs[1], "pause")
        command(client, runs[2], "step", count=3)
        for run in runs[1:3]:
            command(client, run, "start")
        until(lambda: all(epoch(client, run) > EPOCHS for run in runs))
        for run in runs:
            command(client, run, "pause")
        curves = [client.get(f"/api/v1/runs/{run}/metrics").json() for run in runs]
    return [{name: column[:EPOCHS] for name, column in curve.items()} for curve in curves]


def in_cohorts(client: httpx.Client) -> int:
    """How many runs sit together, as the workers said last."""
    (line,) = [line for line in client.get("/metrics").text.splitlines() if line.startswith("neuronpark_cohort_runs ")]
    return int(float(line.split()[1]))


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
        together = train(server, seated=True)
    with ServerProcess(workers=1, log_level="warning", cohorts=False) as server:
        alone = train(server, seated=False)
    assert together == alone
    assert all(curve["epoch"][-1] == EPOCHS - 1 for curve in alone)
