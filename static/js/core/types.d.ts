/** The words every module of the page shares: the server's documents, frames, and what the page can be showing. */

/** Any JSON value. */
// biome-ignore lint/suspicious/noExplicitAny: what it holds depends on the place it stands in
export type Json = any;

export type Task = "classification" | "regression";

/** raw value = center + scale · x */
export interface Axis {
  name: string;
  center: number;
  scale: number;
}

export interface DatasetSpec {
  kind: string;
  samples?: number;
  noise?: number;
  train_fraction?: number;
  seed?: number;
  task?: Task;
  train?: Array<Array<number | string>>;
  test?: Array<Array<number | string>>;
  axes?: Axis[];
}

/** Examples of any shape that are given with the setup. */
export interface GivenArrays {
  kind: "arrays";
  task: Task;
  shape: number[];
  train: { inputs: number[][]; labels: Array<number | string> };
  test: { inputs: number[][]; labels: Array<number | string> };
}

export interface LayerSpec {
  kind: string;
  units: number;
  activation: string;
  name?: string;
  inputs?: string[];
  /** What only some kinds have: filters, kernel_size, rate, … */
  [field: string]: Json;
}

export interface RunSpec {
  version: number;
  dataset: DatasetSpec;
  features: string[];
  layers: LayerSpec[];
  output: { activation: string };
  loss: string;
  optimizer: { kind: string; learning_rate: number };
  regularizer: { kind: string; rate: number };
  initializer: { kind: string; scale?: number; bias?: number };
  batch_size: number;
  shuffle: boolean;
  seed: number;
  dtype: string;
  initial?: { weights: number[][][]; biases: number[][] };
}

/** An RFC 7396 JSON merge patch. */
export type Patch = { [key: string]: Json };

export interface Issue {
  pointer: string;
  message: string;
}

/** A layer's weights lie in theta from `offset`, shape [inputs + 1, units]; the last row is the bias. */
export interface LayerInfo {
  name: string;
  kind: string;
  units: number;
  activation: string;
  inputs: string[];
  offset: number;
  shape: number[];
  /** The shape of what comes out: [units], or [channels, height, width] of an image. */
  output: number[];
  /** Its matrices of parameters, in order; none for layers without any. */
  blocks: Array<{ name: string; offset: number; shape: number[]; biases: boolean }>;
}

export interface NetworkInfo {
  layers: LayerInfo[];
  parameters: number;
}

/** Whether a spec can be run: in full, with its network and its cost, or with everything that is wrong. */
export interface Validation {
  valid: boolean;
  errors: Issue[];
  spec?: RunSpec;
  network?: NetworkInfo;
  /** Multiply-adds are those of one example, forward and backward. */
  cost?: { parameters: number; bytes: number; multiply_adds: number };
}

export interface Change {
  step: number;
  epoch: number;
  label: string;
  pointer: string;
  from: Json;
  to: Json;
}

export interface Diagnosis {
  title: string;
  cause: string;
  last_good_step: number;
  remedies: Array<{ label: string; patch: Patch }>;
}

export type RunState = "paused" | "running" | "diverged" | "recovering";
export type Pair = { train: number | null; test: number | null };

export interface Run {
  id: string;
  state: RunState;
  step: number;
  epoch: number;
  generation: number;
  revision: number;
  spec: RunSpec;
  network: NetworkInfo;
  losses: Pair | null;
  accuracy: Pair | null;
  speed: { epochs_per_second: number | null };
  changes: Change[];
  diagnosis: Diagnosis | null;
  stopped: string | null;
  created: string;
}

export type FrameArray = (Uint8Array | Float32Array | Float64Array | Int32Array) & {
  shape: number[];
  range?: number[];
};

export interface Scalars {
  train_loss: number | null;
  test_loss: number | null;
  train_accuracy: number | null;
  test_accuracy: number | null;
  steps_per_second: number | null;
}

export interface FrameHeader {
  run: string;
  seq: number;
  generation: number;
  step: number;
  epoch: number;
  state: RunState;
  /** Whether the step is one that was asked for and not now. */
  past: boolean;
  /** What is sent of less than was asked for while many train on the server. */
  reduced?: { detail: number; rate: number } | null;
  scalars: Scalars;
  arrays: Array<{ name: string; dtype: string; shape: number[]; offset: number; range?: number[] }>;
}

export interface Frame {
  header: FrameHeader;
  arrays: Map<string, FrameArray>;
}

/** Rows of x1, x2, class index or value. */
export interface Dataset {
  train: FrameArray;
  test: FrameArray;
}

/** [index in network.layers, unit], or ["features", place in the catalog]. */
export type UnitAddress = [number | "features", number];
export type Edit = { layer: number; unit: number; input: number | null; value: number };
export type Connection = "connecting" | "live" | "reconnecting" | "offline";
export type Sheet = null | "data" | "network" | "learning" | "explain" | "guide";
export type DrawMode = null | { tool: "point" | "erase"; class: number };
export type Speed = "slow" | "normal" | "max";
export type Theme = "auto" | "light" | "dark";

export interface CatalogEntry {
  name: string;
  label: string;
  explanation: string;
  formula: string;
  /** Whether gradients can train it. Only activations say so. */
  trainable?: boolean;
}

/** Something to choose about a kind of layer: a number in bounds, or one of some names. */
export interface FieldEntry {
  name: string;
  label: string;
  explanation: string;
  default: number | string;
  minimum?: number;
  maximum?: number;
  choices?: string[];
}

export interface LayerEntry extends CatalogEntry {
  fields: FieldEntry[];
}

export interface ActivationEntry extends CatalogEntry {
  range: number[] | null;
  trainable: boolean;
  curve: { z: number[]; a: number[]; da: number[] };
}

export interface DatasetEntry extends CatalogEntry {
  task: Task;
  inputs: "plane" | "line" | "image" | "sequence" | "tokens";
  tile: boolean;
  classes: number | null;
  /** The shape of one example: [channels, height, width] of an image. */
  shape: number[];
  noise_explanation: string;
  preview: number[][];
}

export interface ControlEntry extends CatalogEntry {
  pointer: string | null;
  scale: "log" | "linear" | "choice" | "switch" | "button";
  minimum?: number;
  maximum?: number;
  default: Json;
  values?: Json[];
  unit?: string;
}

export interface Catalog {
  version: number;
  activations: ActivationEntry[];
  layers: LayerEntry[];
  losses: Array<CatalogEntry & { tasks: Task[] }>;
  metrics: Array<CatalogEntry & { task: Task }>;
  optimizers: CatalogEntry[];
  regularizers: CatalogEntry[];
  initializers: Array<CatalogEntry & { scale?: Json }>;
  datasets: DatasetEntry[];
  features: CatalogEntry[];
  controls: ControlEntry[];
  limits: { [name: string]: Json };
  ideas: Array<{ text: string; when: { dataset?: string } | null; patch: Patch | null }>;
}
