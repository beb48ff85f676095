// What a derivation must say of its signs, so that it can be read alone: as a page says it of its own.
import { conventionsOf } from "../describe/conventions.ts";
import { partsSaid } from "../describe/parts-said.ts";
import type { Definition, Line } from "../formula/equation.ts";
import type { Formula } from "../formula/tree.ts";
import type { DerivationStep } from "./derivation.ts";

const lineOf = ({ left, letters, right }: Definition, also?: Formula): Line => ({
  left,
  ...(letters && { letters }),
  sign: "=",
  right,
  ...(also && { also }),
  where: [],
});

/** All formulas of the steps as lines. */
const linesIn = (steps: readonly DerivationStep[]): Line[] =>
  steps.flatMap(({ paths, lines }) => [
    ...paths.map(({ line, stable }) => lineOf(line, stable)),
    ...lines.flatMap((line) => [...line.where.map((definition) => lineOf(definition)), lineOf(line)]),
  ]);

/** The conventions of a derivation; `parameters` are names on its page. */
export function conventionsIn(steps: readonly DerivationStep[], parameters: readonly string[]): string[] {
  const lines = linesIn(steps);
  return [...conventionsOf(lines), ...partsSaid(lines, parameters)];
}
