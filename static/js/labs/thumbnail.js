/** A lab's picture on the index: its own network, training now, drawn from the probes the lab is about. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Beside } from "../core/beside.js";
import { percent } from "../core/format.js";
import { connection } from "../core/state.js";
import { html } from "../ui/html.js";
import { ImagePicture } from "./imagepicture.js";
import { PlanePicture } from "./planepicture.js";

/** @typedef {import("./types.js").Lab} Lab */

const SPEED = 8;
/** A picture is finished, and its network rests. */
const EPOCHS = 60;

/** What a picture watches and how it is drawn, by the probe a lab is about. */
const PICTURES = [
  {
    probe: "feature_maps",
    probes: { losses: {}, accuracy: {}, ...both({ part: "test", example: 3 }) },
    Picture: ImagePicture,
  },
  { probe: "decision", probes: { losses: {}, accuracy: {}, decision: { resolution: 50 } }, Picture: PlanePicture },
];
const PLAIN = { probes: { losses: {}, accuracy: {} }, Picture: () => null };

/** @param {{ part: string, example: number }} example */
function both(example) {
  return { feature_maps: example, probabilities: example };
}

/** @param {{ lab: Lab }} props */
export function Thumbnail({ lab }) {
  const beside = useSignal(/** @type {Beside | null} */ (null));
  const { probes, Picture } = PICTURES.find(({ probe }) => probe in lab.probes) ?? PLAIN;
  const live = connection.value === "live" && !document.hidden;
  useEffect(() => {
    if (!live || beside.peek()) return;
    const made = new Beside(lab.preset, probes, SPEED);
    beside.value = made;
    made
      .begin()
      .then(() => made.command("start"))
      .catch(() => {}); // a full server has no room for pictures; the card does without
  }, [live]);
  useEffect(() => {
    const end = () => beside.peek()?.end();
    addEventListener("pagehide", end);
    return () => {
      removeEventListener("pagehide", end);
      end();
    };
  }, []);
  return html`<${Live} beside=${beside.value} Picture=${Picture} />`;
}

/** @param {{ beside: Beside | null, Picture: (props: any) => unknown }} props */
function Live({ beside, Picture }) {
  const resting = useComputed(() => (beside?.frame.value?.header.epoch ?? 0) >= EPOCHS);
  useEffect(() => {
    if (resting.value) beside?.command("pause").catch(() => {}); // it rests with the connection, too
  }, [resting.value]);
  const frame = beside?.frame.value;
  const run = beside?.run.value;
  if (!frame || !run) return html`<div class="block labcard-waiting"></div>`;
  const { test_accuracy: accuracy, train_loss: loss } = frame.header.scalars;
  const words = accuracy === null ? `loss ${loss?.toFixed(2)}` : `${percent(accuracy, 0)} right`;
  return html`<${Picture} frame=${frame} network=${run.network} /><p class="labcard-live">${words}</p>`;
}
