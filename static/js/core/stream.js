/**
 * The websocket client: requests with answers, frames with acknowledgements, and coming back after a loss.
 * It knows the protocol and nothing of what the page shows.
 */

import { decodeFrame } from "./frames.js";

/** @typedef {import("./types.js").Connection} Connection */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {{ [key: string]: any }} Message */
/**
 * @typedef {object} Handlers
 * @property {(status: Connection) => void} onStatus
 * @property {(server: string) => void} onWelcome the server's boot id, after every connection made
 * @property {(event: Message) => void} onEvent any event that answers no request
 * @property {(frame: Frame) => void} onFrame
 * @property {(code: number, reason: string) => void} onRefused the server closed the connection and says why
 */

const RECONNECTING_AFTER = 1500;
const OFFLINE_AFTER = 10_000;
const REQUEST_TIMEOUT = 15_000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 8000;
/** Where there are too many already, the first wait is as long as the longest. */
const CROWDED_ATTEMPT = 4;
const PING_EVERY = 15_000;
const STOP_CODE = 4500;
/** There is no session, or it has ended. */
export const NO_SESSION_CODE = 4401;
/** There are too many connections from here already. */
export const TOO_MANY_CODE = 4429;

/**
 * A request that failed; `status` is the HTTP-like status of the answer, 0 when there was none, and `retryAfter` the
 * seconds after which the server says it is worth asking again, 0 when it says nothing of it.
 */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {Array<import("./types.js").Issue>} errors
   * @param {number} retryAfter
   */
  constructor(message, status = 0, errors = [], retryAfter = 0) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/** @param {number} attempt from 0 @param {number} chance in [0, 1) @returns {number} milliseconds to wait */
export function backoff(attempt, chance = Math.random()) {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt) * (0.5 + chance / 2);
}

/**
 * How long to wait before a refused request is made again: what the server asks for and up to a quarter more, since a
 * whole class may have been told the same; or ever longer.
 * @param {unknown} error
 * @param {number} attempt from 0
 * @param {number} chance in [0, 1)
 * @returns {number} milliseconds
 */
export function waitAfter(error, attempt, chance = Math.random()) {
  const seconds = error instanceof RequestError ? error.retryAfter : 0;
  return seconds ? seconds * 1000 * (1 + chance / 4) : backoff(attempt, chance);
}

export class Stream {
  /** @type {WebSocket | null} */
  #socket = null;
  #welcomed = false;
  #nextId = 1;
  #attempt = 0;
  #stopped = false;
  /** @type {Map<number, {resolve: (answer: Message) => void, reject: (error: Error) => void, timer: any}>} */
  #requests = new Map();
  /** @type {any[]} */
  #lossTimers = [];
  /** @type {any} */
  #retryTimer = null;
  /** @type {any} */
  #pingTimer = null;

  /** @param {string} url @param {Handlers} handlers @param {typeof WebSocket} Socket */
  constructor(url, handlers, Socket = globalThis.WebSocket) {
    this.url = url;
    this.handlers = handlers;
    this.Socket = Socket;
  }

  get live() {
    return this.#welcomed;
  }

  connect() {
    clearTimeout(this.#retryTimer);
    if (this.#socket) return;
    this.#stopped = false;
    const socket = new this.Socket(this.url, "neuronpark.v1");
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => this.#lost(socket, event.code, event.reason);
    this.#watchLoss();
  }

  /** Connect now, whatever the backoff says. */
  tryAgain() {
    this.#attempt = 0;
    this.#welcomed = false;
    this.#drop();
    this.handlers.onStatus("reconnecting");
    this.connect();
  }

  /** Close for good. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    this.#clearLoss();
    this.#socket?.close(1000);
  }

  /**
   * @param {Message} message
   * @param {number} timeout milliseconds
   * @returns {Promise<Message>} the answer; rejects with RequestError
   */
  request(message, timeout = REQUEST_TIMEOUT) {
    if (!this.#welcomed) return Promise.reject(new RequestError("There is no connection to the server just now."));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#requests.delete(id);
        reject(new RequestError("The server did not answer in time."));
      }, timeout);
      this.#requests.set(id, { resolve, reject, timer });
      this.send({ ...message, id });
    });
  }

  /** Send without an answer; silently nothing while there is no connection. @param {Message} message */
  send(message) {
    if (this.#welcomed) this.#socket?.send(JSON.stringify(message));
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (typeof data !== "string") {
      const frame = decodeFrame(data);
      this.handlers.onFrame(frame);
      this.send({ type: "ack", run: frame.header.run, seq: frame.header.seq });
      return;
    }
    const event = JSON.parse(data);
    if (event.type === "welcome") this.#welcome(event.server);
    else if (!this.#answer(event)) this.handlers.onEvent(event);
  }

  /** @param {string} server */
  #welcome(server) {
    this.#welcomed = true;
    this.#attempt = 0;
    this.#clearLoss();
    clearTimeout(this.#pingTimer);
    this.#schedulePing();
    this.handlers.onStatus("live");
    this.handlers.onWelcome(server);
  }

  /** @param {Message} event @returns {boolean} whether a request waited for it */
  #answer(event) {
    const waiting = event.id == null ? undefined : this.#requests.get(event.id);
    if (!waiting) return false;
    this.#requests.delete(event.id);
    clearTimeout(waiting.timer);
    if (event.type === "error") {
      const { detail, title, status, errors = [], retry_after = 0 } = event;
      waiting.reject(new RequestError(detail || title, status, errors, retry_after));
    } else waiting.resolve(event);
    return true;
  }

  /** @param {WebSocket} socket @param {number} code @param {string} [reason] */
  #lost(socket, code, reason = "") {
    if (socket !== this.#socket) return;
    this.#welcomed = false;
    this.#drop();
    if (this.#stopped) return;
    if (code === NO_SESSION_CODE || code === TOO_MANY_CODE) this.handlers.onRefused(code, reason);
    if (code === TOO_MANY_CODE) this.#attempt = Math.max(this.#attempt, CROWDED_ATTEMPT);
    if (code >= STOP_CODE && code < 5000) {
      this.#clearLoss();
      this.handlers.onStatus("offline");
      return;
    }
    this.#watchLoss();
    this.#retryTimer = setTimeout(() => this.connect(), backoff(this.#attempt++));
  }

  /** Forget the socket; whoever waits for an answer on it hears so. */
  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#retryTimer);
    socket?.close();
    for (const { reject, timer } of this.#requests.values()) {
      clearTimeout(timer);
      reject(new RequestError("The connection was lost before the server answered."));
    }
    this.#requests.clear();
  }

  /** A short loss is not shown; a longer one is said in two stages. */
  #watchLoss() {
    if (this.#lossTimers.length) return;
    this.#lossTimers = [
      setTimeout(() => this.handlers.onStatus("reconnecting"), RECONNECTING_AFTER),
      setTimeout(() => this.handlers.onStatus("offline"), OFFLINE_AFTER),
    ];
  }

  #clearLoss() {
    for (const timer of this.#lossTimers) clearTimeout(timer);
    this.#lossTimers = [];
  }

  /** A connection that answers no ping is dead, though nobody closed it. */
  #schedulePing() {
    this.#pingTimer = setTimeout(() => {
      const socket = this.#socket;
      this.request({ type: "ping" }, 5000).then(
        () => this.#schedulePing(),
        () => socket && this.#lost(socket, 1006),
      );
    }, PING_EVERY);
  }
}
