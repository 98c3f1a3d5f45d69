/** The REST interface, with problem documents turned into RequestError. */

import { RequestError } from "./stream.js";

/** @typedef {import("./types.js").RunSpec} RunSpec */
/** @typedef {import("./types.js").Run} Run */

export const BASE = "/api/v1";

const UNAUTHORIZED = 401;
const NO_COOKIE =
  "This browser keeps no cookie of this page, so the server does not know it again. Allow cookies for it, and open it by https.";

/** Begin a session, where the server is one for many; whoever has one keeps it. @returns {Promise<any>} */
export const beginSession = () => ask("POST", "/session");

/**
 * A session that has ended is begun anew, unasked.
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function request(method, path, body) {
  try {
    return await ask(method, path, body);
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
  }
  await beginSession();
  try {
    return await ask(method, path, body);
  } catch (error) {
    throw isUnauthorized(error) ? new RequestError(NO_COOKIE, UNAUTHORIZED) : error;
  }
}

/** @param {unknown} error */
const isUnauthorized = (error) => error instanceof RequestError && error.status === UNAUTHORIZED;

/** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
async function ask(method, path, body) {
  /** @type {RequestInit} */
  const init = { method, headers: { accept: "application/json" }, keepalive: method === "DELETE" };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "content-type": "application/json" };
  }
  const response = await fetch(BASE + path, init).catch(() => {
    throw new RequestError("The server cannot be reached.");
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const { detail, title, errors = [] } = answer;
    const retryAfter = Number(response.headers.get("retry-after")) || 0;
    throw new RequestError(detail || title || response.statusText, response.status, errors, retryAfter);
  }
  return answer;
}

/** @returns {Promise<import("./types.js").Catalog>} */
export const getCatalog = () => request("GET", "/catalog");

/**
 * @param {Partial<RunSpec>} spec
 * @returns {Promise<import("./types.js").Validation>}
 */
export const validate = (spec) => request("POST", "/validate", { spec });

/** @param {Partial<RunSpec>} spec @param {number | null} epochsPerSecond @returns {Promise<Run>} */
export const createRun = (spec, epochsPerSecond) => request("POST", "/runs", { spec, speed: epochsPerSecond });

/** @param {string} id @returns {Promise<Run>} */
export const getRun = (id) => request("GET", `/runs/${encodeURIComponent(id)}`);

/** @param {string} id @param {import("./types.js").Patch} patch @returns {Promise<Run>} */
export const patchRun = (id, patch) => request("PATCH", `/runs/${encodeURIComponent(id)}`, patch);

/** @param {string} id */
export const deleteRun = (id) => request("DELETE", `/runs/${encodeURIComponent(id)}`);

/** Another run that goes on from a past step of this one. @param {string} id @param {number} step @returns {Promise<Run>} */
export const forkRun = (id, step) => request("POST", `/runs/${encodeURIComponent(id)}/forks`, { step });

/** @param {string} id @returns {Promise<any>} spec, parameters and curve */
export const exportRun = (id) => request("GET", `/runs/${encodeURIComponent(id)}/export`);

/** A view as numbers. @param {string} id @param {string} name @returns {Promise<any>} as `arrays` by name */
export const getProbe = (id, name) => request("GET", `/runs/${encodeURIComponent(id)}/probes/${name}`);

/**
 * Images as a network takes them, in the order of their files.
 * @param {readonly Blob[]} files
 * @param {number} side pixels along a side
 * @returns {Promise<{ side: number, images: Array<{ values: number[], format: string, notes: string[] }> }>}
 */
export function readImages(files, side) {
  const form = new FormData();
  for (const file of files) form.append("images", file);
  return request("POST", `/images?side=${side}`, form);
}
