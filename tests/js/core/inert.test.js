/** Names of strangers, shown: nothing unseen is left in them, and they turn nothing round. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inert } from "../../../static/js/core/inert.js";

test("an ordinary name stays as it is", () => {
  for (const name of ["rose", "x₁", "Länge (cm)", "<b>bold</b> & co", "Ω ≤ 5 µm", "花", "🌹", "a  b", "−1.5", ""]) {
    assert.equal(inert(name), name);
  }
});

test("every unseen character is marked", () => {
  const unseen = [
    ...["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e"],
    ...["\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"],
    ...["\u2066", "\u2067", "\u2068", "\u2069", "\u2028", "\u2029", "\u0000", "\u001b", "\u0085"],
    ...["\u3164", "\u115f", "\uffa0", "\ufff9", "\u{e0041}", "\u{1d173}"],
  ];
  for (const character of unseen) {
    assert.equal(inert(`a${character}b`), "a\ufffdb", character.codePointAt(0)?.toString(16));
    assert.equal(inert(character), "\ufffd");
  }
});

test("names that only looked alike no longer do", () => {
  assert.notEqual(inert("ro\u200bse"), inert("rose"));
});

test("joiners stay where letters or pictures are joined, and nowhere else", () => {
  for (const name of ["👩\u200d🔬", "नर\u200dक", "ක\u200cෂ"]) assert.equal(inert(name), name);
  const persian = "می\u200cخواهم";
  assert.equal(inert(persian), `\u2068${persian}\u2069`);
  for (const name of ["a\u200db", "\u200d", "花\u200d", "1\u200c2"]) assert.ok(inert(name).includes("\ufffd"), name);
});

test("a name that is written from the right is set apart, and cannot end that by itself", () => {
  assert.equal(inert("שלום"), "\u2068שלום\u2069");
  assert.equal(inert("وردة 5"), "\u2068وردة 5\u2069");
  assert.equal(inert("\u2069שלום\u202e"), "\u2068\ufffdשלום\ufffd\u2069");
});
