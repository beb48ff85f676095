// Named forms read by the independent evaluator: what a page says that a layer is, is what the layer gives.
import { expect, test } from "vitest";
import { equationsOf } from "../../../compiler/describe/equations.ts";
import { readable } from "../../../compiler/describe/readable.ts";
import type { Equation } from "../../../compiler/formula/equation.ts";
import type { Formula } from "../../../compiler/formula/tree.ts";
import { evaluate, type Source } from "../../../compiler/interpret.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import type { Declared } from "../../../src/declare.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, type InputType, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define, source } from "../../src/running.ts";
import type { Array64 } from "./arrays.ts";
import { evaluateLine, evaluateTree, partsOfLast, type Surroundings } from "./evaluate-tree.ts";

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

const images = f32("batch", 4, 2, 5);
const sequences = f32("batch", 4, 6);

/** The mathematical names of the parameters of a layer `y`. */
const written: Readonly<Record<string, string>> = {
  "y.in_proj_weight": "W_qkv_y",
  "y.in_proj_bias": "b_qkv_y",
  "y.q_proj_weight": "W_q_y",
  "y.k_proj_weight": "W_k_y",
  "y.v_proj_weight": "W_v_y",
  "y.out_proj.weight": "W_y_out_proj",
  "y.out_proj.bias": "b_y_out_proj",
  "y.weight_ih_l0": "W_y",
  "y.weight_hh_l0": "U_y",
  "y.bias_ih_l0": "b_y",
  "y.bias_hh_l0": "c_y",
  "enter.weight": "W_enter",
  "enter.bias": "b_enter",
  "recur.weight": "W_recur",
  "recur.bias": "b_recur",
  "y.weight": "γ_y",
  "y.bias": "β_y",
};

const letters: Readonly<Record<string, string>> = { weight_ih: "W", weight_hh: "U", bias_ih: "b", bias_hh: "c" };

/** `W_l1r_y` for `y.weight_ih_l1_reverse`, of a layer that has several of them. */
const ofSeveral = (name: string): string =>
  name.replace(/^y\.(\w+_[ih]h)_(l\d)(_reverse)?$/, (_, part, layer, reverse) => `${letters[part]}_${layer}${reverse ? "r" : ""}_y`);

const mathematical = (name: string, isOneOf: boolean): string => (isOneOf ? ofSeveral(name) : (written[name] ?? name));

type Step = number | undefined;

/** Where a variable is written to be: `t−1` of step 3 is 2. */
const stepAt = (written: string | undefined, t: Step): Step =>
  written === undefined || t === undefined ? undefined : t + ({ t: 0, "t−1": -1, "t+1": 1 }[written] as number);

/** Reads the equations of a page: variables by their definitions, parts by what they are parts of, recurrences step by step. */
function reader(equations: readonly Equation[], sources: ReadonlyMap<string, Source>, steps = 0, width = 3) {
  const all = [...equations, ...equations.flatMap(({ where }) => where)];
  // What a carry is before the first step is 0 here.
  const lines = all.filter(({ left }) => left.kind !== "variable" || left.step === undefined || left.step === "t");
  const definitions = new Map(
    lines.flatMap(({ left, right, ...rest }) => (left.kind === "variable" ? [[left.name, { left, right, ...rest }] as const] : [])),
  );
  const isOneOf = sources.has("y.weight_ih_l1");
  const known = new Map<string, Array64>(
    [...sources].map(([name, { shape, data }]) => [mathematical(name, isOneOf), { shape, data: Array.from(data) }]),
  );
  const computed = new Map<string, Array64>();
  const around = (t: Step): Surroundings => ({
    sizes: { batch },
    classes: 1,
    lookUp: (name, step) => valueAt(name, stepAt(step, t)),
    ...(t === undefined && { steps: Array.from({ length: steps }, (_, each) => around(each)) }),
  });
  const valueAt = (name: string, t: Step): Array64 => {
    const key = `${name} ${t}`;
    const value = computed.get(key) ?? read(name, t);
    computed.set(key, value);
    return value;
  };
  const read = (name: string, t: Step): Array64 => {
    const found = definitions.get(name);
    if (known.has(name) || !found) return elementAt(known.get(name) ?? partOf(name), t);
    const isOfStep = found.left.kind === "variable" && found.left.step === "t";
    if (!isOfStep) return elementAt(evaluateLine(found, around(undefined)), t);
    if (t === undefined) return stacked(Array.from({ length: steps }, (_, each) => valueAt(name, each)));
    // Before the first step and after the last one there is 0.
    if (t < 0 || t >= steps) return { shape: [batch, width], data: Array(batch * width).fill(0) };
    return evaluateTree(found.right, around(t));
  };
  /** `W_i` where `W = concat(W_i, W_f)`. */
  const partOf = (name: string): Array64 => {
    for (const { left, right } of definitions.values()) {
      const parts = right.kind === "call" && right.name === "concat" ? right.args.map((arg) => (arg.kind === "variable" ? arg.name : "")) : [];
      if (left.kind === "variable" && parts.includes(name))
        return partsOfLast(known.get(left.name) as Array64, parts.length)[parts.indexOf(name)] as Array64;
    }
    throw new Error(`Nothing says what ${name} is: ${[...known.keys()]}`);
  };
  return (right: Formula): Array64 => evaluateTree(right, around(undefined));
}

/** What a sequence, `[batch, T, width]`, is at step t. */
function elementAt(x: Array64, t: Step): Array64 {
  if (t === undefined) return x;
  const [rows = 1, length = 1, width = 1] = x.shape;
  return {
    shape: [rows, width],
    data: Array.from({ length: rows }, (_, row) => x.data.slice((row * length + t) * width, (row * length + t + 1) * width)).flat(),
  };
}

const stacked = (xs: readonly Array64[]): Array64 => ({ shape: [xs.length, ...(xs[0] as Array64).shape], data: xs.flatMap(({ data }) => data) });

/** One layer of `x`. */
const layers: readonly (readonly [name: string, x: InputType<"f32">, apply: (x: Tensor) => Tensor])[] = [
  ["group norm", images, (x) => nn.groupNorm(x, 2)],
  ["group norm without parameters", images, (x) => nn.groupNorm(x, 4, { affine: false })],
  ["instance norm", images, (x) => nn.instanceNorm2d(x, { affine: true })],
  ["instance norm without parameters", images, (x) => nn.instanceNorm2d(x)],
  ["batch norm", images, (x) => nn.batchNorm2d(x)],
  ["layer norm", images, (x) => nn.layerNorm(x)],
  ["rms norm", images, (x) => nn.rmsNorm(x)],
  // Of four columns each: the root of their number is exact.
  ["attention of heads", f32("batch", 4, 8), (x) => nn.multiheadAttention(x, x, x, 2)],
  ["attention of three heads without biases", f32("batch", 4, 12), (x) => nn.multiheadAttention(x, x, x, 3, { bias: false })],
];

const close = (printed: Array64, expected: { readonly shape: readonly number[]; readonly data: ArrayLike<number> } | undefined) => {
  expect(printed.shape).toEqual(expected?.shape);
  // Both are f64; only the order of a few sums differs.
  for (const [i, value] of printed.data.entries()) expect(Math.abs(value - (expected?.data[i] as number))).toBeLessThan(1e-12);
};

const equationsIn = (declared: Declared) => equationsOf(partsToRead(readable(program(declared))));

test.each(layers)("%s", (_, type, apply) => {
  const make = () =>
    define({ x: type }, ({ x }) => {
      const y = assigned(1, "y", () => apply(x));
      return { outputs: { y }, loss: ops.sum(y) };
    });
  const declared = make();
  const sources = sourcesOf(declared);
  const y = declared.outputs.y as Node;
  const { forward } = equationsIn(make());
  close(reader(Object.values(forward), sources)((forward.y as Equation).right), evaluate([y], { sources, sizes: { batch }, training: true }).get(y));
});

/** Two products that are cut into three, in a loop that is written out. */
function ownCell(x: Tensor): Tensor {
  const first = ops.mul(0, ops.sum(x, { dim: 1 }));
  const { outputs } = ops.scan(
    ({ carry, inputs }) => {
      const [enter, recur] = [nn.linear(inputs.x, 18, { name: "enter" }), nn.linear(carry.h, 18, { name: "recur" })];
      const [a, b, c] = ops.split(ops.add(enter, recur), 6, { dim: -1 }) as [Tensor, Tensor, Tensor];
      const h = ops.add(ops.mul(ops.sigmoid(a), carry.h), ops.mul(nn.softplus(b), ops.tanh(c)));
      return { carry: { h }, outputs: { h } };
    },
    { carry: { h: first }, inputs: { x } },
  );
  return outputs.h;
}

type Cell = readonly [name: string, apply: (x: Tensor) => Tensor, width: number];

const cells: readonly Cell[] = [
  ["lstm", (x) => assigned(1, "y", () => nn.lstm(x, 3)).output, 3],
  ["gru", (x) => assigned(1, "y", () => nn.gru(x, 3)).output, 3],
  ["lstm whose gates have no names", (x) => nn.lstm(x, 3, { name: "y" }).output, 3],
  ["lstm of two layers, both ways", (x) => assigned(1, "y", () => nn.lstm(x, 3, { numLayers: 2, bidirectional: true })).output, 3],
  ["rnn below a softmax of each step", (x) => nn.softmax(assigned(1, "y", () => nn.rnn(x, 3)).output), 3],
  ["a cell of the user's", ownCell, 6],
  ["gru without biases", (x) => assigned(1, "y", () => nn.gru(x, 3, { bias: false })).output, 3],
];

test.each(cells)("the recurrence of %s and its gradients", (_, apply, width) => {
  const make = () =>
    define({ x: sequences }, ({ x }) => {
      const output = apply(x);
      const out = assigned(2, "out", () => ops.mul(output, 1.5));
      return { outputs: { out }, loss: ops.sum(ops.square(out)) };
    });
  const declared = make();
  const sources = sourcesOf(declared);
  const out = declared.outputs.out as Node;
  const { forward, gradients } = equationsIn(make());
  const said = Object.values(forward);
  close(reader(said, sources, 4, width)((forward.out as Equation).right), evaluate([out], { sources, sizes: { batch }, training: true }).get(out));
  const results = program(declared).entries.find(({ name }) => name === "gradients")?.results ?? [];
  const values = evaluate(
    results.map(({ node }) => node),
    { sources, sizes: { batch }, training: true },
  );
  for (const { name, node } of results.slice(1)) {
    const equation = gradients[name] as Equation;
    close(reader([...said, equation], sources, 4, width)(equation.right), values.get(node));
  }
});
