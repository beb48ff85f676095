// Named forms read by the independent evaluator: what a page says that a layer is, is what the layer gives.
import { expect, test } from "vitest";
import { equationsOf } from "../../../compiler/describe/describe.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { evaluate, type Source } from "../../../compiler/interpret.ts";
import { simplifyProgram } from "../../../compiler/passes/simplify.ts";
import { specialise } from "../../../compiler/passes/specialise.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define, source } from "../../src/running.ts";
import { type Array64, evaluateTree } from "./evaluate-tree.ts";

const batch = 3;
const numbers = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) * (seed + 1)));

/** Data for every input, parameter and state. */
function sourcesOf({ graph, inputs }: Declared): Map<string, Source> {
  const variables = [...graph.declarations].filter(([, { role }]) => role === "parameter" || role === "layer");
  const named = [...inputs.map((node) => [node.params.name, node] as const), ...variables.map(([node, { name }]) => [name, node] as const)];
  return new Map(
    named.map(([name, { shape }], seed) => {
      const extents = shape.map((dim) => (dim === "batch" ? batch : Number(dim)));
      const count = extents.reduce((product, extent) => product * extent, 1);
      return [name, source(numbers(count, seed), extents)];
    }),
  );
}

const images = { x: f32("batch", 4, 2, 5) };

/** One layer of `x`, and what the parameters are called beside `W_y`. */
const layers: readonly (readonly [name: string, apply: (x: Tensor) => Tensor])[] = [
  ["group norm", (x) => nn.groupNorm(x, 2)],
  ["group norm without parameters", (x) => nn.groupNorm(x, 4, { affine: false })],
  ["instance norm", (x) => nn.instanceNorm2d(x, { affine: true })],
  ["instance norm without parameters", (x) => nn.instanceNorm2d(x)],
  ["batch norm", (x) => nn.batchNorm2d(x)],
  ["layer norm", (x) => nn.layerNorm(x)],
  ["rms norm", (x) => nn.rmsNorm(x)],
];

test.each(layers)("%s", (_, apply) => {
  const make = () =>
    define(images, ({ x }) => {
      const y = assigned(1, "y", () => apply(x));
      return { outputs: { y }, loss: ops.sum(y) };
    });
  const declared = make();
  const sources = sourcesOf(declared);
  const { y } = declared.outputs;
  const expected = evaluate([y as NonNullable<typeof y>], { sources, sizes: { batch }, training: true }).get(y as NonNullable<typeof y>);
  const { right } = equationsOf(partsToRead(simplifyProgram(specialise(program(make()))))).forward.y as { right: Formula };
  const known = new Map<string, Array64>([...sources].map(([name, { shape, data }]) => [name, { shape, data: Array.from(data) }]));
  const written: Readonly<Record<string, string>> = { x: "x", γ_y: "y.weight", β_y: "y.bias" };
  const printed = evaluateTree(right, { sizes: { batch }, classes: 1, lookUp: (name) => known.get(written[name] as string) as Array64 });
  expect(printed.shape).toEqual(expected?.shape);
  for (const [i, value] of printed.data.entries()) expect(Math.abs(value - (expected?.data[i] as number))).toBeLessThan(1e-12);
});
