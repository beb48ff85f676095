// What PyTorch computed (test/golden/pytorch/*.json, rewritten by hand: `python3 test/golden/pytorch/write.py`), and how cases are run:
// all cases of a group as one model, as a module and by the reference interpreter.
import { readFileSync } from "node:fs";
import { f32, i32, model, ops, parameter } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { load } from "gradc/runtime";
import { beforeAll, describe, expect, it } from "vitest";
import type { InputDim, InputType, Result } from "../../src/model.ts";
import type { Tensor } from "../../src/tensor.ts";

/** Row-major elements. */
export interface Golden {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly dtype?: "i32";
}

type Tensors = Readonly<Record<string, Golden>>;

/** One function: its output, and the gradients of `Σ output · weights` with the weights of `projection`. */
interface Case {
  /** What PyTorch computed in. */
  readonly precision: "f32" | "f64";
  readonly inputs: Tensors;
  /** Of the layer, in gradc's layout. */
  readonly parameters?: Tensors;
  readonly output: Golden;
  readonly gradients: Tensors;
  /** Whether no axis may be one of rows. */
  readonly fixed?: true;
}

type Cases = Readonly<Record<string, Case>>;

/** The operands of a case: not every case has all of them. */
export type Operands = { readonly [name in "x" | "y" | "z" | "i" | "low" | "high"]: Tensor };

/** How gradc says what a case computes; layers take the case's name. */
export type Bodies = Readonly<Record<string, (operands: Operands, name: string) => Tensor>>;

/** A file of golden values; numbers that JSON lacks are strings there. */
export function readGolden<T>(file: string): T {
  const text = readFileSync(new URL(`../golden/pytorch/${file}.json`, import.meta.url), "utf8");
  const special = new Map([
    ["nan", Number.NaN],
    ["inf", Number.POSITIVE_INFINITY],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["-0", -0],
  ]);
  return JSON.parse(text, (_, value) => special.get(value) ?? value) as T;
}

/** Bounds of an error: `absolute + relative · |wanted|`. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** f32 results against f64 ones: some tens of roundings of 6e-8. */
export const single: Tolerance = { relative: 1e-5, absolute: 1e-6 };
/** f64 results against f64 ones of 13 digits. */
const double: Tolerance = { relative: 1e-11, absolute: 1e-11 };
/** f64 results of terms of about 1, with a few factors that are rounded to f32, by 6e-8 each. */
const constants: Tolerance = { relative: 2e-7, absolute: 1e-7 };

/** Expects equal classes for NaN and ±infinity, and other elements within the tolerance. */
export function expectClose(found: ArrayLike<number> | undefined, { data }: Golden, { relative, absolute }: Tolerance, what: string): void {
  expect(found?.length, `${what}: elements`).toBe(data.length);
  const wrong = data.flatMap((wanted, i) => {
    const value = found?.[i] as number;
    const close = Object.is(value, wanted) || value === wanted || Math.abs(value - wanted) <= absolute + relative * Math.abs(wanted);
    return close && !(Math.abs(wanted) === Number.POSITIVE_INFINITY && value !== wanted) ? [] : [`${what}[${i}] is ${value}, not ${wanted}`];
  });
  expect(wrong).toEqual([]);
}

/** The weights of the loss: none is 0, so that a gradient of NaN or infinity is not hidden. */
export const projection = (length: number): number[] => Array.from({ length }, (_, i) => (((i * 7) % 11) - 4.5) / 4);

const rows = 5;

/** Whether a case can run with rows: no axis but the first of a result may be dynamic. */
const canHaveRows = ({ inputs, output, fixed }: Case): boolean =>
  !fixed && Object.values(inputs).some(({ shape }) => shape[0] === rows) && output.shape.indexOf(rows, 1) < 0;

/** The cases whose first axis is dynamic in the module: all that can but every third, whose shapes are fixed. */
const withRows = (cases: Cases): ReadonlySet<string> =>
  new Set(Object.entries(cases).flatMap(([name, each], i) => (canHaveRows(each) && i % 3 !== 2 ? [name] : [])));

const typeOf = ({ shape, dtype }: Golden, dynamic: boolean): InputType => {
  const dims: InputDim[] = shape.map((extent, axis) => (dynamic && axis === 0 && extent === rows ? "batch" : extent));
  return dtype === "i32" ? i32(...dims) : f32(...dims);
};

const isTrained = ({ gradients }: Case): boolean => Object.keys(gradients).length > 0;

interface Input {
  readonly golden: Golden;
  readonly dynamic: boolean;
}

/** The inputs of a group's model by name, and the weights of the loss with them. */
function inputsOf(cases: Cases, dynamic: ReadonlySet<string> = new Set()): Record<string, Input> {
  const entries = Object.entries(cases).flatMap(([name, each]) => {
    const { shape } = each.output;
    const given = Object.entries(each.inputs).map(([input, golden]) => [`${name}_${input}`, golden] as const);
    const weights = [`${name}_weights`, { shape, data: projection(each.output.data.length) }] as const;
    return (isTrained(each) ? [...given, weights] : given).map(([input, golden]) => [input, { golden, dynamic: dynamic.has(name) }] as const);
  });
  return Object.fromEntries(entries);
}

type Values = Readonly<Record<string, Tensor>>;

function result(cases: Cases, bodies: Bodies, values: Values): Result {
  const outputs: Record<string, Tensor> = {};
  let loss: Tensor | undefined;
  for (const [name, each] of Object.entries(cases)) {
    const operands = Object.fromEntries(Object.keys(each.inputs).map((input) => [input, values[`${name}_${input}`]]));
    const output = (bodies[name] as Bodies[string])(operands as Operands, name);
    outputs[name] = output;
    if (!isTrained(each)) continue;
    const term = ops.sum(ops.mul(output, values[`${name}_weights`] as Tensor));
    loss = loss ? ops.add(loss, term) : term;
  }
  return loss ? { outputs, loss } : { outputs };
}

const gradientName = (name: string, { inputs }: Case, key: string): string => (key in inputs ? `${name}_${key}` : `${name}.${key}`);

const dataOf = (inputs: Readonly<Record<string, Input>>) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { golden }]) => [name, golden.data]));

const parametersOf = (cases: Cases): [string, readonly number[]][] =>
  Object.entries(cases).flatMap(([name, { parameters = {} }]) =>
    Object.entries(parameters).map(([key, { data }]) => [`${name}.${key}`, data] as const),
  ) as [string, readonly number[]][];

/** Outputs by case, gradients by full name. */
interface Found {
  readonly outputs: Readonly<Record<string, ArrayLike<number>>>;
  readonly gradients: Readonly<Record<string, ArrayLike<number>>>;
}

async function runModule(cases: Cases, bodies: Bodies): Promise<Found> {
  const inputs = inputsOf(cases, withRows(cases));
  const types = Object.fromEntries(Object.entries(inputs).map(([name, { golden, dynamic }]) => [name, typeOf(golden, dynamic)]));
  const wrt = Object.entries(cases).flatMap(([name, each]) => Object.keys(each.gradients).map((key) => gradientName(name, each, key)));
  const definition = model("group", types, (values) => result(cases, bodies, values));
  const net = await load(await compile(definition, { batch: rows + 3, ...(wrt.length > 0 && { wrt }) }));
  for (const [name, data] of parametersOf(cases)) net.write(name, data);
  const data = dataOf(inputs);
  const needed = Object.fromEntries(Object.entries(data).filter(([name]) => !name.endsWith("_weights")));
  return { outputs: net.predict(needed), gradients: wrt.length > 0 ? net.gradients(data).gradients : {} };
}

/** By the interpreter: f32 inputs stand as parameters, so that it gives their gradients too. */
async function runReference(cases: Cases, bodies: Bodies, round?: "f32"): Promise<Found> {
  const inputs = inputsOf(cases);
  const fixed = Object.entries(inputs).filter(([, { golden }]) => golden.dtype === "i32");
  const types = Object.fromEntries(fixed.map(([name, { golden }]) => [name, typeOf(golden, false)]));
  const definition = model("group", types, (given) => {
    const floats = Object.entries(inputs).filter(([name]) => !(name in given));
    const variables = floats.map(([name, { golden }]) => [name, parameter(golden.shape, { name, init: golden.data })] as const);
    return result(cases, bodies, { ...given, ...Object.fromEntries(variables) });
  });
  const parameters = new Map(parametersOf(cases));
  const { outputs, gradients } = await interpret(definition, dataOf(Object.fromEntries(fixed)), { parameters, ...(round && { round }) });
  return { outputs: Object.fromEntries(outputs), gradients: Object.fromEntries(gradients) };
}

/** Cases whose gradient is NaN in PyTorch, 0·NaN of a branch that is not taken, and 0 here. */
const untaken: ReadonlySet<string> = new Set(["whereOther", "crossEntropyBadIgnored"]);

function expectCase(name: string, each: Case, { outputs, gradients }: Found, tolerance: Tolerance): void {
  expectClose(outputs[name], each.output, tolerance, "output");
  for (const [key, golden] of Object.entries(each.gradients)) {
    expectClose(gradients[gradientName(name, each, key)], golden, tolerance, `gradient of ${key}`);
  }
}

/** A case of `untaken` with 0 for every NaN. */
function withoutNaN(each: Case): Case {
  const zero = (golden: Golden): Golden => ({ ...golden, data: golden.data.map((value) => (Number.isNaN(value) ? 0 : value)) });
  return { ...each, gradients: Object.fromEntries(Object.entries(each.gradients).map(([key, golden]) => [key, zero(golden)])) };
}

/**
 * Tests that gradc agrees with PyTorch in all cases of a group, `bodies` saying each in gradc's words. The derivatives of `coarse` cases
 * have factors that are f32 constants of the graph, which f64 values show.
 */
export function testGroup(title: string, cases: Cases, bodies: Bodies, coarse: readonly string[] = []): void {
  describe(title, () => {
    let module: Found, exact: Found, rounded: Found;
    beforeAll(async () => {
      expect(Object.keys(bodies)).toEqual(Object.keys(cases));
      module = await runModule(cases, bodies);
      exact = await runReference(cases, bodies);
      rounded = await runReference(cases, bodies, "f32");
    }, 60_000);
    it.each(Object.entries(cases))("%s", (name, each) => {
      // In the interpreter's run, x is a parameter, which counts as finite: a NaN there is a failed training.
      if (untaken.has(name)) return expectCase(name, withoutNaN(each), module, single);
      if (each.precision === "f64") expectCase(name, each, exact, coarse.includes(name) ? constants : double);
      expectCase(name, each, rounded, single);
      expectCase(name, each, module, single);
    });
  });
}

/** The groups of one file. */
export type Groups = Readonly<Record<string, Cases>>;
