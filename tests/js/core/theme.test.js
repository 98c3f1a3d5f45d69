/** Light or dark, patterns, and the arrangement, against a window whose media change by hand. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const media = { dark: false, width: 1600, height: 900 };
const queries = [];
const storage = new Map();
let forbidden = false;
const guard = (use) => {
  if (forbidden) throw new Error("denied");
  return use();
};
const root = { dataset: { theme: "dark" } };
globalThis.document = { documentElement: root };
Object.defineProperty(globalThis, "localStorage", {
  value: {
    getItem: (key) => guard(() => storage.get(key) ?? null),
    setItem: (key, value) => guard(() => storage.set(key, value)),
    removeItem: (key) => guard(() => storage.delete(key)),
  },
});
globalThis.matchMedia = (text) => {
  const below = /width < (\d+)px/.exec(text);
  const above = /width >= (\d+)px\) and \(height >= (\d+)px/.exec(text);
  const query = {
    get matches() {
      if (above) return media.width >= Number(above[1]) && media.height >= Number(above[2]);
      return below ? media.width < Number(below[1]) : media.dark;
    },
    addEventListener: (_type, listener) => queries.push(listener),
  };
  return query;
};

const { setPatterns, setTheme, startLayout, startTheme } = await import("../../../static/js/core/theme.js");
const { appearance, large, layout, patterns, theme } = await import("../../../static/js/core/state.js");

storage.set("neuronpark.patterns", "on");
startTheme();
startLayout();

function change(changes) {
  Object.assign(media, changes);
  for (const listener of queries) listener();
}

beforeEach(() => {
  forbidden = false;
});

test("what was chosen before holds from the beginning", () => {
  assert.deepEqual([theme.value, appearance.value, patterns.value], ["dark", "dark", true]);
});

test("a chosen theme stands against the system's, and is kept", () => {
  setTheme("light");
  change({ dark: true });
  assert.equal(appearance.value, "light");
  assert.equal(root.dataset.theme, "light");
  assert.equal(storage.get("neuronpark.theme"), "light");
});

test("auto follows the system and leaves no word of its own", () => {
  setTheme("auto");
  assert.equal(appearance.value, "dark");
  assert.equal("theme" in root.dataset, false);
  assert.equal(storage.has("neuronpark.theme"), false);
  change({ dark: false });
  assert.equal(appearance.value, "light");
});

test("patterns are kept while they are on", () => {
  setPatterns(false);
  assert.equal(storage.has("neuronpark.patterns"), false);
  setPatterns(true);
  assert.equal(storage.get("neuronpark.patterns"), "on");
});

test("a browser that keeps nothing still obeys", () => {
  forbidden = true;
  setTheme("dark");
  setPatterns(false);
  assert.deepEqual([appearance.value, patterns.value], ["dark", false]);
});

test("the arrangement follows the width", () => {
  const widths = { 719: "phone", 720: "tablet", 1239: "tablet", 1240: "desktop", 1399: "desktop", 1400: "wide" };
  for (const [width, name] of Object.entries(widths)) {
    change({ width: Number(width) });
    assert.equal(layout.value, name, width);
  }
});

test("a lecturer's screen is wide and high", () => {
  for (const [width, height, is] of [
    [1799, 1080, false],
    [1920, 979, false],
    [1920, 980, true],
    [1920, 1080, true],
  ]) {
    change({ width, height });
    assert.equal(large.value, is, `${width} × ${height}`);
  }
});
