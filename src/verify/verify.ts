// Holds the derived gradients of a model against finite differences, and its compiled module against the interpreter.
import { build as compileProgram } from "../../compiler/index.ts";
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import { evaluate as extent } from "../../compiler/ir/dim.ts";
import type { Entry, Program, Result } from "../../compiler/ir/entry.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { type Losses, load, type Net } from "../../runtime/index.ts";
import { entryNamed, entryOf, gamesOf } from "../../runtime/program.ts";
import { declareSource, type ModelSource } from "../definition-file.ts";
import { trainable } from "../entries.ts";
import { sgd } from "../optim/index.ts";
import { purposeOf } from "../purpose.ts";
import type { Comparison, Sources } from "./comparison.ts";
import { compareDerivatives } from "./derivatives.ts";
import { difference, spread } from "./differences.ts";

/** Rows of the data that are made up: enough for statistics of a batch, few enough to be fast. */
const rows = 6;

/** More rows than a call takes, so that they are evaluated in parts, the last one smaller. */
const rowsInParts = 2 * rows + 1;

// The module computes in f32 as the interpreter does, but adds in another order: 2^-24 a term, over sums of a thousand terms.
const moduleTolerance = 1e-4;

export interface VerifyOptions {
  readonly model?: string | undefined;
  /** Codes of warnings that are left out. */
  readonly allow?: readonly string[] | undefined;
  /** Is told what is most likely a slip. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Compares every gradient of the loss with finite differences, and outputs, gradients and one step of gradient descent of the module with
 * the interpreter, at made-up inputs and parameters.
 * @throws GradcError as `compile`
 */
export async function verify(source: ModelSource, { model, allow, onWarning }: VerifyOptions = {}): Promise<Comparison[]> {
  const declared = await declareSource(source, model);
  const { whole, options, warnings } = trainable(declared, sgd({ lr: 1 }), { batch: rows, allow });
  for (const warning of warnings) onWarning?.(warning);
  const { wasm } = await compileProgram(whole, { purpose: { ...purposeOf(declared, whole, options), profile: "exact" } });
  const net = await load(wasm);
  const sources = madeUpSources(net);
  return [...compareDerivatives(whole, sources, rows), ...compareModule(whole, net, sources)];
}

/** Made-up inputs, to which `net` standardizes, and its variables, whose parameters are moved off the places where initial values put many at once. */
export function madeUpSources(net: Net): Map<string, Source> {
  const sources = inputSources(net, rows);
  net.prepare(Object.fromEntries([...sources].map(([name, { data }]) => [name, data])));
  for (const { name, dtype, shape, role } of net.manifest.variables) {
    if (role === "parameter")
      net.write(
        name,
        [...net.read(name)].map((value, at) => Math.fround(value + 0.2 * spread(at + 7) - 0.1)),
      );
    sources.set(name, { dtype, shape, data: [...net.read(name)] });
  }
  return sources;
}

/** Made-up inputs of `count` rows, other ones for another `first`. */
function inputSources({ manifest }: Net, count: number, first = 1): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const { name, dtype, shape, range } of manifest.inputs) {
    const sizes = shape.map((dim) => extent(dim, { batch: count }));
    // Positive and below 1: within the domains of logarithms, roots and probabilities.
    const { lower, upper } = range ?? { lower: 0, upper: dtype === "f32" ? 1 : 10 };
    const within = (share: number) =>
      dtype === "f32" ? Math.fround(lower + (upper - lower) * (0.1 + 0.8 * share)) : lower + Math.floor((upper - lower) * share);
    const value = (at: number) => within(spread(at + first));
    sources.set(name, { dtype, shape: sizes, data: Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, (_, at) => value(at)) });
  }
  return sources;
}

/** What the entry points of the module behind `net` give and write at `sources` against the interpreter, rounded to f32. */
export function compareModule(program: Program, net: Net, sources: Sources): Comparison[] {
  const given = inputsIn(program, sources);
  const predict = entryNamed(program.entries, "predict");
  const predicted = predict && net.predict(Object.fromEntries(inputsOf(predict).map((name) => [name, given[name] as ArrayLike<number>])));
  const games = [undefined, ...gamesOf(program.entries)];
  return [
    ...(predict && predicted ? compareEntry(program, predict, sources, (name) => predicted[name] as Float32Array) : []),
    ...games.flatMap((game) => compareGradients(program, net, sources, game)),
    // What it does not write itself nobody wrote before.
    ...compareEvaluation(program, net, sources),
    ...games.flatMap((game) => compareStep(program, net, sources, game)),
  ];
}

function compareGradients(program: Program, net: Net, sources: Sources, game: string | undefined): Comparison[] {
  const entry = entryNamed(program.entries, entryOf("gradients", game));
  if (!entry) return [];
  const given = inputsIn(program, sources);
  const derived = game === undefined ? net.gradients(given) : net.gradients(given, { game });
  const read = (name: string, _: boolean, position: number) => (position === 0 ? [derived.loss] : (derived.gradients[name] ?? []));
  return compareEntry(program, entry, sources, read).map((one) => ({ ...one, kind: "gradients", game }));
}

/** A step, after which the variables are what they were before. */
function compareStep(program: Program, net: Net, sources: Sources, game: string | undefined): Comparison[] {
  const entry = entryNamed(program.entries, entryOf("step", game));
  if (!entry) return [];
  const given = inputsIn(program, sources);
  const before = net.state();
  const stepped: Losses = game === undefined ? net.step(given) : net.step(given, { game });
  const read = (name: string, isUpdate: boolean) => (isUpdate ? net.read(name) : [stepped[name as "loss"]]);
  const compared = compareEntry(program, entry, sources, read);
  net.restore(before);
  return compared.map((one) => ({ ...one, kind: one.kind === "update" ? "update" : "step", game }));
}

const inputsOf = ({ results }: Entry): string[] =>
  withoutBodies(results.map(({ node }) => node)).flatMap((node) => (isOp(node, "input") ? [node.params.name] : []));

/** The data of the inputs by name. */
function inputsIn({ inputs }: Program, sources: Sources): Record<string, ArrayLike<number>> {
  const names = new Set(inputs.map(({ params }) => params.name));
  return Object.fromEntries([...sources].flatMap(([name, { data }]) => (names.has(name) ? [[name, data]] : [])));
}

const lossOf = ({ entries }: Program, game: string): Result | undefined => entryNamed(entries, entryOf("gradients", game))?.results[0];

/** Loss and metrics of `evaluate`, of the rows of `sources` and of more rows in parts, against those of steps, which know nothing of sums over parts. */
function compareEvaluation(program: Program, net: Net, sources: Sources): Comparison[] {
  const parts = entryNamed(program.entries, "evaluate");
  const step = entryNamed(program.entries, "step");
  const losses = gamesOf(program.entries).map((game) => ({ ...(lossOf(program, game) as Result), name: game }));
  if (!parts || (!step && losses.length === 0)) return [];
  const scores: Entry = { ...parts, name: "evaluate", results: step?.results ?? losses, updates: [] };
  const compare = (given: Sources, count: number) => {
    const values = net.evaluate(inputsIn(program, given));
    return compareEntry(program, scores, given, (name) => [values[name] as number], count);
  };
  const more = () => compare(new Map([...sources, ...inputSources(net, rowsInParts, rows)]), rowsInParts);
  return [...compare(sources, rows), ...(parts.splittable ? more().map((one) => ({ ...one, name: `${one.name} in parts` })) : [])];
}

function compareEntry(
  { graph }: Program,
  entry: Entry,
  sources: Sources,
  read: (name: string, isUpdate: boolean, position: number) => ArrayLike<number>,
  count = rows,
): Comparison[] {
  const parts = [
    ...entry.results.map(({ name, node }) => ({ name, node, isUpdate: false })),
    ...entry.updates.flatMap(({ target, value }) => {
      const declaration = graph.declarations.get(target);
      return declaration && declaration.role !== "counter" ? [{ name: declaration.name, node: value, isUpdate: true }] : [];
    }),
  ];
  const values = evaluate(
    parts.map(({ node }) => node),
    { sizes: { batch: count }, sources, training: entry.training, round: "f32" },
  );
  const largest = (data: ArrayLike<number>) =>
    Array.from(data).reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  const most = Math.max(...parts.map(({ node }) => largest(valueAt(values, node).data)));
  return parts.map(({ name, node, isUpdate }, position) => {
    const expected = valueAt(values, node).data;
    const got = read(name, isUpdate, position);
    // What cancels to almost nothing is judged by the size of the values around it.
    const scale = Math.max(largest(expected), 1e-2 * most) || 1;
    const error = Array.from(expected).reduce((worst, value, at) => Math.max(worst, difference(got[at] as number, value)), 0) / scale;
    return { name, kind: isUpdate ? "update" : (entry.name as Comparison["kind"]), error, tolerance: moduleTolerance };
  });
}
