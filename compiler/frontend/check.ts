// Types of a definition: the program that it makes with the files it imports, and what TypeScript says of it.
import type { ts } from "@ts-morph/common";
import type { Host } from "./host.ts";
import { programOf, type TypeScriptLoaded } from "./program.ts";
import type { TypeScript } from "./reach.ts";

const strictness = [
  "strict",
  "noImplicitAny",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "noImplicitThis",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "exactOptionalPropertyTypes",
] as const;

function nearestConfig(host: Host, folder: string): string | undefined {
  const path = host.paths.resolve(folder, "tsconfig.json");
  if (host.kindOf(path)) return path;
  const parent = host.paths.dirname(folder);
  return parent === folder ? undefined : nearestConfig(host, parent);
}

/** How strict the nearest tsconfig.json is; strict without one. */
function strictnessAt(host: Host, api: TypeScript, folder: string): ts.CompilerOptions {
  const path = nearestConfig(host, folder);
  if (!path) return { strict: true };
  const { config = {} } = api.readConfigFile(path, api.sys.readFile);
  // The files that the configuration includes do not matter, and may be many.
  const { options } = api.parseJsonConfigFileContent(config, { ...api.sys, readDirectory: () => [] }, host.paths.dirname(path));
  return Object.fromEntries(strictness.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])));
}

/**
 * Whether a path lies in gradc: its types stand at the same places as sources (.ts) and when built (.d.ts), and sources import packages that lie in it.
 */
function ownFiles({ root, paths }: Host): (path: string) => boolean {
  const folders = ["src", "compiler", "data", "runtime", "node_modules"].map((folder) => `${paths.resolve(root, folder)}/`);
  return (path) => folders.some((folder) => path.startsWith(folder));
}

function compilerOptions(host: Host, api: TypeScript, folder: string): ts.CompilerOptions {
  const ownTypes = (path: string) => [host.paths.resolve(host.root, path)];
  return {
    strict: true,
    ...strictnessAt(host, api, folder),
    target: api.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
    module: api.ModuleKind.CommonJS,
    moduleResolution: api.ModuleResolutionKind.Bundler,
    paths: { gradc: ownTypes("src/index"), "gradc/compiler": ownTypes("src/compile"), "gradc/runtime": ownTypes("runtime/index") },
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: false,
    esModuleInterop: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    sourceMap: true,
    // Nothing is written there; without it TypeScript refuses to emit for JavaScript files.
    outDir: "/out",
  };
}

/** The program of the definition at `path`, and of `scripts` that are evaluated with it. */
export const programFor = (host: Host, typescript: TypeScriptLoaded, path: string, scripts: readonly string[] = []): ts.Program =>
  programOf(typescript, [path, ...scripts], compilerOptions(host, typescript.api, host.paths.dirname(path)), ownFiles(host));

/** Codes of TypeScript: a module that cannot be found, or that has no types. */
const missingModule = new Set([2307, 2591, 2792, 7016]);
/** `import.meta` in CommonJS, which the front end provides. */
const importMeta = 1343;

// A package without types, or one that is missing, shows when the definition runs; types of Node are left out on purpose.
function concerns({ code, file, start }: ts.Diagnostic): boolean {
  if (code === importMeta || file === undefined || start === undefined) return false;
  return !missingModule.has(code) || /^['"]\./.test(file.text.slice(start, start + 2));
}

/** What TypeScript says of `file`: the syntax first, types only where that is right. */
export function problemsOf(
  program: ts.Program,
  file: ts.SourceFile,
): { readonly syntax: readonly ts.Diagnostic[]; readonly types: readonly ts.Diagnostic[] } {
  const syntax = program.getSyntacticDiagnostics(file);
  return { syntax, types: syntax.length > 0 ? [] : program.getSemanticDiagnostics(file).filter(concerns) };
}
