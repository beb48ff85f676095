// The named forms of layers that normalise: `layerNorm(h; γ, β)`, with what that means below the equation.
import { shortest } from "../formula/decimals.ts";
import { call, type Formula, number, operator, variable } from "../formula/tree.ts";
import type { Dim } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { any, either, is, match } from "../rewrite/pattern.ts";
import { bare, below, type Composition, type Form, meanOf, namesOf, nothing, type Reduction, squareOf, varianceOf } from "./form.ts";

/** A value that was normalised, and how. */
interface Normalised {
  readonly name: "layerNorm" | "batchNorm" | "instanceNorm" | "groupNorm" | "rmsNorm";
  readonly reduction: Reduction;
  readonly eps: number;
  /** How many groups the channels are cut into. */
  readonly groups?: number;
}

const root = below(is("sqrt", either("add", any("spread"), any("eps"))));
const standardised = is("div", is("sub", any("x"), any("center")), root);
const scaled = is("div", any("x"), root);

/** `(x - mean x) / √(var x + ε)` over the last axes, or over all but those of channels; or `x / √(mean x² + ε)`. */
function normalisedBy(node: Node): Normalised | undefined {
  const bound = match(standardised, node, nothing);
  const reduction = bound && varianceOf(bare(bound.spread));
  if (bound && reduction) {
    const center = meanOf(bare(bound.center));
    const isMean = reduction.body === bound.x && center?.body === bound.x && String(center.axes) === String(reduction.axes);
    return isMean ? withEps(nameOf(reduction), reduction, bound.eps) : undefined;
  }
  const plain = match(scaled, node, nothing);
  const squares = plain && meanOf(bare(plain.spread));
  const isOfSquares = plain && squares && match(squareOf(any("x")), squares.body, nothing)?.x === plain.x;
  return isOfSquares && isLast(squares) ? withEps("rmsNorm", { body: plain.x, axes: squares.axes }, plain.eps) : undefined;
}

const withEps = (name: Normalised["name"] | undefined, reduction: Reduction, eps: Node): Normalised | undefined => {
  const value = fillOf(bare(eps));
  return name && value !== undefined ? { name, reduction, eps: value } : undefined;
};

const isLast = ({ body: { shape }, axes }: Reduction): boolean => axes[0] !== 0 && axes.every((axis, at) => axis === shape.length - axes.length + at);

function nameOf(reduction: Reduction): Normalised["name"] | undefined {
  if (isLast(reduction)) return "layerNorm";
  const { body, axes } = reduction;
  return axes[0] === 0 && !axes.includes(1) && axes.length === body.shape.length - 1 ? "batchNorm" : undefined;
}

/** What was normalised over the last axes of groups of channels: `[batch, channels, ...]` as `[batch, groups, channels / groups, ...]`. */
function normalisedByGroup(node: Node): Normalised | undefined {
  const found = isOp(node, "reshape") ? normalisedBy(elementAt(node.inputs, 0)) : undefined;
  const body = found?.reduction.body;
  if (found?.name !== "layerNorm" || !body || !isOp(body, "reshape")) return undefined;
  const x = elementAt(body.inputs, 0);
  const [batch, groups, size, ...rest] = body.shape;
  const isOfChannels = sameShape([batch as Dim, Number(groups) * Number(size), ...rest], x.shape);
  if (!isOfChannels || !sameShape(node.shape, x.shape) || found.reduction.axes[0] !== 2) return undefined;
  return { ...found, name: "groupNorm", reduction: { body: x, axes: rest.map((_, i) => i + 2) }, groups: Number(groups) };
}

const isParameter = (node: Node): boolean => isOp(bare(node), "parameter");

interface Parts {
  readonly normalised: Node;
  readonly scale?: Node;
  readonly shift?: Node;
}

/** The operands of `node`, which is of `op`, that are no parameter and one. */
function withParameter(node: Node, op: "add" | "mul"): [rest: Node, parameter: Node] | undefined {
  const bound = match(either(op, any("rest"), any("parameter")), node, nothing);
  if (!bound) return undefined;
  const both = [bound.rest, bound.parameter] as const;
  const at = both.findIndex(isParameter);
  return at < 0 ? undefined : [both[1 - at] as Node, both[at] as Node];
}

function partsOf(node: Node): Parts {
  const [below, shift] = withParameter(node, "add") ?? [node];
  const [normalised, scale] = withParameter(below, "mul") ?? [below];
  return { normalised, ...(scale && { scale }), ...(shift && { shift }) };
}

function norm(node: Node): Composition | undefined {
  const { normalised, scale, shift } = partsOf(node);
  const found = normalisedBy(normalised) ?? normalisedByGroup(normalised);
  if (!found) return undefined;
  const name = isOfInstances(found, scale) ? "instanceNorm" : found.name;
  const learnt = [scale, shift].filter((each) => each !== undefined).map(bare);
  const meaning = meaningOf(found, scale, shift);
  const settings = settingsOf(found);
  const subscript = settings.length > 0 ? { subscript: settings.join(",") } : {};
  return {
    inputs: [found.reduction.body, ...learnt],
    build: (args) => ({ kind: "call", name, args, ...subscript, meaning, ...(learnt.length > 0 && { leading: 1 }) }),
  };
}

/** What is usually added below the root. */
const usualEps = { rmsNorm: 2 ** -23, others: Math.fround(1e-5) } as const;

/** What tells functions of one name apart: groups, axes unless a table of two axes has them, and what is added below the root where it is not the usual number. */
function settingsOf({ name, reduction: { body, axes }, eps, groups }: Normalised): string[] {
  const usual = name === "rmsNorm" ? usualEps.rmsNorm : usualEps.others;
  return [
    ...(groups === undefined ? [] : [String(groups)]),
    ...(body.shape.length === 2 || axes.length === 0 ? [] : [namesOf(body, axes)]),
    ...(eps === usual ? [] : [`eps=${shortest(eps)}`]),
  ];
}

/** Whether each channel was normalised by itself: a scale has an element for each, or there are several axes behind that of channels. */
function isOfInstances({ name, reduction: { body, axes } }: Normalised, scale: Node | undefined): boolean {
  if (name !== "layerNorm") return false;
  return scale ? !liesAlong(scale, axes) : axes[0] === 2 && body.shape.length > 3 && !isOp(body, "reshape");
}

/** Whether a parameter has an element for each along one of `axes`; one for each channel has not. */
const liesAlong = (parameter: Node, axes: readonly number[]): boolean =>
  !isOp(parameter, "broadcast") ||
  parameter.params.axes.some((axis, from) => axes.includes(axis) && elementAt(parameter.inputs, 0).shape[from] !== 1);

/** How a parameter stands beside what was normalised: with its axis where it has one number for each channel. */
function beside(formal: Formula, parameter: Node, { reduction: { body } }: Normalised): Formula {
  const first = body.shape.length - bare(parameter).shape.length;
  const along = isOp(parameter, "broadcast") ? parameter.params.axes.filter((_, from) => elementAt(parameter.inputs, 0).shape[from] !== 1) : [first];
  return along.every((axis) => axis >= first) ? formal : { kind: "view", body: formal, shape: body.shape, axes: along, at: namesOf(body, along) };
}

function meaningOf(normal: Normalised, scale: Node | undefined, shift: Node | undefined) {
  const { name, reduction, eps, groups } = normal;
  const { body, axes } = reduction;
  const [x, gamma, beta] = ["x", "γ", "β"].map((name) => variable(name)) as [Formula, Formula, Formula];
  const over = [...(groups === undefined ? [] : ["group"]), ...(axes.length > 0 ? [namesOf(body, axes)] : [])].join(",");
  const below = (spread: Formula): Formula => call("sqrt", [operator("+", spread, number(eps))]);
  const normalised =
    name === "rmsNorm"
      ? operator("/", x, below(call("mean", [operator("^", x, number(2))], over)))
      : operator("/", operator("-", x, call("mean", [x], over)), below(call("var", [x], over)));
  const scaled = scale ? operator("*", normalised, beside(gamma, scale, normal)) : normalised;
  return {
    formal: [x, ...(scale ? [gamma] : []), ...(shift ? [beta] : [])],
    body: shift ? operator("+", scaled, beside(beta, shift, normal)) : scaled,
  };
}

/** One form for what normalises, whether its parameters stand beside or not. */
export const normForms: readonly Form[] = [{ name: "normalisation", match: norm }];
