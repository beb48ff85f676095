// Reads a definition file: types, call sites, scalar functions, and the values that it exports.
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
import { elementAt } from "../ir/element.ts";
import { awaitsOutside } from "./awaits.ts";
import { problemsOf, programFor } from "./check.ts";
import { misusedTensors } from "./conditions.ts";
import { insteadOf, insteadOfExport, type Language, listed } from "./elsewhere.ts";
import {
  type Evaluation,
  evaluateFile,
  isMissingEntry,
  isMissingPackage,
  isOwnEntry,
  languageOf,
  placeOnStack,
  resolveLocal,
  type Surroundings,
  type Transpiled,
} from "./evaluate.ts";
import type { Host } from "./host.ts";
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
interface FilesRead {
  readonly api: TypeScript;
  readonly program: ts.Program;
  readonly folder: string;
  readonly files: readonly ts.SourceFile[];
  readonly modules: Surroundings["modules"];
  readonly host: Host;
}

function definitionPath(path: string | URL, { paths, pathOf, kindOf }: Host): string {
  const shown = String(path);
  const resolved = paths.resolve(typeof path === "string" ? path : pathOf(path));
  const kind = kindOf(resolved);
  if (!kind) throw fileNotFound(shown);
  if (kind !== "file") throw notADefinition(shown, true);
  if (!/\.[mc]?[jt]s$/.test(resolved)) throw notADefinition(shown);
  return resolved;
}

/** The local files that a file imports. */
function localPaths(api: TypeScript, file: ts.SourceFile, host: Host): string[] {
  const { resolve, dirname } = host.paths;
  const folder = dirname(file.fileName);
  const { importedFiles, referencedFiles } = api.preProcessFile(file.text);
  const specifiers = importedFiles.map(({ fileName }) => fileName).filter((specifier) => specifier.startsWith("."));
  const imported = specifiers.map(
    (specifier) => resolveLocal(host, folder, specifier) ?? resolve(folder, `${specifier.replace(/\.[mc]?[jt]s$/, "")}.d.ts`),
  );
  return [...imported, ...referencedFiles.map(({ fileName }) => resolve(folder, fileName))];
}

const localImports = (api: TypeScript, program: ts.Program, file: ts.SourceFile, host: Host): ts.SourceFile[] =>
  localPaths(api, file, host)
    .flatMap((path) => program.getSourceFile(path) ?? [])
    .filter((local) => !local.isDeclarationFile && !local.fileName.endsWith(".json"));

function readFiles(api: TypeScript, program: ts.Program, path: string, modules: Surroundings["modules"], host: Host): FilesRead {
  const files = new Set([program.getSourceFile(path) as ts.SourceFile]);
  for (const file of files) for (const local of localImports(api, program, file, host)) files.add(local);
  return { api, program, folder: host.paths.dirname(path), files: [...files], modules, host };
}

/** Scripts that TypeScript reads the declarations of in their place, as they lie beside what gradc builds. */
const scriptsBehind = ({ api, program, files, host }: FilesRead): string[] =>
  files.flatMap((file) => localPaths(api, file, host)).filter((path) => /\.[mc]?js$/.test(path) && !program.getSourceFile(path));

/** The files of the definition at `path`; a script beside its declarations is one of them, so that it runs with the gradc that runs here. */
function readWhole(typescript: TypeScriptLoaded, path: string, modules: Surroundings["modules"], host: Host): FilesRead {
  const scripts: string[] = [];
  for (;;) {
    const reading = readFiles(typescript.api, programFor(host, typescript, path, scripts), path, modules, host);
    const hidden = scriptsBehind(reading).filter((script) => !scripts.includes(script));
    if (hidden.length === 0) return reading;
    scripts.push(...new Set(hidden));
  }
}

/** TypeScript names a module by its path on this machine; its own name says more: `typeof import("/.../nn/index")` is `nn`. */
const withoutPaths = (text: string): string => text.replace(/(?:typeof )?import\("(?:[^"]*?\/)??([^"/]+?)(?:\/index)?"\)/g, "$1");

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

function problemAt({ api, folder, modules, host }: FilesRead, { file, start, messageText }: ts.Diagnostic) {
  const source = file as ts.SourceFile;
  const at = formatPosition(positionAt(source, host.paths.relative(folder, source.fileName), start ?? 0));
  return { at, text: explained(withoutPaths(api.flattenDiagnosticMessageText(messageText, "\n")), languageOf(modules)) };
}

function checkTypes(reading: FilesRead): void {
  const problems = reading.files.map((file) => problemsOf(reading.program, file));
  const [syntax] = problems.flatMap((problem) => problem.syntax).map((problem) => problemAt(reading, problem));
  if (syntax) throw syntaxError("the definition", syntax.at, syntax.text);
  refuseAwaits(reading);
  refuseMisuse(reading);
  const found = problems.flatMap((problem) => problem.types).map((problem) => problemAt(reading, problem));
  // What such a call gives cannot be called either.
  const types = found.some(({ text }) => ownText.test(text)) ? found.filter(({ text }) => !text.startsWith(notCallable)) : found;
  if (types.length > 0) for (const file of reading.files) checkPackages(reading, file);
  if (types.length > 0) throw typeErrors(reading.host.paths.basename(elementAt(reading.files, 0).fileName), types);
}

/** Refuses `await` where nothing waits. @throws GradcError `syntax-error` */
function refuseAwaits({ api, folder, files, host }: FilesRead): void {
  for (const file of files) {
    const [node] = awaitsOutside(api, file);
    if (!node) continue;
    const value = api.isAwaitExpression(node) ? excerpt(node.expression.getText(file)) : undefined;
    throw definitionWaits(value, formatPosition(positionAt(file, host.paths.relative(folder, file.fileName), node.getStart(file))));
  }
}

/** Refuses operators and conditions of tensors; what a scalar function does with them is said when it is translated. @throws GradcError `operator-on-tensor` */
function refuseMisuse({ api, program, folder, files, host }: FilesRead): void {
  const misuses = misusedTensors({ api, program, files });
  if (misuses.length === 0) return;
  const scalars = scalarFunctions(api, program.getTypeChecker(), files);
  const isTranslated = (node: ts.Node): boolean => scalars.has(node) || (node.parent !== undefined && isTranslated(node.parent));
  const [misuse] = misuses.filter(({ tensor }) => !isTranslated(tensor));
  if (!misuse) return;
  const file = misuse.tensor.getSourceFile();
  const text = excerpt(misuse.tensor.getText(file));
  const error = misuse.as === "condition" ? tensorAsCondition(text) : operatorOn("tensor", `the tensor "${text}"`, "number");
  throw located(error, positionAt(file, host.paths.relative(folder, file.fileName), misuse.tensor.getStart(file)));
}

/** Refuses imports of packages that are not installed: what TypeScript says of their values follows from that. @throws GradcError `missing-package` */
function checkPackages({ api, folder, modules, host }: FilesRead, file: ts.SourceFile): void {
  const packages = host.packagesFor(file.fileName);
  for (const { fileName, pos } of api.preProcessFile(file.text).importedFiles) {
    const place = () => formatPosition(positionAt(file, host.paths.relative(folder, file.fileName), pos));
    if (isMissingEntry(host, modules, fileName)) throw missingEntry(fileName, Object.keys(modules), place());
    if (!isOwnEntry(fileName) && isMissingPackage(packages, fileName)) throw missingPackage(fileName, place());
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

function transpile({ api, program, folder, host }: FilesRead, file: ts.SourceFile, translated: ReadonlySet<ts.Node>): Transpiled {
  const tables = { sites: [], scalars: [], name: host.paths.relative(folder, file.fileName) };
  const before = [rewriteCalls(api, program.getTypeChecker(), tables.name, translated, tables)];
  const outputs = new Map<boolean, string>();
  program.emit(file, (path, text) => outputs.set(path.endsWith(".map"), text), undefined, false, { before });
  const emitted: Emitted = { code: withoutLink(outputs.get(false) ?? ""), maps: [outputs.get(true) ?? ""] };
  return { ...tables, ...(/\.m[jt]s$/.test(file.fileName) ? asCommonJs(api, emitted) : emitted) };
}

function transpileAll(reading: FilesRead): ReadonlyMap<string, Transpiled> {
  const translated = scalarFunctions(reading.api, reading.program.getTypeChecker(), reading.files);
  return new Map(reading.files.map((file) => [reading.host.paths.resolve(file.fileName), transpile(reading, file, translated)]));
}

function readDefinition(path: string, modules: Surroundings["modules"], host: Host) {
  const typescript = loadTypeScript(host);
  const reading = readWhole(typescript, path, modules, host);
  checkTypes(reading);
  const sources = new Set([path, ...reading.files.flatMap((file) => localPaths(typescript.api, file, host))]);
  return { files: transpileAll(reading), sources: [...sources] };
}

function explainer(evaluation: Evaluation, file: string): (error: unknown) => unknown {
  return (error) => {
    if (error instanceof InternalError) return error;
    const place = placeOnStack(evaluation, error);
    if (error instanceof GradcError) return place && !error.at ? located(error, place) : error;
    const [, object = "", member = ""] = /(\w+)\.(\w+) is not a constructor$/.exec(String(error)) ?? [];
    const help = member === "" ? undefined : insteadOf(object, member, languageOf(evaluation.surroundings.modules));
    return definitionFailed(file, error, place && formatPosition(place), help);
  };
}

/**
 * Reads, checks and runs the definition at `path` with the local files that it imports. Positions are relative to its folder.
 * @throws GradcError `file-not-found`, `not-a-definition`, `missing-package`, `syntax-error`, `type-error`, `definition-failed`
 */
export async function loadDefinition(path: string | URL, host: Host, surroundings: Surroundings): Promise<Loaded> {
  const main = definitionPath(path, host);
  const { files, sources } = readDefinition(main, surroundings.modules, host);
  const evaluation: Evaluation = { host, surroundings, files, modules: new Map() };
  const file = host.paths.basename(main);
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
