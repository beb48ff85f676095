// Labels of `einsum` beyond one letter for each axis: a letter twice in one operand, and `...` for the axes that have none.
import { invalidLabels } from "../../compiler/diagnostics/tensors.ts";
import { elementAt } from "../../compiler/ir/element.ts";
import * as build from "../../compiler/ops/build.ts";
import type { Tensor } from "../tensor.ts";
import { sum } from "./reduction.ts";
import { compare, where } from "./selection.ts";

/** A tensor with a letter for each axis. */
export interface Labelled {
  readonly value: Tensor;
  readonly labels: string;
}

/** `operand` with the diagonal of two axes of one letter in place of them; others keep their order. n² choices. */
export function onceEach(spec: string, operand: Labelled): Labelled {
  const { value, labels } = operand;
  const [second] = [...labels].flatMap((label, axis) => (labels.indexOf(label) < axis ? [axis] : []));
  if (second === undefined) return operand;
  const first = labels.indexOf(elementAt([...labels], second));
  const [one, other] = [elementAt(value.shape, first), elementAt(value.shape, second)];
  if (one !== other) throw invalidLabels(spec, `"${labels[first]}" has the extents ${one} and ${other}`);
  const isDiagonal = compare(build.iota(value.graph, value.shape, first), build.iota(value.graph, value.shape, second), "eq");
  const diagonal = sum(where(isDiagonal, value, 0), { dim: second });
  return onceEach(spec, { value: diagonal, labels: labels.slice(0, second) + labels.slice(second + 1) });
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The labels of all operands with letters of their own in place of `...`, the same from the last of these axes on, and those letters. */
export function spelled(spec: string, sides: readonly string[], ranks: readonly number[]): { sides: string[]; letters: string } {
  const depths = sides.map((side, i) => {
    const depth = elementAt(ranks, i) - side.replace("...", "").length;
    if (side.includes("...") && depth < 0) throw invalidLabels(spec, `"${side}" labels a tensor of ${ranks[i]} axes`);
    return side.includes("...") ? depth : 0;
  });
  const letters = [...alphabet].filter((letter) => !spec.includes(letter)).slice(0, Math.max(0, ...depths));
  return {
    sides: sides.map((side, i) => side.replace("...", letters.slice(letters.length - elementAt(depths, i)).join(""))),
    letters: letters.join(""),
  };
}

/** `operand` without the axes among `letters` that have extent 1 where another operand has more: they repeat. */
export function withoutOnes({ value, labels }: Labelled, letters: string, others: readonly Labelled[]): Labelled {
  const repeats = (label: string, axis: number) =>
    letters.includes(label) && value.shape[axis] === 1 && others.some((other) => (other.value.shape[other.labels.indexOf(label)] ?? 1) !== 1);
  const kept = [...labels].map((label, axis) => ({ label, axis })).filter(({ label, axis }) => !repeats(label, axis));
  if (kept.length === labels.length) return { value, labels };
  return {
    value: build.reshape(
      value,
      kept.map(({ axis }) => elementAt(value.shape, axis)),
    ),
    labels: kept.map(({ label }) => label).join(""),
  };
}
