// Sums over more rows than a call takes: states that carry them from part to part.
import type { Update } from "../ir/entry.ts";
import type { Graph, Node } from "../ir/node.ts";
import * as build from "../ops/build.ts";

/** Totals by the sum of a part. */
export interface Totals {
  readonly totals: ReadonlyMap<Node, Node>;
  /** Adds the sums of one part. */
  readonly add: readonly Update[];
  /** Leaves zeros, as `init` does. */
  readonly clear: readonly Update[];
}

/**
 * States of role `sum` for the totals of `sums` over parts. Numbers of rows are counted in i32. Other totals of f32 are compensated (Kahan
 * 1965): what rounding took is added with the next part, so that the error of a total does not grow with the number of parts.
 */
export function carry(sums: readonly Node[]): Totals {
  const { graph } = sums[0] as Node;
  const totals = new Map<Node, Node>();
  const add: Update[] = [];
  const first = [...graph.declarations.values()].filter(({ role }) => role === "sum").length;
  for (const [i, sum] of sums.entries()) {
    const term = sum.op === "size" ? build.cast(sum, "i32") : sum;
    const total = declareSum(graph, `#sum.${first + i}`, term);
    totals.set(sum, term === sum ? total : build.cast(total, "f32"));
    const isRounded = term.dtype === "f32";
    add.push(
      ...(isRounded ? compensated(total, declareSum(graph, `#rest.${first + i}`, sum), sum) : [{ target: total, value: build.add(total, term) }]),
    );
  }
  return { totals, add, clear: add.map(({ target }) => ({ target, value: zeros(target) })) };
}

/** `total + sum`, and what rounding took from it. Nothing but + and -, and in this order: no rule may move a term. */
function compensated(total: Node, rest: Node, sum: Node): Update[] {
  const term = build.add(sum, rest);
  // A sum of its own, before that of the total: kernels that need no other value of an update can write each over the old one.
  const lost = build.sub(term, build.sub(build.add(term, total), total));
  // An infinite total stays infinite: ∞ - ∞ would be carried on as NaN.
  const isKnown = build.compare(build.abs(lost), build.fill(lost, Number.POSITIVE_INFINITY), "lt");
  const carried = build.where(isKnown, lost, build.fill(lost, 0));
  return [
    { target: rest, value: carried },
    { target: total, value: build.add(total, term) },
  ];
}

const zeros = (like: Node): Node => build.broadcast(build.constant(like.graph, [0], [], like.dtype), like.shape, []);

/** A state of role `sum`, of the dtype and shape of `like`. */
export function declareSum(graph: Graph, name: string, like: Node): Node {
  const state: Node = build.state(graph, name, like.dtype, like.shape);
  graph.declarations.set(state, { name, role: "sum", trainable: false, init: zeros(like) });
  return state;
}
