/** Keys that act anywhere, and the places where a key means something else. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { commands, done, openRun, refuse, SPEC, session, show, store } from "./byhand.js";
import { FakeElement } from "./fakeelement.js";

const listeners = {};
globalThis.addEventListener = (type, listener) => {
  listeners[type] ??= [];
  listeners[type].push(listener);
};
globalThis.Element = FakeElement;
let dialog = false;
let popover = false;
const body = new FakeElement("body");
Object.assign(globalThis.document, {
  body,
  querySelector: (selector) => ({ "dialog[open]": dialog, ":popover-open": popover })[selector] || null,
});

const { KEYS, startKeyboard } = await import("../../../static/js/core/keyboard.js");
let helped = 0;
startKeyboard(() => {
  helped += 1;
});

beforeEach(openRun);

/** @returns {boolean} whether the page took the key for itself */
function press(key, { target = body, ...modifiers } = {}) {
  let taken = false;
  const event = { key, target, preventDefault: () => (taken = true), ...modifiers };
  for (const listener of listeners.keydown) listener(event);
  return taken;
}

const element = (tag, attributes, parent = body) => new FakeElement(tag, attributes, parent);
const input = (type, attributes = {}) => element("input", { type, ...attributes });
const last = () => commands().at(-1)?.command;

test("every key that the help lists for the whole page does what it says there", async () => {
  const does = Object.fromEntries(KEYS.map((entry) => [entry.keys, entry.does]));
  const cases = [
    ["Space", () => press(" "), "start", /Play or pause/],
    ["→ or .", () => press("ArrowRight"), "step", /one epoch/],
    ["→ or .", () => press("."), "step", /one epoch/],
    ["Shift →", () => press("ArrowRight", { shiftKey: true }), "step", /one update/],
    ["R", () => press("r"), "reset", /same weights/],
    ["N", () => press("n"), "new_start", /new weights/],
  ];
  for (const [index, [keys, act, command, words]] of cases.entries()) {
    assert.equal(act(), true, keys);
    assert.equal(last(), command, keys);
    assert.match(does[keys], words);
    await done({ revision: index + 2 });
  }
  assert.deepEqual(
    commands()
      .filter(({ command }) => command === "step")
      .map(({ unit }) => unit),
    ["epoch", "epoch", "update"],
  );
  assert.equal(press("?"), true);
  assert.equal(helped, 1);
  assert.ok(does["?"]);
});

test("Ctrl Z undoes, Ctrl Shift Z and Ctrl Y do again, on a Mac with its own key", async () => {
  store.update({ batch_size: 30 });
  await done({ revision: 2, spec: { ...SPEC, batch_size: 30 } });
  const keys = [
    ["z", { ctrlKey: true }, 10],
    ["Z", { ctrlKey: true, shiftKey: true }, 30],
    ["z", { metaKey: true }, 10],
    ["y", { ctrlKey: true }, 30],
  ];
  for (const [index, [key, modifiers, size]] of keys.entries()) {
    assert.equal(press(key, modifiers), true);
    assert.deepEqual(commands().at(-1).patch, { batch_size: size });
    await done({ revision: 3 + index, spec: { ...SPEC, batch_size: size } });
  }
});

test("the browser keeps its own shortcuts", () => {
  for (const modifiers of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    for (const key of ["r", "n", "ArrowRight"]) assert.equal(press(key, modifiers), false, key);
  }
  assert.equal(press("r", { defaultPrevented: true }), false);
  for (const key of ["Tab", "Enter", "ArrowLeft", "ArrowDown", "x", "toString"]) assert.equal(press(key), false, key);
  assert.equal(commands().length, 0);
});

test("what is typed is text", () => {
  const fields = [
    input("text"),
    input("number"),
    element("input"),
    element("textarea"),
    element("select"),
    element("span", {}, element("div", { contenteditable: "true" })),
  ];
  for (const target of fields) {
    for (const key of [" ", "r", "n", ".", "?", "ArrowRight"]) assert.equal(press(key, { target }), false, key);
  }
  assert.equal(press("z", { ctrlKey: true, target: element("textarea") }), false);
  assert.equal(commands().length, 0);
});

test("Space plays wherever it would press nothing: on a slider, and on the radio button that is chosen", async () => {
  const plays = [body, element("canvas"), input("range"), input("radio", { checked: true })];
  for (const [index, target] of plays.entries()) {
    assert.equal(press(" ", { target }), true);
    assert.equal(commands().length, index + 1);
    await done({ revision: index + 2 });
  }
});

test("Space presses what it can press", () => {
  const pressed = [
    element("button"),
    element("svg", {}, element("button")),
    element("a"),
    element("summary"),
    input("checkbox"),
    input("checkbox", { checked: true }),
    input("radio"),
    element("div", { role: "switch" }),
    element("div", { role: "menuitem" }),
  ];
  for (const target of pressed) assert.equal(press(" ", { target }), false, target.tag);
  assert.equal(commands().length, 0);
});

test("a held Space plays once, and the page does not scroll", () => {
  assert.equal(press(" "), true);
  assert.equal(press(" ", { repeat: true }), true);
  assert.equal(press(" ", { repeat: true }), true);
  assert.equal(commands().length, 1);
});

test("held keys step on and on, but start over once", async () => {
  assert.equal(press("r", { repeat: true }), false);
  assert.equal(press("n", { repeat: true }), false);
  assert.equal(commands().length, 0);
  assert.equal(press("ArrowRight", { repeat: true }), true);
  await refuse("Not now.");
});

test("arrows belong to what uses them, the full stop steps there too", () => {
  const users = [
    input("range"),
    input("radio", { checked: true }),
    element("div", { role: "radio" }),
    element("div", { role: "application" }),
    element("g", {}, element("div", { role: "grid" })),
    element("canvas"),
  ];
  for (const [index, target] of users.entries()) {
    assert.equal(press("ArrowRight", { target }), false);
    assert.equal(press(".", { target }), true);
    assert.equal(commands().length, index + 1);
  }
  assert.equal(press("ArrowRight", { target: element("button") }), true);
});

test("an open dialog keeps all keys to itself", () => {
  dialog = true;
  for (const key of [" ", "r", "?"]) assert.equal(press(key), false);
  dialog = false;
  assert.equal(commands().length, 0);
});

test("Escape closes a sheet, and is nothing to us without one", () => {
  assert.equal(press("Escape"), false);
  store.sheet.value = "learning";
  assert.equal(press("Escape"), true);
  assert.equal(store.sheet.value, null);
});

test("Escape closes what lies over a sheet first", () => {
  store.sheet.value = "data";
  popover = true;
  assert.equal(press("Escape"), false);
  popover = false;
  assert.equal(press("Escape"), true);
  assert.equal(store.sheet.value, null);
});

test("an event from the window itself counts as the page's", () => {
  assert.equal(press(" ", { target: globalThis }), true);
  assert.equal(last(), "start");
  assert.equal(session.stream.live, true);
});

test("Escape leads back to now, once no sheet is open", () => {
  show({ step: 100 });
  store.lookAt(50);
  show({ step: 50, past: true });
  store.sheet.value = "data";
  assert.equal(press("Escape"), true);
  assert.deepEqual([store.sheet.value, store.past.value], [null, 50]);
  assert.equal(press("Escape"), true);
  assert.deepEqual([store.past.value, store.progress.value.step], [null, 100]);
  assert.equal(press("Escape"), false);
});
