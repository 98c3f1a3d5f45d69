"""What the page may cost, in counts: epochs to learn, frames and their answers, pictures painted. Speed is measured in
benchmarks/browser.py."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Page, WebSocket

from tests.app.watching import until
from tests.support.browser import STORE, Visit, ask_store, wait_for_store
from tests.support.playground import Playground

TEN_SECONDS_OF_EPOCHS = 600
"""At the usual speed of 60 a second."""

SIX_OF_EIGHT = "/#dataset.kind=spiral&layers=8-8-8-8-8-8"
UNITS = 6 * 8 + 1
COUNT_PAINTS = """
  window.painted = [];
  for (const name of ["putImageData", "drawImage", "clearRect", "fill", "stroke", "fillRect", "fillText"]) {
    const paint = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {
      painted.push(this.canvas);
      return paint.apply(this, given);
    };
  }
"""
COUNT_FRAMES = f"""async () => {{
  const {{ frame }} = {STORE};
  window.commits = -1;
  frame.subscribe(() => {{ commits += 1; }});
}}"""


class Traffic:
    """The binary frames a page receives and its acknowledgements, in their order."""

    def __init__(self, page: Page) -> None:
        self.received: list[dict[str, Any]] = []
        self.acknowledged: list[int] = []
        self.most_open = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._receive)
        socket.on("framesent", self._send)

    def _receive(self, payload: str | bytes) -> None:
        if isinstance(payload, bytes):
            length = int.from_bytes(payload[:4], "little")
            self.received.append(json.loads(payload[4 : 4 + length]))
            self.most_open = max(self.most_open, len(self.received) - len(self.acknowledged))

    def _send(self, payload: str | bytes) -> None:
        message = json.loads(payload)
        if message["type"] == "ack":
            self.acknowledged.append(message["seq"])


@pytest.fixture
async def watched(visit: Visit) -> tuple[Playground, Traffic]:
    """The spiral with six layers of 8, what passes over its socket noted, and all that is painted."""
    page = await visit("/api/v1/catalog")
    visit.allow("favicon")
    traffic = Traffic(page)
    await page.add_init_script(COUNT_PAINTS)
    await page.goto(SIX_OF_EIGHT)
    return await Playground(page).ready(), traffic


async def test_circle_is_learnt_within_ten_seconds_of_the_usual_speed(park: Playground) -> None:
    await park.box("Loss").select_option("Squared error")
    await park.until_spec(loss="squared_error")
    assert (await park.run())["speed"] == {"epochs_per_second": 60}
    await park.play()
    await wait_for_store(park.page, "metrics.value.test_loss < 0.05")

    curve = await park.rest("/metrics")
    learnt = next(epoch for epoch, loss in zip(curve["epoch"], curve["test"], strict=True) if loss < 0.05)
    assert learnt <= TEN_SECONDS_OF_EPOCHS


async def test_first_visit_learns_the_circle_as_well_on_the_scale_of_squares(park: Playground) -> None:
    await park.choose("Speed", "Max")
    await park.play()
    await park.until(lambda run: run["epoch"] >= TEN_SECONDS_OF_EPOCHS / 2, timeout=20)
    await park.pause()

    test = (await park.probe("data"))["test"]["data"]
    answer = await park.page.request.post(
        f"/api/v1/runs/{(await park.run())['id']}/predictions", data={"points": [row[:2] for row in test]}
    )
    outputs = (await answer.json())["outputs"]
    errors = [((2 * output - 1) - (2 * row[2] - 1)) ** 2 / 2 for (output,), row in zip(outputs, test, strict=True)]
    assert sum(errors) / len(errors) < 0.05


async def test_every_frame_is_answered_and_brings_every_unit(watched: tuple[Playground, Traffic]) -> None:
    park, traffic = watched
    await park.choose("Speed", "Max")
    await park.play()
    await wait_for_store(park.page, "curve.length > 100")
    await park.pause()
    await park.agrees()

    frames = [frame for frame in traffic.received if frame["state"] == "running"]
    assert len(frames) > 5
    sequence = [frame["seq"] for frame in traffic.received]
    assert traffic.acknowledged == sequence == sorted(set(sequence))
    assert traffic.most_open <= 2
    shapes = [{array["name"]: array["shape"] for array in frame["arrays"]} for frame in frames]
    assert all(shape["units/grid"] == [UNITS, 32, 32] for shape in shapes)
    assert all(shape["decision/grid"] == [100, 100] for shape in shapes)
    epochs = [after["epoch"] - before["epoch"] for before, after in pairwise(frames)]
    assert sum(epochs) / len(epochs) > 1, "training waits for the page"


async def test_every_picture_is_painted_in_every_frame_shown(watched: tuple[Playground, Traffic]) -> None:
    park, _ = watched
    await park.page.evaluate(COUNT_FRAMES)
    await park.play()
    await park.page.evaluate("() => { painted.length = 0; commits = 0; }")
    await park.page.wait_for_function("() => commits >= 10")
    shown = await park.page.evaluate(
        """() => {
          const tiles = new Set([...document.querySelectorAll("main canvas")].filter((canvas) => canvas.width === 32));
          const counts = new Map();
          for (const canvas of painted) if (tiles.has(canvas)) counts.set(canvas, (counts.get(canvas) ?? 0) + 1);
          return { commits, counts: [...counts.values()] };
        }"""
    )
    assert len(shown["counts"]) == UNITS
    assert set(shown["counts"]) == {shown["commits"]}


async def test_nothing_is_sent_or_painted_while_nothing_changes(watched: tuple[Playground, Traffic]) -> None:
    park, traffic = watched
    await park.play()
    await wait_for_store(park.page, "curve.length > 3")
    await park.pause()
    await park.agrees()
    await until(lambda: traffic.received[-1]["state"] == "paused")
    await park.page.evaluate(frames_later(10))
    received = len(traffic.received)
    await park.page.evaluate("() => { painted.length = 0; }")

    await park.page.evaluate(frames_later(40))

    assert await park.page.evaluate("painted.length") == 0
    assert len(traffic.received) == received
    await park.button("Step").click()
    await wait_for_store(park.page, f"progress.value.step > {(await park.run())['step'] - 1}")
    await park.page.evaluate(frames_later(3))
    assert await park.page.evaluate("painted.length") > 0


async def test_calm_pages_repaint_at_most_twice_a_second(visit: Visit) -> None:
    page = await visit("/", reduced_motion="reduce")
    park = await Playground(page).ready()
    await page.evaluate(COUNT_FRAMES)
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("() => Date.now() + 1000"))
    await park.play()
    await park.until(lambda run: run["epoch"] > 30)
    first = await page.evaluate("commits")
    for _ in range(30):
        await page.clock.run_for(100)

    assert 2 <= await page.evaluate("commits") - first <= 3 * 2 + 1
    assert await ask_store(page, "state.value") == "running"


def frames_later(count: int) -> str:
    """A function that waits for as many animation frames."""
    return f"""async () => {{
      for (let frame = 0; frame < {count}; frame += 1) await new Promise(requestAnimationFrame);
    }}"""
