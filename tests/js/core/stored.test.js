/** What the browser keeps, and what becomes of it where it may keep nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readStored, thisTab, writeStored } from "../../../static/js/core/stored.js";

/** @param {string} name @param {PropertyDescriptor} property */
const put = (name, property) => Object.defineProperty(globalThis, name, { ...property, configurable: true });

function storage() {
  const entries = new Map();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => entries.set(key, value),
    removeItem: (key) => entries.delete(key),
  };
}

test("what is written is read again, for good or in this tab; null takes it away", () => {
  const [forGood, ofTab] = [storage(), storage()];
  put("localStorage", { value: forGood });
  put("sessionStorage", { value: ofTab });
  writeStored("a", { b: [1] });
  writeStored("a", "here", thisTab);
  assert.deepEqual(readStored("a"), { b: [1] });
  assert.equal(readStored("a", thisTab), "here");
  writeStored("a", null);
  assert.equal(forGood.entries.size, 0);
  assert.equal(readStored("a"), null);
  assert.equal(readStored("a", thisTab), "here");
});

test("what cannot be understood is nothing", () => {
  const odd = storage();
  odd.setItem("a", "{");
  put("localStorage", { value: odd });
  assert.equal(readStored("a"), null);
});

test("where storage is forbidden, even by name, nothing is found and nothing breaks", () => {
  const forbid = () => {
    throw new Error("forbidden");
  };
  put("localStorage", { value: { getItem: forbid, setItem: forbid, removeItem: forbid } });
  put("sessionStorage", { get: forbid });
  for (const place of [undefined, thisTab]) {
    writeStored("a", 1, place);
    writeStored("a", null, place);
    assert.equal(readStored("a", place), null);
  }
});
