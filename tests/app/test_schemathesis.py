"""schemathesis over the OpenAPI document, on a real server: no server error, no answer that is not documented.

Two passes. The first invents everything and follows runs from their creation to their end. The second is given a run
that exists, so that what belongs to one is reached every time.

Exclusions, each for a reason a schema cannot say:
- 422 for data the schema allows: layers must fit together, loss and output to the task, points must hold two classes.
- 409 and 503 for data the schema allows: the run's state, or no room for one more.
"""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.server import ServerProcess

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CONFIGURATION = f"""
color = false
hooks = "{Path(__file__).with_name("schemathesis_hooks.py")}"
[checks]
negative_data_rejection.expected-statuses = ["4xx"]
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "403", "404", "409", "413", "422", "503"]
"""
SEED = "20261120"
LONGEST = 280
"""Seconds, on a machine that has much else to do. A budget of time given to schemathesis would be spent to the last."""

pytestmark = pytest.mark.timeout(LONGEST + 20)


@pytest.fixture(scope="module")
def robust_server():
    with ServerProcess(log_level="error", workers=1, max_runs=100_000) as running:
        yield running


def run(server, configuration, *arguments):
    file = configuration / "schemathesis.toml"
    done = subprocess.run(
        [
            SCHEMATHESIS,
            "--config-file",
            file,
            "run",
            f"{server.base_url}/api/v1/openapi.json",
            "--seed",
            SEED,
            "--request-timeout",
            "30",
            *arguments,
        ],
        cwd=configuration,
        capture_output=True,
        text=True,
        timeout=LONGEST,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return int(re.search(r"(\d[\d,]*) generated", done.stdout)[1].replace(",", ""))


def test_invented_requests_get_documented_answers(robust_server, tmp_path):
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    assert run(robust_server, tmp_path, "--max-examples", "15") > 200
    assert robust_server.answers()


def test_requests_to_a_run_get_documented_answers(robust_server, tmp_path):
    created = httpx.post(f"{robust_server.base_url}/api/v1/runs", json={}).json()
    parameters = f'[parameters]\nrun_id = "{created["id"]}"\n'
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION + parameters, encoding="utf-8")
    chosen = ["--include-path-regex", "run_id", "--exclude-method", "DELETE", "--phases", "coverage,fuzzing"]
    assert run(robust_server, tmp_path, *chosen, "--max-examples", "25") > 100
    assert robust_server.answers()
