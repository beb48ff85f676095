/** Something that may keep a training from its end. */
export interface Warning {
  readonly kind: "input" | "target" | "column";
  readonly text: string;
  /** The line to write, or what else to do. */
  readonly help: string;
}
