// TypeScript, and the programs that definitions are checked and transpiled in.
import type { ts } from "@ts-morph/common";
import { ambientTypes } from "./ambient.ts";
import { type Host, ownPackages } from "./host.ts";
import type { TypeScript } from "./reach.ts";

/** TypeScript, and its types of ECMAScript by path. */
export interface TypeScriptLoaded {
  readonly api: TypeScript;
  readonly library: ReadonlyMap<string, string>;
  /** Where the types of other globals are said to lie. */
  readonly globals: string;
}

/** Where the types of ECMAScript are said to lie; there is no such folder. */
const libraryFolder = "/node_modules/typescript/lib";

const loaded = new WeakMap<Host, TypeScriptLoaded>();

/**
 * Loads TypeScript, once in the life of the process. It is required, as the CommonJS module that it is: `import` would read its nine megabytes twice,
 * to learn the names of its exports.
 */
export function loadTypeScript(host: Host): TypeScriptLoaded {
  const known = loaded.get(host);
  if (known) return known;
  const { ts: api, getLibFiles } = ownPackages(host).load("@ts-morph/common") as typeof import("@ts-morph/common");
  const library = getLibFiles().map(({ fileName, text }) => [`${libraryFolder}/${fileName}`, text] as const);
  const globals = host.paths.resolve(host.root, "compiler/frontend/globals.d.ts");
  const typescript = { api, library: new Map([...library, [globals, ambientTypes]]), globals };
  loaded.set(host, typescript);
  return typescript;
}

/** What does not change while the process lives: the types of ECMAScript and of gradc, parsed, and what the files of gradc import. */
interface Kept {
  readonly files: Map<string, ts.SourceFile | undefined>;
  readonly imports: Map<string, readonly ts.ResolvedModuleWithFailedLookupLocations[]>;
}

// One for each set of options, since binding follows them.
const keptByOptions = new Map<string, Kept>();

function keptFor(options: ts.CompilerOptions): Kept {
  const key = JSON.stringify(options);
  const kept = keptByOptions.get(key) ?? { files: new Map(), imports: new Map() };
  keptByOptions.set(key, kept);
  return kept;
}

/** What the map holds at `path`; made where it holds nothing. */
function keep<T>(map: Map<string, T>, path: string, make: () => T): T {
  if (!map.has(path)) map.set(path, make());
  return map.get(path) as T;
}

/** Reads files from disk anew each time, except for those that `isOwn` says are a part of gradc. */
function hostFor({ api, library }: TypeScriptLoaded, options: ts.CompilerOptions, isOwn: (path: string) => boolean): ts.CompilerHost {
  const host = api.createCompilerHost(options);
  const kept = keptFor(options);
  const cache = api.createModuleResolutionCache(host.getCurrentDirectory(), (path) => host.getCanonicalFileName(path), options);
  const read = (path: string, version: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
    const text = library.get(path);
    return text === undefined ? host.getSourceFile(path, version) : api.createSourceFile(path, text, version);
  };
  const known: ts.CompilerHost = {
    ...host,
    jsDocParsingMode: api.JSDocParsingMode.ParseNone,
    getDefaultLibLocation: () => libraryFolder,
    getDefaultLibFileName: () => `${libraryFolder}/lib.d.ts`,
    fileExists: (path) => library.has(path) || host.fileExists(path),
    getSourceFile(path, version) {
      if (!library.has(path) && !isOwn(path)) return read(path, version);
      return keep(kept.files, path, () => read(path, version));
    },
    resolveModuleNameLiterals(literals, path, redirected, _, file) {
      const resolve = () =>
        literals.map((literal) =>
          api.resolveModuleName(literal.text, path, options, known, cache, redirected, api.getModeForUsageLocation(file, literal, options)),
        );
      return isOwn(path) ? keep(kept.imports, path, resolve) : resolve();
    },
  };
  return known;
}

/** A program of the files at `paths` with what they import, read from disk now. */
export function programOf(
  typescript: TypeScriptLoaded,
  paths: readonly string[],
  options: ts.CompilerOptions,
  isOwn: (path: string) => boolean,
): ts.Program {
  const host = hostFor(typescript, options, isOwn);
  return typescript.api.createProgram({ rootNames: [typescript.globals, ...paths], options, host });
}
