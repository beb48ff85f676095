// The one textual form of a graph, read back by parse.ts. A node a line, inputs first:
//
//   x = input[dtype, name, shape] : f32[batch, 12]
//   %1 = contract[spec="bi,io->bo"](x, hidden.weight) : f32[batch, 5]  # "hidden" housing.model.ts:3:9
//
// The roots of a body stand in braces behind the inputs: `%4 = repeat[times=3](x){%3}`. A parameter without a value is the node's own: its dtype, its shape, its name. After `#` stand the names that the user
// gave to the value, each with its place, `of` the layer that gave it, `as` what part of a layer it is (`by` where its error has a name), `error` what steps of a loop hand on of which it is the error, and `at`
// the place where it was written. A declaration says by which `letter` formulas call it, and what they call the `error` at its product.
//
// Behind the entry points stands what is only to be read: `declared predict` as it was before it ran in this form, `written` values, what a step would
// have `assigned`, each `passage` of a loss over sources that stand for its inputs, and the `order` in which the definition computed what has names.
import { type PlaceOf, printReference } from "./elements.ts";
import { type Assigned, type Entry, type Program, rootsOf } from "./entry.ts";
import type { Declaration, Node, Param, Params, Position } from "./node.ts";
import { nodesIn, type StoredPassage } from "./passages.ts";
import { formatType } from "./type.ts";
import { withBodies } from "./walk.ts";

interface Options {
  /** Writes user names and places too. */
  readonly names?: boolean;
  /** Where elements lie in the memory of the module that the text goes into: it refers to them. */
  readonly placeOf?: PlaceOf | undefined;
}

/** `roots` and all that they depend on, and then the roots: `return %1, %2`. Equal graphs print equal. */
export function print(roots: readonly Node[], options: Options = {}): string {
  const labels = labelsOf(withBodies(roots));
  return [...printNodes(labels, options), `return ${roots.map((root) => labels.get(root)).join(", ")}`].join("\n");
}

/**
 * The program with its declarations and entry points, user names and places; initial values are updates of the entry `init`. With `placeOf`, long
 * lists of elements are references: what stands for them in the text of a module.
 */
export function printProgram(program: Program, placeOf?: PlaceOf): string {
  const { written = [], assigned = [] } = program;
  const declared = program.predict && isRun(program.predict, program.entries) ? undefined : program.predict;
  const roots = [
    ...(program.inputs as readonly Node[]),
    ...program.entries.flatMap(rootsAndTargets),
    ...[...written, ...(declared?.results ?? [])].map(({ node }) => node),
    ...assigned.flatMap(({ target, value }) => [target, value]),
  ];
  const known = new Set(withBodies(roots));
  const passages = (program.passages ?? []).filter(({ of }) => known.has(of));
  const labels = labelsOf(withBodies([...roots, ...passages.flatMap(nodesIn)]));
  const label = (node: Node) => labels.get(node) as string;
  const capacity = Object.entries(program.capacity).map(([name, size]) => ` ${name}=${size}`);
  return [
    `program ${program.name}${capacity.join("")}`,
    ...printNodes(labels, { names: true, placeOf }),
    `inputs ${program.inputs.map((input) => label(input as Node)).join(", ")}`,
    ...[...labels].flatMap(([node, text]) => printDeclaration(text, program.graph.declarations.get(node))),
    ...program.entries.flatMap((entry) => printEntry("entry", entry, label)),
    ...(declared ? printEntry("declared", declared, label) : []),
    ...written.map(({ name, node }) => `written ${JSON.stringify(name)} = ${label(node)}`),
    ...assigned.map((each) => printAssigned(each, label)),
    ...passages.map((passage) => printPassage(passage, label)),
    ...(program.order ? [`order ${JSON.stringify(program.order)}`] : []),
  ].join("\n");
}

const rootsAndTargets = (entry: Entry): Node[] => [...rootsOf(entry), ...entry.updates.map((update) => update.target)];

/** Whether one of `entries` computes the very nodes that `declared` does. */
const isRun = ({ name, results }: Entry, entries: readonly Entry[]): boolean => {
  const run = entries.find((entry) => entry.name === name)?.results ?? [];
  return run.length === results.length && results.every((result, i) => result.name === run[i]?.name && result.node === run[i]?.node);
};

function printDeclaration(label: string, declaration: Declaration | undefined): string[] {
  if (!declaration) return [];
  const { name, role, trainable, position } = declaration;
  const words = `${role}${trainable ? " trainable" : ""}${printStart(declaration)}${printCalled(declaration)}`;
  return [`declare ${label} ${JSON.stringify(name)} ${words}${position ? `  # at ${printPosition(position)}` : ""}`];
}

/** What a state of an optimizer is at the start, unless that is 0. */
const printStart = ({ start = 0 }: Declaration): string => (start === 0 ? "" : ` start=${start}`);

/** What formulas call it, and the error of which it has the gradient. */
const printCalled = ({ letter, error }: Declaration): string =>
  [letter === undefined ? "" : ` letter=${JSON.stringify(letter)}`, error === undefined ? "" : ` error=${JSON.stringify(error)}`].join("");

type Label = (node: Node) => string;

const printAssigned = ({ game, target, value }: Assigned, label: Label): string =>
  `assigned ${game === undefined ? "" : `${JSON.stringify(game)} `}${label(target)} = ${label(value)}`;

function printPassage({ of, name, known, ...nodes }: StoredPassage, label: Label): string {
  const parts = Object.entries(nodes).flatMap(([key, node]) => (node === undefined ? [] : [`${key}=${[node].flat().map(label).join(",")}`]));
  return [`passage ${JSON.stringify(name)} of ${label(of)}`, ...(known ? [`known=${known}`] : []), ...parts].join(" ");
}

function printEntry(word: "entry" | "declared", entry: Entry, label: Label): string[] {
  const { results, updates, name, parts: _, ...settings } = entry;
  const head = Object.entries(settings).map(([key, value]) => ` ${key}=${value}`);
  return [
    `${word} ${name}${head.join("")}`,
    ...results.map((result) => `  result ${JSON.stringify(result.name)} = ${label(result.node)}`),
    ...updates.map(({ target, value }) => `  update ${label(target)} = ${label(value)}`),
  ];
}

/** A label for each node: the name of a source, or `%` and a number in order. */
function labelsOf(nodes: readonly Node[]): Map<Node, string> {
  const labels = new Map<Node, string>();
  const taken = new Set<string>();
  let next = 0;
  for (const node of nodes) {
    const own = node.params.name;
    const label = typeof own === "string" && /^[A-Za-z#][\w.#-]*$/.test(own) && !taken.has(own) ? own : `%${next++}`;
    labels.set(node, label);
    taken.add(label);
  }
  return labels;
}

const printNodes = (labels: ReadonlyMap<Node, string>, { names = false, placeOf }: Options): string[] =>
  [...labels].map(([node, label]) => {
    const text = printNode(node, label, labels, placeOf);
    return names ? `${text}${printNames(node)}` : text;
  });

/** The line of one node, called `label`. */
export function printNode(node: Node, label: string, labels: Pick<ReadonlyMap<Node, string>, "get">, placeOf?: PlaceOf): string {
  const [inputs, body] = [node.inputs, node.body].map((parts) => parts.map((part) => labels.get(part)).join(", "));
  return `${label} = ${node.op}${printParams(node, label, placeOf)}${inputs && `(${inputs})`}${body && `{${body}}`} : ${formatType(node)}`;
}

function printParams(node: Node, label: string, placeOf?: PlaceOf): string {
  const { params } = node;
  const own: Params = { dtype: node.dtype, shape: node.shape, name: label };
  const fields = Object.keys(params)
    .sort()
    .map((key) => {
      const reference = key === "data" && placeOf ? printReference(node, params[key] as readonly number[], placeOf) : undefined;
      const text = reference ?? printParam(params[key] as Param);
      return own[key] !== undefined && text === printParam(own[key]) ? key : `${key}=${text}`;
    });
  return fields.length > 0 ? `[${fields.join(", ")}]` : "";
}

function printParam(value: Param): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  return typeof value === "object" ? `[${value.map(printParam).join(", ")}]` : JSON.stringify(value);
}

// Spaces and commas end a place.
export const printPosition = ({ file, line, column }: Position) => `${encodeURI(file).replaceAll(",", "%2C")}:${line}:${column}`;

function printNames(node: Node): string {
  const names = [...(node.graph.names.get(node) ?? [])].map(
    ({ text, position }) => JSON.stringify(text) + (position ? ` ${printPosition(position)}` : ""),
  );
  const layer = node.graph.layers.get(node);
  const position = node.graph.positions.get(node);
  const part = node.graph.parts.get(node);
  const given = layer === undefined ? [] : [`of ${JSON.stringify(layer)}`];
  const inner = part === undefined ? [] : [`${part.hasError ? "by" : "as"} ${JSON.stringify(part.name)}`];
  const error = node.graph.errors.get(node);
  const handedOn = error === undefined ? [] : [`error ${JSON.stringify(error)}`];
  const items = [...names, ...given, ...inner, ...handedOn, ...(position ? [`at ${printPosition(position)}`] : [])];
  return items.length > 0 ? `  # ${items.join(", ")}` : "";
}
