// Values as products: a number, factors, what they are divided by, and the conditions under which they are not 0.
import { fractionOf, shortDigits, significantDigits, toldOf } from "../../formula/exact.ts";
import { multiply } from "../../ir/dim.ts";
import { elementAt } from "../../ir/element.ts";
import type { Node } from "../../ir/node.ts";
import * as build from "../../ops/build.ts";
import { isOp, type OpNode } from "../../ops/table.ts";
import { filled, fillOf, scalarOf, spread } from "../../rewrite/fill.ts";
import { isMean } from "./centred.ts";
import { isDirection, quotientIn } from "./lengths.ts";
import { shareOf } from "./softmax.ts";

/** `number · factors / counts / divisors`, the counts scalars, and 0 where one of the choices is 0, which are between 1 and 0. */
export interface Product {
  readonly number: number;
  readonly factors: readonly Node[];
  readonly counts: readonly Node[];
  readonly divisors: readonly Node[];
  readonly choices: readonly Node[];
}

const lists = ["factors", "counts", "divisors", "choices"] as const;

const one: Product = { number: 1, factors: [], counts: [], divisors: [], choices: [] };

export const scaled = (product: Product, number: number): Product => ({ ...product, number: product.number * number });

/** The product of both. */
export const times = (a: Product, b: Product): Product => ({
  number: a.number * b.number,
  factors: [...a.factors, ...b.factors],
  counts: [...a.counts, ...b.counts],
  divisors: [...a.divisors, ...b.divisors],
  choices: [...a.choices, ...b.choices],
});

/** The extent that `node` is everywhere. */
function countIn(node: Node): Node | undefined {
  const scalar = scalarOf(node);
  return scalar && isOp(scalar, "size") ? scalar : undefined;
}

/** `c/n` of a constant and an extent. */
function shareIn(node: Node): Product | undefined {
  const scalar = scalarOf(node);
  const [c, n] = scalar && isOp(scalar, "div") ? scalar.inputs : [];
  const number = c && n && isOp(n, "size") ? fillOf(c) : undefined;
  return number === undefined ? undefined : { ...one, number: toldOf(number), counts: [n as Node] };
}

/** What `node` chooses where it is 0 elsewhere, and the choice between 1 and 0 that it makes. */
function choiceIn(node: Node): { readonly value: Node; readonly choice: Node } | undefined {
  if (!isOp(node, "where") || node.dtype !== "f32" || quotientIn(node)) return undefined;
  const [condition, x, y] = node.inputs as readonly [Node, Node, Node];
  const [unit, zero] = [filled(node, 1), filled(node, 0)];
  if (fillOf(y) === 0) return { value: x, choice: build.where(condition, unit, zero) };
  return fillOf(x) === 0 ? { value: y, choice: build.where(condition, zero, unit) } : undefined;
}

/** The inputs of which `node` is a product, a quotient or a choice. */
function partsOf(node: Node): readonly Node[] {
  const choice = choiceIn(node);
  if (choice) return [choice.value];
  return isOp(node, "mul") || isOp(node, "neg") ? node.inputs : isOp(node, "div") ? node.inputs.slice(0, 1) : [];
}

/** Whether `node` is one factor: one of `sealed`, or has a name, or is a mean, a share of a softmax or a vector over its length. */
const isWhole = (node: Node, sealed: ReadonlySet<Node>): boolean =>
  sealed.has(node) || node.graph.names.has(node) || isMean(node) || shareOf(node) !== undefined || isOverLength(node);

function isOverLength(node: Node): boolean {
  const [x, divisor] = node.inputs;
  return isOp(node, "div") && isOp(divisor as Node, "broadcast") && isDirection(x as Node, elementAt((divisor as Node).inputs, 0));
}

/** So many factors are looked at. */
const most = 64;

/** The values that `node` is a product of, at any depth, itself among them; what is in `sealed` is no product. */
export function within(node: Node, sealed: ReadonlySet<Node>, found: Set<Node> = new Set()): Set<Node> {
  if (found.size >= most || fillOf(node) !== undefined || shareIn(node)) return found;
  found.add(node);
  if (!isWhole(node, sealed)) for (const part of partsOf(node)) within(part, sealed, found);
  return found;
}

/** What `node` is a product of; a value of `whole` is one factor. */
export function productOf(node: Node, whole: ReadonlySet<Node>): Product {
  const number = fillOf(node);
  if (number !== undefined) return { ...one, number: toldOf(number) };
  const share = shareIn(node);
  if (share || isWhole(node, whole)) return share ?? { ...one, factors: [node] };
  const [x, y] = node.inputs as readonly [Node, Node];
  if (isOp(node, "neg")) return scaled(productOf(x, whole), -1);
  if (isOp(node, "mul")) return times(productOf(x, whole), productOf(y, whole));
  if (isOp(node, "div")) return times(productOf(x, whole), inverseOf(y));
  if (isOp(node, "broadcast")) return repeated(node, whole);
  const chosen = choiceIn(node);
  return chosen ? times(productOf(chosen.value, whole), { ...one, choices: [chosen.choice] }) : { ...one, factors: [node] };
}

/** The same of a product or quotient that may be whole itself. */
export function factorsOf(node: Node, whole: ReadonlySet<Node>): Product {
  const [x, y] = node.inputs as readonly [Node, Node];
  return times(productOf(x, whole), isOp(node, "mul") ? productOf(y, whole) : inverseOf(y));
}

/** What is repeated by its factors, each repeated. */
function repeated(node: OpNode<"broadcast">, whole: ReadonlySet<Node>): Product {
  const x = elementAt(node.inputs, 0);
  if (x.shape.length === 0 || isWhole(x, whole)) return { ...one, factors: [node] };
  const { number, counts, factors, divisors, choices } = productOf(x, whole);
  const spreadOut = (part: Node): Node => build.broadcast(part, node.shape, node.params.axes);
  const chosen = (choice: Node): Node => {
    const [condition, yes, no] = choice.inputs as readonly [Node, Node, Node];
    return build.where(spreadOut(condition), filled(node, fillOf(yes) as number), filled(node, fillOf(no) as number));
  };
  return { number, counts, factors: factors.map(spreadOut), divisors: divisors.map(spreadOut), choices: choices.map(chosen) };
}

function inverseOf(divisor: Node): Product {
  const number = fillOf(divisor);
  const count = countIn(divisor);
  if (number !== undefined && number !== 0) return { ...one, number: 1 / toldOf(number) };
  return count ? { ...one, counts: [count] } : { ...one, divisors: [divisor] };
}

/** The elements of `list` that are in `other` as often, and what is left of both. */
export function shared(list: readonly Node[], other: readonly Node[]): readonly [common: Node[], left: Node[], right: Node[]] {
  const right = [...other];
  const [common, left]: [Node[], Node[]] = [[], []];
  for (const node of list) {
    const at = right.indexOf(node);
    (at < 0 ? left : common).push(node);
    if (at >= 0) right.splice(at, 1);
  }
  return [common, left, right];
}

/** What two products have in common but for their numbers, and what is left of both. */
export function commonOf(a: Product, b: Product): readonly [common: Product, left: Product, right: Product] {
  const all = lists.map((list) => [list, shared(a[list], b[list])] as const);
  const part = (at: 0 | 1 | 2, number: number): Product => ({ ...one, number, ...Object.fromEntries(all.map(([list, parts]) => [list, parts[at]])) });
  return [part(0, 1), part(1, a.number), part(2, b.number)];
}

/** p and q of whole numbers with p/q in place of a number of many digits, else the number over 1. */
const quotientOf = (number: number): readonly [number, number] =>
  Number.isInteger(number) || significantDigits(number) <= shortDigits ? [number, 1] : (fractionOf(number) ?? [number, 1]);

/** So many times the extent that `count` is. */
const timesCount = (count: Node, by: number): Node => (isOp(count, "size") ? build.count(count.graph, multiply(count.params.dim, by)) : count);

/** A product in the shape of `like`. */
export function productFrom({ number, factors, counts, divisors, choices }: Product, like: Node): Node {
  const [p, q] = counts.length > 0 ? quotientOf(number) : [number, 1];
  const extents = counts.map((count, i) => (i === 0 ? timesCount(count, q) : count));
  const share = extents.reduce<Node | undefined>((above, count) => build.div(above ?? build.constant(like.graph, [p]), count), undefined);
  const isPlain = share === undefined && Math.abs(number) === 1 && factors.length > 0;
  const [first, ...rest] = [...factors, ...(isPlain ? [] : [share ? spread(share, like) : filled(like, number)])] as [Node, ...Node[]];
  const product = rest.reduce((all, factor) => build.mul(all, factor), first);
  const quotient = divisors.reduce((all, divisor) => build.div(all, divisor), product);
  const chosen = choices.reduce((all, choice) => chosenBy(choice, all), quotient);
  return isPlain && number < 0 ? build.neg(chosen) : chosen;
}

/** `value` where `choice` is 1, else 0. */
function chosenBy(choice: Node, value: Node): Node {
  const [condition, x, y] = choice.inputs as readonly [Node, Node, Node];
  return fillOf(y) === 0 ? build.where(condition, value, y) : build.where(condition, x, value);
}

/** A product with the first factor for which `other` has one that. */
export function withFactor(product: Node, other: (factor: Node) => Node | undefined): Node | undefined {
  const [x, y] = product.inputs as readonly [Node, Node];
  const found = other(product);
  if (found || !["mul", "div", "neg"].includes(product.op)) return found;
  const left = withFactor(x, other);
  if (isOp(product, "neg")) return left && build.neg(left);
  if (isOp(product, "div")) return left && build.div(left, y);
  const right = left ? y : withFactor(y, other);
  return (left ?? right) === undefined ? undefined : build.mul(left ?? x, right as Node);
}
