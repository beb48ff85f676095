// Runs the transpiled files of a definition in this process, as CommonJS modules.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { missingEntry, missingPackage } from "../diagnostics/sources.ts";
import type { Position } from "../ir/graph.ts";
import { insteadOf, insteadOfExport, type Language } from "./elsewhere.ts";
import { injected, type Rewritten } from "./rewrite.ts";
import { recordSource } from "./scalar/source.ts";
import type { Site } from "./site.ts";

/** One file of a definition as JavaScript. */
export interface Transpiled extends Rewritten {
  readonly code: string;
  /** The source maps that lead from `code` to the file, one after the other. */
  readonly maps: readonly string[];
  /** Name of the file in positions. */
  readonly name: string;
}

/** What runs a definition: the modules it may import, and what its calls go through. */
export interface Host {
  /** The running modules by specifier: `gradc`, `gradc/compiler`, `gradc/runtime`. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** Runs `call`, which stands at `site`. */
  readonly at: (site: Site, call: () => unknown) => unknown;
}

type Callee = (...args: unknown[]) => unknown;
type Exports = Record<string, unknown>;

/** One definition: its files by path, and those that ran. */
export interface Evaluation {
  readonly host: Host;
  readonly files: ReadonlyMap<string, Transpiled>;
  readonly modules: Map<string, { exports: Exports }>;
}

/** What a definition imports from "gradc". */
export const languageOf = ({ gradc }: Host["modules"]): Language => (gradc ?? {}) as Language;

export const isOwnEntry = (specifier: string): boolean => /^gradc(\/|$)/.test(specifier);

/** Whether `specifier` names something in gradc that can be neither imported nor run by a definition. */
export const isMissingEntry = (modules: Host["modules"], specifier: string): boolean =>
  isOwnEntry(specifier) && !Object.hasOwn(modules, specifier) && !isExported(specifier);

function isExported(specifier: string): boolean {
  try {
    createRequire(import.meta.url).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** A call of something that is no function; the help names what it is called here. */
function notAFunction(callee: string, language: Language): TypeError {
  // Of the result of a call it is known that it is no namespace.
  const [, object, member = ""] = /(?:^|\.)(\w+)\.(\w+)$/.exec(callee) ?? /(\))\.(\w+)$/.exec(callee) ?? [];
  const help = object === undefined ? insteadOfExport(callee, language) : insteadOf(object, member, language);
  return new TypeError(`${callee} is not a function${help === undefined ? "" : `\n  help: ${help}`}`);
}

function callers({ sites }: Transpiled, { at, modules }: Host) {
  const site = (index: number) => sites[index] as Site;
  const checked = (index: number, f: unknown): Callee => {
    if (typeof f !== "function") throw notAFunction(site(index).callee, languageOf(modules));
    return f as Callee;
  };
  return {
    call: (index: number, f: unknown, args: unknown[]) => at(site(index), () => checked(index, f)(...args)),
    invoke(index: number, object: Record<PropertyKey, unknown>, key: PropertyKey, args: unknown[]) {
      const method = checked(index, object[key]);
      return at(site(index), () => method.apply(object, args));
    },
  };
}

const extensions = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** The file that `specifier` means in a file of `folder`: with its extension, without one, or `.js` for `.ts`. */
export function resolveLocal(folder: string, specifier: string): string | undefined {
  const path = resolve(folder, specifier);
  const source = path.replace(/\.([mc]?)js$/, ".$1ts");
  return [source, ...extensions.map((extension) => path + extension)].find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

function requireFrom(evaluation: Evaluation, path: string): (specifier: string) => unknown {
  const { modules } = evaluation.host;
  const native = createRequire(path);
  return (specifier) => {
    if (Object.hasOwn(modules, specifier)) return modules[specifier];
    const local = /^\.\.?(\/|$)/.test(specifier) ? resolveLocal(dirname(path), specifier) : undefined;
    if (local && extname(local) === ".json") return JSON.parse(readFileSync(local, "utf8"));
    if (isMissingEntry(modules, specifier)) throw missingEntry(specifier, Object.keys(modules));
    return (local && evaluateFile(evaluation, local)) ?? fromPackage(native, specifier);
  };
}

/** What a package exports. @throws GradcError `missing-package` */
function fromPackage(native: NodeJS.Require, specifier: string): unknown {
  if (isMissingPackage(native, specifier)) throw missingPackage(specifier);
  return native(specifier);
}

/** Whether `specifier` names a package that is not installed. */
export function isMissingPackage(native: NodeJS.Require, specifier: string): boolean {
  if (/^[./#]/.test(specifier)) return false;
  try {
    native.resolve(specifier);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
  }
}

/** Runs the file at `path` once, and gives what it exports; undefined for a file that is not part of the definition. */
export function evaluateFile(evaluation: Evaluation, path: string): Exports | undefined {
  const known = evaluation.modules.get(path);
  if (known) return known.exports;
  const file = evaluation.files.get(path);
  if (!file) return undefined;
  const module = { exports: {} as Exports };
  evaluation.modules.set(path, module);
  const { call, invoke } = callers(file, evaluation.host);
  const source = (index: number, f: Callee, captured: () => Exports) =>
    recordSource(f, { ...(file.scalars[index] as (typeof file.scalars)[0]), captured });
  const given = {
    exports: module.exports,
    module,
    require: requireFrom(evaluation, path),
    __filename: path,
    __dirname: dirname(path),
    [injected.call]: call,
    [injected.invoke]: invoke,
    [injected.source]: source,
    [injected.meta]: { url: pathToFileURL(path).href },
  };
  compileFunction(file.code, Object.keys(given), { filename: path })(...Object.values(given));
  return module.exports;
}

function placeOnLine(line: string, path: string, file: Transpiled): Position | undefined {
  const [, row, column] = /^:(\d+):(\d+)/.exec(line.slice(line.indexOf(path) + path.length)) ?? [];
  if (!line.includes(path) || row === undefined) return undefined;
  let [at, within] = [Number(row) - 1, Number(column) - 1];
  for (const map of file.maps) {
    const entry = new SourceMap(JSON.parse(map)).findEntry(at, within);
    if (!("originalLine" in entry)) return undefined;
    [at, within] = [entry.originalLine, entry.originalColumn];
  }
  return { file: file.name, line: at + 1, column: within + 1 };
}

/** The first place of the definition on the stack of `error`. */
export function placeOnStack({ files }: Evaluation, error: unknown): Position | undefined {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack.split("\n") : [];
  const places = stack.flatMap((line) => [...files].map(([path, file]) => placeOnLine(line, path, file)));
  return places.find((place) => place !== undefined);
}
