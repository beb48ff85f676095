// Runs the transpiled files of a definition in this process, as CommonJS modules.
import { missingEntry, missingPackage } from "../diagnostics/sources.ts";
import { elementAt } from "../ir/element.ts";
import type { Position } from "../ir/node.ts";
import { insteadOf, insteadOfExport, type Language } from "./elsewhere.ts";
import { type Host, ownPackages, type Packages } from "./host.ts";
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

/** What a definition finds when it runs: the modules it may import, and what its calls go through. */
export interface Surroundings {
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
  readonly surroundings: Surroundings;
  readonly files: ReadonlyMap<string, Transpiled>;
  readonly modules: Map<string, { exports: Exports }>;
}

/** What a definition imports from "gradc". */
export const languageOf = ({ gradc }: Surroundings["modules"]): Language => (gradc ?? {}) as Language;

export const isOwnEntry = (specifier: string): boolean => /^gradc(\/|$)/.test(specifier);

/** Whether `specifier` names something in gradc that can be neither imported nor run by a definition. */
export const isMissingEntry = (host: Host, modules: Surroundings["modules"], specifier: string): boolean =>
  isOwnEntry(specifier) && !Object.hasOwn(modules, specifier) && ownPackages(host).stateOf(specifier) !== "open";

/** A call of something that is no function; the help names what it is called here. */
function notAFunction(callee: string, language: Language): TypeError {
  // Of the result of a call it is known that it is no namespace.
  const [, object, member = ""] = /(?:^|\.)(\w+)\.(\w+)$/.exec(callee) ?? /(\))\.(\w+)$/.exec(callee) ?? [];
  const help = object === undefined ? insteadOfExport(callee, language) : insteadOf(object, member, language);
  return new TypeError(`${callee} is not a function${help === undefined ? "" : `\n  help: ${help}`}`);
}

function callers({ sites }: Transpiled, { at, modules }: Surroundings) {
  const site = (index: number) => elementAt(sites, index);
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
export function resolveLocal({ paths, kindOf }: Host, folder: string, specifier: string): string | undefined {
  const path = paths.resolve(folder, specifier);
  const source = path.replace(/\.([mc]?)js$/, ".$1ts");
  return [source, ...extensions.map((extension) => path + extension)].find((candidate) => kindOf(candidate) === "file");
}

function requireFrom(evaluation: Evaluation, path: string): (specifier: string) => unknown {
  const { host, surroundings } = evaluation;
  const { modules } = surroundings;
  const packages = host.packagesFor(path);
  return (specifier) => {
    if (Object.hasOwn(modules, specifier)) return modules[specifier];
    const local = /^\.\.?(\/|$)/.test(specifier) ? resolveLocal(host, host.paths.dirname(path), specifier) : undefined;
    if (local?.endsWith(".json")) return JSON.parse(host.readText(local));
    if (isMissingEntry(host, modules, specifier)) throw missingEntry(specifier, Object.keys(modules));
    return (local && evaluateFile(evaluation, local)) ?? fromPackage(packages, specifier);
  };
}

/** What a package exports. @throws GradcError `missing-package` */
function fromPackage(packages: Packages, specifier: string): unknown {
  if (isMissingPackage(packages, specifier)) throw missingPackage(specifier);
  return packages.load(specifier);
}

/** Whether `specifier` names a package that is not installed. */
export const isMissingPackage = (packages: Packages, specifier: string): boolean =>
  !/^[./#]/.test(specifier) && packages.stateOf(specifier) === "missing";

/** Runs the file at `path` once, and gives what it exports; undefined for a file that is not part of the definition. */
export function evaluateFile(evaluation: Evaluation, path: string): Exports | undefined {
  const known = evaluation.modules.get(path);
  if (known) return known.exports;
  const file = evaluation.files.get(path);
  if (!file) return undefined;
  const module: { exports: Exports } = { exports: {} };
  evaluation.modules.set(path, module);
  const { host, surroundings } = evaluation;
  const { call, invoke } = callers(file, surroundings);
  const source = (index: number, f: Callee, captured: () => Exports) => recordSource(f, { ...elementAt(file.scalars, index), captured });
  const given = {
    exports: module.exports,
    module,
    require: requireFrom(evaluation, path),
    __filename: path,
    __dirname: host.paths.dirname(path),
    [injected.call]: call,
    [injected.invoke]: invoke,
    [injected.source]: source,
    [injected.meta]: { url: host.urlOf(path) },
  };
  host.evaluate(file.code, path, given);
  return module.exports;
}

function placeOnLine(line: string, path: string, file: Transpiled, host: Host): Position | undefined {
  const [, row, column] = /^:(\d+):(\d+)/.exec(line.slice(line.indexOf(path) + path.length)) ?? [];
  if (!line.includes(path) || row === undefined) return undefined;
  let at: Omit<Position, "file"> | undefined = { line: Number(row), column: Number(column) };
  for (const map of file.maps) at = at && host.writtenAt(map, at.line, at.column);
  return at && { file: file.name, ...at };
}

/** The first place of the definition on the stack of `error`. */
export function placeOnStack({ files, host }: Evaluation, error: unknown): Position | undefined {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack.split("\n") : [];
  const places = stack.flatMap((line) => [...files].map(([path, file]) => placeOnLine(line, path, file, host)));
  return places.find((place) => place !== undefined);
}
