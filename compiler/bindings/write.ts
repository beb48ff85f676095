// Writes the two files beside a built module that make it a typed JavaScript module: NAME.js loads it, NAME.d.ts says what it takes and gives.
import type { InterfaceDeclarationStructure, OptionalKind, PropertySignatureStructure, SourceFile, TypeAliasDeclarationStructure } from "ts-morph";
import type { Dtype, InputSlot, Manifest, TensorSlot } from "../../runtime/program.ts";

/** The content of `NAME.js` and `NAME.d.ts`. */
export interface Bindings {
  readonly js: string;
  readonly dts: string;
}

const inputTypes: Readonly<Record<Dtype, string>> = { f32: "F32Data", i32: "I32Data", bool: "I32Data" };
const outputTypes: Readonly<Record<Dtype, string>> = { f32: "Float32Array", i32: "Int32Array", bool: "Uint8Array" };

/** `iris-small` gives `IrisSmall`: the first part of the names of all types. */
const typePrefix = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const quote = (text: string): string => JSON.stringify(text);

/** A name as the key of a property. */
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));

const union = (names: readonly string[]): string => (names.length === 0 ? "never" : names.map(quote).join(" | "));

const typeText = ({ dtype, shape }: TensorSlot): string => `${dtype}[${shape.join(", ")}]`;

function describeInput(input: InputSlot, manifest: Manifest): string {
  const { targets } = manifest;
  const { range } = input;
  const except = range?.except === undefined ? "" : ` or ${range.except}`;
  const values = range ? `, each in [${range.lower}, ${range.upper})${except}` : "";
  const use = targets.includes(input.name) ? "; only the loss reads it" : isRead(input, manifest) ? "" : "; nothing reads it";
  return `${typeText(input)}${values}${use}`;
}

const isRead = ({ name }: InputSlot, { entries, targets }: Manifest): boolean =>
  targets.includes(name) || entries.some(({ inputs }) => inputs.includes(name));

const inputProperty = (input: InputSlot, manifest: Manifest): OptionalKind<PropertySignatureStructure> => ({
  docs: [describeInput(input, manifest)],
  isReadonly: true,
  name: key(input.name),
  hasQuestionToken: !isRead(input, manifest),
  type: inputTypes[input.dtype],
});

const outputProperty = (output: TensorSlot): OptionalKind<PropertySignatureStructure> => ({
  docs: [typeText(output)],
  name: key(output.name),
  type: outputTypes[output.dtype],
});

function interfaces(prefix: string, manifest: Manifest): OptionalKind<InterfaceDeclarationStructure>[] {
  const outputs = manifest.entries.find((entry) => entry.name === "predict")?.results ?? [];
  return [
    { name: `${prefix}Inputs`, isExported: true, properties: manifest.inputs.map((input) => inputProperty(input, manifest)) },
    { name: `${prefix}Outputs`, isExported: true, properties: outputs.map(outputProperty) },
  ];
}

function typeAliases(prefix: string, { variables, entries, metrics }: Manifest): OptionalKind<TypeAliasDeclarationStructure>[] {
  const named = (role: string) => variables.filter((variable) => variable.role === role).map((variable) => variable.name);
  const parameters = union(named("parameter"));
  const gradients = union((entries.find(({ name }) => name === "gradients")?.results ?? []).slice(1).map(({ name }) => name));
  const parts = ["Inputs", "Outputs", "Parameter", "Hyper"].map((part) => prefix + part);
  // Gradients are those of the parameters, unless some are frozen or `wrt` names other values.
  const net = `Net<${[...parts, union(metrics), ...(gradients === parameters ? [] : [gradients])].join(", ")}>`;
  return [
    { name: `${prefix}Parameter`, isExported: true, type: parameters },
    { name: `${prefix}Hyper`, isExported: true, type: union(named("hyper")), docs: ["Settings that setHyper changes."] },
    { name: `${prefix}Net`, isExported: true, type: net },
  ];
}

/** The names of the runtime's types that the inputs need, and those that every file needs. */
function importedTypes({ inputs }: Manifest): string[] {
  const data = inputs.map((input) => inputTypes[input.dtype]);
  return [...new Set([...data, "LoadOptions", "Manifest", "Net"])].sort();
}

const constants = (prefix: string): string[] => [
  "/** Where the module lies. */\nexport declare const url: URL;",
  "/** What the module holds: its inputs, outputs, variables and entry points. */\nexport declare const manifest: Manifest;",
  `/** Loads the module with fresh parameters, or with the weights that options name. */\nexport default function load(options?: LoadOptions): Promise<${prefix}Net>;`,
];

function declare(file: SourceFile, manifest: Manifest): void {
  const prefix = typePrefix(manifest.name);
  file.addImportDeclaration({ moduleSpecifier: "gradc/runtime", isTypeOnly: true, namedImports: importedTypes(manifest) });
  file.addInterfaces(interfaces(prefix, manifest));
  file.addTypeAliases(typeAliases(prefix, manifest));
  file.addStatements(constants(prefix));
}

function script(manifest: Manifest, wasm: string): string {
  return `// Written by gradc beside ${wasm}.
import { load as loadModule } from "gradc/runtime";

export const url = new URL(${quote(`./${wasm}`)}, import.meta.url);

export const manifest = ${JSON.stringify(manifest)};

export default function load(options) {
  return loadModule(url, options);
}
`;
}

/**
 * The typed JavaScript module for the built module `wasm`, a file name beside it (`NAME.wasm` unless stated). All that is exported is named
 * after the model: `HousingNet`, `HousingInputs`, `HousingOutputs`, `HousingParameter`, `HousingHyper`.
 */
export async function writeBindings(manifest: Manifest, wasm = `${manifest.name}.wasm`): Promise<Bindings> {
  const { IndentationText, Project } = await import("ts-morph");
  const project = new Project({ useInMemoryFileSystem: true, manipulationSettings: { indentationText: IndentationText.TwoSpaces } });
  const file = project.createSourceFile(`${manifest.name}.d.ts`);
  declare(file, manifest);
  return { js: script(manifest, wasm), dts: `// Written by gradc beside ${wasm}.\n${file.getFullText()}` };
}
