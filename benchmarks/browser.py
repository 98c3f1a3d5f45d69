"""The page's speed in Chromium, against a server of its own on this machine: what a person waits for and looks at.

Needs Playwright and Chromium, which `make test` installs. The times are the clock's: let the machine do nothing else.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import PurePosixPath
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.measure import machine, table
from tests.support.server import ServerProcess

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright, Request

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
SIX_OF_EIGHT = "/#dataset.kind=spiral&layers=8-8-8-8-8-8"
SECONDS = 5.0
CHANGES = 40
THUMBNAILS = 6 * 8 + 1
STORE = "(await import('/static/assembled/page.js')).modules['js/core/store.js']"
SCRIPT_EVENTS = frozenset(
    ["FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks"]
)

COUNT_PICTURES = """
  window.pictures = 0;
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    pictures += 1;
    return put.apply(this, given);
  };
"""

READY = f"async () => {{ const {{ frame, catalog }} = {STORE}; return Boolean(frame.value && catalog.value); }}"

UNTIL_LEARNT = f"""async (aim) => {{
  const {{ metrics, progress, togglePlay }} = {STORE};
  const begin = performance.now();
  togglePlay();
  return new Promise((resolve) => {{
    const stop = metrics.subscribe(({{ test_loss: loss }}) => {{
      if (loss === null || loss >= aim) return;
      resolve([(performance.now() - begin) / 1000, progress.peek().epoch]);
      queueMicrotask(() => stop());
    }});
  }});
}}"""

WATCH_FRAMES = f"""async (seconds) => {{
  const {{ frame, progress }} = {STORE};
  const from = {{ epoch: progress.peek().epoch, pictures, now: performance.now() }};
  let frames = -1;
  const stop = frame.subscribe(() => {{ frames += 1; }});
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  stop();
  const passed = (performance.now() - from.now) / 1000;
  return {{
    frames: frames / passed,
    epochs: (progress.peek().epoch - from.epoch) / passed,
    pictures: (pictures - from.pictures) / frames,
  }};
}}"""

CHANGE_RATES = f"""async (count) => {{
  const {{ frame, run, spec, update }} = {STORE};
  const waits = [];
  for (let change = 0; change < count; change += 1) {{
    const before = run.peek().revision;
    const begin = performance.now();
    update({{ optimizer: {{ learning_rate: change % 2 ? 0.03 : 0.01 }} }});
    await new Promise((resolve) => {{
      const stop = frame.subscribe(({{ header }}) => {{
        if (header.revision <= before) return;
        resolve();
        queueMicrotask(() => stop());
      }});
    }});
    waits.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 30 + 7 * (change % 5)));
  }}
  return waits;
}}"""


def open_page(browser: "Browser", server: ServerProcess, path: str = "/") -> "Page":
    """The playground on its first frame."""
    page = browser.new_context(base_url=server.base_url, viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(COUNT_PICTURES)
    page.goto(path)
    while not page.evaluate(READY):
        page.wait_for_timeout(50)
    return page


def play_at_full_speed(page: "Page") -> None:
    """Max, Play, and a moment to warm up."""
    page.get_by_role("radio", name="Max").check(force=True)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(2000)


def seconds_to_learn(browser: "Browser", server: ServerProcess) -> tuple[float, float]:
    """Seconds and epochs from pressing Play until the circle's test loss is below 0.05, at the usual speed."""
    page = open_page(browser, server, "/#loss=squared_error&output.activation=tanh")
    seconds, epochs = page.evaluate(UNTIL_LEARNT, 0.05)
    page.context.close()
    return float(seconds), float(epochs)


def script_per_frame(events: Sequence[dict[str, Any]]) -> list[float]:
    """Milliseconds of the main thread's scripts from one animation frame to the next, from a trace.

    The page asks for an animation frame only when a frame of the training waits to be drawn.
    """
    renderer = {
        (event["pid"], event["tid"]) for event in events if event.get("args", {}).get("name") == "CrRendererMain"
    }
    mine = [event for event in events if (event["pid"], event["tid"]) in renderer and event["name"] in SCRIPT_EVENTS]
    spans = sorted((event["ts"], event["ts"] + event["dur"]) for event in mine if "dur" in event)
    drawn = sorted(event["ts"] for event in mine if event["name"] == "FireAnimationFrame" and "dur" in event)
    scripts = list(_joined(spans))
    return [
        sum(min(end, following) - start for start, end in scripts if frame <= start < following) / 1000
        for frame, following in pairwise(drawn)
    ]


def _joined(spans: Iterable[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """Spans that overlap, as one; events of a trace lie within each other."""
    start, end = 0.0, 0.0
    for begin, finish in spans:
        if begin >= end:
            if end > start:
                yield start, end
            start = begin
        end = max(end, finish)
    yield start, end


def traced(browser: "Browser", page: "Page") -> list[dict[str, Any]]:
    """What the page's process did in the next seconds."""
    browser.start_tracing(page=page, categories=["devtools.timeline", "toplevel", "v8.execute"])
    page.wait_for_timeout(1000 * SECONDS)
    events: list[dict[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    return events


def measure_frames(browser: "Browser", server: ServerProcess) -> tuple[dict[str, float], list[float], list[float]]:
    """The spiral with six layers of 8 at full speed: rates, script milliseconds of each frame, waits for a change."""
    page = open_page(browser, server, SIX_OF_EIGHT)
    play_at_full_speed(page)
    rates: dict[str, float] = page.evaluate(WATCH_FRAMES, SECONDS)
    scripts = script_per_frame(traced(browser, page))
    waits: list[float] = page.evaluate(CHANGE_RATES, CHANGES)
    page.context.close()
    return rates, scripts, waits


def bytes_served(browser: "Browser", server: ServerProcess) -> dict[str, int]:
    """What opening the page sends, by kind: scripts and sheets compressed, as they are sent."""
    page = browser.new_context(base_url=server.base_url).new_page()
    sent = {"js": 0, "css": 0, "woff2": 0}
    answers: list[Request] = []
    page.on("requestfinished", lambda request: answers.append(request))
    page.goto("/", wait_until="networkidle")
    for request in answers:
        kind = PurePosixPath(urlsplit(request.url).path).suffix.removeprefix(".")
        if kind in sent:
            sent[kind] += request.sizes()["responseBodySize"]
    page.context.close()
    return sent


def recovery_seconds(browser: "Browser", server: ServerProcess) -> float:
    """From the death of the process that trains until the page shows a later step."""
    page = open_page(browser, server)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(2000)
    begin = time.monotonic()
    for worker in server.workers:
        worker.send_signal(signal.SIGKILL)
    page.get_by_text("A training process stopped.").wait_for()
    page.evaluate(WATCH_FRAMES, 0.01)
    seconds = time.monotonic() - begin
    page.context.close()
    return seconds


def launch(playwright: "Playwright") -> AbstractContextManager["Browser"]:
    """Chromium as the tests start it."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)


def main() -> None:
    """Measure and print Markdown: a table of docs/performance.md."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("The page is not measured: Playwright is not installed. `make test` installs it.")
        return
    print(f"\n{machine()}; the page in Chromium, the server on the same machine.\n")
    with ServerProcess(log_level="warning") as server, sync_playwright() as playwright, launch(playwright) as browser:
        learnt, epochs = seconds_to_learn(browser, server)
        rates, scripts, waits = measure_frames(browser, server)
        sent = bytes_served(browser, server)
        recovered = recovery_seconds(browser, server)
    rows = [
        ["circle, 4-2: seconds from Play to a test loss below 0.05", f"{learnt:.1f} ({epochs:.0f} epochs)", "≤ 10"],
        ["spiral, six of 8, full speed: frames/s shown", f"{rates['frames']:.0f}", "≥ 30"],
        ["pictures painted a frame", f"{rates['pictures']:.0f}", f"≥ {THUMBNAILS}"],
        ["epochs/s meanwhile", f"{rates['epochs']:.0f}", "≥ 300"],
        ["scripts on the main thread per frame, median ms", f"{median(scripts):.1f}", "≤ 8"],
        ["change of the learning rate to frame, 95th percentile ms", f"{quantiles(waits, n=20)[-1]:.0f}", "≤ 100"],
        ["worker killed to training again, seconds", f"{recovered:.1f}", "≤ 5"],
        ["JavaScript and CSS to open the page, KB", f"{(sent['js'] + sent['css']) / 1000:.0f}", "≤ 120"],
        ["fonts to open the page, KB", f"{sent['woff2'] / 1000:.0f}", "≤ 130"],
    ]
    print(table(["in the browser", "measured", "target"], rows))


if __name__ == "__main__":
    main()
