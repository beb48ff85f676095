// The lines of a derivation as a reader computes them, held against the interpreter.
import { expect } from "vitest";
import type { Derivation } from "../../../compiler/derivation/derivation.ts";
import type { Traced } from "../../../compiler/derivation/tracing.ts";
import { type Described, sectionsOf } from "../../../compiler/describe/describe.ts";
import type { Definition } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { evaluate as extent } from "../../../compiler/ir/dim.ts";
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { interpretProgram } from "../../../src/interpret.ts";
import type { Array64 } from "../describe/arrays.ts";
import { evaluateLine } from "../describe/evaluate-tree.ts";

export interface Example {
  readonly batch: number;
  readonly classes: number;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
}

/** The values of nodes of a program in training, with its first weights. */
function valuesOf(of: Program, nodes: readonly Node[], { batch, inputs }: Example): Map<Node, Array64> {
  const results = nodes.map((node, at) => ({ name: String(at), node }));
  const { outputs } = interpretProgram(of, inputs, { train: true }, results);
  const shapeOf = (node: Node) => node.shape.map((dim) => extent(dim, { batch }));
  return new Map(results.map(({ name, node }) => [node, { shape: shapeOf(node), data: [...(outputs.get(name) as Float64Array)] }]));
}

/** Gradients as variables of their names, so that a formula is read as any other. */
function withNames(formula: Formula): Formula {
  if (formula.kind === "derivative") return { kind: "variable", name: print(formula, text) };
  if (formula.kind === "cases") {
    const { condition, value, otherwise } = formula;
    return { ...formula, condition: withNames(condition), value: withNames(value), otherwise: withNames(otherwise) };
  }
  const args = "args" in formula ? { args: formula.args.map(withNames) } : {};
  const body = "body" in formula ? { body: withNames(formula.body) } : {};
  return { ...formula, ...args, ...body } as Formula;
}

/** Evaluates each line of a derivation from the names on the page and the lines before it; how many functions were known for. */
export function evaluated(of: Program, { derivation, nodes }: Traced, described: Described, example: Example): number {
  const { batch, classes } = example;
  const { symbols } = sectionsOf(described);
  const values = valuesOf(of, [...symbols.values(), ...nodes], example);
  const known = new Map<string, Array64>([...symbols].map(([name, node]) => [name, values.get(node) as Array64]));
  known.set("batch", { shape: [], data: [batch] });
  const definitions = new Map<string, Definition>(forwardLines(derivation));
  const around = {
    sizes: { batch },
    classes,
    lookUp: (name: string): Array64 => known.get(name) ?? evaluateLine(definitions.get(name) as Definition, around),
  };
  let count = 0;
  for (const [at, { lines }] of derivation.steps.entries()) {
    const expected = values.get(nodes[at] as Node) as Array64;
    for (const { left, letters, right, where } of lines) {
      for (const definition of where) definitions.set(print(definition.left, text), { ...definition, right: withNames(definition.right) });
      try {
        const found = evaluateLine({ ...(letters && { letters }), right: withNames(right) }, around, expected.shape);
        count++;
        expectSame(found, expected, `${print(left, text)} = ${print(right, text)}`);
      } catch (error) {
        if (!(error instanceof Error) || !/^No function/.test(error.message)) throw error;
      }
      known.set(print(left, text), expected);
    }
  }
  return count;
}

/** What values of the forward pass are made of, as the derivation has them. */
const forwardLines = ({ steps }: Derivation): [string, Definition][] =>
  steps.flatMap(({ paths }) => paths.map(({ line }): [string, Definition] => [print(line.left, text), line]));

function expectSame(found: Array64, { shape, data }: Array64, line: string): void {
  expect(found.data.length === 1 ? [] : found.shape.filter((size) => size !== 1), line).toEqual(
    data.length === 1 ? [] : shape.filter((size) => size !== 1),
  );
  const scale = Math.max(1e-3, ...data.map(Math.abs));
  for (const [i, value] of found.data.entries()) expect(Math.abs(value - (data[i] as number)) / scale, line).toBeLessThan(1e-9);
}
