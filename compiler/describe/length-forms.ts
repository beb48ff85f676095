// Lengths and directions of vectors by name: with slope 0 at 0, as ops.norm makes them, or as they are.
import { call, type Formula, number, operator, variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import { ofLength, quotientIn, squaredIn, underRoot } from "../passes/rules/lengths.ts";
import { any, is } from "../rewrite/pattern.ts";
import { type Composition, type Form, form, named, overAll, reductionOf, sampleVarianceOf, squareOf, sumOf } from "./form.ts";

/** The x and axes of which s is the sum of squares, as a subscript. */
function lengthOf(s: Node): { readonly x: Node; readonly over: string | undefined } | undefined {
  const squared = isOp(s, "sum") ? squaredIn(s) : undefined;
  return squared && { x: squared.x, over: overAll({ body: squared.x, axes: squared.axes }) };
}

function length(node: Node): Composition | undefined {
  const s = ofLength(node);
  const found = s && lengthOf(s);
  return found && named("norm", found.x, found.over);
}

/** x over its length, and 0 where that is 0. */
function unit(node: Node): Composition | undefined {
  const [x, repeated] = quotientIn(node)?.inputs ?? [];
  const s = repeated && ofLength(elementAt(repeated.inputs, 0));
  const found = s && lengthOf(s);
  if (!found || found.x !== x) return undefined;
  const [formal, norm] = [variable("x"), call("norm", [variable("x")], found.over)];
  const body: Formula = {
    kind: "cases",
    condition: operator("=", norm, number(0)),
    value: number(0),
    otherwise: operator("/", formal, norm),
  };
  const subscript = found.over === undefined ? {} : { subscript: found.over };
  return { inputs: [x], build: (args) => ({ kind: "call", name: "unit", args, ...subscript, meaning: { formal: [formal], body } }) };
}

function root(node: Node): Composition | undefined {
  const s = ofLength(node);
  return s && { inputs: [s], build: (xs) => call("sqrt", xs) };
}

/** The root of the variance of a sample. */
function deviation(node: Node): Composition | undefined {
  const s = underRoot(node) ?? ofLength(node);
  const found = s && sampleVarianceOf(s);
  return found && { ...named("std", found.body, overAll(found)), nearer: root(node) };
}

export const lengthForms: readonly Form[] = [
  { name: "standard deviation", match: deviation },
  form("norm", is("sqrt", sumOf(squareOf(any("x")))), ({ x, total }) => named("norm", x, overAll(reductionOf(total)))),
  { name: "norm of any vector", match: length },
  { name: "root with slope 0 at 0", match: root },
  { name: "unit vector", match: unit },
];
