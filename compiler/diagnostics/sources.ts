// What is said of definition files, and of scalar functions in them.
import { GradcError } from "../../runtime/error.ts";

/** A construct of `source`, such as `the formula "x!"`, that scalar functions do not have. */
export function untranslatable(construct: string, source: string, at: string | undefined, reason?: string): GradcError {
  return new GradcError("untranslatable", `Cannot translate "${construct}" in ${source}${reason ? `: ${reason}` : ""}`, { at });
}

/** A name in a scalar function that is neither a parameter nor a constant. */
export function unboundName(name: string, at: string): GradcError {
  const help = `pass its value: elementwise(f, { ${name} })`;
  return new GradcError("unbound-name", `The scalar function uses "${name}", which is neither a parameter nor a constant`, { at, help });
}

/** A name in a formula for which there is no argument; `isFunction` where it is the name of a function. */
export function nameWithoutArgument(name: string, isFunction: boolean, formula: string, names: readonly string[], given: number): GradcError {
  const help = isFunction ? `to apply the function, write ${name}(...)` : `pass its value: elementwise(f, { ${name} })`;
  const counts = `\n  got       ${given} ${given === 1 ? "argument" : "arguments"}\n  expected  ${names.length}: ${names.join(", ")}`;
  return new GradcError("unbound-name", `The ${formula} uses "${name}", for which there is no argument${counts}`, { help });
}

/** Text that cannot be parsed. */
export function syntaxError(what: string, at: string | undefined, problem: string): GradcError {
  return new GradcError("syntax-error", `Cannot read ${what}: ${problem.replace(/\.$/, "")}`, { at });
}

/** `await` of a value, or in the head of a loop, where nothing waits. */
export const definitionWaits = (value: string | undefined, at: string): GradcError =>
  new GradcError("syntax-error", "Cannot read the definition: it has an await outside of async functions, and a definition runs in one go", {
    at,
    help:
      value === undefined
        ? "a for without await"
        : `layers and ops give their values at once: ${value}; a file is read by import, or by readFileSync`,
  });

export function fileNotFound(path: string): GradcError {
  return new GradcError("file-not-found", `Cannot read the definition "${path}": there is no such file`);
}

/** A path was given where no files can be read. */
export function withoutFiles(path: string): GradcError {
  const help = `give the model that the file exports: import net from "${path}"; await compile(net)`;
  return new GradcError("file-not-found", `Cannot read the definition "${path}": there are no files in a page`, { help });
}

/** What files hold that are no definitions, and what is made of them. */
const otherFiles: readonly (readonly [ending: RegExp, content: string, help: string])[] = [
  [/\.wasm$/, "it is a compiled module", "gradc inspect, train and predict take it; elsewhere give the definition, a .ts or .js file"],
  [/\.safetensors$/, "it holds weights", "a definition is a .ts or .js file; gradc predict takes weights as --weights"],
  [/\.(csv|tsv|txt|jsonl?|ndjson)$/, "it is a table", "a definition is a .ts or .js file; gradc train and predict take the table as --data"],
];

/** A file that is not TypeScript or JavaScript, or a folder, was given as a definition. */
export function notADefinition(path: string, isFolder = false): GradcError {
  const [, content, help] = otherFiles.find(([ending]) => ending.test(path)) ?? [];
  const what = isFolder ? "it is a folder" : content;
  return new GradcError("not-a-definition", `Cannot read "${path}" as a definition${what ? `: ${what}` : ""}`, {
    help: (!isFolder && help) || "a definition is a .ts or .js file",
  });
}

/** A package that a definition imports, and that is not there. */
export function missingPackage(specifier: string, at?: string): GradcError {
  const [, name = specifier] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
  return new GradcError("missing-package", `The definition imports "${specifier}", and the package "${name}" is not installed`, {
    at,
    help: `npm install ${name}`,
  });
}

/** An entry that gradc does not have. */
export const missingEntry = (specifier: string, entries: readonly string[], at?: string): GradcError =>
  new GradcError("missing-package", `The definition imports "${specifier}", which gradc does not have`, {
    at,
    help: `import from ${entries.map((entry) => `"${entry}"`).join(", ")}`,
  });

const wholeModel = 'export default model("net", { x: f32("batch", 4) }, ({ x }) => ({ outputs: { y: nn.linear(x, 1) } }))';

const mostProblems = 5;

/** What TypeScript says of a definition, at most a handful of problems; each with its place. */
export function typeErrors(file: string, problems: readonly { readonly at: string; readonly text: string }[]): GradcError {
  const [first, ...others] = problems.map(({ at, text }) => ({ at, text: text.replaceAll("\n", "\n    ") }));
  const lines = others.slice(0, mostProblems - 1).map(({ at, text }) => `\n  ${at}  ${text}`);
  const more = problems.length > mostProblems ? `\n  and ${problems.length - mostProblems} more` : "";
  return new GradcError("type-error", `The types of "${file}" do not fit: ${first?.text.replace(/\.$/, "")}${lines.join("")}${more}`, {
    at: first?.at,
  });
}

/** The code of a definition threw something that is not an error of gradc. */
export function definitionFailed(file: string, error: unknown, at: string | undefined, help?: string): GradcError {
  // Imports have names of their own in the code that runs.
  const text = String(error).replace(/\bgradc_\d+\./g, "");
  return new GradcError("definition-failed", `The definition "${file}" failed: ${text}`, { at, cause: error, help });
}

/** A definition without the model that was asked for; `other` is the kind of a default export that is no model. */
export function noModel(file: string, name: string | undefined, exported: readonly string[], models: readonly string[], other?: string): GradcError {
  const wanted = name === undefined ? "a model as its default export" : `a model "${name}"`;
  const found = exported.length > 0 ? exported.map((key) => `"${key}"`).join(", ") : "nothing";
  const write = other === undefined ? "write export default model(...)" : `its default export is of type ${other}: ${wholeModel}`;
  const help = models.length > 0 ? `choose one of its models by name: ${models.join(", ")}` : write;
  return new GradcError("no-model", `"${file}" does not export ${wanted}\n  it exports  ${found}`, { help });
}
