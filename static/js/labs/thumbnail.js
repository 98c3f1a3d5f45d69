/** A lab's picture on the index: its own network, training now, drawn from the probes the lab is about. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Beside } from "../core/beside.js";
import { fixed, percent } from "../core/format.js";
import { mergePatch } from "../core/merge.js";
import { connection } from "../core/state.js";
import { html } from "../ui/html.js";
import { ImagePicture } from "./imagepicture.js";
import { PlanePicture } from "./planepicture.js";

/** @typedef {import("./types.js").Lab} Lab */

/** A picture is small, and so is what it costs: few examples, and few epochs a second. */
const SMALL = { dataset: { samples: 300 } };
const SPEED = 4;
/** Then it begins anew. */
const EPOCHS = 60;
/** What a page that keeps still shows. */
const STILL = 12;

const EXAMPLE = { part: "test", example: 2 };
/**
 * What a picture watches and how it is drawn, by the probe a lab is about.
 * @type {Array<{ probe: string, probes: import("../core/beside.js").Probes, Picture: (props: any) => unknown }>}
 */
const PICTURES = [
  { probe: "feature_maps", probes: { feature_maps: EXAMPLE, probabilities: EXAMPLE }, Picture: ImagePicture },
  { probe: "decision", probes: { decision: { resolution: 50 } }, Picture: PlanePicture },
];
const PLAIN = { probes: {}, Picture: () => null };
const SCALARS = { losses: {}, accuracy: {} };

/** @param {{ lab: Lab }} props */
export function Thumbnail({ lab }) {
  const beside = useSignal(/** @type {Beside | null} */ (null));
  const { probes, Picture } = PICTURES.find(({ probe }) => probe in lab.probes) ?? PLAIN;
  const live = connection.value === "live";
  useEffect(() => {
    if (!live || beside.peek()) return;
    const made = new Beside(mergePatch(lab.preset, SMALL), { ...SCALARS, ...probes }, SPEED);
    beside.value = made;
    made
      .begin()
      .then(() => play(made))
      .catch(() => {}); // a full server has no room for pictures; the card does without
  }, [live]);
  useEffect(() => listen(() => beside.peek()), []);
  return html`<${Live} beside=${beside.value} Picture=${Picture} />`;
}

/** @param {Beside} beside */
function play(beside) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return beside.command("step", { unit: "epoch", count: STILL });
  }
  return beside.command(document.hidden ? "pause" : "start");
}

/** It rests while nobody sees it, and ends with the page. @param {() => Beside | null} get @returns {() => void} */
function listen(get) {
  const end = () => get()?.end();
  const rest = () => {
    const beside = get();
    if (beside) play(beside).catch(() => {}); // it rests with the connection, too
  };
  addEventListener("pagehide", end);
  document.addEventListener("visibilitychange", rest);
  return () => {
    removeEventListener("pagehide", end);
    document.removeEventListener("visibilitychange", rest);
    end();
  };
}

/** @param {{ beside: Beside | null, Picture: (props: any) => unknown }} props */
function Live({ beside, Picture }) {
  const frame = beside?.frame.value;
  const run = beside?.run.value;
  const ended = (frame?.header.epoch ?? 0) >= EPOCHS;
  useEffect(() => {
    if (ended) beside?.command("new_start").catch(() => {}); // it rests with the connection
  }, [ended]);
  if (!frame || !run) return html`<div class="block labcard-waiting"></div>`;
  const { test_accuracy: accuracy, train_loss: loss } = frame.header.scalars;
  const words = accuracy === null ? (loss === null ? "" : `loss ${fixed(loss, 2)}`) : `${percent(accuracy, 0)} right`;
  return html`<${Picture} frame=${frame} network=${run.network} /><p class="labcard-live">${words}</p>`;
}
