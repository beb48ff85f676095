// What is said where there is no gradient, or no single number to take it of.
import { GradcError } from "../../runtime/error.ts";
import type { Node } from "../ir/node.ts";
import { formatType } from "../ir/type.ts";
import { describe, placeOf } from "./places.ts";

/** Something that is not one f32 number, where one is needed: what is differentiated, or the parts of a metric. */
export function nonScalarLoss(y: Node, what = describe(y)): GradcError {
  return new GradcError("non-scalar-loss", `Cannot use ${what} as a single number\n  got       ${formatType(y)}\n  expected  f32[]`, {
    at: placeOf(y),
    help: y.dtype === "f32" ? "take its mean or sum first" : undefined,
  });
}

/** A gradient with respect to something that the result does not depend on smoothly. */
export function noGradient(x: Node): GradcError {
  return new GradcError(
    "no-gradient",
    `Cannot differentiate with respect to ${describe(x)}: the result does not depend on it in a way that has a gradient`,
    {
      at: placeOf(x),
    },
  );
}

/** Something that needs a loss was asked of a model without one. */
export function missingLoss(model: string, wanted: string): GradcError {
  return new GradcError("missing-loss", `Cannot build ${wanted} of "${model}": its body returns no loss`, {
    help: "return { outputs, loss } from the body",
  });
}

/** The warning about an index that is computed when the module runs, so that every use of it is guarded. */
export function guardedIndex(node: Node, extent: number): string {
  const place = placeOf(node);
  const outside: Readonly<Record<string, string>> = { gather: "gives NaN", oneHot: "gives a row of zeros", scatterAdd: "adds nothing" };
  return `the index of ${describe(node)} is computed: outside [0, ${extent}) it ${outside[node.op] ?? "is ignored"}${place ? `\n  at ${place}` : ""}`;
}
