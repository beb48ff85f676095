// Several calls of a step as one: what the gradient of a loss over all of their rows is made of is kept from call to call.
//
//   loss = f(s1, s2, ..)   with sums s over rows    =>    S ← S + s,  G ← G + ∂s/∂w        gradient = Σ ∂f/∂s(S) · G + ∂f/∂w
//
// f is what the loss makes of its outermost sums over rows, such as the quotient of a sum of losses and the number of labels that count, and it holds
// the penalties: the calls are equal to one with all rows. What a call does within its rows, as a batch norm does, it does alone.

import { gradientsOfStable } from "../compiler/calculus/differentiate.ts";
import { cannotAccumulate } from "../compiler/diagnostics/gradients.ts";
import type { Slopes } from "../compiler/entry-points.ts";
import { product } from "../compiler/ir/dim.ts";
import type { Update } from "../compiler/ir/entry.ts";
import type { Node } from "../compiler/ir/node.ts";
import { substitute, withoutBodies } from "../compiler/ir/walk.ts";
import * as build from "../compiler/ops/build.ts";
import { outerSums } from "../compiler/passes/outer-sums.ts";
import { ops } from "./ops/index.ts";
import { type DeclareState, nameOf, pastCalls, stateDeclarer } from "./step.ts";

/** The gradients over the rows of all calls, what a call keeps for the next ones, and whether it is the last of them. */
export interface Accumulated {
  readonly gradients: ReadonlyMap<Node, Node>;
  readonly updates: readonly Update[];
  readonly isLast: Node;
}

/** `gradients` of `total` as they are over the rows of so many calls. @throws GradcError `loss-not-of-sums` */
export function accumulate(
  model: string,
  { total, game }: Pick<Slopes, "total" | "game">,
  gradients: ReadonlyMap<Node, Node>,
  calls: number,
): Accumulated {
  const past = pastCalls(total.graph, game);
  const number = ops.sub(past, ops.mul(calls, ops.floor(ops.div(past, calls))));
  const { keep, updates } = keeper(stateDeclarer(total.graph, game), ops.compare(number, 0, "eq"));
  const { sums, totals, loss } = lossOfTotals(model, total, calls, keep);
  const wrt = [...gradients.keys()];
  const outer = gradientsOfStable(loss, [...totals, ...wrt]);
  // The parts of the gradient by each parameter: what does not go through the sums, and for each of them what does.
  const parts = new Map(wrt.map((w) => [w, [outer.get(w)].filter((direct) => direct !== undefined)]));
  for (const [i, sum] of sums.entries()) {
    const factor = outer.get(totals[i] as Node);
    if (!factor || !withoutBodies([sum]).some((node) => parts.has(node))) continue;
    for (const [k, element] of elementsOf(model, sum).entries()) {
      const [own, name] = sum.shape.length === 0 ? [factor, `slope${i || ""}`] : [elementAt(factor, k), `slope${i || ""}_${k}`];
      for (const [w, slope] of gradientsOfStable(element, wrt)) parts.get(w)?.push(ops.mul(own, keep(`${nameOf(w)}.${name}`, slope)));
    }
  }
  const whole = [...gradients].map(([w, own]): [Node, Node] => [w, added(parts.get(w) ?? []) ?? own]);
  return { gradients: new Map(whole), updates, isLast: ops.compare(number, calls - 1, "eq") };
}

/** Each number of a sum has gradients of its own, which are kept: of more than so many numbers that would be too much. */
const mostElements = 16;

/** The numbers that a sum consists of. @throws GradcError `loss-not-of-sums` */
function elementsOf(model: string, sum: Node): Node[] {
  if (sum.shape.length === 0) return [sum];
  const count = product(sum.shape);
  if (typeof count !== "number" || count > mostElements) throw cannotAccumulate(model, sum);
  return Array.from({ length: count }, (_, k) => elementAt(sum, k));
}

/** The element of `node`, of static shape, at a row-major position. */
function elementAt(node: Node, position: number): Node {
  const flat = build.reshape(node, [product(node.shape)]);
  return build.reshape(build.slice(flat, [position], [1]), []);
}

const added = ([first, ...rest]: readonly Node[]): Node | undefined => first && rest.reduce((sum, part) => ops.add(sum, part), first);

type Keep = (name: string, term: Node) => Node;

/** Adds terms up in states, which the first call begins anew. */
function keeper(declare: DeclareState, isFirst: Node): { readonly keep: Keep; readonly updates: Update[] } {
  const updates: Update[] = [];
  const keep: Keep = (name, term) => {
    const state = declare(name, "optimizer", term.shape as readonly number[], "zeros");
    const value = ops.add(ops.where(isFirst, 0, state), term);
    updates.push({ target: state, value });
    return value;
  };
  return { keep, updates };
}

/** The sums that a loss is made of, their totals over the calls so far, and the loss as a function of these alone. */
function lossOfTotals(model: string, total: Node, calls: number, keep: Keep) {
  const found = outerSums(total, "batch");
  if ("other" in found) throw cannotAccumulate(model, found.other);
  const sums = found.sums.length > 0 ? found.sums : [total];
  const totals = sums.map((sum, i) => build.stopGradient(keep(`accumulated.sum${i}`, sum)));
  const replacements = new Map(sums.map((sum, i) => [sum, totals[i] as Node]));
  const [loss] = substitute([total], replacements) as [Node];
  // Without rows it is the mean over the calls.
  return { sums, totals, loss: found.sums.length > 0 ? loss : ops.div(loss, calls) };
}
