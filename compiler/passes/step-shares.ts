// Shares of exponentials in the steps of derived loops, which are given exponentials and their sums as elements of two sequences. Only to be read.
//
//   e_t·(a/s_t)   =>   p_t·a        where e_t = exp(z_t), s_t = Σ e_t in the steps of another loop, and p_t = e_t/s_t
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { elementSlot, isSlot, type LoopNode, loopOfView, makeLoop, partsOfLoop, stackOf } from "../ops/loops.ts";
import { isOp, type OpNode } from "../ops/table.ts";
import { any, is } from "../rewrite/pattern.ts";
import { finite, type Rewriting, type Rule, rewrite } from "../rewrite/rewrite.ts";
import { overSum, shareIn } from "./rules/shares.ts";

/** What a loop is given of shares, by the positions of its elements. */
interface Shares {
  readonly loop: string;
  readonly e: number;
  readonly sum: number;
  /** Of the shares, behind all others where it has none. */
  readonly share: number;
  readonly sequence: Node;
  /** Along which a step adds up. */
  readonly axes: readonly number[];
}

/** What a step of another loop computes that `sequence` has of all its steps. */
const stackedIn = (sequence: Node): Node | undefined => (isOp(sequence, "stack") ? sequence.body[0] : undefined);

/** The shares of the exponentials and sums that `node` is given. */
function sharesOf(node: LoopNode): Shares[] {
  const { loop, sequences } = partsOfLoop(node);
  const all = [...sequences];
  const found: Shares[] = [];
  for (const [at, sequence] of sequences.entries()) {
    const sum = stackedIn(sequence);
    if (!sum || !isOp(sum, "sum")) continue;
    const [exponential] = sum.inputs as readonly [Node];
    const { axes } = sum.params;
    const e = sequences.findIndex((other) => stackedIn(other) === exponential);
    if (e < 0 || exponential.op !== "exp") continue;
    const shares = stackOf(loopOfView(sequence), shareIn(exponential, { sum, axes }));
    const share = all.includes(shares) ? all.indexOf(shares) : all.push(shares) - 1;
    found.push({ loop, e, sum: at, share, sequence: shares, axes });
  }
  return found;
}

const isElement = (node: Node, { loop }: Shares, position: number): boolean =>
  isSlot(node) && node.params.loop === loop && node.params.part === "element" && node.params.position === position;

/** `x·e` as the share of e, where x is a sum of terms over the sum of which e is a term. */
function asShare(x: Node, e: Node, all: readonly Shares[]): Node | undefined {
  for (const shares of all) {
    const over = isElement(e, shares, shares.e) ? overSum(x, e, (sum) => (isElement(sum, shares, shares.sum) ? shares.axes : undefined)) : undefined;
    if (over) return build.mul(elementSlot(e.graph, shares.loop, shares.share, e), over.top);
  }
  return undefined;
}

/** `node` with the sequences of shares that it lacks. */
function withSequences(node: LoopNode, all: readonly Shares[]): Node | undefined {
  const { sequences, ...parts } = partsOfLoop(node);
  const lacking = all.filter(({ loop, share }) => loop === parts.loop && share >= sequences.length);
  const more = [...lacking].sort((a, b) => a.share - b.share).map(({ sequence }) => sequence);
  return more.length === 0 ? undefined : (makeLoop(node.graph, { ...parts, sequences: [...sequences, ...more] }) as Node);
}

const rulesFor = (all: readonly Shares[]): readonly Rule[] => [
  finite("e_t·(a/Σe_t) = (e_t/Σe_t)·a", is("mul", any("x"), any("y")), ({ x, y }) => asShare(x, y, all) ?? asShare(y, x, all)),
  finite("a loop is given shares", is("loop"), (_, node) => withSequences(node as OpNode<"loop">, all)),
];

/** What the nodes of `roots` are with shares in the steps of loops. */
export function shareInSteps(roots: readonly Node[]): Rewriting["image"] {
  const all = withBodies(roots).flatMap((node) => (isOp(node, "loop") ? sharesOf(node) : []));
  return all.length === 0 ? (node) => node : rewrite(roots, rulesFor(all)).image;
}
