/** Looking things up in the catalog. */

import { catalog } from "./state.js";

/** @typedef {import("./types.js").CatalogEntry} CatalogEntry */
/** @typedef {import("./types.js").ControlEntry} ControlEntry */
/** @typedef {"activations" | "losses" | "optimizers" | "regularizers" | "initializers" | "datasets" | "features" | "layers"} Group */

/** @param {Group} group @param {string} name @returns {CatalogEntry | undefined} */
export const entryOf = (group, name) => catalog.value?.[group].find((entry) => entry.name === name);

/** @param {Group} group @param {string} name @returns {string} what the page calls it */
export const labelOf = (group, name) => entryOf(group, name)?.label ?? name;

/** What can be chosen for a run that learns by gradients.
 * @param {Group} group @returns {Array<{ value: string, label: string, title: string }>} */
export const optionsOf = (group) =>
  (catalog.value?.[group] ?? [])
    .filter(({ trainable }) => trainable !== false)
    .map(({ name, label, explanation }) => ({ value: name, label, title: explanation }));

/** The ready-made sets of points in the plane: the only ones the playground can draw. */
export const planeSets = () => (catalog.value?.datasets ?? []).filter((entry) => entry.inputs === "plane");

/** Those of them that have a tile. */
export const tileSets = () => planeSets().filter((entry) => entry.tile);

/** @param {string} name @returns {ControlEntry | undefined} */
export const controlOf = (name) => catalog.value?.controls.find((entry) => entry.name === name);
