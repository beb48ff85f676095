// What the ops say to a user: shapes, dtypes, axes. A function a code; `docs/errors.md` lists them.
import { GradcError } from "../../runtime/error.ts";
import { isNode } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { type Dtype, formatShape, type Shape } from "../ir/type.ts";
import { layerBy } from "./layers.ts";
import { detailed, placeOf } from "./places.ts";
import { isArray, shown } from "./settings.ts";

/** Operands whose shapes do not fit together; `expected` says what would. */
export function shapeMismatch(attempt: string, got: readonly Shape[], expected: string, help?: string): GradcError {
  const shapes = got.map(formatShape).join(" and ");
  return new GradcError("shape-mismatch", `${attempt}\n  got       ${shapes}\n  expected  ${expected}`, { help });
}

/** Operands of dtypes that an op does not take. */
export function dtypeMismatch(attempt: string, got: readonly Dtype[], expected: readonly Dtype[], help?: string): GradcError {
  const all = got.length === 1 ? "" : "all ";
  return new GradcError(
    "dtype-mismatch",
    `${attempt}\n  got       ${got.join(" and ")}\n  expected  ${expected.map((dtype) => all + dtype).join(" or ")}`,
    { help },
  );
}

/** An op that needs to know an extent when the model is compiled. */
export function dynamicDimension(attempt: string, axis: number, shape: Shape): GradcError {
  return new GradcError("dynamic-dimension", `${attempt} along axis ${axis} of ${formatShape(shape)}: its extent is known only when the model runs`);
}

export function axisOutOfRange(attempt: string, axis: number, shape: Shape): GradcError {
  const expected = shape.length === 0 ? "no axis of a scalar" : `an axis from 0 to ${shape.length - 1} of ${formatShape(shape)}`;
  return new GradcError("axis-out-of-range", `${attempt}\n  got       axis ${axis}\n  expected  ${expected}`);
}

/** The largest element of nothing. */
export function emptyAxis(attempt: string, axis: number, shape: Shape): GradcError {
  return new GradcError("empty-axis", `${attempt} over axis ${axis} of ${formatShape(shape)}: it has no elements`);
}

/** Labels of a contraction that have no meaning. */
export function invalidLabels(spec: string, reason: string): GradcError {
  return new GradcError("invalid-labels", `Cannot contract along "${spec}": ${reason}`);
}

/** A tensor, parameter or layer used where no definition runs. */
export function outsideDefinition(attempt: string): GradcError {
  return new GradcError("outside-definition", `${attempt}: no model is being defined`, { help: 'move it into the body of "model"' });
}

/** A tensor of one definition used in another. */
export function foreignTensor(attempt: string): GradcError {
  return new GradcError("foreign-tensor", `${attempt}: an operand belongs to another model, or to an earlier run of this one`);
}

/** What is given in place of a tensor, or of an operand that may be a number too. */
export function notATensor(attempt: string, got: unknown, expected = "a tensor"): GradcError {
  return new GradcError("not-a-tensor", `${attempt}\n  got       ${shown(got)}\n  expected  ${expected}`, { help: tensorHelp(got) });
}

function tensorHelp(got: unknown): string | undefined {
  if (typeof got === "function") return "apply the layer to a tensor first";
  const [name] = Object.entries(got ?? {}).find(([, value]) => isNode(value)) ?? [];
  if (name !== undefined && isArray(got)) return "ops.concat or ops.stack makes one tensor of several";
  if (name !== undefined) return `these are tensors by name: take one of them, as ({ ${name} }) => ... does`;
  return Number.isNaN(got)
    ? "JavaScript makes NaN of what is no number, such as undefined * 2; where NaN is meant, write constant([NaN])"
    : undefined;
}

export const channelsLastHelp = "images are [batch, channels, h, w]: ops.permute(x, [0, 3, 1, 2]) brings the channels there";

/** The warning about images with their channels last, whose height is taken for their channels; `weight` is the kernel of the layer. */
export function channelsLast(shape: Shape, user: Node, weight: Node | undefined): string {
  const layer = weight ? layerBy(weight) : "a pooling";
  const [, channels, height, width] = shape;
  return detailed(`${layer} takes ${formatShape(shape)} for images of ${channels} channels, ${height} high and ${width} wide`, {
    at: placeOf(user),
    help: channelsLastHelp,
  });
}

/** The dimension "batch" anywhere but first, or an extent that is no whole number. */
export function invalidDimension(what: string, axis: number, shape: readonly unknown[]): GradcError {
  const text = `Cannot declare ${what} with shape [${shape.map((dim) => (typeof dim === "string" ? dim : shown(dim))).join(", ")}]: axis ${axis} is ${shown(shape[axis])}`;
  return new GradcError("invalid-dimension", text, { help: 'an extent is a whole number; "batch" stands first in inputs only' });
}
