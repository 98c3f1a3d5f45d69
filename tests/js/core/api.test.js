/** REST as the page asks: problems as errors, and a session that is begun anew when it has ended. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { rest } from "./byhand.js";

const api = await import("../../../static/js/core/api.js");
const NO_SESSION = [401, { title: "Unauthorized", detail: "There is no session." }];

beforeEach(() => {
  rest.requests.length = 0;
});

const asked = () => rest.requests.map(({ method, url }) => `${method} ${url.slice("/api/v1".length)}`);

test("a session that has ended is begun anew, and the request made again, unasked", async () => {
  let begun = false;
  rest.respond = ({ url }) => {
    if (url.endsWith("/session")) begun = true;
    return begun ? [200, { id: "r" }] : NO_SESSION;
  };
  assert.deepEqual(await api.createRun({}, null), { id: "r" });
  assert.deepEqual(asked(), ["POST /runs", "POST /session", "POST /runs"]);
  assert.deepEqual(rest.requests[2].body, { spec: {}, speed: null });
});

test("a browser that keeps no session is told so, not asked for ever", async () => {
  rest.respond = ({ url }) => (url.endsWith("/session") ? [204, null] : NO_SESSION);
  await assert.rejects(api.getRun("r"), { status: 401, message: /keeps no cookie of this page.*Allow cookies/ });
  assert.equal(rest.requests.length, 3);
});

test("a refusal to begin one is what is told", async () => {
  rest.respond = ({ url }) =>
    url.endsWith("/session") ? [429, { detail: "Too many." }, { "Retry-After": "9" }] : NO_SESSION;
  await assert.rejects(api.getRun("r"), { status: 429, message: "Too many.", retryAfter: 9 });
});

test("every other refusal is told as it is, with the seconds to wait if there are any", async () => {
  rest.respond = () => [503, { detail: "No room." }, { "Retry-After": "60" }];
  await assert.rejects(api.createRun({}, null), { status: 503, retryAfter: 60, errors: [] });
  rest.respond = () => [422, { title: "Invalid", errors: [{ pointer: "/a", message: "No." }] }];
  await assert.rejects(api.createRun({}, null), { message: "Invalid", status: 422, retryAfter: 0 });
  assert.equal(rest.requests.length, 2);
});
