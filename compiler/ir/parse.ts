// Reads the text that print.ts writes.
import { InternalError } from "../../runtime/error.ts";
import type { Dim } from "./dim.ts";
import { readReference, type Stored } from "./elements.ts";
import type { Assigned, Entry, Program, Result, Update } from "./entry.ts";
import { giveError, giveLayer, givePart, make, nameNode } from "./graph.ts";
import type { Declaration, Graph, InputNode, Node, Param, Params, Position, Role } from "./node.ts";
import type { StoredPassage } from "./passages.ts";
import { type Dtype, formatType, type TensorType } from "./type.ts";

/** What the lines of a text have defined so far. */
interface GraphSoFar {
  readonly graph: Graph;
  /** The memory that the module starts with which the text comes from. */
  readonly memory?: ArrayBuffer | undefined;
  readonly nodes: Map<string, Node>;
}

const fail = (line: string, reason: string): never => {
  throw new InternalError(`Cannot read "${line.trim()}": ${reason}`);
};

function nodeAt({ nodes }: GraphSoFar, label: string, line: string): Node {
  return nodes.get(label.trim()) ?? fail(line, `"${label.trim()}" is not defined`);
}

/** The values that a printed graph returns, made in the empty `graph`. */
export function parse(text: string, graph: Graph): Node[] {
  const reading: GraphSoFar = { graph, nodes: new Map() };
  const roots: Node[] = [];
  for (const line of linesOf(text)) {
    if (line.startsWith("return "))
      roots.push(
        ...line
          .slice(7)
          .split(",")
          .map((label) => nodeAt(reading, label, line)),
      );
    else readNode(reading, line);
  }
  return roots;
}

/** A printed program, made in the empty `graph`; `memory` is what the module starts with that the text comes from. */
export function parseProgram(text: string, graph: Graph, memory?: ArrayBuffer): Program {
  const reading: GraphSoFar = { graph, memory, nodes: new Map() };
  const [head, ...lines] = linesOf(text);
  const [, name = "", ...sizes] = (head ?? "").split(" ");
  const inputs: InputNode[] = [];
  const toRead = { written: [] as Result[], assigned: [] as Assigned[], passages: [] as StoredPassage[] };
  const entries: ReturnType<typeof readEntry>[] = [];
  const declared: typeof entries = [];
  for (const line of lines) {
    const current = declared.at(-1) ?? entries.at(-1);
    if (line.startsWith("inputs ")) inputs.push(...labelsIn(line.slice(7)).map((label) => nodeAt(reading, label, line) as InputNode));
    else if (line.startsWith("declare ")) readDeclaration(reading, line);
    else if (line.startsWith("entry ")) entries.push(readEntry(line));
    else if (line.startsWith("declared ")) declared.push(readEntry(line));
    else if (line.startsWith("  result ")) current?.results.push(readResult(reading, line));
    else if (line.startsWith("written ")) toRead.written.push(readResult(reading, line));
    else if (line.startsWith("assigned ")) toRead.assigned.push(readAssigned(reading, line));
    else if (line.startsWith("passage ")) toRead.passages.push(readPassage(reading, line));
    else if (line.startsWith("order ")) graph.order.push(...(JSON.parse(line.slice("order ".length)) as string[]));
    else if (line.startsWith("  update ")) current?.updates.push(readUpdate(reading, line));
    else readNode(reading, line);
  }
  const program = { name, graph, capacity: settings(sizes) as Record<string, number>, inputs, entries: entries.map(({ entry }) => entry) };
  const [predict] = declared;
  return {
    ...program,
    ...Object.fromEntries(Object.entries(toRead).filter(([, all]) => all.length > 0)),
    ...(predict && { predict: predict.entry }),
  };
}

const linesOf = (text: string) => text.split("\n").filter((line) => line.trim() !== "");
const labelsIn = (list: string) => list.split(",").filter((label) => label.trim() !== "");

/** `training=true minimum=2` as an object. */
const settings = (words: readonly string[]) =>
  Object.fromEntries(
    words.filter((word) => word !== "").map((word) => [word.slice(0, word.indexOf("=")), JSON.parse(word.slice(word.indexOf("=") + 1))]),
  );

function readEntry(line: string) {
  const [, name = "", ...words] = line.split(" ");
  const results: Result[] = [];
  const updates: Update[] = [];
  return { entry: { name, results, updates, ...settings(words) } as unknown as Entry, results, updates };
}

function readResult(reading: GraphSoFar, line: string): Result {
  const [, name, label] = /^(?: {2}result|written) ("(?:[^"\\]|\\.)*") = (\S+)$/.exec(line) ?? fail(line, "expected a result");
  return { name: JSON.parse(name as string), node: nodeAt(reading, label as string, line) };
}

function readUpdate(reading: GraphSoFar, line: string): Update {
  const [, target, value] = /^ {2}update (\S+) = (\S+)$/.exec(line) ?? fail(line, "expected an update");
  return { target: nodeAt(reading, target as string, line), value: nodeAt(reading, value as string, line) };
}

function readAssigned(reading: GraphSoFar, line: string): Assigned {
  const [, game, target, value] = /^assigned (?:("(?:[^"\\]|\\.)*") )?(\S+) = (\S+)$/.exec(line) ?? fail(line, "expected what is assigned");
  const [of, by] = [target, value].map((label) => nodeAt(reading, label as string, line)) as [Node, Node];
  return { game: game === undefined ? undefined : JSON.parse(game), target: of, value: by };
}

function readPassage(reading: GraphSoFar, line: string): StoredPassage {
  const [, name, of, known, rest] = /^passage ("\w+") of (\S+)(?: known=(\w+))? (.*)$/.exec(line) ?? fail(line, "expected a passage");
  const nodes = rest?.split(" ").map((word): [string, Node[]] => {
    const [key, labels] = word.split("=") as [string, string];
    return [key, labels.split(",").map((label) => nodeAt(reading, label, line))];
  });
  const { inputs = [], sources = [], ...others } = Object.fromEntries(nodes ?? []);
  const single = Object.fromEntries(Object.entries(others).map(([key, [node]]) => [key, node])) as Pick<StoredPassage, "gradient" | "value">;
  return {
    name: JSON.parse(name as string),
    of: nodeAt(reading, of as string, line),
    ...(known && { known }),
    inputs,
    sources,
    ...single,
  } as StoredPassage;
}

function readDeclaration(reading: GraphSoFar, line: string): void {
  const pattern =
    /^declare (\S+) ("(?:[^"\\]|\\.)*") (\w+)( trainable)?(?: start=(\S+))?(?: letter=("(?:[^"\\]|\\.)*"))?(?: error=("(?:[^"\\]|\\.)*"))?(?: {2}# at (\S+))?$/;
  const [, label, name, role, trainable, start, letter, error, place] = pattern.exec(line) ?? fail(line, "expected a declaration");
  const declaration: Declaration = {
    name: JSON.parse(name as string),
    role: role as Role,
    trainable: trainable !== undefined,
    init: undefined,
    ...(letter !== undefined && { letter: JSON.parse(letter) }),
    ...(error !== undefined && { error: JSON.parse(error) }),
    ...(role === "optimizer" && { start: Number(start ?? 0) }),
    position: place === undefined ? undefined : readPosition(place, line),
  };
  reading.graph.declarations.set(nodeAt(reading, label as string, line), declaration);
}

function readPosition(text: string, line: string): Position {
  const [, file, row, column] = /^(\S+):(\d+):(\d+)$/.exec(text) ?? fail(line, `"${text}" is no place`);
  return { file: decodeURIComponent(file as string), line: Number(row), column: Number(column) };
}

const nodePattern =
  /^(?<label>\S+) = (?<op>\w+)(?:\[(?<params>(?:[^"\]]|"(?:[^"\\]|\\.)*"|\](?=[,\]]))*)\])?(?:\((?<inputs>[^)]*)\))?(?:\{(?<body>[^}]*)\})? : (?<dtype>\w+)\[(?<shape>[^\]]*)\](?: {2}# (?<names>.*))?$/;

function readNode(reading: GraphSoFar, line: string): void {
  const { label, op, params, inputs, body, dtype, shape, names } = nodePattern.exec(line)?.groups ?? fail(line, "expected a node");
  if (!Object.hasOwn(reading.graph.rules.ops, op as string)) fail(line, `"${op}" is no op`);
  const type: TensorType = { dtype: dtype as Dtype, shape: labelsIn(shape as string).map((dim) => readDim(dim.trim())) };
  const [operands, roots] = [inputs, body].map((list) => labelsIn(list ?? "").map((part) => nodeAt(reading, part, line))) as [Node[], Node[]];
  const own = { ...type, name: label as string };
  const stored = { ...type, shape: type.shape.map(Number), memory: reading.memory };
  const read = readParams(params ?? "", { own, stored }, line);
  const node = make(op as string, operands, read, reading.graph, roots);
  if (formatType(node) !== formatType(type)) fail(line, `its type is ${formatType(node)}`);
  readNames(node, names ?? "", line);
  reading.nodes.set(label as string, node);
}

const readDim = (text: string): Dim => (/^\d+$/.test(text) ? Number(text) : text);

/** What parameters are read from that are not in the text: those of the node itself, and elements. */
interface Elsewhere {
  readonly own: Params;
  readonly stored: Stored;
}

/** `axes=[1], shape`; a key without a value is the node's own. */
function readParams(text: string, { own, stored }: Elsewhere, line: string): Params {
  const params: Record<string, Param> = {};
  const field = /(\w+)(?:=((?:\[[^[\]]*\]|"(?:[^"\\]|\\.)*"|[^,[\]"])+))?(?:, |$)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    const [, key, value] = match as unknown as [string, string, string | undefined];
    params[key] = value === undefined ? (own[key] ?? fail(line, `"${key}" has no value`)) : readParam(value, stored, line);
  }
  return params;
}

// Numbers that JSON lacks: Infinity, -Infinity, NaN. They stand alone or in lists of numbers.
function readParam(text: string, stored: Stored, line: string): Param {
  if (text.startsWith('"') || text === "true" || text === "false" || text.includes('"')) return JSON.parse(text);
  if (/^\w+\[/.test(text)) return readReference(text, stored) ?? fail(line, "its elements are not there");
  return text.startsWith("[") ? labelsIn(text.slice(1, -1)).map(Number) : Number(text);
}

/** `"hidden" housing.model.ts:3:9, at housing.model.ts:3:20` */
function readNames(node: Node, text: string, line: string): void {
  for (const [, of, name, place, at] of text.matchAll(/(of |as |by |error )?("(?:[^"\\]|\\.)*")(?: ([^\s,]+))?|at ([^\s,]+)/g)) {
    if (of === "of ") giveLayer(node, JSON.parse(name as string));
    else if (of === "error ") giveError(node, JSON.parse(name as string));
    else if (of !== undefined) givePart(node, { name: JSON.parse(name as string), hasError: of === "by " });
    else if (at !== undefined) node.graph.positions.set(node, readPosition(at, line));
    else nameNode(node, { text: JSON.parse(name as string), ...(place === undefined ? {} : { position: readPosition(place, line) }) });
  }
}
