// Reads a definition file: types, call sites, scalar functions, and the values that it exports.
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ts } from "@ts-morph/common";
import { GradcError, InternalError } from "../../runtime/error.ts";
import { operatorOn, tensorAsCondition } from "../diagnostics/operators.ts";
import { formatPosition, located } from "../diagnostics/places.ts";
import {
  definitionFailed,
  definitionWaits,
  fileNotFound,
  missingEntry,
  missingPackage,
  noModel,
  notADefinition,
  syntaxError,
  typeErrors,
} from "../diagnostics/sources.ts";
import { awaitsOutside } from "./awaits.ts";
import { problemsOf, programFor } from "./check.ts";
import { misusedTensors } from "./conditions.ts";
import { insteadOf, insteadOfExport, type Language, listed } from "./elsewhere.ts";
import {
  type Evaluation,
  evaluateFile,
  type Host,
  isMissingEntry,
  isMissingPackage,
  isOwnEntry,
  languageOf,
  placeOnStack,
  resolveLocal,
  type Transpiled,
} from "./evaluate.ts";
import { loadTypeScript, type TypeScriptLoaded } from "./program.ts";
import type { TypeScript } from "./reach.ts";
import { positionAt, rewriteCalls } from "./rewrite.ts";
import { excerpt } from "./scalar/constants.ts";
import { scalarFunctions } from "./scalar-sources.ts";

/** A definition file that has run. */
export interface Loaded {
  /** What the file exports, `default` included. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Name of the file, as in positions. */
  readonly file: string;
  /** Paths of the file and of the local files that it imports, JSON and declarations too. */
  readonly sources: readonly string[];
  /** Turns what code of the definition threw, now or later in the body of a model, into an error with its place there. */
  readonly explain: (error: unknown) => unknown;
}

/** The files of a definition within their program. */
interface Reading {
  readonly api: TypeScript;
  readonly program: ts.Program;
  readonly folder: string;
  readonly files: readonly ts.SourceFile[];
  readonly modules: Host["modules"];
}

const nameIn = (folder: string, path: string) => relative(folder, path).split(sep).join("/");

function definitionPath(path: string | URL): string {
  const shown = String(path);
  const resolved = resolve(typeof path === "string" ? path : fileURLToPath(path));
  if (!existsSync(resolved)) throw fileNotFound(shown);
  if (!statSync(resolved).isFile()) throw notADefinition(shown, true);
  if (!/\.[mc]?[jt]s$/.test(resolved)) throw notADefinition(shown);
  return resolved;
}

/** The local files that a file imports. */
function localPaths(api: TypeScript, file: ts.SourceFile): string[] {
  const folder = dirname(file.fileName);
  const { importedFiles, referencedFiles } = api.preProcessFile(file.text);
  const specifiers = importedFiles.map(({ fileName }) => fileName).filter((specifier) => specifier.startsWith("."));
  const imported = specifiers.map(
    (specifier) => resolveLocal(folder, specifier) ?? resolve(folder, `${specifier.replace(/\.[mc]?[jt]s$/, "")}.d.ts`),
  );
  return [...imported, ...referencedFiles.map(({ fileName }) => resolve(folder, fileName))];
}

const localImports = (api: TypeScript, program: ts.Program, file: ts.SourceFile): ts.SourceFile[] =>
  localPaths(api, file)
    .flatMap((path) => program.getSourceFile(path) ?? [])
    .filter((local) => !local.isDeclarationFile && !local.fileName.endsWith(".json"));

function readFiles(api: TypeScript, program: ts.Program, path: string, modules: Host["modules"]): Reading {
  const files = new Set([program.getSourceFile(path) as ts.SourceFile]);
  for (const file of files) for (const local of localImports(api, program, file)) files.add(local);
  return { api, program, folder: dirname(path), files: [...files], modules };
}

/** Scripts that TypeScript reads the declarations of in their place, as they lie beside what gradc builds. */
const scriptsBehind = ({ api, program, files }: Reading): string[] =>
  files.flatMap((file) => localPaths(api, file)).filter((path) => /\.[mc]?js$/.test(path) && !program.getSourceFile(path));

/** The files of the definition at `path`; a script beside its declarations is one of them, so that it runs with the gradc that runs here. */
function readWhole(typescript: TypeScriptLoaded, path: string, modules: Host["modules"]): Reading {
  const scripts: string[] = [];
  for (;;) {
    const reading = readFiles(typescript.api, programFor(typescript, path, scripts), path, modules);
    const hidden = scriptsBehind(reading).filter((script) => !scripts.includes(script));
    if (hidden.length === 0) return reading;
    scripts.push(...new Set(hidden));
  }
}

/** TypeScript names a module by its path on this machine; its own name says more: `typeof import("/.../nn/index")` is `nn`. */
const withoutPaths = (text: string): string =>
  text.replace(/(?:typeof )?import\("([^"]*)"\)/g, (_, path: string) => (basename(path) === "index" ? basename(dirname(path)) : basename(path)));

/** What our own types say. */
const ownText = /the input width is inferred: [^"]+/;
/** TypeScript's account of all overloads, one of which has our text. */
const ownOverload = new RegExp(`is not assignable to parameter of type '"(${ownText.source})"'`);
const notCallable = "This expression is not callable";

const noSuchExport = /^Module '"gradc"' has no exported member '(\w+)'/;
const noSuchProperty = /^Property '(\w+)' does not exist on type '(\w+)'/;

/** TypeScript's text in fewer words, and what helps. */
function explained(text: string, language: Language): string {
  const [, own] = ownOverload.exec(text) ?? [];
  if (own !== undefined) return own;
  const [, missing] = noSuchExport.exec(text) ?? [];
  const [, member = "", object = ""] = noSuchProperty.exec(text) ?? [];
  const instead = missing === undefined ? insteadOf(object, member, language) : insteadOfExport(missing, language);
  // The nearest name says more than all of them.
  if (text.includes(" Did you mean ") && instead === listed(language, object)) return text;
  return instead === undefined ? text : `${text.replace(/ Did you mean .*/, "")}\nhelp: ${instead}`;
}

function problemAt({ api, folder, modules }: Reading, { file, start, messageText }: ts.Diagnostic) {
  const source = file as ts.SourceFile;
  const at = formatPosition(positionAt(source, nameIn(folder, source.fileName), start ?? 0));
  return { at, text: explained(withoutPaths(api.flattenDiagnosticMessageText(messageText, "\n")), languageOf(modules)) };
}

function checkTypes(reading: Reading): void {
  const problems = reading.files.map((file) => problemsOf(reading.program, file));
  const [syntax] = problems.flatMap((problem) => problem.syntax).map((problem) => problemAt(reading, problem));
  if (syntax) throw syntaxError("the definition", syntax.at, syntax.text);
  refuseAwaits(reading);
  refuseMisuse(reading);
  const found = problems.flatMap((problem) => problem.types).map((problem) => problemAt(reading, problem));
  // What such a call gives cannot be called either.
  const types = found.some(({ text }) => ownText.test(text)) ? found.filter(({ text }) => !text.startsWith(notCallable)) : found;
  if (types.length > 0) for (const file of reading.files) checkPackages(reading, file);
  if (types.length > 0) throw typeErrors(basename((reading.files[0] as ts.SourceFile).fileName), types);
}

/** Refuses `await` where nothing waits. @throws GradcError `syntax-error` */
function refuseAwaits({ api, folder, files }: Reading): void {
  for (const file of files) {
    const [node] = awaitsOutside(api, file);
    if (!node) continue;
    const value = api.isAwaitExpression(node) ? excerpt(node.expression.getText(file)) : undefined;
    throw definitionWaits(value, formatPosition(positionAt(file, nameIn(folder, file.fileName), node.getStart(file))));
  }
}

/** Refuses operators and conditions of tensors; what a scalar function does with them is said when it is translated. @throws GradcError `operator-on-tensor` */
function refuseMisuse({ api, program, folder, files }: Reading): void {
  const misuses = misusedTensors({ api, program, files });
  if (misuses.length === 0) return;
  const scalars = scalarFunctions(api, program.getTypeChecker(), files);
  const isTranslated = (node: ts.Node): boolean => scalars.has(node) || (node.parent !== undefined && isTranslated(node.parent));
  const [misuse] = misuses.filter(({ tensor }) => !isTranslated(tensor));
  if (!misuse) return;
  const file = misuse.tensor.getSourceFile();
  const text = excerpt(misuse.tensor.getText(file));
  const error = misuse.as === "condition" ? tensorAsCondition(text) : operatorOn("tensor", `the tensor "${text}"`, "number");
  throw located(error, positionAt(file, nameIn(folder, file.fileName), misuse.tensor.getStart(file)));
}

/** Refuses imports of packages that are not installed: what TypeScript says of their values follows from that. @throws GradcError `missing-package` */
function checkPackages({ api, folder, modules }: Reading, file: ts.SourceFile): void {
  const native = createRequire(file.fileName);
  for (const { fileName, pos } of api.preProcessFile(file.text).importedFiles) {
    const place = () => formatPosition(positionAt(file, nameIn(folder, file.fileName), pos));
    if (isMissingEntry(modules, fileName)) throw missingEntry(fileName, Object.keys(modules), place());
    if (!isOwnEntry(fileName) && isMissingPackage(native, fileName)) throw missingPackage(fileName, place());
  }
}

type Emitted = Pick<Transpiled, "code" | "maps">;

/** Code without the name of its source map. */
const withoutLink = (code: string): string => code.replace(/\/\/# sourceMappingURL=.*\s*$/, "");

// TypeScript keeps `.mts` and `.mjs` files modules of ECMAScript whatever the options say; a second pass makes them CommonJS.
function asCommonJs(api: TypeScript, { code, maps }: Emitted): Emitted {
  const compilerOptions = { module: api.ModuleKind.CommonJS, target: api.ScriptTarget.ES2022, esModuleInterop: true, sourceMap: true };
  const { outputText, sourceMapText = "" } = api.transpileModule(code, { compilerOptions, fileName: "module.js" });
  return { code: withoutLink(outputText), maps: [sourceMapText, ...maps] };
}

function transpile({ api, program, folder }: Reading, file: ts.SourceFile, translated: ReadonlySet<ts.Node>): Transpiled {
  const tables = { sites: [], scalars: [], name: nameIn(folder, file.fileName) };
  const before = [rewriteCalls(api, program.getTypeChecker(), tables.name, translated, tables)];
  const outputs = new Map<boolean, string>();
  program.emit(file, (path, text) => outputs.set(path.endsWith(".map"), text), undefined, false, { before });
  const emitted: Emitted = { code: withoutLink(outputs.get(false) ?? ""), maps: [outputs.get(true) ?? ""] };
  return { ...tables, ...(/\.m[jt]s$/.test(file.fileName) ? asCommonJs(api, emitted) : emitted) };
}

function transpileAll(reading: Reading): ReadonlyMap<string, Transpiled> {
  const translated = scalarFunctions(reading.api, reading.program.getTypeChecker(), reading.files);
  return new Map(reading.files.map((file) => [resolve(file.fileName), transpile(reading, file, translated)]));
}

function readDefinition(path: string, modules: Host["modules"]) {
  const typescript = loadTypeScript();
  const reading = readWhole(typescript, path, modules);
  checkTypes(reading);
  const sources = new Set([path, ...reading.files.flatMap((file) => localPaths(typescript.api, file))]);
  return { files: transpileAll(reading), sources: [...sources] };
}

function explainer(evaluation: Evaluation, file: string): (error: unknown) => unknown {
  return (error) => {
    if (error instanceof InternalError) return error;
    const place = placeOnStack(evaluation, error);
    if (error instanceof GradcError) return place && !error.at ? located(error, place) : error;
    const [, object = "", member = ""] = /(\w+)\.(\w+) is not a constructor$/.exec(String(error)) ?? [];
    const help = member === "" ? undefined : insteadOf(object, member, languageOf(evaluation.host.modules));
    return definitionFailed(file, error, place && formatPosition(place), help);
  };
}

/**
 * Reads, checks and runs the definition at `path` with the local files that it imports. Positions are relative to its folder.
 * @throws GradcError `file-not-found`, `not-a-definition`, `missing-package`, `syntax-error`, `type-error`, `definition-failed`
 */
export async function loadDefinition(path: string | URL, host: Host): Promise<Loaded> {
  const main = definitionPath(path);
  const { files, sources } = readDefinition(main, host.modules);
  const evaluation: Evaluation = { host, files, modules: new Map() };
  const file = basename(main);
  const explain = explainer(evaluation, file);
  try {
    return { exports: evaluateFile(evaluation, main) ?? {}, file, sources, explain };
  } catch (error) {
    throw explain(error);
  }
}

/**
 * The model that `loaded` exports as default, or as `name`.
 * @throws GradcError `no-model`, with what the file exports
 */
export function pickModel<M>({ exports: all, file }: Pick<Loaded, "exports" | "file">, isModel: (value: unknown) => value is M, name?: string): M {
  // CommonJS: `module.exports = model(...)`.
  const exports: Loaded["exports"] = isModel(all) ? { default: all } : all;
  const key = name ?? "default";
  const model = Object.hasOwn(exports, key) ? exports[key] : undefined;
  if (isModel(model)) return model;
  const exported = Object.keys(exports);
  const models = exported.filter((candidate) => isModel(exports[candidate]));
  const other = name === undefined && Object.hasOwn(exports, "default") ? typeof exports.default : undefined;
  throw noModel(file, name, exported, models, other);
}
