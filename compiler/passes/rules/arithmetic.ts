// Neutral elements and signs. x·0, x - x and x/x stay: they are NaN for NaN and infinite x.
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpName } from "../../ops/table.ts";
import { filled, fillOf } from "../../rewrite/fill.ts";
import { any, constant, either, fill, is, open, type Pattern } from "../../rewrite/pattern.ts";
import { bits, type Rule, reals } from "../../rewrite/rewrite.ts";
import { isShift } from "../../rewrite/shift.ts";

/** `-node` as far as `depth` operations down, where a negation or a negative constant is found; it looks into none of `sealed`. */
function opposite(node: Node, depth: number, sealed: ReadonlySet<Node>): Node | undefined {
  const [x, y] = node.inputs as readonly [Node, Node];
  const value = node.dtype === "f32" ? fillOf(node) : undefined;
  if (value !== undefined) return value < 0 ? filled(node, -value) : undefined;
  if (sealed.has(node)) return undefined;
  if (isOp(node, "neg")) return x;
  if (depth === 0) return undefined;
  if (isOp(node, "broadcast")) return lift(opposite(x, depth - 1, sealed), (source) => build.broadcast(source, node.shape, node.params.axes));
  if (isOp(node, "mul")) {
    const right = lift(opposite(y, depth - 1, sealed), (factor) => build.mul(x, factor));
    return right ?? lift(opposite(x, depth - 1, sealed), (factor) => build.mul(factor, y));
  }
  if (isOp(node, "div")) return lift(opposite(x, depth - 1, sealed), (numerator) => build.div(numerator, y));
  return undefined;
}

const lift = (node: Node | undefined, wrap: (node: Node) => Node): Node | undefined => node && wrap(node);

/** `-node`, where it takes no more work than `node`: node is a negation, or has a negative factor. */
export const negated = (node: Node, sealed: ReadonlySet<Node> = new Set()): Node | undefined => opposite(node, 4, sealed);

const isConstant = (node: Node | undefined): boolean => node !== undefined && fillOf(node) !== undefined;

/** Whether rules look into a value for its sign: that of a negative, of a difference, of a constant factor or of a constant over something. */
function hasSign(node: Node): boolean {
  const isOfConstant = (isOp(node, "mul") && node.inputs.some(isConstant)) || (isOp(node, "div") && isConstant(node.inputs[0]));
  return isOp(node, "sub") || isOfConstant || negated(node) !== undefined;
}

const arithmetic: ReadonlySet<string> = new Set<OpName>(["add", "sub", "mul", "div", "neg"]);

/** Those of `nodes` with which arithmetic goes on, repeated or not, and whose sign its rules move into what it makes of them. */
export function withSigns(nodes: readonly Node[]): Node[] {
  const operands = nodes.flatMap(({ op, inputs }) => (arithmetic.has(op) ? inputs : []));
  const goesOn = new Set([...operands, ...operands.flatMap((node) => (isOp(node, "broadcast") ? node.inputs : []))]);
  return nodes.filter((node) => goesOn.has(node) && hasSign(node));
}

/** What has a negative form that patterns may look into. */
const negative = <N extends string>(name: N): Pattern<N> => ({
  ops: [],
  find: (node, bound, sealed) => (negated(node, sealed) ? open(name).find(node, bound, sealed) : undefined),
});

export const arithmeticRules: readonly Rule[] = [
  bits("x + -0 = x", is("add", any("x"), fill(-0)), ({ x }) => x),
  bits("x - 0 = x", is("sub", any("x"), fill(0)), ({ x }) => x),
  reals("x + 0 = x", is("add", any("x"), fill(0)), ({ x }) => x),
  reals("0 - x = -x", is("sub", fill(0), any("x")), ({ x }) => build.neg(x)),
  bits("x·1 = x", is("mul", any("x"), fill(1)), ({ x }) => x),
  bits("x/1 = x", is("div", any("x"), fill(1)), ({ x }) => x),
  bits("x·(-1) = -x", is("mul", any("x"), fill(-1)), ({ x }) => build.neg(x)),
  bits("x/(-1) = -x", is("div", any("x"), fill(-1)), ({ x }) => build.neg(x)),
  bits("x + x = x·2", is("add", any("x"), any("x")), ({ x }) => build.mul(x, filled(x, 2))),
  // -(x·(-c)) = x·c too
  bits("-(-x) = x", is("neg", negative("x")), ({ x }) => negated(x)),
  bits("-(x·c) = x·(-c)", is("neg", is("mul", any("x"), constant("c"))), ({ x, c }) => build.mul(x, filled(c, -(fillOf(c) as number)))),
  bits("-(c/x) = (-c)/x", is("neg", is("div", constant("c"), any("x"))), ({ c, x }) => build.div(filled(c, -(fillOf(c) as number)), x)),
  reals("-(x - y) = y - x", is("neg", is("sub", any("x"), any("y"))), ({ x, y }) => build.sub(y, x)),
  bits("(-x)·y = -(x·y)", either("mul", is("neg", any("x")), any("y")), ({ x, y }) => build.neg(build.mul(x, y))),
  bits("(-x)/y = -(x/y)", is("div", is("neg", any("x")), any("y")), ({ x, y }) => build.neg(build.div(x, y))),
  bits("x/(-y) = -(x/y)", is("div", any("x"), is("neg", any("y"))), ({ x, y }) => build.neg(build.div(x, y))),
  bits("x + (-y) = x - y", either("add", any("x"), negative("y")), ({ x, y }) => lift(negated(y), (positive) => build.sub(x, positive))),
  bits("x - (-y) = x + y", is("sub", any("x"), negative("y")), ({ x, y }) => lift(negated(y), (positive) => build.add(x, positive))),
  // what is taken away before the exponential stays: by it a softmax is known
  reals(
    "(-x) - y = -(x + y)",
    is("sub", is("neg", any("x")), any("y")),
    ({ x, y }) => build.neg(build.add(x, y)),
    ({ y }) => !isShift(y),
  ),
  reals("(x - y)·(-c) = (y - x)·c", is("mul", is("sub", any("x"), any("y")), any("c")), ({ x, y, c }) =>
    lift(negated(c), (positive) => build.mul(build.sub(y, x), positive)),
  ),
];
