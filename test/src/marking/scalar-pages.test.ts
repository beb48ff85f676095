// Every line of pages of scalars is a claim that holds, pasted or as programs write it, and the values are those of the interpreter.
import { describe, expect, test } from "vitest";
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import type { Notation } from "../../../compiler/scalars/signs.ts";
import { interpretProgram } from "../../../src/interpret.ts";
import { markingByScalars } from "../../../src/marking/notations.ts";
import { openDefinition } from "../../../src/open.ts";
import { type Case, cases } from "../../compiler/scalars/networks.ts";
import { asciiOf, notations, notRight, printedLines } from "./scalar-claims.ts";

const opened = await Promise.all(
  cases.map(async (each) => ({ ...each, program: (await openDefinition(each.model, { allow: ["two-linear-layers"] })).program })),
);

describe.each(notations)("in the signs of %s", (notation) => {
  test("every line is accepted as it is printed", () => {
    for (const { title, program } of opened) expect([title, notRight(program, notation, printedLines(program, notation))]).toEqual([title, []]);
  });

  test("every line is accepted as programs write it", () => {
    for (const { title, program } of opened.filter((_, at) => at % 3 === 0)) {
      const lines = printedLines(program, notation).map(asciiOf);
      expect(lines.join("")).not.toMatch(/[₀-₉ᵢⱼₖₗₙδ∂·−]/);
      expect([title, notRight(program, notation, lines)]).toEqual([title, []]);
    }
  });
});

const flat = (data: unknown): number[] => [data].flat(9) as number[];
const shapeOf = (data: unknown): number[] => (Array.isArray(data) ? [data.length, ...shapeOf(data[0])] : []);

/** The loss, then the gradients by weights and biases from the first layer on, at the inputs of a case. */
function valuesOf({ inputs, parameters }: Case, program: Program, notation: Notation): number[][] {
  const sources = Object.entries(inputs).map(([name, data]) => [name, { dtype: "f32" as const, shape: shapeOf(data), data: flat(data) }] as const);
  const variables = new Map([...parameters].map(([name, data]) => [name, flat(data)]));
  const { page, points } = markingByScalars(program, notation, { inputs: new Map(sources), variables });
  const names = ["L", ...[...page.symbols.keys()].filter((name) => name.startsWith("∂L/∂w"))];
  return names.map((name) => [...points.at(0).valueOf(page.symbols.get(name) as Node).data]);
}

function checkClose(title: string, own: readonly number[], right: readonly number[]): void {
  expect([title, own.length]).toEqual([title, right.length]);
  const most = Math.max(1e-3, ...right.map(Math.abs));
  for (const [i, value] of right.entries()) expect(Math.abs((own[i] as number) - value) / most, title).toBeLessThan(1e-5);
}

test.each(notations)("in the signs of %s the loss and the gradients are those of the interpreter", (notation) => {
  const few = notation === "index" ? opened : opened.filter(({ rows }) => rows === undefined || rows === 1);
  expect(few.length).toBeGreaterThan(40);
  for (const each of few) {
    const { loss, gradients } = interpretProgram(each.program, each.inputs, { parameters: each.parameters });
    const expected = [
      [loss],
      ...[...each.parameters.keys()].flatMap((name) => [...(gradients.get(name) ? [[...(gradients.get(name) as Float64Array)]] : [])]),
    ];
    const values = valuesOf(each, each.program, notation);
    expect([each.title, values.length]).toEqual([each.title, expected.length]);
    for (const [at, right] of expected.entries()) checkClose(`${each.title}: ${at}`, values[at] as number[], right);
  }
});
