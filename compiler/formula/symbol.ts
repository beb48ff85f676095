// A name on a page, and what a reader must know of it.
import type { Position } from "../ir/node.ts";
import type { Dtype, Shape } from "../ir/type.ts";

export type SymbolKind = "input" | "parameter" | "state" | "value" | "error" | "table";

/** A name on a page. */
export interface PageSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** What the definition calls it: `hidden.weight`; of an error the name on the page of what it is the error at, if that has one. */
  readonly full: string | undefined;
  /** Of an error the loss of the game that it is of. */
  readonly loss?: string;
  /** Of an error at what has no name whether that is what a layer gives, or a sum with a parameter; else an activation is applied to it. */
  readonly at?: "layer" | "sum";
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** At how many steps of a loop it has a value of that shape, where it changes from step to step. */
  readonly stepCount?: number;
  /** Where it was written. */
  readonly place: Position | undefined;
  /** The elements of a table of constants, in row-major order. */
  readonly values?: readonly number[];
}

/** The name of what is drawn as `random_2()`. */
export const drawName = (stream: string): string => `random_${stream}`;
