// A number to be learnt is scaled to −1 … 1 for the network. What the page says of it is in the table's own units.

import { computed } from "@preact/signals";
import { fixed } from "../core/format.js";
import { inert } from "../core/inert.js";
import { inUse } from "../data/owndata.js";
import { toRaw } from "../data/scaling.js";
import { decimalsFor } from "../draw/axes.js";

/** @typedef {import("../core/types.js").Axis} Axis */

const LONGEST_NAME = 18;

/** The column that the output stands for, if it is known: a link brings the scaled points without it. */
export const outputColumn = computed(() => {
  const data = inUse.value;
  return data?.task === "regression" ? data.target : null;
});

/** The output's value in the column's units: a hundredth of the scale still shows. @param {number} value @param {Axis} column */
export const inUnits = (value, column) => fixed(toRaw(value, column), decimalsFor(column.scale / 10));

/** @param {Axis} column */
export const columnName = ({ name }) =>
  inert(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
