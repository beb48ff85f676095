import type { Position } from "../ir/node.ts";

/** One call expression of a definition file: where it stands, and where its value goes. */
export interface Site {
  readonly position: Position;
  /** The callee as written, such as `nn.linear`. */
  readonly callee: string;
  /** The variable, property or return key that the call's value reaches within its function. */
  readonly name?: string;
  /** Where the variable or key is written that carries `name`: two expressions that reach one name are two targets. */
  readonly target?: Position;
  /** Whether the call's value itself is what carries `name`, rather than an operand of it. */
  readonly direct: boolean;
  /** Parts of the value that variables carry: of `const [slope] = f()`, `const { values: v } = f()` and `const g = f()[0]`. */
  readonly parts?: readonly SitePart[];
}

/** A part of what a call gives, by its key, and the variable that carries it. */
export interface SitePart {
  readonly key: string | number;
  readonly name: string;
}
