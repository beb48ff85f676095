// Each value, gradient and update as an equation that stands alone.
import { type Definition, type Equation, type Format, writeEquation } from "../formula/equation.ts";
import type { Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { type Described, type Detail, type Section, sectionsOf } from "./describe.ts";
import type { Outline } from "./outline.ts";
import { usesIn } from "./uses.ts";

/** An equation a name, each of which stands alone. */
export interface Equations {
  readonly forward: Readonly<Record<string, Equation>>;
  readonly gradients: Readonly<Record<string, Equation>>;
  readonly updates: Readonly<Record<string, Equation>>;
}

/** The equations in writing. */
export interface Formulas {
  readonly forward: Readonly<Record<string, string>>;
  readonly gradients: Readonly<Record<string, string>>;
  readonly updates: Readonly<Record<string, string>>;
}

/** More definitions than this below one equation are not read by anybody. */
const mostDefinitions = 40;

/** What the introduced names and the functions with a meaning in `right` stand for, and those in their definitions, in the order in which a reader meets them. */
function definitionsFor(right: Formula, outline: Outline): Pick<Equation, "where" | "more"> {
  const met = new Map<string, Definition>();
  const queue = [right];
  for (let at = 0; at < queue.length && met.size <= mostDefinitions; at++) {
    for (const { key, definition, isMeaning } of usesIn(elementAt(queue, at), outline)) {
      if (met.has(key)) continue;
      met.set(key, definition);
      if (!isMeaning) queue.push(definition.right);
    }
  }
  return { where: [...met.values()].slice(0, mostDefinitions), more: met.size > mostDefinitions };
}

const standingAlone = ({ lines, outline }: Section): Record<string, Equation> =>
  Object.fromEntries([...lines].map(([name, line]) => [name, { ...line, ...definitionsFor(line.right, outline) }]));

/** The program as equations in the user's names: forward values, `∂loss/∂W = ...` for each gradient, `W ← ...` for each update. */
export function equationsOf(described: Described, detail?: Detail): Equations {
  const { forward, gradients, updates } = sectionsOf(described, detail);
  return { forward: standingAlone(forward), gradients: standingAlone(gradients), updates: standingAlone(updates) };
}

/** `parts` as mathematics in `format`, in the user's names: the same graph that is compiled. */
export function describe(parts: Described, format: Format = "text", detail?: Detail): Formulas {
  const write = (equations: Readonly<Record<string, Equation>>) =>
    Object.fromEntries(Object.entries(equations).map(([name, equation]) => [name, writeEquation(equation, format)]));
  const { forward, gradients, updates } = equationsOf(parts, detail);
  return { forward: write(forward), gradients: write(gradients), updates: write(updates) };
}
