/**
 * Runs beside the page's own, over the same connection: a second network on one chart, a small picture of one in training.
 * Each has its own latest frame and curve; the page's signals and its run are left alone.
 */

import { signal } from "@preact/signals";
import * as api from "./api.js";
import { Curve } from "./curve.js";
import { listeners, stream } from "./session.js";

/** @typedef {import("./types.js").Run} Run */
/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {{ [name: string]: { [option: string]: any } }} Probes */

const NOT_FOUND = 404;

export class Beside {
  /** The latest run document; null until there is one, and after `end`. */
  run = signal(/** @type {Run | null} */ (null));
  frame = signal(/** @type {Frame | null} */ (null));
  curve = new Curve();
  curveVersion = signal(0);
  #generation = -1;
  #ended = false;
  /** @type {Partial<import("./types.js").RunSpec>} */
  #spec;
  /** @type {Probes} */
  #probes;
  /** @type {number | null} */
  #speed;
  #plays = false;

  /**
   * @param {Partial<import("./types.js").RunSpec>} spec
   * @param {Probes} probes what its frames hold
   * @param {number | null} speed epochs a second; null is as fast as it goes
   */
  constructor(spec, probes, speed = null) {
    this.#spec = spec;
    this.#probes = probes;
    this.#speed = speed;
  }

  /** Make the run and show it. */
  async begin() {
    const run = await api.createRun(this.#spec, this.#speed);
    if (this.#ended) return api.deleteRun(run.id);
    return this.#take(run);
  }

  /** Show a run that was made before. @param {string} id */
  async takeUp(id) {
    const run = await api.getRun(id);
    if (this.#ended) return;
    try {
      await this.#take(run);
    } catch (error) {
      this.#leave(id);
      throw error;
    }
  }

  /**
   * A command of the protocol; resolves when it is done.
   * @param {string} name
   * @param {{ [argument: string]: any }} [args]
   */
  async command(name, args = {}) {
    if (!this.run.value) return;
    if (name === "start" || name === "pause") this.#plays = name === "start";
    const { result } = await stream.request({ type: "command", run: this.run.value.id, command: name, ...args });
    if (result?.id) this.#adopt(result);
  }

  /** Show it no longer, and delete it. */
  end() {
    this.#ended = true;
    const id = this.run.value?.id;
    if (!id) return;
    this.#leave(id);
    api.deleteRun(id).catch(() => {}); // what nobody uses is put away by the server in time
  }

  /** @param {string} id */
  #leave(id) {
    listeners.delete(id);
    stream.send({ type: "close", run: id });
    this.run.value = null;
  }

  /** @param {Run} run */
  async #take(run) {
    this.#adopt(run);
    listeners.set(run.id, {
      frame: (frame) => this.#receive(frame),
      event: (event) => event.type === "run" && this.#adopt(event.run),
      attach: () => this.#attach().catch(() => {}), // it was lost again: the next connection comes here again
    });
    if (stream.live) await this.#open(run.id);
  }

  /** The connection is back: go on from where the curve ends, with the same run or, if it is gone, with one made anew. */
  async #attach() {
    const id = this.run.value?.id;
    if (!id) return;
    try {
      await this.#open(id);
    } catch (error) {
      if (/** @type {import("./stream.js").RequestError} */ (error).status !== NOT_FOUND) throw error;
      this.#leave(id);
      this.#clear(-1);
      await this.begin();
      if (this.#plays) await this.command("start");
    }
  }

  /** @param {string} run */
  async #open(run) {
    const { lastStep: after_step } = this.curve;
    const generation = Math.max(this.#generation, 0);
    const answer = await stream.request({ type: "open", run, probes: this.#probes, after_step, generation });
    this.#adopt(answer.run);
  }

  /** @param {Run} run */
  #adopt(run) {
    if (this.#ended) return;
    if (run.generation > this.#generation) this.#clear(run.generation);
    const before = this.run.value;
    if (!before || before.id !== run.id || run.revision >= before.revision) this.run.value = run;
  }

  /** @param {number} generation */
  #clear(generation) {
    this.#generation = generation;
    this.curve.clear();
    this.curveVersion.value += 1;
  }

  /** @param {Frame} frame */
  #receive(frame) {
    const { header, arrays } = frame;
    if (header.generation < this.#generation) return;
    if (header.generation > this.#generation) this.#clear(header.generation);
    const [step, epoch, train, test] = ["step", "epoch", "train", "test"].map((name) => arrays.get(`curve/${name}`));
    if (step && epoch && train && test && this.curve.append({ step, epoch, train, test })) this.curveVersion.value += 1;
    this.frame.value = frame;
  }
}
