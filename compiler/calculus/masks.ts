// Gradients behind a choice: `where(c, g, 0)` and nested ones, taken apart, moved and put together again.
//
//   where(c, g, 0) + where(c, 0, h)   =>   where(c, g, h)
//
// Ensures: a contribution that is NaN or infinite where its conditions do not hold is never added or multiplied there.
// Cost: linear in the conditions.

import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import * as build from "../ops/build.ts";
import { elementwise } from "../ops/elementwise.ts";
import { isOp, type OpName, opOf, recordOf } from "../ops/table.ts";
import { filled, fillOf } from "../rewrite/fill.ts";

/** A condition, bool, and whether it must hold or must not. */
interface Literal {
  readonly condition: Node;
  readonly holds: boolean;
}

/** `value` where all of `mask` is as it says, else 0; the first condition is the innermost choice. */
export interface Masked {
  readonly mask: readonly Literal[];
  readonly value: Node;
}

const isZero = (x: Node | undefined): boolean => x !== undefined && x.dtype === "f32" && Object.is(fillOf(x), 0);

/** What `node` is, as a masked value. */
export function masked(node: Node): Masked {
  const mask: Literal[] = [];
  let value = node;
  while (isOp(value, "where")) {
    const [condition, x, y] = value.inputs as readonly [Node, Node, Node];
    if (!isZero(x) && !isZero(y)) break;
    mask.unshift({ condition, holds: isZero(y) });
    value = isZero(y) ? x : y;
  }
  return { mask, value };
}

const same = (a: Literal) => (b: Literal) => a.condition === b.condition && a.holds === b.holds;

/** The node that a masked value is. A condition that is said twice is asked once. */
export function unmasked({ mask, value }: Masked): Node {
  const literals = mask.filter((literal, i) => mask.findIndex(same(literal)) === i);
  return literals.reduce((g, { condition, holds }) => choice(condition, holds ? g : filled(g, 0), holds ? filled(g, 0) : g), value);
}

const choice = (condition: Node, x: Node, y: Node): Node => (x === y ? x : build.where(condition, x, y));

// Logic of bools -------------------------------------------------------------------------------------------------------

const not = (x: Node): Node => build.compare(x, filled(x, 0), "eq");
const and = (x: Node, y: Node): Node => build.compare(x, not(y), "gt");
const implies = (x: Node, y: Node): Node => build.compare(x, y, "le");
const or = (x: Node, y: Node): Node => implies(not(x), y);

/** The mask as one bool; undefined where it holds everywhere. */
const truthOf = (mask: Masked["mask"]): Node | undefined =>
  mask
    .map(({ condition, holds }) => (holds ? condition : not(condition)))
    .reduce<Node | undefined>((all, one) => (all ? and(all, one) : one), undefined);

const only = (condition: Node | undefined): Masked["mask"] => (condition ? [{ condition, holds: true }] : []);

// Sums -----------------------------------------------------------------------------------------------------------------

const without = ({ mask, value }: Masked, condition: Node): Masked => ({ mask: mask.filter((literal) => literal.condition !== condition), value });
const signOf = ({ mask }: Masked, condition: Node) => mask.find((literal) => literal.condition === condition)?.holds;
const isSubset = (a: Masked["mask"], b: Masked["mask"]) => a.every((literal) => b.some(same(literal)));
const isSameMask = (a: Masked, b: Masked) => isSubset(a.mask, b.mask) && isSubset(b.mask, a.mask);

/** Terms of equal masks are added inside. */
function grouped(terms: readonly Masked[]): Masked[] {
  const groups: Masked[] = [];
  for (const term of terms) {
    const at = groups.findIndex((group) => isSameMask(group, term));
    const group = groups[at];
    if (group) groups[at] = { ...group, value: build.add(group.value, term.value) };
    else groups.push(term);
  }
  return groups;
}

/** A condition that two of `terms` ask for with different answers. */
function dividing(terms: readonly Masked[]): Node | undefined {
  const literals = terms.flatMap(({ mask }) => mask);
  return literals.find(({ condition, holds }) => literals.some((other) => other.condition === condition && other.holds !== holds))?.condition;
}

/** Two masked values, of which `condition` chooses. */
function chosen(condition: Node, x: Masked, y: Masked, keep: boolean): Masked {
  if (isSameMask(x, y)) return { mask: x.mask, value: choice(condition, x.value, y.value) };
  if (!keep) return { mask: [], value: choice(condition, unmasked(x), unmasked(y)) };
  const [first, second] = [truthOf(x.mask), truthOf(y.mask)];
  const mask = first && second ? build.where(condition, first, second) : first ? implies(condition, first) : or(condition, second as Node);
  return { mask: only(mask), value: choice(condition, x.value, y.value) };
}

function combined(terms: readonly Masked[], keep: boolean): Masked {
  const groups = grouped(terms);
  const condition = dividing(groups);
  if (!condition) return added(groups, keep);
  const [yes, no] = [true, false].map((holds) =>
    groups.filter((group) => signOf(group, condition) === holds).map((group) => without(group, condition)),
  );
  const first = groups.findIndex(({ mask }) => mask.some((literal) => literal.condition === condition));
  const joined = chosen(condition, combined(yes as Masked[], keep), combined(no as Masked[], keep), keep);
  const rest = groups.map((group, i) => (i === first ? joined : signOf(group, condition) === undefined ? group : undefined));
  return combined(
    rest.filter((group) => group !== undefined),
    keep,
  );
}

/** The sum of terms whose masks do not exclude each other. */
function added(groups: readonly Masked[], keep: boolean): Masked {
  const [first, ...others] = groups as readonly [Masked, ...Masked[]];
  if (others.length === 0) return first;
  const shared = first.mask.filter((literal) => others.every(({ mask }) => mask.some(same(literal))));
  const own = groups.map(({ mask, value }) => ({ mask: mask.filter((literal) => !shared.some(same(literal))), value }));
  const value = own.map(unmasked).reduce((sum, term) => build.add(sum, term));
  const anywhere = keep && own.every(({ mask }) => mask.length > 0) ? only(own.map(({ mask }) => truthOf(mask) as Node).reduce(or)) : [];
  return { mask: [...anywhere, ...shared], value };
}

/**
 * The sum of `terms`, of which those behind a choice stay behind it: complementary masks become one choice, equal ones are added inside.
 * With `keep` the sum says where it counts at all, as far as it is not everywhere.
 */
export const joined = (terms: readonly Node[], keep: boolean): Node => unmasked(combined(terms.map(masked), keep));

// Movement -------------------------------------------------------------------------------------------------------------

type Rule = (g: Node) => Node;

const adjointOf =
  (node: Node, i: number): Rule =>
  (g) =>
    recordOf(node).gradient?.(g, node.inputs, node, node.params)[i] as Node;

const each =
  (move: (condition: Node, node: Node, i: number) => Node) =>
  ({ mask }: Masked, node: Node, i: number): Masked["mask"] =>
    mask.map(({ condition, holds }) => ({ condition: move(condition, node, i), holds }));

const moved = each((condition, node, i) => adjointOf(node, i)(condition));

// A condition of the result of a sum is one of all the terms.
const repeated = each((condition, { inputs: [x], params }) => {
  const { axes } = params as { readonly axes: readonly number[] };
  const kept = (x as Node).shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  return build.broadcast(condition, (x as Node).shape, kept);
});

// What was cut off has no part.
const cut = ({ mask }: Masked, node: Node, i: number) => only(adjointOf(node, i)(truthOf(mask) as Node));

/** `condition` as one of what `node` repeats, where it is the same for all copies. */
function unrepeated(condition: Node, node: Node): Node | undefined {
  const x = node.inputs[0] as Node;
  if (!isOp(condition, "broadcast")) return undefined;
  const source = elementAt(condition.inputs, 0);
  const { axes } = node.params as { readonly axes: readonly number[] };
  const places = condition.params.axes.map((axis) => axes.indexOf(axis));
  const fits = places.every((place, axis) => place >= 0 && (source.shape[axis] === 1 || source.shape[axis] === x.shape[place]));
  if (!fits) return undefined;
  return sameShape(source.shape, x.shape) ? source : build.broadcast(source, x.shape, places);
}

// A value counts where one of its copies does.
function gathered({ mask }: Masked, node: Node, i: number): Masked["mask"] {
  const { alike, varying } = byCopies(mask, node);
  const other = truthOf(varying);
  if (!other) return alike;
  const copies = adjointOf(node, i)(build.cast(other, "f32"));
  return [...only(build.compare(copies, filled(copies, 0), "gt")), ...alike];
}

/** The conditions that are the same for all copies that `node`, a broadcast, makes of an element, as conditions of that element; and the others. */
function byCopies(mask: Masked["mask"], node: Node): { readonly alike: Masked["mask"]; readonly varying: Masked["mask"] } {
  const known = mask.map((literal) => ({ literal, condition: unrepeated(literal.condition, node) }));
  return {
    alike: known.flatMap(({ literal, condition }) => (condition ? [{ ...literal, condition }] : [])),
    varying: known.flatMap(({ literal, condition }) => (condition ? [] : [literal])),
  };
}

const movers: { readonly [K in OpName]?: (g: Masked, node: Node, i: number) => Masked["mask"] } = {
  ...Object.fromEntries(Object.keys(elementwise).map((op) => [op, ({ mask }: Masked) => mask])),
  reshape: moved,
  permute: moved,
  flip: moved,
  pad: moved,
  concat: moved,
  slice: cut,
  sum: repeated,
  max: repeated,
  broadcast: gathered,
  recompute: ({ mask }) => mask,
  barrier: ({ mask }) => mask,
};

/** Whether a mask travels from the result of `op` to its inputs; it ends at a contraction and at other ops that mix elements. */
export const isTransparent = (op: string): boolean => op in movers;

/** What the rule of `node` is applied to where the mask of `g` travels on: a sum over copies adds only those that count. */
export const inside = ({ mask, value }: Masked, node: Node): Node =>
  isOp(node, "broadcast") ? unmasked({ mask: byCopies(mask, node).varying, value }) : value;

/** The gradient of input `i` of `node` behind the conditions of `g`, given what the rule makes of `inside(g, node)`. */
export function carried(g: Masked, node: Node, i: number, contribution: Node): Node {
  const own = masked(contribution);
  return unmasked({ mask: [...(movers[opOf(node)]?.(g, node, i) ?? []), ...own.mask], value: own.value });
}
