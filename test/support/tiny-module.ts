import binaryen from "binaryen";
import * as counters from "../../runtime/counters.ts";
import { type EntryPoint, formatVersion, type Manifest, type VariableSlot } from "../../runtime/program.ts";
import * as sections from "../../runtime/sections.ts";

// A hand-written module, so that the runtime is tested without the compiler:
//   p = (x - mean) / deviation · w,  loss = mean (p - y)²,  mae = mean |p - y|
//   v = v/2 + dloss/dw,  w = w - lr·v
// The elements of w lie 8 bytes apart, to show a strided view.
const place = { x: 0, y: 32, k: 48, w: 64, v: 80, mean: 96, deviation: 104, lr: 112, seed: 116, step: 120 } as const;
const sums = { square: 124, absolute: 128, rows: 132 } as const;
// Of the two columns of x: distances from the mean, and their squares.
const columns = { distance: 216, square: 224, rows: 232 } as const;
const results = { loss: 136, mae: 140, price: 160, rank: 176, positive: 192, w: 208 } as const;

const f32 = (offset: number) => `(f32.load offset=${offset} (i32.const 0))`;
const setF32 = (offset: number, value: string) => `(f32.store offset=${offset} (i32.const 0) ${value})`;
const addF32 = (offset: number, value: string) => setF32(offset, `(f32.add ${f32(offset)} ${value})`);
const row = (offset: number, bytes: number) => `(f32.load offset=${offset} (i32.mul (local.get $i) (i32.const ${bytes})))`;
const scaled = (j: number) => `(f32.div (f32.sub ${row(place.x + 4 * j, 8)} ${f32(place.mean + 4 * j)}) ${f32(place.deviation + 4 * j)})`;
const prediction = `(f32.add (f32.mul ${scaled(0)} ${f32(place.w)}) (f32.mul ${scaled(1)} ${f32(place.w + 8)}))`;
const error = `(f32.sub ${prediction} ${row(place.y, 4)})`;
const rows = "(f32.convert_i32_s (local.get $n))";

const loop = (body: string) => `
  (local.set $i (i32.const 0))
  (block $done (loop $next
    (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
    ${body}
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br $next)))`;

const finish = (count: string) => `
  ${setF32(results.loss, `(f32.div ${f32(sums.square)} ${count})`)}
  ${setF32(results.mae, `(f32.div ${f32(sums.absolute)} ${count})`)}`;

const clear = (offset: number) => setF32(offset, "(f32.const 0)");

const clearSums = Object.values(sums).map(clear).join("");

const addLosses = `
  ${addF32(sums.square, `(f32.mul ${error} ${error})`)}
  ${addF32(sums.absolute, `(f32.abs ${error})`)}`;

const addGradients = [0, 1]
  .map((j) => addF32(results.w + 4 * j, `(f32.div (f32.mul (f32.mul (f32.const 2) ${error}) ${scaled(j)}) ${rows})`))
  .join("");

const gradients = `
  ${clear(results.w)} ${clear(results.w + 4)}
  ${loop(addLosses + addGradients)}
  ${finish(rows)} ${clearSums}`;

const distance = (j: number) => `(f32.sub ${row(place.x + 4 * j, 8)} ${f32(place.mean + 4 * j)})`;

const addColumns = [0, 1]
  .map((j) => addF32(columns.distance + 4 * j, distance(j)) + addF32(columns.square + 4 * j, `(f32.mul ${distance(j)} ${distance(j)})`))
  .join("");

// Without rows 0 and 1; a deviation that is not above 0 is 1.
const finishColumn = (j: number) => `
  (local.set $off (f32.div ${f32(columns.distance + 4 * j)} ${f32(columns.rows)}))
  (local.set $variance (f32.sub (f32.div ${f32(columns.square + 4 * j)} ${f32(columns.rows)}) (f32.mul (local.get $off) (local.get $off))))
  ${setF32(place.mean + 4 * j, `(select (f32.add ${f32(place.mean + 4 * j)} (local.get $off)) (f32.const 0) (f32.gt ${f32(columns.rows)} (f32.const 0)))`)}
  ${setF32(place.deviation + 4 * j, "(select (f32.sqrt (local.get $variance)) (f32.const 1) (f32.gt (local.get $variance) (f32.const 0)))")}
  ${clear(columns.distance + 4 * j)} ${clear(columns.square + 4 * j)}`;

const update = [0, 1]
  .map(
    (j) => `
  ${setF32(place.v + 4 * j, `(f32.add (f32.mul (f32.const 0.5) ${f32(place.v + 4 * j)}) ${f32(results.w + 4 * j)})`)}
  ${setF32(place.w + 8 * j, `(f32.sub ${f32(place.w + 8 * j)} (f32.mul ${f32(place.lr)} ${f32(place.v + 4 * j)}))`)}`,
  )
  .join("");

const k = `(i32.load offset=${place.k} (i32.mul (local.get $i) (i32.const 4)))`;
const checkK = loop(`
    (if (i32.and (i32.ge_u ${k} (i32.const 3)) (i32.ne ${k} (i32.const -100))) (then (return (i32.const 1))))`);

const entry = (name: string, parameters: string, body: string) =>
  `(func (export "${name}") ${parameters} (result i32) (local $i i32) (local $off f32) (local $variance f32) ${body} (i32.const 0))`;

const text = `(module
  (memory (export "memory") 1 1)
  ${entry(
    "init",
    "",
    `
    ${setF32(place.w, `(f32.convert_i32_s (i32.load offset=${place.seed} (i32.const 0)))`)}
    ${setF32(place.w + 8, "(f32.const -1)")}
    ${setF32(place.deviation, "(f32.const 1)")} ${setF32(place.deviation + 4, "(f32.const 1)")}
    ${setF32(place.lr, "(f32.const 0.125)")}`,
  )}
  ${entry("gradients", "(param $n i32)", gradients)}
  ${entry(
    "step",
    "(param $n i32)",
    `${gradients} ${update}
    (i32.store offset=${place.step} (i32.const 0) (i32.add (i32.load offset=${place.step} (i32.const 0)) (i32.const 1)))`,
  )}
  ${entry("evaluate", "(param $n i32)", `${loop(addLosses)} ${addF32(sums.rows, rows)}`)}
  ${entry("evaluate.finish", "", finish(f32(sums.rows)) + clearSums)}
  ${entry("prepare.0", "(param $n i32)", `${loop(addColumns)} ${addF32(columns.rows, rows)}`)}
  ${entry("prepare.0.finish", "", `${finishColumn(0)} ${finishColumn(1)} ${clear(columns.rows)}`)}
  ${entry(
    "predict",
    "(param $n i32)",
    `${checkK} ${loop(`
    (f32.store offset=${results.price} (i32.mul (local.get $i) (i32.const 4)) ${prediction})
    (i32.store offset=${results.rank} (i32.mul (local.get $i) (i32.const 4)) (i32.add ${k} (i32.const 1)))
    (i32.store offset=${results.positive} (i32.mul (local.get $i) (i32.const 4)) (f32.gt ${prediction} (f32.const 0)))`)}`,
  )})`;

const variable = (name: string, role: VariableSlot["role"], offset: number, shape: readonly number[], strides: readonly number[]): VariableSlot => ({
  name,
  role,
  offset,
  shape,
  strides,
  dtype: role === "counter" ? "i32" : "f32",
  trainable: role === "parameter",
});

const scalarResult = (name: "loss" | "mae") => ({ name, dtype: "f32" as const, shape: [], offset: results[name] });
const losses = [scalarResult("loss"), scalarResult("mae")];

const entryPoint = (name: string, inputs: readonly string[], slots: EntryPoint["results"], more: Partial<EntryPoint> = {}): EntryPoint => ({
  name,
  inputs,
  results: slots,
  dims: ["batch"],
  updates: [],
  training: false,
  splittable: false,
  minimum: 1,
  checks: [],
  ...more,
});

/** The manifest of the tiny module: inputs x f32[batch, 2], y f32[batch], k i32[batch] in [0, 3) or -100; capacity 4. */
export const tinyManifest: Manifest = {
  version: formatVersion,
  name: "tiny",
  profile: "exact",
  capacity: { batch: 4 },
  inputs: [
    { name: "x", dtype: "f32", shape: ["batch", 2], offset: place.x },
    { name: "y", dtype: "f32", shape: ["batch"], offset: place.y },
    { name: "k", dtype: "i32", shape: ["batch"], offset: place.k, range: { lower: 0, upper: 3, except: -100 } },
  ],
  variables: [
    variable("w", "parameter", place.w, [2, 1], [2, 1]),
    variable("w.velocity", "optimizer", place.v, [2, 1], [1, 1]),
    variable("x.mean", "layer", place.mean, [2], [1]),
    variable("x.deviation", "layer", place.deviation, [2], [1]),
    variable("lr", "hyper", place.lr, [], []),
    variable(counters.seed, "counter", place.seed, [], []),
    variable(counters.step, "counter", place.step, [], []),
    ...Object.entries(sums).map(([name, offset]) => variable(`#${name}`, "sum", offset, [], [])),
  ],
  entries: [
    entryPoint("init", [], [], { dims: [] }),
    entryPoint("step", ["x", "y"], losses, { training: true, updates: ["w", "w.velocity", counters.step] }),
    entryPoint("gradients", ["x", "y"], [scalarResult("loss"), { name: "w", dtype: "f32", shape: [2, 1], offset: results.w }], { training: true }),
    entryPoint("evaluate", ["x", "y"], [], { splittable: true }),
    entryPoint("evaluate.finish", [], losses, { dims: [] }),
    entryPoint("prepare.0", ["x"], [], { splittable: true }),
    entryPoint("prepare.0.finish", [], [], { dims: [], updates: ["x.mean", "x.deviation"] }),
    entryPoint(
      "predict",
      ["x", "k"],
      [
        { name: "price", dtype: "f32", shape: ["batch"], offset: results.price },
        { name: "rank", dtype: "i32", shape: ["batch"], offset: results.rank },
        { name: "positive", dtype: "bool", shape: ["batch"], offset: results.positive },
      ],
      { splittable: true, checks: ["k"] },
    ),
  ],
  metrics: ["mae"],
  outputs: ["price", "rank", "positive"],
  targets: ["y"],
  standardize: [{ mean: "x.mean", deviation: "x.deviation", inputs: ["x"] }],
  optimizer: "sgd",
  bytes: 236,
};

/** The module with the given manifest, which may be damaged; null leaves the section out. */
export function tinyModule(manifest: unknown = tinyManifest): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(text);
  const content = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  if (manifest !== null) module.addCustomSection(sections.manifest, new TextEncoder().encode(content));
  const bytes = new Uint8Array(module.emitBinary());
  module.dispose();
  return bytes;
}

/** The manifest with some entry points changed, or left out where `change` gives undefined. */
export const withEntries = (change: (entry: EntryPoint) => EntryPoint | undefined): Manifest => ({
  ...tinyManifest,
  entries: tinyManifest.entries.flatMap((entry) => change(entry) ?? []),
});
