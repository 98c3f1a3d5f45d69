/** What the digits' stage tells the questions of the guide. */

import { effect } from "@preact/signals";
import { progress } from "../../core/state.js";
import { setFact } from "../facts.js";
import { confidences } from "./confidences.js";
import { classes, drawing, source } from "./current.js";
import { openPart, openPlace, openUnit } from "./layerlook.js";
import { numberOf } from "./layerwords.js";
import { chosen } from "./wrong.js";

const THREE = "3";
const SURE = 0.5;

/** Follow the stage, from when it is first shown. */
export function tellFacts() {
  /** Where one looked at first, before anything was moved. @type {string | null} */
  let first = null;
  effect(() => setFact("three_read", readsThree()));
  effect(() => {
    if (openPart.value) first ??= look();
    setFact("filter_answer", first === null || look() === first ? null : filterAnswer());
  });
  effect(() => setFact("mistake_opened", chosen.value !== null && chosen.value[0] !== chosen.value[1]));
}

/** Whether a trained network takes one's own drawing for a 3. */
function readsThree() {
  const shares = confidences.value;
  if (!shares || source.value.kind !== "drawing" || !drawing.value.length || progress.value.step === 0) return false;
  const best = Math.max(...shares);
  return best >= SURE && String(classes.value[shares.indexOf(best)]) === THREE;
}

/** Where one looks: which filter, and where it lies. */
const look = () => JSON.stringify([openUnit.value, openPlace.value]);

/** What the open filter of the first layer answers where it lies; null where another layer is open. */
function filterAnswer() {
  const part = openPart.value;
  return part?.index === 0 && part.kind === "convolution" ? numberOf(part, openUnit.value, openPlace.value) : null;
}
