/** What the components are given. */

import type { CatalogEntry } from "../core/types.js";

/** What Preact can render, or an attribute's value. */
// biome-ignore lint/suspicious/noExplicitAny: htm gives no types to what stands in a template
type Content = any;
type Attributes = { [attribute: string]: Content };
type Explained = Pick<CatalogEntry, "explanation"> & { label?: string; formula?: string };

export interface ButtonProps extends Attributes {
  children?: Content;
  /** quiet stands on a sunken ground, plain is only a word, row is a line of a menu */
  kind?: "primary" | "quiet" | "plain" | "row";
  icon?: string;
}

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** stands beside the title */
  head?: Content;
  children?: Content;
  class?: string;
  modal?: boolean;
}

export interface FieldProps {
  label: string;
  /** the control's */
  id?: string;
  value?: Content;
  /** a catalog control's name */
  help?: string;
  /** explains the current choice as well: the activation, the loss */
  chosen?: Explained;
  children?: Content;
  class?: string;
  /** the control is several elements */
  group?: boolean;
}

export interface FieldHelpProps {
  /** the name of a catalog control */
  control: string;
  /** explains the current choice as well: the activation, the loss */
  chosen?: Explained;
  /** the names of other controls that stand there */
  also?: string[];
  /** what they have in common */
  about?: string;
}

export interface NumberProps {
  label: string;
  value: number;
  min: number;
  max: number;
  integer?: boolean;
  onChange: (value: number) => void;
  help?: string;
  class?: string;
  /** stands behind the field, such as a button */
  after?: Content;
}

export interface PopoverProps {
  /** what the button holds */
  trigger: Content;
  /** the panel's name */
  label: string;
  /** the button's name if its content does not say it */
  name?: string;
  children: (close: () => void) => Content;
  class?: string;
  triggerClass?: string;
  title?: string;
  disabled?: boolean;
}

export interface Option {
  value: string;
  label: Content;
  title?: string;
  disabled?: boolean;
}

export interface SegmentedProps {
  /** for a screen reader; put a Field around it for one to see */
  label: string;
  value: string;
  options: Option[];
  onChange: (value: Content) => void;
  small?: boolean;
  disabled?: boolean;
  class?: string;
}

export interface SelectBoxProps extends Attributes {
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  small?: boolean;
}

export interface SelectProps extends SelectBoxProps {
  label: string;
  help?: string;
  chosen?: Explained;
  class?: string;
}

export interface ScaleOptions {
  min?: number;
  max?: number;
  step?: number;
  scale?: "linear" | "log";
  /** the only ones that can be chosen; otherwise min, max and step say */
  values?: number[];
}

export interface SliderProps extends ScaleOptions {
  label: string;
  value: number;
  onChange: (value: number) => void;
  defaultValue?: number;
  help?: string;
  chosen?: Explained;
  disabled?: boolean;
  /** paints it magenta */
  bad?: boolean;
  /** marks a better value in green under the track */
  suggestion?: number;
  class?: string;
  format?: (value: number) => string;
}

export interface StepperProps {
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
  /** names the group */
  label: string;
  /** stands for the number: “3 hidden layers” */
  text?: string;
  /** name of the minus */
  fewer?: string;
  /** name of the plus */
  another?: string;
  class?: string;
}

export interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  title?: string;
}
