// What is cut out of one product for several gates, or out of one matrix for several products, as products of their own:
//
//   sigmoid(slice_0:3(x_t·W + b))   =>   sigmoid(x_t·W_i + b_i)
//     where W = concat(W_i, W_f, W_g, W_o)
//
// Only formulas are made of these nodes.
import { variable } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { usersOf } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { parseLabels } from "../ops/contraction.ts";
import { isOp } from "../ops/table.ts";
import { distinct, type NameLine, type Names } from "./names.ts";

/** One of `count` parts of equal size of the last axis of `whole`. */
interface Part {
  readonly whole: Node;
  readonly at: number;
  readonly count: number;
}

/** The part that `node` is, if it is one. */
function partOf(node: Node): Part | undefined {
  if (!isOp(node, "slice")) return undefined;
  const whole = elementAt(node.inputs, 0);
  const last = whole.shape.length - 1;
  const [extent, size, from] = [whole.shape[last], node.shape[last], node.params.start[last]].map(Number) as [number, number, number];
  const isAlongLast = node.params.start.every((first, axis) => axis === last || (first === 0 && node.shape[axis] === whole.shape[axis]));
  const isEqual = extent > size && extent % size === 0 && from % size === 0;
  return isAlongLast && isEqual ? { whole, at: from / size, count: extent / size } : undefined;
}

function cut(whole: Node, at: number, count: number): Node {
  const last = whole.shape.length - 1;
  const size = Number(whole.shape[last]) / count;
  const start = whole.shape.map((_, axis) => (axis === last ? at * size : 0));
  return build.slice(whole, start, [...whole.shape.slice(0, -1), size]);
}

/** A part of `whole` as what it is computed of, down to parts of parameters; `imageOf` is what stands for the elements of sequences. */
function partOfTerms(whole: Node, at: number, count: number, imageOf: (node: Node) => Node): Node {
  const image = imageOf(whole);
  const inner = (term: Node): Node => partOfTerms(term, at, count, imageOf);
  const [x, y] = image.inputs as [Node, Node];
  if (isOp(image, "add")) return build.add(inner(x), inner(y));
  if (isOp(image, "contract")) {
    const labels = parseLabels(image.params.spec);
    const letter = labels.result.at(-1) as string;
    if (labels.y.at(-1) === letter && !labels.x.includes(letter)) return build.contract(x, inner(y), image.params.spec);
  }
  if (isOp(image, "broadcast") && image.params.axes.at(-1) === image.shape.length - 1 && x.shape.at(-1) === image.shape.at(-1)) {
    const part = inner(x);
    return build.broadcast(part, [...image.shape.slice(0, -1), part.shape.at(-1) as number], image.params.axes);
  }
  return cut(image, at, count);
}

/** What stands behind the letter of a name: the layer in `W_rec`, which holds three matrices side by side in `W_qkv_rec`. */
const lettered = /^([A-Za-z])(?:_(.*))?$/;

function partName(name: string, part: string, at: number, count: number): string {
  const [, letter, rest = ""] = lettered.exec(name) ?? [];
  if (letter === undefined) return `${name}_${part}`;
  const [side = "", ...layer] = rest.split("_");
  const own = isSideBySide(name, count) ? [side[at] as string, ...layer] : [part, ...(rest === "" ? [] : [rest])];
  return [letter, ...own].join("_");
}

const isSideBySide = (name: string, count: number): boolean => count === 3 && /^[Wb]_qkv(_|$)/.test(name);

const activations: ReadonlySet<string> = new Set(["sigmoid", "tanh"]);

/** The gate that a part of a sum goes into through steps of `through`. */
function gateOf(part: Node, users: ReadonlyMap<Node, readonly Node[]>, through: readonly string[] = ["add", "mul"]): Node | undefined {
  const queue = [part];
  for (const node of queue) {
    if (activations.has(node.op)) return node;
    if (node === part || through.includes(node.op)) queue.push(...(users.get(node) ?? []).filter((user) => !queue.includes(user)));
  }
  return undefined;
}

/** The usual names of gates side by side, by what they are: those of an LSTM, those of a GRU. */
const usual: Readonly<Record<string, string>> = { "sigmoid sigmoid tanh sigmoid": "ifgo", "sigmoid sigmoid tanh": "rzn" };

/** How formulas write what is cut into parts. */
export interface PartTexts {
  /** What stands for a part, made of parts of parameters. */
  readonly images: ReadonlyMap<Node, Node>;
  /** Names of parts of parameters, at which formulas stop. */
  readonly stops: ReadonlyMap<Node, string>;
  /** Names for gates. */
  readonly gates: ReadonlyMap<Node, string>;
  /** What the names of parts are parts of. */
  readonly lines: readonly NameLine[];
  /** By parameters that hold the weights of gates side by side the names of these, but for one whose product is not a term of what it is applied to. */
  readonly cells: ReadonlyMap<Node, readonly (string | undefined)[]>;
  /** The names of the parts of parameters. */
  readonly sides: ReadonlyMap<Node, readonly string[]>;
}

/** A part with the node that cuts it. */
interface Cut extends Part {
  readonly node: Node;
}

type NameParts = (parameter: Node, called: readonly string[]) => void;

/** What names the parts of a parameter when it is first met with names for them. */
function partNamer(
  { names, taken }: Pick<Names, "names" | "taken">,
  stops: Map<Node, string>,
  sides: Map<Node, string[]>,
  lines: NameLine[],
): NameParts {
  return (parameter, called) => {
    if (sides.has(parameter)) return;
    const name = names.get(parameter) as string;
    const parts = called.map((_, at) => cut(parameter, at, called.length));
    for (const [at, part] of parts.entries()) stops.set(part, distinct(partName(name, called[at] as string, at, called.length), taken));
    sides.set(
      parameter,
      parts.map((part) => stops.get(part) as string),
    );
    const value = build.concat(parts, parameter.shape.length - 1);
    lines.push(...parts.map((part) => ({ used: variable(stops.get(part) as string), left: variable(name), value })));
  };
}

/** The parameters that a part as `partOfTerms` writes it has parts of. */
function parametersIn(term: Node): Node[] {
  const part = partOf(term);
  if (part && isOp(part.whole, "parameter")) return [part.whole];
  return isOp(term, "add") || isOp(term, "contract") || isOp(term, "broadcast") ? term.inputs.flatMap(parametersIn) : [];
}

/** Cuts of sums by the gates that they go into: those of the input beside those of the step before. */
function byCell(cuts: readonly Cut[], gateOfCut: (cut: Cut) => Node | undefined): Cut[][] {
  const first = new Map(cuts.filter(({ at }) => at === 0).map((each) => [each.whole, gateOfCut(each)] as const));
  const cells = new Map<Node, Cut[]>();
  for (const each of cuts) {
    const cell = first.get(each.whole) ?? each.whole;
    cells.set(cell, [...(cells.get(cell) ?? []), each]);
  }
  return [...cells.values()];
}

/** The parts among `nodes`: of sums in the bodies of loops, and of parameters that hold the matrices of an attention. */
export function partTexts(nodes: readonly Node[], given: Pick<Names, "names" | "taken">, imageOf: (node: Node) => Node): PartTexts {
  const { names, taken } = given;
  const [images, stops, gates, lines] = [new Map<Node, Node>(), new Map<Node, string>(), new Map<Node, string>(), [] as NameLine[]];
  const [cells, sides] = [new Map<Node, (string | undefined)[]>(), new Map<Node, string[]>()];
  const nameParts = partNamer(given, stops, sides, lines);
  const cuts = nodes.flatMap((node): Cut[] => {
    const part = partOf(node);
    return part ? [{ node, ...part, whole: imageOf(part.whole) }] : [];
  });
  for (const { node, whole, count } of cuts)
    if (isOp(whole, "parameter") && node.loops.length === 0 && isSideBySide(names.get(whole) ?? "", count)) nameParts(whole, [..."qkv"]);

  const inSums = cuts.filter(({ node, whole }) => node.loops.length > 0 && !names.has(whole) && (whole.op === "add" || whole.op === "contract"));
  const sums = inSums.filter(({ whole, at }) => inSums.some((other) => other.whole === whole && other.at !== at));
  const users = sums.length > 0 ? usersOf(nodes) : new Map<Node, Node[]>();
  const gateOfCut = ({ node }: Cut) => gateOf(node, users);
  for (const cell of byCell(sums, gateOfCut)) {
    const called = namesOfGates(cell);
    for (const { node, whole, at, count } of cell) {
      const image = partOfTerms(whole, at, count, imageOf);
      if (image !== node) images.set(node, image);
      const gate = gateOf(node, users, ["add"]);
      for (const parameter of parametersIn(image)) {
        nameParts(parameter, called);
        const inCell: (string | undefined)[] = cells.get(parameter) ?? Array.from({ length: count });
        inCell[at] = gate && (names.get(gate) ?? gates.get(gate));
        cells.set(parameter, inCell);
      }
    }
  }
  return { images, stops, gates, lines, cells, sides };

  /** What the gates of a cell are called: as the user calls them, else as is usual, else by number. */
  function namesOfGates(cell: readonly Cut[]): string[] {
    const found = Array.from(
      { length: (cell[0] as Cut).count },
      (_, at) => cell.filter((each) => each.at === at).flatMap((each) => gateOfCut(each) ?? [])[0],
    );
    const known = usual[found.map((gate) => gate?.op).join(" ")];
    return found.map((gate, at) => {
      const own = gate && names.get(gate);
      const words = own?.split("_");
      // Behind the letter may stand the layer and direction.
      const name = words?.find((word) => word === known?.[at]) ?? words?.at(-1) ?? known?.[at];
      if (gate && own === undefined && name !== undefined && !gates.has(gate)) gates.set(gate, distinct(name, taken));
      return name ?? String(at + 1);
    });
  }
}
