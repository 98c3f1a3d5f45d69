"""The last line of defence: what nobody foresaw is a 500 with a number that stands in the log."""

import httpx
import pytest
import structlog

from app.metrics import Metrics
from app.observe import Observe
from app.runs.counts import Counts
from tests.app.problems import assert_problem
from tests.app.test_metrics import STATS as WITHOUT_COUNTS

STATS = WITHOUT_COUNTS | {"counts": Counts()}


async def ask(app, metrics=None):
    observed = Observe(app, metrics or Metrics(lambda: STATS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(observed), base_url="http://localhost") as client:
        return await client.get("/secret-path")


async def broken(scope, receive, send):
    raise RuntimeError("out of cheese")


async def test_an_unforeseen_exception_is_a_problem_with_a_logged_number():
    metrics = Metrics(lambda: STATS)
    with structlog.testing.capture_logs() as logged:
        answer = await ask(broken, metrics)
    (record,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert_problem(answer, 500, detail=f"The server made a mistake. It is in its log under {record['id']}.")
    assert record["exc_info"]
    assert "cheese" not in answer.text
    assert b'neuronpark_http_requests_total{method="GET",route="none",status="500"} 1.0' in metrics.text()


async def test_half_an_answer_is_not_followed_by_another():
    async def breaks_late(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("out of cheese")

    with structlog.testing.capture_logs(), pytest.raises(RuntimeError, match="cheese"):
        await ask(breaks_late)


async def test_websockets_and_lifespans_pass_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    for kind in ("websocket", "lifespan"):
        await Observe(app, Metrics(lambda: STATS))({"type": kind}, None, None)
    assert seen == ["websocket", "lifespan"]
