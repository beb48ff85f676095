// Writes the two files beside a built module that make it a typed JavaScript module: NAME.js loads it, NAME.d.ts says what it takes and gives.
import type { Manifest } from "../../runtime/program.ts";
import { notLocated } from "../diagnostics/bindings.ts";
import { aliases, importedTypes, records, typePrefix } from "./types.ts";

/** The content of `NAME.js` and `NAME.d.ts`. */
export interface Bindings {
  readonly js: string;
  readonly dts: string;
}

/** The runtime as text: a script that defines `runtime`, and its declarations. */
export interface RuntimeText {
  readonly js: string;
  readonly dts: string;
}

/** What lies beside the bindings, and where their runtime comes from. */
export interface BindingOptions {
  /** File name of the module, `NAME.wasm` unless stated. */
  readonly wasm?: string;
  /** File name of the module of the profile `fast`, where there is one. */
  readonly fast?: string;
  /** The module that the runtime is imported from, `gradc/runtime` unless stated, or the runtime itself. */
  readonly runtime?: string | RuntimeText;
  /** Fingerprints of the modules that these bindings were written with: they load no others from their own address. */
  readonly builds?: readonly number[];
}

/** The first line of both files, which stays one whatever the name of the module. */
const headingOf = (wasm: string): string => `// Written by gradc beside ${wasm.replace(/\s+/g, " ")}.`;

const addressOf = (file: string): string => `() => new URL(${JSON.stringify(`./${file}`)}, import.meta.url)`;

/** The lines that give `loadModule` and `GradcError`. */
const runtimeScript = (runtime: string | RuntimeText): string =>
  typeof runtime === "string"
    ? `import { GradcError, load as loadModule } from ${JSON.stringify(runtime)};\n`
    : `${runtime.js.trim()}\nconst { load: loadModule } = runtime;\nexport const { fit, GradcError, pack } = runtime;\n`;

function script(manifest: Manifest, wasm: string, { fast, runtime = "gradc/runtime", builds = [] }: BindingOptions): string {
  const { code, text, help } = notLocated(wasm);
  const settings = builds.length > 0 ? `{ ...options, builds: [${builds.join(", ")}] }` : "options";
  return `${headingOf(wasm)}
${runtimeScript(runtime)}
export const url = ${addressOf(wasm)};
${fast === undefined ? "" : `const fastUrl = ${addressOf(fast)};\n`}
export const manifest = ${JSON.stringify(manifest)};

// Anything else is a source: bytes, an address, an answer, a compiled module, a pair of modules.
const isOptions = (value) =>
  Object.prototype.toString.call(value) === "[object Object]" && !["wasm", "exact", "fast", "then"].some((key) => key in value);

function own() {
  try {
    return ${fast === undefined ? "url()" : "{ exact: url(), fast: fastUrl() }"};
  } catch (cause) {
    throw new GradcError(${JSON.stringify(code)}, ${JSON.stringify(text)}, { help: ${JSON.stringify(help)}, cause });
  }
}

export default async function load(source, options) {
  if (isOptions(source)) return load(undefined, { ...source, ...options });
  return source == null ? loadModule(own(), ${settings}) : loadModule(source, options);
}
`;
}

const constants = (prefix: string): string[] => [
  '/** Where the module lies. */\nexport declare const url: () => Known<"URL">;',
  "/** What the module holds: its inputs, outputs, variables and entry points. */\nexport declare const manifest: Manifest;",
  [
    "/** Loads the module with fresh parameters, or with the weights that options name. */",
    `export default function load(options?: LoadOptions): Promise<${prefix}Net>;`,
    "/** Loads this model from elsewhere: its module as bytes, an address, an answer or a compiled module, or a trained file. */",
    `export default function load(source: Source<object, object> | null | undefined, options?: LoadOptions): Promise<${prefix}Net>;`,
  ].join("\n"),
];

function declarations(manifest: Manifest, wasm: string, { runtime = "gradc/runtime" }: BindingOptions): string {
  const prefix = typePrefix(manifest.name);
  const imported =
    typeof runtime === "string" ? `import type { ${importedTypes(manifest).join(", ")} } from ${JSON.stringify(runtime)};` : runtime.dts.trim();
  const parts = [imported, ...records(prefix, manifest), ...aliases(prefix, manifest), ...constants(prefix)];
  return `${headingOf(wasm)}\n${parts.join("\n\n")}\n`;
}

/**
 * The typed JavaScript module for a built module beside it. Importing it does nothing; all types are named after the model: `HousingNet`,
 * `HousingInputs`, `HousingOutputs`, `HousingParameter`, `HousingHyper`.
 */
export async function writeBindings(manifest: Manifest, options: BindingOptions = {}): Promise<Bindings> {
  const wasm = options.wasm ?? `${manifest.name}.wasm`;
  return { js: script(manifest, wasm, options), dts: declarations(manifest, wasm, options) };
}
