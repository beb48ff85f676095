// The values through which a gradient goes.
import { adjointsOf } from "../calculus/differentiate.ts";
import type { Node } from "../ir/node.ts";
import { upTo } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import type { Detour } from "./detour.ts";
import { between } from "./stops.ts";

/** The values from a loss down to what it is differentiated by, with their adjoints. */
export interface Route {
  readonly total: Node;
  readonly way: readonly Node[];
  readonly adjoints: ReadonlyMap<Node, Node>;
}

export function routeOf(total: Node, by: Node): Route {
  const parameters = [...total.graph.declarations.keys()].filter((node) => isOp(node, "parameter"));
  const adjoints = adjointsOf(total, isOp(by, "parameter") ? parameters : [by]);
  return { total, way: between(total, by).filter((node) => adjoints.has(node)), adjoints };
}

/** Where the way to a value goes through the loss that a passage is of. */
export interface Crossing {
  readonly value: Node;
  /** The loss as it is made of the value. */
  readonly form: Node;
  /** The gradient by it. */
  readonly gradient: Node;
}

/** The crossing of `detour`, whose total is `total`, if there is no other way to its value; `page` has the gradient. */
export function crossingOf({ value, passed }: Detour, total: Node, page: Route): Crossing | undefined {
  const gradient = passed && page.adjoints.get(passed.loss);
  if (!gradient || upTo([total], (node) => node === passed.form).includes(value)) return undefined;
  return { value, form: passed.form, gradient };
}
