/** The words of the labs: what the server says of them, as app/labs.py has it. */

import type { Patch } from "../core/types.js";

export interface ChoiceQuestion {
  kind: "choice";
  text: string;
  options: string[];
  answer: number;
  right: string;
  hint: string;
}

export interface ReachQuestion {
  kind: "reach";
  text: string;
  value: string;
  least: number | null;
  most: number | null;
  right: string;
}

export interface DoneQuestion {
  kind: "done";
  text: string;
  fact: string;
  right: string;
}

export interface TypedQuestion {
  kind: "typed";
  text: string;
  answer: number;
  tolerance: number;
  right: string;
  hint: string;
}

export type Question = ChoiceQuestion | ReachQuestion | DoneQuestion | TypedQuestion;

export interface Step {
  title: string;
  question: Question | null;
  preset: Patch | null;
  enter: string;
  panel: string | null;
}

export interface Lab {
  name: string;
  number: number;
  title: string;
  summary: string;
  minutes: number;
  steps: Step[];
  preset: Patch;
  stage: string;
  probes: { [name: string]: Patch };
}

/** What a stage is: a component, what begins with the page, and what opens one of its parts by name, if it has any. */
export interface StageEntry {
  Stage: (props: { lab: Lab }) => unknown;
  begin?: () => void;
  open?: (panel: string) => void;
  luggage?: import("../core/boot.js").Luggage;
}
