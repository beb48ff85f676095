// One difference in both directions, as the chain rule of a direction leaves it, in one of them. Only to be read.
//
//   (a - b) + (Σ (b - a)·v)·v   =>   (a - b) - (Σ (a - b)·v)·v
import { elementAt } from "../../ir/element.ts";
import { make } from "../../ir/graph.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { fillOf } from "../../rewrite/fill.ts";
import { made } from "../../rewrite/pattern.ts";
import { type Rule, reals } from "../../rewrite/rewrite.ts";
import { shows } from "./centred.ts";

const linear: ReadonlySet<string> = new Set<OpName>(["sum", "broadcast", "reshape", "permute", "div"]);

/** `-node` where it is a multiple of some b - a of which `other` is made the other way around: with a - b in its place. */
function turned(node: Node, other: Node, sealed: ReadonlySet<Node>): Node | undefined {
  if (sealed.has(node)) return undefined;
  const [x, y, z] = node.inputs as readonly [Node, Node, Node];
  const withInput = (at: number, input: Node | undefined) =>
    input &&
    make(
      node.op,
      node.inputs.map((own, i) => (i === at ? input : own)),
      node.params,
    );
  if (isOp(node, "sub")) {
    const back = build.sub(y, x);
    return shows(other, back) ? back : undefined;
  }
  if (isOp(node, "mul")) return withInput(0, turned(x, other, sealed)) ?? withInput(1, turned(y, other, sealed));
  if (isOp(node, "where")) return fillOf(z) === 0 ? withInput(1, turned(y, other, sealed)) : undefined;
  return linear.has(node.op) ? withInput(0, turned(elementAt(node.inputs, 0), other, sealed)) : undefined;
}

/** `x ± y` with a difference that both are made of as x has it. */
function oriented(node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const back = turned(y, x, sealed);
  return back && (isOp(node, "add") ? build.sub(x, back) : build.add(x, back));
}

export const orientedRule: Rule = reals("x(a - b) ± y·(b - a) = x(a - b) ∓ y·(a - b)", made(["add", "sub"], oriented), (bound) => bound.made);
