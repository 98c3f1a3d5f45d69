/** A server played by hand: the socket, fetch and the animation frame are doubles of the transport, nothing else is. */

import { mock } from "node:test";
import { FakeSocket } from "./fakesocket.js";
import { usualSpec } from "./usualspec.js";

mock.timers.enable({ apis: ["setTimeout"] });
globalThis.location = { protocol: "http:", host: "host" };
globalThis.document = { hidden: false, querySelector: () => null };
globalThis.WebSocket = FakeSocket;
/** Whether the person wants less motion. */
export const calm = { matches: false };
globalThis.matchMedia = () => calm;

const animation = [];
globalThis.requestAnimationFrame = (callback) => animation.push(callback);

/** What was asked over REST, and how it is answered: `respond` gives the status, the body and perhaps headers. */
export const rest = { requests: [], respond: () => [500, {}] };
globalThis.fetch = async (url, init) => {
  const request = { method: init.method, url, body: init.body && JSON.parse(init.body) };
  rest.requests.push(request);
  const [status, body, headers = {}] = rest.respond(request);
  return { ok: status < 400, status, headers: new Headers(headers), json: async () => body };
};

export const store = await import("../../../static/js/core/store.js");
export const session = await import("../../../static/js/core/session.js");
export const { toasts } = await import("../../../static/js/core/toast.js");

export const SPEC = usualSpec(2, 2);
const NETWORK = {
  parameters: 15,
  layers: [
    { name: "a", units: 2, offset: 0, shape: [3, 2] },
    { name: "b", units: 2, offset: 6, shape: [3, 2] },
    { name: "c", units: 1, offset: 12, shape: [3, 1] },
  ],
};

let count = 0;

/** The run of this test, changed in some places. */
export const runDocument = (changes = {}) => ({
  id: `run${count}`,
  state: "paused",
  step: 0,
  epoch: 0,
  generation: 0,
  revision: 1,
  spec: SPEC,
  network: NETWORK,
  losses: { train: 0.7, test: 0.8 },
  accuracy: { train: 0.5, test: 0.6 },
  speed: { epochs_per_second: 60 },
  changes: [],
  diagnosis: null,
  stopped: null,
  ...changes,
});

/** A new run on a new connection, nothing of the last one left but the history of edits. */
export async function openRun() {
  count += 1;
  rest.requests.length = 0;
  rest.respond = () => [500, {}];
  toasts.value = [];
  store.notice.value = null;
  store.frame.value = null;
  store.run.value = null;
  session.stream.tryAgain();
  FakeSocket.last.welcome("boot");
  const taken = session.takeUp(runDocument());
  opened();
  await taken;
}

/** Everything that is ready to happen happens. */
export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The next animation frame. */
export function animate() {
  for (const callback of animation.splice(0)) callback();
}

/** @param {string} type @returns {any[]} what the page sent of this type on the connection of now, oldest first */
export const sent = (type) => FakeSocket.last.sent.filter((message) => message.type === type);
export const commands = () => sent("command");

/** Answer the last opening with the run as it is now. */
export async function opened(changes) {
  FakeSocket.last.say({ type: "opened", id: sent("open").at(-1).id, run: runDocument(changes) });
  await turn();
}

/** Answer the last command, as the server does: done, with the run as it is now. */
export async function done(changes) {
  FakeSocket.last.say({ type: "done", id: commands().at(-1).id, result: runDocument(changes) });
  await turn();
}

/** Refuse the last command. */
export async function refuse(detail, answer = {}) {
  FakeSocket.last.say({ type: "error", id: commands().at(-1).id, status: 422, title: "Invalid", detail, ...answer });
  await turn();
}

/** A frame of the run, drawn. */
export function show(header, arrays) {
  FakeSocket.last.frame({ run: store.run.value.id, seq: 1, step: 9, epoch: 1, ...header }, arrays);
  animate();
}

/** Fifteen parameters that are all this number, as a frame brings them. */
export const allParameters = (value) => ({ "weights/theta": new Float32Array(15).fill(value) });

/** A frame's arrays of the curve at these steps. */
export const curveAt = (...steps) =>
  Object.fromEntries(["step", "epoch", "train", "test"].map((name) => [`curve/${name}`, Float64Array.from(steps)]));
