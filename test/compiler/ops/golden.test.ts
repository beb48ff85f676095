// The page that a mathematician reviews: every op and its derived gradient.
import { expect, test } from "vitest";
import { formulaOf, reference } from "../../../compiler/describe/outline.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import type { InputNode, Node } from "../../../compiler/ir/node.ts";
import type { Dtype } from "../../../compiler/ir/type.ts";
import { applySample, type SampleCase, sampleCases, sampleGradients } from "../../support/samples.ts";

/** Names of operands in order, by dtype. */
const letters: Readonly<Record<Dtype, readonly string[]>> = { f32: ["x", "y", "w"], i32: ["i", "j"], bool: ["c", "d", "e"] };

const namesOf = (xs: readonly Node[]): string[] =>
  xs.map((x, position) => letters[x.dtype][xs.slice(0, position).filter((other) => other.dtype === x.dtype).length] as string);

/** The op and the words among its settings: `max first`. */
const titleOf = ({ name, sample }: SampleCase) => [name, ...Object.values(sample.params).filter((param) => typeof param === "string")].join(" ");

/** `z = op(x, y)`, and the gradient of each operand given g, the gradient of z. */
function linesOf(each: SampleCase): string[] {
  const applied = applySample(each);
  const { xs, y: z } = applied;
  const names = namesOf(xs);
  const operands = new Map<Node, Formula>(xs.map((x, i) => [x, reference(x, names[i] as string)]));
  const gradients = z.dtype === "f32" ? sampleGradients(each, applied) : [];
  const g = z.graph.nodes.find((node) => node.op === "input" && (node as InputNode).params.name === "g");
  const stops = new Map(operands).set(z, reference(z, "z"));
  if (g) stops.set(g, reference(g, "g"));
  const rules = gradients.map((gradient, i) => gradient && `  ∂${names[i]} = ${print(formulaOf(gradient, stops), text)}`);
  return [titleOf(each), `  z  = ${print(formulaOf(z, operands), text)}`, ...rules.filter((rule) => rule !== null)];
}

test("every op and its gradient as mathematics", async () => {
  const first = sampleCases.filter((each, i) => sampleCases.findIndex((other) => titleOf(other) === titleOf(each)) === i);
  const page = first.map((each) => linesOf(each).join("\n")).join("\n\n");
  await expect(`${page}\n`).toMatchFileSnapshot("../../golden/gradients.txt");
});
