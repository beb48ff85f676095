// What the cases of `docs/errors.md` are made of: a mistake, and how a user would make it.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type Loaded, loadDefinition } from "../../compiler/frontend/load.ts";
import { program as commandLine } from "../../src/cli/run.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { type CompileOptions, compile } from "../../src/compile.ts";
import { importable } from "../../src/definition-file.ts";
import type { Model } from "../../src/model.ts";
import { host } from "../../src/node/host.ts";
import { at } from "../../src/scope.ts";

/** One mistake and the error that it gives. */
export interface ErrorCase {
  readonly code: string;
  /** What happened, as a sentence of the document. */
  readonly did: string;
  /** What to do, as a sentence of the document. */
  readonly advice: string;
  /** Makes the mistake: throws or rejects. */
  readonly run: () => unknown;
}

/** The folder of all files that the cases write; messages are shown without it. */
export const folder = mkdtempSync(join(tmpdir(), "gradc-errors-"));

/** Writes a file of the cases and gives its path. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const imports =
  'import { constant, elementwise, f32, gradient, i32, losses, model, nn, ops, parameter, state, stopGradient, update, withGradient } from "gradc";\n';

let count = 0;

/** The path of a definition file with this text, in a folder of its own. */
export const definitionFile = (text: string, name = "net.model.ts"): string => file(join(`case-${count++}`, name), imports + text);

export const rows = 'x: f32("batch", 4), y: f32("batch", 1)';

const bodyText = (body: string, inputs: string): string =>
  `export default model("net", { ${inputs} }, ({ ${inputs.match(/\w+(?=:)/g)?.join(", ")} }) => {\n  ${body}\n});\n`;

/** The path of a definition of the model "net" with this body. */
export const netFile = (body: string, inputs = rows, name?: string): string => definitionFile(bodyText(body, inputs), name);

/** Definitions that are read together, because each reading takes a while. */
const paths: string[] = [];
let loading: Promise<Loaded> | undefined;

async function loaded(index: number): Promise<Model> {
  const all = paths.map((path, i) => `export { default as net${i} } from "./${relative(folder, path)}";\n`).join("");
  loading ??= loadDefinition(file("all.ts", all), host, { modules: importable, at });
  return (await loading).exports[`net${index}`] as Model;
}

/** Compiles the model "net" with this body, read from a definition file. */
export function defining(body: string, inputs?: string, options?: CompileOptions, name?: string): () => Promise<unknown> {
  const index = paths.push(netFile(body, inputs, name)) - 1;
  return async () => compile(await loaded(index), options);
}

/** The same from JavaScript, where no type stands in the way. */
export const definingUntyped = (body: string, inputs?: string) => defining(body, inputs, {}, "net.model.js");

const silent: Terminal = {
  out: () => undefined,
  note: () => undefined,
  isWatched: false,
  interrupts: () => ({ signal: new AbortController().signal, release: () => undefined }),
};

/** Runs a command line as `bin/gradc.js` does, but lets errors through. */
export const command = (args: readonly string[], terminal: Partial<Terminal> = {}) =>
  commandLine({ ...silent, ...terminal }).parseAsync([...args], { from: "user" });
