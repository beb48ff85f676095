import type { Position } from "../../ir/node.ts";
import type { Constants } from "./tree.ts";

/** Any function, as `elementwise` takes it. */
export type AnyFunction = (...args: never[]) => unknown;

/** What the front end knows of a function in a definition file. */
export interface FunctionSource {
  /** JavaScript with every character where it stands in the file: types are blanked out. */
  readonly text: string;
  /** Where `text` begins. */
  readonly position: Position;
  /** The names that the function takes from the file around it, with their values now. */
  readonly captured: () => Constants;
}

const sources = new WeakMap<AnyFunction, FunctionSource>();

/** Keeps the source of `f`, and gives `f` back. */
export function recordSource<F extends AnyFunction>(f: F, source: FunctionSource): F {
  sources.set(f, source);
  return f;
}

/** The source of `f` in its definition file; undefined where the front end has not seen it. */
export const functionSource = (f: AnyFunction): FunctionSource | undefined => sources.get(f);
