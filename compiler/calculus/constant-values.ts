// Which values are the same whatever the parameters are, so that nothing is learned through them.
//
//   x - x, x / sum(x) over one element, sin(x)² + cos(x)², clamp(x, 1, 1), a softmax summed up   =>   constant
//
// Requires: inputs before users. Ensures: constant over the reals; `stopGradient` gives a value of its own, since a gradient may pass beside it.
// Cost: linear.
import { product } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import type { Range } from "../ops/range.ts";
import { isOp, type OpName, type OpNode, opOf } from "../ops/table.ts";
import { paramsOf } from "../passes/rules/params.ts";
import { shareOf } from "../passes/rules/softmax.ts";
import { fillOf } from "../rewrite/fill.ts";
import { leadOf, number, type Polynomial, ring, scaled, sumOf, textOf } from "./polynomial.ts";
import { rangesOf } from "./ranges.ts";

/** Those of `nodes` that no parameter changes, and that are made of values that some change. */
export function constantValues(nodes: readonly Node[]): Set<Node> {
  const own = ring();
  const of = polynomialsOf(nodes, own);
  const isConstant = (node: Node) => own.isFixed(of(node));
  return new Set(nodes.filter((node) => node.dtype === "f32" && isConstant(node) && !node.inputs.every(isConstant)));
}

type Ring = ReturnType<typeof ring>;
type Rule = (ring: Ring, xs: readonly Polynomial[], node: Node) => Polynomial | undefined;

/** A sum of more terms is not looked into. */
const mostTerms = 16;

const movements: ReadonlySet<OpName> = new Set<OpName>(["broadcast", "reshape", "sum", "max", "recompute", "barrier"]);

/** What `node` is without the movements that leave every element in its order. */
function elementsOf(node: Node): Node {
  let inner = node;
  while (movements.has(opOf(inner)) && product(inner.shape) === product(elementAt(inner.inputs, 0).shape)) inner = elementAt(inner.inputs, 0);
  return inner;
}

const sum =
  (sign: number): Rule =>
  (_, [x, y]) =>
    sumOf(x as Polynomial, y as Polynomial, sign);

const bothSame: Rule = (_, xs) => {
  const [x, y] = xs.slice(-2) as [Polynomial, Polynomial];
  return textOf(x) === textOf(y) ? x : undefined;
};

const call = ({ opaque, isFixed }: Ring, op: OpName, x: Polynomial): Polynomial => opaque(`${op} ${textOf(x)}`, isFixed(x));

const zero = (p: Polynomial): boolean => p.size === 0;

const rules: Partial<Record<OpName, Rule>> = {
  add: sum(1),
  sub: sum(-1),
  neg: (_, [x]) => scaled(x as Polynomial, -1),
  mul: ({ product }, [x, y]) => product(x as Polynomial, y as Polynomial),
  div: ({ product }, [x, y]) => (zero(y as Polynomial) ? undefined : product(x as Polynomial, y as Polynomial, -1)),
  pow({ product }, [x], { inputs: [, exponent] }) {
    const value = fillOf(exponent as Node);
    return Number.isInteger(value) && !zero(x as Polynomial) ? product(number(1), x as Polynomial, value) : undefined;
  },
  cos(ring, [x]) {
    const [cos, sin] = [call(ring, "cos", x as Polynomial), call(ring, "sin", x as Polynomial)];
    ring.square(cos, sumOf(number(1), ring.product(sin, sin), -1));
    return cos;
  },
  sin: (ring, [x]) => call(ring, "sin", x as Polynomial),
  exp(ring, [x]) {
    const lead = leadOf(x as Polynomial);
    const power = Number.isInteger(lead) && lead !== 0 ? lead : 1;
    return ring.product(number(1), call(ring, "exp", scaled(x as Polynomial, 1 / power)), power);
  },
  minimum: bothSame,
  maximum: bothSame,
  where: bothSame,
  sum: (_, __, node) => (isWholeShare(node) ? number(1) : undefined),
};

/** Whether `sum` adds up all of the shares e/Σe; how many ones that are does not matter. */
function isWholeShare(sum: Node): boolean {
  const whole = shareOf(elementAt(sum.inputs, 0));
  const { axes } = paramsOf(sum, "sum");
  return whole !== undefined && paramsOf(whole.sum, "sum").axes.every((axis) => axes.includes(axis));
}

/** A comparison of a value with a number. */
interface Comparison {
  readonly value: Node;
  readonly relation: string;
  readonly bound: number;
}

/** What a condition compares; undefined for other conditions. */
function comparison(condition: Node): Comparison | undefined {
  const compare = elementsOf(condition);
  if (!isOp(compare, "compare")) return undefined;
  const [value, other] = compare.inputs as readonly [Node, Node];
  const bound = fillOf(other);
  return bound === undefined ? undefined : { value, relation: compare.params.relation, bound };
}

/** The branch of a choice that stands for all of it: the condition never changes, or the value is held between bounds that are one. */
function takenBranch({ inputs: [condition, x, y] }: OpNode<"where">, range: (node: Node) => Range): Node | undefined {
  const asked = comparison(condition as Node);
  if (!asked) return undefined;
  const { low, high } = range(asked.value);
  const isBelow = { le: high <= asked.bound, lt: high < asked.bound, gt: high <= asked.bound, ge: high < asked.bound }[asked.relation];
  const isAbove = { le: low > asked.bound, lt: low >= asked.bound, gt: low > asked.bound, ge: low >= asked.bound }[asked.relation];
  const isUpper = /^g/.test(asked.relation);
  if (isBelow || isAbove) return isUpper === isAbove ? x : y;
  return asked.relation === "ge" && isHeld(asked, x as Node, y as Node) && range(y as Node).low === range(y as Node).high ? y : undefined;
}

/** Whether a value is chosen as `x` between bounds that are one, and `y` else: what ops.clamp makes. */
function isHeld({ value, bound }: Comparison, x: Node, y: Node): boolean {
  const other = isOp(x, "where") ? comparison(elementAt(x.inputs, 0)) : undefined;
  return other?.relation === "le" && other.value === value && other.bound === bound && x.inputs[1] === value && x.inputs[2] === y;
}

function polynomialsOf(nodes: readonly Node[], own: Ring): (node: Node) => Polynomial {
  const known = new Map<Node, Polynomial>();
  const of = (node: Node): Polynomial => known.get(node) as Polynomial;
  const range = rangesOf(nodes);
  const polynomial = (node: Node): Polynomial => {
    const { low, high } = range(node);
    const whole = own.opaque(`#${node.id}`, isOp(node, "stopGradient") || (!isOp(node, "parameter") && node.inputs.every((x) => own.isFixed(of(x)))));
    if (node.dtype !== "f32" || isOp(node, "stopGradient")) return whole;
    const inner = elementsOf(node);
    if (inner !== node) return of(inner);
    if (low === high && Number.isFinite(low)) return number(low);
    const argument = isOp(node, "log") && elementsOf(elementAt(node.inputs, 0));
    if (argument && isOp(argument, "exp")) return of(elementAt(argument.inputs, 0));
    const taken = isOp(node, "where") && takenBranch(node, range);
    if (taken) return of(taken);
    const found = rules[opOf(node)]?.(own, node.inputs.map(of), node);
    return found && found.size <= mostTerms && [...found.values()].every(Number.isFinite) ? found : whole;
  };
  for (const node of nodes) known.set(node, polynomial(node));
  return of;
}
