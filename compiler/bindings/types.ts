// What the declarations of a built module say: inputs, outputs, metrics and names as text.
import { type Dtype, type EntryName, entryNamed, entryOf, gamesOf, type InputSlot, type Manifest, type TensorSlot } from "../../runtime/program.ts";

const inputTypes: Readonly<Record<Dtype, string>> = { f32: "F32Data", i32: "I32Data", bool: "I32Data" };
const outputTypes: Readonly<Record<Dtype, string>> = { f32: "Float32Array", i32: "Int32Array", bool: "Uint8Array" };

/** `iris-small` gives `IrisSmall`: the first part of the names of all types. */
export const typePrefix = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

/** A name as the key of a property. */
const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const union = (names: readonly string[]): string => (names.length === 0 ? "never" : names.map((name) => JSON.stringify(name)).join(" | "));

const typeText = ({ dtype, shape }: TensorSlot): string => `${dtype}[${shape.join(", ")}]`;

const isRead = ({ name }: InputSlot, { entries, targets }: Manifest): boolean =>
  targets.includes(name) || entries.some(({ inputs }) => inputs.includes(name));

function describeInput(input: InputSlot, manifest: Manifest): string {
  const { range } = input;
  const except = range?.except === undefined ? "" : ` or ${range.except}`;
  const values = range ? `, each in [${range.lower}, ${range.upper}${input.dtype === "f32" ? "]" : ")"}${except}` : "";
  const use = manifest.targets.includes(input.name) ? "; only the loss reads it" : isRead(input, manifest) ? "" : "; nothing reads it";
  return `${typeText(input)}${values}${use}`;
}

/** A comment, which nothing of a module's manifest can end. */
const comment = (text: string): string => `/** ${text.replaceAll("*/", "*\\/")} */`;

/** The type of a record, each of whose properties has a comment: an alias, since an interface would not be one of the runtime's general records. */
function recordText(name: string, properties: readonly { readonly doc: string; readonly property: string }[]): string {
  const lines = properties.flatMap(({ doc, property }) => [`  ${comment(doc)}`, `  ${property};`]);
  return [`export type ${name} = {`, ...lines, "};"].join("\n");
}

const resultsOf = ({ entries }: Manifest, name: EntryName): readonly TensorSlot[] => entryNamed(entries, name)?.results ?? [];

/** The types of inputs and outputs. */
export function records(prefix: string, manifest: Manifest): string[] {
  const inputs = manifest.inputs.map((input) => ({
    doc: describeInput(input, manifest),
    property: `readonly ${key(input.name)}${isRead(input, manifest) ? "" : "?"}: ${inputTypes[input.dtype]}`,
  }));
  const outputs = resultsOf(manifest, "predict").map((output) => ({
    doc: typeText(output),
    property: `${key(output.name)}: ${outputTypes[output.dtype]}`,
  }));
  return [recordText(`${prefix}Inputs`, inputs), recordText(`${prefix}Outputs`, outputs)];
}

/** The unions of names, and the type of the net that they and the records are parts of. */
export function aliases(prefix: string, manifest: Manifest): string[] {
  const named = (role: string) => union(manifest.variables.filter((variable) => variable.role === role).map(({ name }) => name));
  return [
    `export type ${prefix}Parameter = ${named("parameter")};`,
    `/** Settings that setHyper changes. */\nexport type ${prefix}Hyper = ${named("hyper")};`,
    ...(gamesOf(manifest.entries).length > 0 ? gamesText(prefix, manifest) : [netText(prefix, manifest, named("parameter"))]),
  ];
}

const commonParts = (prefix: string): string[] => ["Inputs", "Outputs", "Parameter", "Hyper"].map((part) => prefix + part);

/** The losses and metrics that `evaluate` gives. */
const measuredBy = (manifest: Manifest): readonly TensorSlot[] =>
  ["evaluate.finish", "evaluate"].map((name) => resultsOf(manifest, name as EntryName)).find((results) => results.length > 0) ?? [];

/** What a net is differentiated by, in all of its games. */
function gradientsIn(manifest: Manifest): string {
  const names = [undefined, ...gamesOf(manifest.entries)].flatMap((game) => resultsOf(manifest, entryOf("gradients", game)).slice(1));
  return union([...new Set(names.map(({ name }) => name))]);
}

/** What the steps give beside losses and metrics. */
function watchedIn(manifest: Manifest): string {
  const ofGames = gamesOf(manifest.entries).flatMap((game) => resultsOf(manifest, entryOf("step", game)).slice(1));
  const names = [...resultsOf(manifest, "step").slice(1 + manifest.metrics.length), ...ofGames].map(({ name }) => name);
  return union([...new Set(names)]);
}

function netText(prefix: string, manifest: Manifest, parameters: string): string {
  const withAxes = measuredBy(manifest).flatMap(({ name, shape }) => (shape.length > 0 ? [name] : []));
  const numbers = manifest.metrics.filter((name) => !withAxes.includes(name));
  // Gradients are those of the parameters, unless some are frozen or `wrt` names other values.
  const rest = trimmed([gradientsIn(manifest), union(withAxes), watchedIn(manifest)], [parameters, "never", "never"]);
  return `export type ${prefix}Net = Net<${[...commonParts(prefix), union(numbers), ...rest].join(", ")}>;`;
}

/** A net of games, whose losses are among what is measured. */
function gamesText(prefix: string, manifest: Manifest): string[] {
  const measured = (isWithAxes: boolean) => union(measuredBy(manifest).flatMap(({ name, shape }) => (shape.length > 0 === isWithAxes ? [name] : [])));
  const parts = [measured(false), gradientsIn(manifest), measured(true), `${prefix}Game`, ...trimmed([watchedIn(manifest)], ["never"])];
  return [
    `/** Losses with steps of their own. */\nexport type ${prefix}Game = ${union(gamesOf(manifest.entries))};`,
    `export type ${prefix}Net = NetOfGames<${[...commonParts(prefix), ...parts].join(", ")}>;`,
  ];
}

/** Arguments without the last ones that are the usual ones. */
function trimmed(args: readonly string[], usual: readonly string[]): readonly string[] {
  const others = args.flatMap((arg, at) => (arg === usual[at] ? [] : [at + 1]));
  return args.slice(0, others.at(-1) ?? 0);
}

/** The names of the runtime's types that the inputs need, and those that every file needs. */
export function importedTypes({ inputs, entries }: Manifest): string[] {
  const data = inputs.map((input) => inputTypes[input.dtype]);
  return [...new Set([...data, "Known", "LoadOptions", "Manifest", gamesOf(entries).length > 0 ? "NetOfGames" : "Net", "Source"])].sort();
}
