// Products of tensors summed over shared axes.

import { invalidLabels, shapeMismatch } from "../../compiler/diagnostics/tensors.ts";
import type { Dim } from "../../compiler/ir/dim.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import { writeLabels } from "../../compiler/ir/labels.ts";
import { formatShape } from "../../compiler/ir/type.ts";
import * as build from "../../compiler/ops/build.ts";
import { checkSetting, type Kind } from "../settings.ts";
import { broadcastTo, commonShape, float, originNotes, type Tensor } from "../tensor.ts";
import { attempt } from "./attempt.ts";
import { type Labelled, onceEach, spelled, withoutOnes } from "./einsum-labels.ts";
import { scalar } from "./scalar.ts";

const labelled: Kind = { fits: (value) => typeof value === "string", expected: 'labels of the axes, such as "ik,kj->ij"' };

/** The product of two f32 tensors summed over labels that only they share: `contract(x, w, "ik,kj->ij")`. */
export function contract(x: Tensor, y: Tensor, spec: string): Tensor {
  checkSetting(attempt("contract"), "spec", spec, labelled);
  return build.contract(float(attempt("contract"), x), float(attempt("contract"), y), spec);
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** The product of matrices; leading axes broadcast, a vector stands for a row on the left and a column on the right. */
export function matmul(x: Tensor, y: Tensor): Tensor {
  const what = attempt("matmul");
  const [a, b] = [float(what, x), float(what, y)];
  const inner = b.shape.length === 1 ? b.shape[0] : b.shape.at(-2);
  if (a.shape.length === 0 || b.shape.length === 0 || a.shape.at(-1) !== inner) {
    throw shapeMismatch(what, [a.shape, b.shape], `${fitting(a, b)}${originNotes([a, b])}`, transposeHelp(a, b));
  }
  const [left, right] = shareLeading(what, a, b);
  return build.contract(left, right, matmulSpec(left.shape.length, right.shape.length));
}

/** The shapes nearest to those of `a` and `b` that can be multiplied. */
function fitting({ shape: left }: Tensor, { shape: right }: Tensor): string {
  if (left.length === 0 || right.length === 0) return "two tensors with axes";
  const inner = left.at(-1) as Dim;
  const second = right.length === 1 ? [inner] : [...right.slice(0, -2), inner, right.at(-1) as Dim];
  return `${formatShape(left)} and ${formatShape(second)}`;
}

function transposeHelp({ shape: left }: Tensor, { shape: right }: Tensor): string | undefined {
  if (right.length > 1 && left.at(-1) === right.at(-1)) return "the second operand fits after ops.transpose";
  return left.length > 1 && right.length > 1 && left.at(-2) === right.at(-2) ? "the first operand fits after ops.transpose" : undefined;
}

// Leading axes of extent 1 repeat; a matrix without them is shared as it is.
function shareLeading(what: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  if (a.shape.length <= 2 || b.shape.length <= 2) return [a, b];
  const common = commonShape(what, [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const spread = (x: Tensor) => broadcastTo(what, x, [...common, ...x.shape.slice(-2)]);
  return [spread(a), spread(b)];
}

function matmulSpec(left: number, right: number): string {
  const leading = letters.slice(0, Math.max(left, right, 2) - 2);
  const side = (rank: number, matrix: string, vector: string) => (rank === 1 ? vector : (rank === 2 ? "" : leading) + matrix);
  const result = leading + (left === 1 ? "" : "y") + (right === 1 ? "" : "z");
  return `${side(left, "yx", "x")},${side(right, "xz", "x")}->${result}`;
}

/**
 * Products of tensors by labels, summed over those that the result leaves out: `einsum("bi,ij->bj", x, w)`. Without `->` the
 * result has the labels that occur once, in alphabetical order. A label twice in one operand is its diagonal (n² choices); `...` stands for the axes
 * without a label, which broadcast from the last one on and come first in the result where it is not given.
 * @throws GradcError `invalid-labels`: a label twice in the result, a label of two extents
 */
export function einsum(spec: string, ...xs: Tensor[]): Tensor {
  checkSetting(attempt("einsum"), "spec", spec, labelled);
  const { operands, result } = parseSpec(spec, xs);
  checkExtents(spec, operands);
  const [first, ...rest] = operands as [Labelled, ...Labelled[]];
  const product = rest.reduce((left, right, i) => {
    const later = rest.slice(i + 1).map((operand) => operand.labels);
    return contractLabels(left, right, result + later.join(""));
  }, first);
  return arrange(sumOut(product, result), result);
}

function parseSpec(spec: string, xs: readonly Tensor[]): { operands: Labelled[]; result: string } {
  const [left = "", to, ...more] = spec.replaceAll(" ", "").split("->");
  const isRead = [...left.split(","), to ?? ""].every((side) => /^[a-zA-Z]*(\.{3})?[a-zA-Z]*$/.test(side));
  if (!isRead || more.length > 0) throw invalidLabels(spec, "labels are letters, as in ab,bc->ac");
  const given = left.split(",");
  if (given.length !== xs.length) throw invalidLabels(spec, `it labels ${given.length} tensors, got ${xs.length}`);
  const values = xs.map((x) => float(attempt("einsum"), x));
  const { sides, letters } = spelled(
    spec,
    given,
    values.map(({ shape }) => shape.length),
  );
  const result = to?.replace("...", letters) ?? letters + once(given.join("").replaceAll("...", ""));
  for (const label of result) if (!sides.join("").includes(label)) throw invalidLabels(spec, `"${label}" of the result is in no operand`);
  if (new Set(result).size < result.length) throw invalidLabels(spec, `a label stands twice in "${result}"`);
  const labelled = sides.map((labels, i) => ({ labels, value: elementAt(values, i) }));
  for (const { labels, value } of labelled) {
    if (labels.length !== value.shape.length) throw invalidLabels(spec, `"${labels}" labels a tensor of ${value.shape.length} axes`);
  }
  const operands = labelled.map((operand) => onceEach(spec, operand));
  return { operands: letters === "" ? operands : operands.map((operand) => withoutOnes(operand, letters, operands)), result };
}

const once = (labels: string): string =>
  [...new Set(labels)]
    .filter((label) => labels.indexOf(label) === labels.lastIndexOf(label))
    .sort()
    .join("");

function checkExtents(spec: string, operands: readonly Labelled[]): void {
  const extents = new Map<string, Dim>();
  for (const { labels, value } of operands) {
    for (const [axis, label] of [...labels].entries()) {
      const dim = elementAt(value.shape, axis);
      if ((extents.get(label) ?? dim) !== dim) throw invalidLabels(spec, `"${label}" has the extents ${extents.get(label)} and ${dim}`);
      extents.set(label, dim);
    }
  }
}

/** `operand` summed over its labels that are not in `kept`. */
function sumOut({ value, labels }: Labelled, kept: string): Labelled {
  const axes = [...labels].flatMap((label, axis) => (kept.includes(label) ? [] : [axis]));
  if (axes.length === 0) return { value, labels };
  return { value: build.sum(value, axes), labels: [...labels].filter((label) => kept.includes(label)).join("") };
}

function contractLabels(left: Labelled, right: Labelled, kept: string): Labelled {
  const x = sumOut(left, kept + right.labels);
  const y = sumOut(right, kept + left.labels);
  const labels = [...new Set(x.labels + y.labels)].filter((label) => kept.includes(label)).join("");
  // Without a sum it is a product of elements or an outer product, which broadcasting says more plainly.
  const value =
    x.labels === y.labels && labels === x.labels
      ? scalar.mul(x.value, y.value)
      : build.contract(x.value, y.value, writeLabels({ x: x.labels, y: y.labels, result: labels }));
  return { value, labels };
}

function arrange({ value, labels }: Labelled, result: string): Tensor {
  if (labels === result) return value;
  return build.permute(
    value,
    [...result].map((label) => labels.indexOf(label)),
  );
}
