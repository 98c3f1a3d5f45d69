/**
 * The words every module of the page shares. Types only: nothing here exists at run time.
 *
 * @typedef {"classification" | "regression"} Task
 * @typedef {{ name: string, center: number, scale: number }} Axis raw value = center + scale · x
 * @typedef {{
 *   kind: string, samples?: number, noise?: number, train_fraction?: number, seed?: number,
 *   task?: Task, train?: Array<Array<number | string>>, test?: Array<Array<number | string>>, axes?: Axis[],
 * }} DatasetSpec
 * @typedef {{ kind: string, units: number, activation: string, name?: string, inputs?: string[] }} LayerSpec
 * @typedef {{
 *   version: number, dataset: DatasetSpec, features: string[], layers: LayerSpec[],
 *   output: { activation: string }, loss: string,
 *   optimizer: { kind: string, learning_rate: number },
 *   regularizer: { kind: string, rate: number },
 *   initializer: { kind: string, scale?: number, bias?: number },
 *   batch_size: number, shuffle: boolean, seed: number, dtype: string,
 *   initial?: { weights: number[][][], biases: number[][] },
 * }} RunSpec
 *
 * @typedef {{ [key: string]: any }} Patch an RFC 7396 JSON merge patch
 * @typedef {{ pointer: string, message: string }} Issue
 *
 * @typedef {{
 *   name: string, kind: string, units: number, activation: string, inputs: string[], offset: number, shape: number[],
 * }} LayerInfo a layer's weights lie in theta from `offset`, shape [inputs + 1, units]; the last row is the bias
 * @typedef {{ layers: LayerInfo[], parameters: number }} NetworkInfo
 * @typedef {{ step: number, epoch: number, label: string, pointer: string, from: any, to: any }} Change
 * @typedef {{
 *   title: string, cause: string, last_good_step: number, remedies: Array<{ label: string, patch: Patch }>,
 * }} Diagnosis
 * @typedef {"paused" | "running" | "diverged" | "recovering"} RunState
 * @typedef {{ train: number | null, test: number | null }} Pair
 * @typedef {{
 *   id: string, state: RunState, step: number, epoch: number, generation: number, revision: number, spec: RunSpec,
 *   network: NetworkInfo, losses: Pair | null, accuracy: Pair | null,
 *   speed: { epochs_per_second: number | null }, changes: Change[], diagnosis: Diagnosis | null, created: string,
 * }} Run
 *
 * @typedef {(Uint8Array | Float32Array | Float64Array | Int32Array) & { shape: number[], range?: number[] }} FrameArray
 * @typedef {{
 *   train_loss: number | null, test_loss: number | null,
 *   train_accuracy: number | null, test_accuracy: number | null, steps_per_second: number | null,
 * }} Scalars
 * @typedef {{
 *   run: string, seq: number, generation: number, step: number, epoch: number, state: RunState, scalars: Scalars,
 *   arrays: Array<{ name: string, dtype: string, shape: number[], offset: number, range?: number[] }>,
 * }} FrameHeader
 * @typedef {{ header: FrameHeader, arrays: Map<string, FrameArray> }} Frame
 *
 * @typedef {{ train: FrameArray, test: FrameArray }} Dataset rows of x1, x2, class index or value
 * @typedef {[number | "features", number]} UnitAddress [index in network.layers, unit], or ["features", feature]
 * @typedef {"connecting" | "live" | "reconnecting" | "offline"} Connection
 * @typedef {null | "data" | "network" | "learning" | "explain"} Sheet
 * @typedef {null | { tool: "point" | "erase", class: number }} DrawMode
 *
 * @typedef {{ name: string, label: string, explanation: string, formula: string }} CatalogEntry
 * @typedef {CatalogEntry & {
 *   range: number[] | null, curve: { z: number[], a: number[], da: number[] },
 * }} ActivationEntry
 * @typedef {CatalogEntry & {
 *   task: Task, classes: 2 | 3 | null, noise_explanation: string, preview: number[][],
 * }} DatasetEntry
 * @typedef {CatalogEntry & {
 *   pointer: string | null, scale: "log" | "linear" | "choice" | "switch", minimum?: number, maximum?: number,
 *   default: any, values?: any[], unit?: string,
 * }} ControlEntry
 * @typedef {{
 *   version: number, activations: ActivationEntry[], losses: CatalogEntry[], optimizers: CatalogEntry[],
 *   regularizers: CatalogEntry[], initializers: Array<CatalogEntry & { scale?: any }>, datasets: DatasetEntry[],
 *   features: CatalogEntry[], controls: ControlEntry[], limits: { [name: string]: any },
 *   ideas: Array<{ text: string, when: { dataset?: string } | null, patch: Patch | null }>,
 * }} Catalog
 */

export {};
