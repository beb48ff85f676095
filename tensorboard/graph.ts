// The graph of a net as TensorBoard's `GraphDef` (tensorflow/core/framework/graph.proto), from the text that a module holds of it.
import { message, text, whole } from "./protobuf.ts";

/** A line of the text: `hidden = tanh(%6) : f32[batch, 5]  # "hidden" housing.model.ts:3:9`. */
interface Line {
  readonly label: string;
  readonly op: string;
  readonly params: string;
  readonly inputs: readonly string[];
  readonly shape: readonly string[];
  /** What a user calls the value. */
  readonly name: string | undefined;
}

/** A value that the graph ends in. */
interface Result {
  readonly name: string;
  readonly label: string;
}

const string = /"(?:[^"\\]|\\.)*"/g;

/** label = op [params] (inputs) {body} : dtype [shape]  # names; texts in quotes are blank. */
const nodeLine = /^(\S+) = (\w+)(\[[^(){}]*\])?(\([^)]*\))?(\{[^}]*\})? : \w+\[([^\]]*)\](?: {2}#.*)?$/;

const listed = (text = ""): string[] => text.split(/[(){}, ]+/).filter((each) => each !== "");

/** What stands in quotes behind a mark. */
function quotedAfter(line: string, mark: RegExp): string | undefined {
  const found = mark.exec(line)?.[1];
  return found && JSON.parse(found);
}

function parseLine(line: string): Line | undefined {
  // As long as before, so that places stay.
  const blank = line.replace(string, (each) => "_".repeat(each.length));
  const [, label = "", op = "", params = "", inputs, body, shape] = nodeLine.exec(blank) ?? [];
  if (shape === undefined) return undefined;
  const start = label.length + " = ".length + op.length;
  const own = line.slice(start, start + params.length);
  const isSource = !inputs && /\bname\b/.test(blank.slice(start, start + params.length));
  const name = isSource ? (quotedAfter(own, /\bname=("(?:[^"\\]|\\.)*")/) ?? label) : quotedAfter(line, / {2}# ("(?:[^"\\]|\\.)*")/);
  return { label, op, params: own, inputs: [...listed(inputs), ...listed(body)], shape: listed(shape), name };
}

/** The results of `predict`, and the loss of a step. */
function resultsOf(lines: readonly string[]): Result[] {
  const results: Result[] = [];
  let entry = "";
  for (const line of lines) {
    entry = /^entry (\S+)/.exec(line)?.[1] ?? entry;
    const [, quoted, label] = /^ {2}result ("(?:[^"\\]|\\.)*") = (\S+)$/.exec(line) ?? [];
    const name = quoted && JSON.parse(quoted);
    const isLoss = /^(step|gradients|evaluate)\b/.test(entry) && name === "loss";
    if (label && (entry === "predict" || isLoss) && !results.some((each) => each.name === name)) results.push({ name, label });
  }
  return results;
}

/** Nodes that results depend on, in order. */
function reached(nodes: readonly Line[], results: readonly Result[]): Line[] {
  const needed = new Set(results.map(({ label }) => label));
  const backwards = [...nodes].reverse().filter(({ label, inputs }) => {
    if (needed.has(label)) for (const input of inputs) needed.add(input);
    return needed.has(label);
  });
  return backwards.reverse();
}

/** A slash parts folders, and TensorBoard gives a meaning to some other characters. */
const plainName = (name: string): string => name.replace(/[^\p{L}\p{N}_.-]+/gu, "_").replace(/^[^\p{L}\p{N}]+/u, "") || "value";

/**
 * Names by label, with a folder for each value that has a name: what is in it is the value, its parameters, and what is computed for it alone or
 * first.
 */
function namesOf(nodes: readonly Line[]): Map<string, string> {
  const folders = new Map<string, string>();
  for (const { label, name, inputs } of [...nodes].reverse()) {
    const folder = inputs.length > 0 && name !== undefined ? plainName(name) : folders.get(label);
    if (folder !== undefined) for (const each of [label, ...inputs]) if (each === label || !folders.has(each)) folders.set(each, folder);
  }
  const taken = new Set<string>();
  return new Map(
    nodes.map(({ label, op, name }, at) => {
      const folder = folders.get(label);
      const isInput = op === "input";
      const isSource = isInput || op === "parameter" || op === "state";
      const source = isInput ? `input/${plainName(name ?? label)}` : plainName(name ?? label).replaceAll(".", "/");
      const wanted = isSource ? source : `${folder === undefined ? "" : `${folder}/`}${op}_${at}`;
      const free = taken.has(wanted) ? `${wanted}_${at}` : wanted;
      taken.add(free);
      return [label, free];
    }),
  );
}

/** A dimension that has a name is any number. */
const dimOf = (dim: string): Uint8Array => (/^\d+$/.test(dim) ? message(2, whole(1, Number(dim))) : message(2, whole(1, -1), text(2, dim)));

function nodeOf(name: string, op: string, inputs: readonly string[], shape: readonly string[], params = ""): Uint8Array {
  const attribute = (key: string, value: Uint8Array) => message(5, text(1, key), message(2, value));
  const attributes = [
    ...(params ? [attribute("attr", text(2, params))] : []),
    attribute("_output_shapes", message(1, message(7, ...shape.map(dimOf)))),
  ];
  return message(1, text(1, name), text(2, op), ...inputs.map((input) => text(3, input)), ...attributes);
}

/** The producer that PyTorch names, too. */
const producer = 22;

/** The fields of the `GraphDef`: what the outputs and the loss are computed from, a node for each op. */
export function graphFields(program: string): Uint8Array[] {
  const lines = program.split("\n");
  const results = resultsOf(lines);
  const nodes = reached(
    lines.flatMap((line) => parseLine(line) ?? []),
    results,
  );
  const names = namesOf(nodes);
  const shapes = new Map(nodes.map(({ label, shape }) => [label, shape]));
  const named = (labels: readonly string[]) => labels.flatMap((label) => names.get(label) ?? []);
  const ops = nodes.map(({ label, op, inputs, shape, params }) => nodeOf(names.get(label) as string, op, named(inputs), shape, params));
  const ends = results.map(({ name, label }) => nodeOf(`output/${plainName(name)}`, "output", named([label]), shapes.get(label) ?? []));
  return [...ops, ...ends, message(4, whole(1, producer))];
}
