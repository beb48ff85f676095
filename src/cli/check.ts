// Holds the derived gradients against finite differences, and the module against the interpreter.
import { checkFailed } from "../../compiler/diagnostics.ts";
import { load, type Manifest, type Net } from "../../runtime/index.ts";
import { compile } from "../compile.ts";
import { modelFrom } from "../definition-file.ts";
import { type Interpreted, interpret } from "../interpret.ts";
import type { Model } from "../model.ts";
import { alignColumns, type Terminal } from "./terminal.ts";

/** Rows of the data that are made up: enough for statistics of a batch, few enough to be fast. */
const rows = 5;

/** Elements of each parameter that are moved. */
const moved = 8;

// Central differences in f64 err by about h² times the third derivative, plus 2^-53 / h: both are below 1e-9 for h = 1e-5.
const step = 1e-5;
const differenceTolerance = 1e-6;

// The module computes in f32: 2^-24 an operation, over sums of thousands of terms.
const moduleTolerance = 1e-4;

type Values = Record<string, number[]>;

/** What is evaluated: a model at a point. */
interface Point {
  readonly model: Model;
  readonly inputs: Values;
  readonly parameters: Values;
}

/** `gradc check`. */
export async function check(path: string, { model: name }: { readonly model?: string }, terminal: Terminal): Promise<void> {
  const { model, explain } = await modelFrom(path, name);
  const { wasm, manifest } = await compile(model, { batch: rows }).catch((error) => {
    throw explain(error);
  });
  const net = await load(wasm);
  const point = { model, inputs: madeUpInputs(manifest), parameters: valuesOf(net) };
  const results = [...(await checkOutputs(net, point)), ...(await checkGradients(net, point))];
  const shown = results.map(({ name: value, against, difference }) => [value, against, difference.toExponential(1)]);
  terminal.out(alignColumns([["value", "against", "largest difference"], ...shown]));
  const faults = results.filter(({ difference, tolerance }) => !(difference <= tolerance));
  if (faults.length > 0) throw checkFailed(faults.map(({ name: value, against }) => `${value} against ${against}`));
}

/** One value, compared with another way to compute it. */
interface Result {
  readonly name: string;
  readonly against: string;
  /** Relative to the largest value where that is above 1. */
  readonly difference: number;
  readonly tolerance: number;
}

const evaluateAt = ({ model, inputs, parameters }: Point, train = true): Promise<Interpreted> => interpret(model, inputs, { parameters, train });

/** Values that differ from each other and lie around 0 for f32, and within the range of i32 inputs. */
function madeUpInputs({ inputs }: Manifest): Values {
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape, range }, which) => {
      const size = shape.reduce<number>((product, dim) => product * (typeof dim === "number" ? dim : rows), 1);
      const lower = range?.lower ?? 0;
      const width = range ? range.upper - range.lower : 2;
      const value = (at: number) =>
        dtype === "f32" ? Math.fround((((at * 7919 + which * 104729 + 17) % 1009) / 1009) * 2 - 1) : lower + (at % width);
      return [name, Array.from({ length: size }, (_, at) => value(at))];
    }),
  );
}

const valuesOf = (net: Net): Values =>
  Object.fromEntries(
    net.manifest.variables.filter(({ role }) => role === "parameter" || role === "layer").map(({ name }) => [name, [...net.read(name)]]),
  );

/** The largest difference, relative to the largest value where that is above 1; NaN where only one is NaN. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const differences = Array.from(b, (value, at) => (Object.is(a[at], value) ? 0 : Math.abs((a[at] as number) - value)));
  return Math.max(0, ...differences) / Math.max(1, ...Array.from(b, Math.abs));
}

async function checkOutputs(net: Net, point: Point): Promise<Result[]> {
  const { outputs } = await evaluateAt(point, false);
  const predicted = net.predict(point.inputs);
  return [...outputs].map(([name, expected]) => fromModule(name, predicted[name] ?? [], expected));
}

const fromModule = (name: string, values: ArrayLike<number>, expected: ArrayLike<number>): Result => ({
  name,
  against: "interpreter",
  difference: distance(values, expected),
  tolerance: moduleTolerance,
});

async function checkGradients(net: Net, point: Point): Promise<Result[]> {
  const { gradients: derived } = await evaluateAt(point);
  if (derived.size === 0) return [];
  const { gradients } = net.gradients(point.inputs);
  const results: Result[] = [];
  for (const [name, expected] of derived) {
    const places = placesIn(expected.length);
    const differences = await finiteDifferences(point, name, places);
    const difference = distance(
      places.map((at) => expected[at] as number),
      differences,
    );
    results.push({ name: `∂loss/∂${name}`, against: "finite differences", difference, tolerance: differenceTolerance });
    results.push(fromModule(`∂loss/∂${name}`, gradients[name] ?? [], expected));
  }
  return results;
}

/** At most `moved` places, spread over all. */
const placesIn = (length: number): number[] =>
  Array.from({ length: Math.min(moved, length) }, (_, i) => Math.floor((i * length) / Math.min(moved, length)));

async function finiteDifferences(point: Point, name: string, places: readonly number[]): Promise<number[]> {
  const lossAt = async (place: number, shift: number) => {
    const values = (point.parameters[name] ?? []).map((value, at) => (at === place ? value + shift : value));
    return (await evaluateAt({ ...point, parameters: { ...point.parameters, [name]: values } })).loss;
  };
  const differences: number[] = [];
  for (const place of places) differences.push(((await lossAt(place, step)) - (await lossAt(place, -step))) / (2 * step));
  return differences;
}
