// What a named form is, one level down: below `hidden = gelu(z)` stands what gelu(x) is, read off the graph that the form was found in.

import { type Formula, partsOf, variable } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { substitute, withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isOp } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";
import { words } from "../words/words.ts";
import type { Composition } from "./form.ts";
import { formOf, formsOf } from "./forms.ts";
import { mathNames } from "./names.ts";
import { type Compose, compositionOf, formulaOf, opStep, reference } from "./outline.ts";

/** What stands for the values that a form is a function of. */
const letters = ["x", "y", "u", "v"];

/** A step as `compositionOf` has it, where the functions that are named forms and that `isTold` takes say what they mean. */
const telling =
  (isTold: (name: string) => boolean): Compose =>
  (node) => {
    const form = formOf(node);
    if (!form) return opStep(node);
    const build: Composition["build"] = (xs) => {
      const formula = form.build(xs);
      return formula.kind === "call" && isTold(formula.name) ? withMeaning(formula, node, form.inputs) : formula;
    };
    return { ...form, build };
  };

/** Every function says what it means. */
export const expanded = telling(() => true);

/** Only what the conventions of a page do not know says what it means. */
export const explained = telling((name) => !Object.hasOwn(words.functions, name));

/** The call with its meaning, where it is one of the values `inputs` and does not say so itself. */
function withMeaning(formula: Formula, node: Node, inputs: readonly Node[]): Formula {
  const isCall = formula.kind === "call" && formula.meaning === undefined && formula.args.length === inputs.length;
  if (!isCall || inputs.length > letters.length || inputs.some(({ dtype }) => dtype !== "f32")) return formula;
  const names = letters.slice(0, inputs.length);
  // Inputs of their own, so that no form looks for more below them.
  const places: Node[] = inputs.map(({ shape }, i) => build.input(node.graph, `${names[i]} of a form`, "f32", shape));
  const [image] = substitute([node], new Map(inputs.map((input, i) => [input, places[i] as Node]))) as [Node];
  if (withoutBodies([image]).some(isTable)) return formula;
  const mathName = mathNames(node.graph);
  const sources = withoutBodies([image]).flatMap((source) => {
    const name = sourceName(source);
    return name === undefined || places.includes(source) ? [] : [[source, reference(source, mathName(name))] as const];
  });
  const stops = new Map([...places.map((place, i) => [place, reference(place, names[i] as string)] as const), ...sources]);
  // A norm is the root of a sum, whatever that is made of.
  const [, other] = formsOf(image);
  const body = formulaOf(image, stops, (inner) => (inner === image ? (other ?? opStep(inner)) : compositionOf(inner)));
  return calls(body, formula.name) ? formula : { ...formula, meaning: { formal: names.map((name) => variable(name)), body } };
}

const sourceName = (node: Node): string | undefined => (isOp(node, "parameter") || isOp(node, "state") ? node.params.name : undefined);

/** A table of numbers that is part of the function, which has no name below a line. */
const isTable = (source: Node): boolean => isOp(source, "constant") && fillOf(source) === undefined;

/** Whether `formula` is said by the function `name` itself, as a maximum with its slope at the bound is: that explains nothing. */
const calls = (formula: Formula, name: string): boolean =>
  (formula.kind === "call" && formula.name === name) || partsOf(formula).some((part) => calls(part, name));
