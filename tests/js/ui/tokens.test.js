import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../../static/css/tokens.css", import.meta.url), "utf8");

/** @returns {Map<string, string>} the tokens of the block that begins with `selector` */
function tokens(selector) {
  const start = css.indexOf("{", css.indexOf(selector)) + 1;
  const body = css.slice(start, css.indexOf("}", start));
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
}

/** Relative luminance of #rrggbb, as WCAG has it. */
function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const light = tokens(":root {");
const dark = tokens(':root[data-theme="dark"] {');

test("dark by choice and dark by the system are the same", () => {
  assert.ok(dark.size > 25);
  assert.deepEqual(tokens(":root:not([data-theme]) {"), dark);
});

test("every dark token has a light one", () => {
  for (const name of dark.keys()) assert.ok(light.has(name), name);
});

for (const [name, theme] of [
  ["light", light],
  ["dark", dark],
]) {
  test(`text can be read on every ground, ${name}`, () => {
    for (const ground of ["--bg", "--surface", "--sunken"]) {
      for (const ink of ["--ink", "--ink2", "--ink3", "--green", "--bad", "--neg", "--pos"]) {
        const ratio = contrast(theme.get(ink), theme.get(ground));
        assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(theme.get("--on-green"), theme.get("--green")) >= 4.5);
  });

  test(`edges that carry meaning stand out, ${name}`, () => {
    for (const edge of ["--line2", "--neg-s", "--pos-s"]) {
      assert.ok(contrast(theme.get(edge), theme.get("--bg")) >= 3, edge);
    }
  });
}
