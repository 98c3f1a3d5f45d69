"""The digits lab in Chromium, against a server of its own: learning while every map is shown, and answers to strokes.

Needs Playwright and Chromium, which `make test` installs. The times are the clock's: let the machine do nothing else.
"""

from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.browser import SECONDS, launch, script_per_frame, traced
from benchmarks.measure import machine, table
from tests.support.server import ServerProcess
from tests.support.strokes import recordings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MODULES = "(await import('/static/assembled/labs.js')).modules"
STORE = f"{MODULES}['js/core/store.js']"
CURRENT = f"{MODULES}['js/labs/digits/current.js']"
READY = f"async () => Boolean({STORE}.frame.value && {STORE}.catalog.value)"
AIM = 0.98
STROKE_PAUSE = 120
"""Milliseconds between two moves of the pen: each is answered before the next comes."""
DIGITS = 4

LEARN = f"""async (aim) => {{
  const {{ metrics, progress, togglePlay }} = {STORE};
  const begin = performance.now();
  togglePlay();
  return new Promise((resolve) => {{
    const stop = metrics.subscribe(({{ test_accuracy: accuracy }}) => {{
      if ((accuracy ?? 0) < aim) return;
      resolve([(performance.now() - begin) / 1000, progress.peek().epoch]);
      queueMicrotask(() => stop());
    }});
  }});
}}"""

WATCH_MAPS = f"""async (seconds) => {{
  const {{ frame, progress }} = {STORE};
  const [epoch, begin] = [progress.peek().epoch, performance.now()];
  let frames = -1;
  const stop = frame.subscribe((now) => {{ if (now.arrays.has("feature_maps/values")) frames += 1; }});
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  stop();
  const passed = (performance.now() - begin) / 1000;
  return [frames / passed, (progress.peek().epoch - epoch) / passed];
}}"""

WATCH_ANSWERS = f"""async () => {{
  const {{ image, maps }} = {CURRENT};
  window.waits = [];
  let held = null;
  let since = 0;
  image.subscribe((now) => {{
    if (!now) return;
    held = now.values;
    since = performance.now();
  }});
  maps.subscribe((found) => {{
    if (!found || !held || found.inputs.length !== held.length) return;
    if (held.some((value, at) => Math.abs(value - found.inputs[at]) > 1e-6)) return;
    const begun = since;
    held = null;
    requestAnimationFrame(() => waits.push(performance.now() - begun));
  }});
}}"""


def open_lab(browser: "Browser", server: ServerProcess) -> "Page":
    """The lab on its first frame, with an image in hand, so that all its maps come."""
    page = browser.new_context(base_url=server.base_url, viewport={"width": 1440, "height": 900}).new_page()
    page.goto("/labs/digits")
    while not page.evaluate(READY):
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Give me one").click()
    return page


def draw(page: "Page") -> list[float]:
    """Milliseconds from each move of the pen until the confidences for it are drawn."""
    page.evaluate(WATCH_ANSWERS)
    area = page.get_by_role("application", name="Drawing").bounding_box()
    assert area is not None
    for digit in range(DIGITS):
        page.get_by_role("button", name="Clear").click()
        for stroke in recordings(digit)[0]:
            places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in stroke]
            page.mouse.move(*places[0])
            page.mouse.down()
            for place in places[1:]:
                page.mouse.move(*place)
                page.wait_for_timeout(STROKE_PAUSE)
            page.mouse.up()
    waits: list[float] = page.evaluate("waits")
    return waits


def main() -> None:
    """Measure and print Markdown: a table of docs/performance.md."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("The lab is not measured: Playwright is not installed. `make test` installs it.")
        return
    print(f"\n{machine()}; the digits lab in Chromium, the server on the same machine.\n")
    with ServerProcess(log_level="warning") as server, sync_playwright() as playwright, launch(playwright) as browser:
        page = open_lab(browser, server)
        learnt, epochs = page.evaluate(LEARN, AIM)
        frames, pace = page.evaluate(WATCH_MAPS, SECONDS)
        scripts = script_per_frame(traced(browser, page))
        training = draw(page)
        page.get_by_role("button", name="Pause", exact=True).click()
        paused = draw(page)
    rows = [
        [
            "seconds from Play to 98 % of the test digits",
            f"{learnt:.1f} ({epochs:.0f} epochs)",
            "≤ 60",
        ],
        ["frames/s with every map", f"{frames:.0f}", "≥ 10"],
        ["epochs/s meanwhile", f"{pace:.1f}", ""],
        ["scripts on the main thread per frame, median ms", f"{median(scripts):.1f}", "≤ 10"],
        ["stroke to confidences while training, 95th percentile ms", f"{quantiles(training, n=20)[-1]:.0f}", "≤ 100"],
        ["stroke to confidences while paused, 95th percentile ms", f"{quantiles(paused, n=20)[-1]:.0f}", "≤ 100"],
    ]
    print(table(["in the digits lab", "measured", "target"], rows))


if __name__ == "__main__":
    main()
