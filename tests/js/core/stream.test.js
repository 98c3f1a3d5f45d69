import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { backoff, RequestError, Stream, waitAfter } from "../../../static/js/core/stream.js";
import { FakeSocket } from "./fakesocket.js";

let log;
let stream;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeSocket.opened = [];
  log = { status: [], welcome: [], events: [], frames: [], refused: [] };
  stream = new Stream(
    "ws://host/api/v1/stream",
    {
      onStatus: (status) => log.status.push(status),
      onWelcome: (server) => log.welcome.push(server),
      onEvent: (event) => log.events.push(event),
      onFrame: (frame) => log.frames.push(frame),
      onRefused: (code, reason) => log.refused.push([code, reason]),
    },
    FakeSocket,
  );
});

function live() {
  stream.connect();
  FakeSocket.last.welcome("first");
  return FakeSocket.last;
}

test("it speaks its subprotocol and is live at the welcome", () => {
  stream.connect();
  assert.equal(FakeSocket.last.protocol, "neuronpark.v1");
  assert.equal(stream.live, false);
  FakeSocket.last.welcome("first");
  assert.equal(stream.live, true);
  assert.deepEqual(log.status, ["live"]);
  assert.deepEqual(log.welcome, ["first"]);
});

test("an answer finds its request, in whatever order", async () => {
  const socket = live();
  const one = stream.request({ type: "command", command: "start" });
  const two = stream.request({ type: "command", command: "pause" });
  const [first, second] = socket.sent;
  assert.notEqual(first.id, second.id);
  socket.say({ type: "done", id: second.id, result: 2 });
  socket.say({ type: "done", id: first.id, result: 1 });
  assert.equal((await one).result, 1);
  assert.equal((await two).result, 2);
  assert.deepEqual(log.events, []);
});

test("a refusal rejects with its status and its places", async () => {
  const socket = live();
  const answer = stream.request({ type: "command" });
  const errors = [{ pointer: "/batch_size", message: "must be at least 1" }];
  socket.say({ type: "error", id: socket.sent[0].id, status: 422, title: "Invalid", detail: "No.", errors });
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof RequestError);
    assert.deepEqual([error.message, error.status, error.errors], ["No.", 422, errors]);
    return true;
  });
});

test("an answer that never comes is an error", async () => {
  live();
  const answer = stream.request({ type: "command" }, 3000);
  mock.timers.tick(3000);
  await assert.rejects(answer, /in time/);
});

test("nothing can be asked without a connection", async () => {
  await assert.rejects(stream.request({ type: "command" }), /no connection/);
  stream.connect();
  await assert.rejects(stream.request({ type: "command" }), /no connection/);
});

test("events that answer nobody are passed on", () => {
  const socket = live();
  socket.say({ type: "recovering", run: "r" });
  socket.say({ type: "error", id: null, status: 400, title: "Bad" });
  assert.deepEqual(
    log.events.map(({ type }) => type),
    ["recovering", "error"],
  );
});

test("every frame is acknowledged after it was taken in", () => {
  const socket = live();
  socket.frame({ run: "r", seq: 17, step: 5 });
  assert.equal(log.frames[0].header.step, 5);
  assert.deepEqual(socket.sent, [{ type: "ack", run: "r", seq: 17 }]);
});

test("waiting requests hear of a loss", async () => {
  const socket = live();
  const answer = stream.request({ type: "command" });
  socket.lose();
  await assert.rejects(answer, /lost/);
});

test("a short loss is not shown", () => {
  live().lose();
  mock.timers.tick(500);
  assert.equal(FakeSocket.opened.length, 2);
  FakeSocket.last.welcome("first");
  mock.timers.tick(20_000);
  assert.ok(!log.status.includes("reconnecting"));
});

test("a longer loss is said in two stages, and it goes on trying", () => {
  live().lose();
  const refuse = () => FakeSocket.last.lose();
  for (let elapsed = 0; elapsed < 1500; elapsed += 100) {
    mock.timers.tick(100);
    if (FakeSocket.last.closed === null) refuse();
  }
  assert.equal(log.status.at(-1), "reconnecting");
  for (let elapsed = 0; elapsed < 9000; elapsed += 100) {
    mock.timers.tick(100);
    if (FakeSocket.last.closed === null) refuse();
  }
  assert.equal(log.status.at(-1), "offline");
  const attempts = FakeSocket.opened.length;
  mock.timers.tick(8000);
  assert.ok(FakeSocket.opened.length > attempts);
  FakeSocket.last.welcome("second");
  assert.equal(log.status.at(-1), "live");
  assert.deepEqual(log.welcome, ["first", "second"]);
});

test("the waits double up to eight seconds, with a jitter of a half", () => {
  const longest = Array.from({ length: 7 }, (_, attempt) => backoff(attempt, 1));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(backoff(0, 0), 250);
  assert.equal(backoff(10, 0), 4000);
});

test("a refused request is made again when the server says, by each page of a class a little later or earlier", () => {
  const refusal = new RequestError("Full.", 503, [], 20);
  assert.equal(waitAfter(refusal, 0, 0), 20_000);
  assert.equal(waitAfter(refusal, 5, 1), 25_000);
  assert.equal(waitAfter(new RequestError("Starting.", 503), 2, 1), backoff(2, 1));
  assert.equal(waitAfter(new TypeError("lost"), 0, 1), backoff(0, 1));
});

test("a refusal says how long to wait", async () => {
  const socket = live();
  const answer = stream.request({ type: "command" });
  socket.say({ type: "error", id: socket.sent[0].id, status: 429, title: "Too many", detail: "Wait.", retry_after: 7 });
  await assert.rejects(answer, ({ status, retryAfter }) => status === 429 && retryAfter === 7);
});

test("a connection that the server ends for a reason says so, and is made again", () => {
  live().lose(4401, "There is no session.");
  assert.deepEqual(log.refused, [[4401, "There is no session."]]);
  mock.timers.tick(500);
  assert.equal(FakeSocket.opened.length, 2);
});

test("where there are too many connections it is not tried again at once", () => {
  live().lose(4429, "There are too many.");
  assert.deepEqual(log.refused, [[4429, "There are too many."]]);
  mock.timers.tick(3999);
  assert.equal(FakeSocket.opened.length, 1);
  mock.timers.tick(4001);
  assert.equal(FakeSocket.opened.length, 2);
});

test("any other loss has no reason to be told", () => {
  live().lose(1001, "The server is shutting down.");
  assert.deepEqual(log.refused, []);
});

test("a close that says stop is obeyed until somebody tries again", () => {
  live().lose(4500);
  assert.equal(log.status.at(-1), "offline");
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, 1);
  stream.tryAgain();
  assert.equal(FakeSocket.opened.length, 2);
});

test("trying again does not wait for the backoff", () => {
  live().lose();
  stream.tryAgain();
  assert.equal(FakeSocket.opened.length, 2);
  FakeSocket.last.welcome("first");
  mock.timers.tick(20_000);
  assert.equal(FakeSocket.opened.length, 2);
  assert.equal(log.status.at(-1), "live");
});

test("a dead connection that nobody closed is noticed by its silence", async () => {
  const socket = live();
  mock.timers.tick(15_000);
  assert.equal(socket.sent.at(-1).type, "ping");
  mock.timers.tick(5000);
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(500);
  assert.equal(FakeSocket.opened.length, 2);
});

test("a live connection answers its pings and stays", async () => {
  const socket = live();
  for (let round = 0; round < 3; round += 1) {
    mock.timers.tick(15_000);
    socket.say({ type: "pong", id: socket.sent.at(-1).id });
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(socket.sent.filter(({ type }) => type === "ping").length, 3);
  assert.equal(FakeSocket.opened.length, 1);
});

test("a late close of an old socket does not touch the new one", () => {
  const old = live();
  stream.tryAgain();
  FakeSocket.last.welcome("first");
  old.lose();
  assert.equal(stream.live, true);
});

test("what an old socket still delivers is neither taken in nor acknowledged", () => {
  const old = live();
  stream.tryAgain();
  FakeSocket.last.welcome("first");
  old.frame({ run: "r", seq: 7 });
  assert.deepEqual(log.frames, []);
  assert.deepEqual(FakeSocket.last.sent, []);
});

test("stopped is stopped", () => {
  const socket = live();
  stream.stop();
  socket.lose(1000);
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.opened.length, 1);
});
