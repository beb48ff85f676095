// What is checked of a random definition file: its names, its predictions, and its errors when something in it is broken.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { GradcError } from "../../runtime/error.ts";
import { load } from "../../runtime/index.ts";
import { type Built, compile } from "../../src/compile.ts";
import { declareSource } from "../../src/definition-file.ts";
import * as gradc from "../../src/index.ts";
import { interpret } from "../../src/interpret.ts";
import type { Model } from "../../src/model.ts";
import { type Definition, define, type Recipe, recipes, width } from "./definition.ts";

export interface DefinitionSummary {
  definitions: number;
  /** Definitions with two variables of one name, which must be refused. */
  clashes: number;
  parameters: number;
}

export const newDefinitionSummary = (): DefinitionSummary => ({ definitions: 0, clashes: 0, parameters: 0 });

const rows = 3;
const x = Array.from({ length: rows * width }, (_, i) => Math.fround(Math.sin(i * 1.7)));

/** What `use` makes of a definition file that stands with `files` in a folder of its own. */
export async function inFolder<T>(files: Readonly<Record<string, string>>, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gradc-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await use(join(folder, "toy.model.ts"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The value that TypeScript source returns, of which esbuild takes the types. */
export function evaluated(source: string): unknown {
  const { code } = transformSync(`(() => {${source}})()`, { loader: "ts", target: "es2022" });
  const { f32, model, nn, ops, losses, elementwise } = gradc;
  return new Function("f32", "model", "nn", "ops", "losses", "elementwise", `return ${code}`)(f32, model, nn, ops, losses, elementwise);
}

const equal = (what: string, found: unknown, expected: unknown) => {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what} are ${a}, not ${b}`);
};

// The module computes in f32: a jump of a scalar function may fall to another side, so that single elements are held to f32's error only in
// most rows; what is wrong in a definition (another layer, another constant) shows in all.
function checkPredictions(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const close = Array.from(expected, (value, i) => Math.abs(value - (found[i] as number)) <= 1e-4 * (1 + Math.abs(value)) || Number.isNaN(value));
  if (close.filter((fits) => fits).length * 2 < close.length)
    throw new Error(`predictions are ${[...Array.from(found)]}, not ${Array.from(expected)}`);
}

/** Compiles the definition in `files`. */
export const compileFiles = (files: Definition["files"]): Promise<Built> => inFolder(files, (path) => compile(path, { batch: rows }));

async function checkMeaning(built: Built, { plain }: Definition): Promise<void> {
  const net = await load(built);
  const model = evaluated(plain) as Model;
  const declarations = (await declareSource(model)).graph.declarations.values();
  const parametersOf = (variables: Iterable<{ readonly role: string; readonly name: string }>) =>
    [...variables].filter(({ role }) => role === "parameter").map(({ name }) => name);
  const [own, others] = [parametersOf(built.manifest.variables), parametersOf(declarations)];
  equal("numbers of parameters", own.length, others.length);
  const parameters = new Map(others.map((name, i) => [name, net.read(own[i] as string)]));
  const { outputs } = await interpret(model, { x }, { parameters });
  checkPredictions(net.predict({ x }).result as Float32Array, outputs.get("result") as Float64Array);
}

/** Throws where the definition of `recipe` does not do what it should. */
export async function checkDefinition(recipe: Recipe, summary: DefinitionSummary): Promise<void> {
  const definition = define(recipe);
  summary.definitions++;
  const names = [...definition.names].sort();
  const clash = names.find((name, i) => name === names[i - 1]);
  const built = await compileFiles(definition.files).catch((error: unknown) => {
    if (clash !== undefined && error instanceof GradcError && error.code === "duplicate-name") return undefined;
    throw error;
  });
  if (!built) {
    summary.clashes++;
    return;
  }
  if (clash !== undefined) throw new Error(`"${clash}" should clash`);
  const found = built.manifest.variables.filter(({ role }) => role === "parameter" || role === "layer").map(({ name }) => name);
  equal("names", [...found].sort(), names);
  summary.parameters += found.length;
  await checkMeaning(built, definition);
}

/** Checks `runs` random definitions; throws with the smallest that fails. */
export async function checkDefinitions(runs: number, seed: number, summary = newDefinitionSummary()): Promise<DefinitionSummary> {
  const property = fc.asyncProperty(recipes, (recipe) => checkDefinition(recipe, summary));
  const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns: runs, seed });
  if (!failed) return summary;
  const { files } = define((counterexample as [Recipe])[0]);
  throw new Error([`Seed ${seed}: ${errorInstance}`, ...Object.entries(files).map(([name, text]) => `${name}:\n${text}`)].join("\n\n"));
}
