// What is cut out of a line that is too long: what stands there more than once, else the parts of which it is put together.
import { isGuard } from "../formula/guards.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import type { Formula } from "../formula/tree.ts";
import { withoutUnits } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import type { Steps } from "./namer.ts";

/** In letters: how long a line may be, and one that puts parts side by side, how short a part is that is not worth a line, and what a name counts for at most. */
const limits = { line: 145, sides: 100, part: 12, name: 12 };

/** How many letters a formula has, where those of long names are not counted: these are the user's. */
const lengthOf = (formula: Formula): number => print(formula, text).replace(/[\p{L}\d_′]+/gu, (name) => name.slice(0, limits.name)).length;

/** Whether a line is longer than one reads at a glance. */
export const isLong = (formula: Formula): boolean => lengthOf(formula) > (isSides(formula) ? limits.sides : limits.line);

const isSides = (formula: Formula): boolean => formula.kind === "call" && formula.name === "concat";

/** A line: what it is about, its right-hand side, and parts that were to have names and are written out all the same. */
export interface Written {
  readonly node: Node;
  readonly body: Formula;
  readonly tried: ReadonlySet<Node>;
}

/** A value that a line writes out, in so many letters, so often. */
interface Part {
  readonly node: Node;
  readonly size: number;
  readonly times: number;
}

type WrittenOut = (part: Node) => Formula | undefined;

/** Whether it repeats a value, or shows one that has a name in another shape, or another one but for axes of extent 1: what it is made of is worth the name. */
const isMoved = (node: Node, writtenOut: WrittenOut): boolean =>
  isOp(node, "broadcast") || (isOp(node, "reshape") && writtenOut(node.inputs[0] as Node) === undefined) || withoutUnits(node) !== node;

/** The values that the line of `line` writes out, and that are worth a line. */
function partsWithin(line: Node, steps: Steps["steps"], writtenOut: WrittenOut): Part[] {
  const times = new Map<Node, number>([[line, 1]]);
  for (const [step, { inputs }] of [...steps].reverse()) {
    const count = times.get(step);
    if (count === undefined) continue;
    for (const input of inputs) if (writtenOut(input)) times.set(input, (times.get(input) ?? 0) + count);
  }
  times.delete(line);
  return [...times]
    .filter(([node]) => node.dtype !== "bool" && !isMoved(node, writtenOut) && !isGuard(writtenOut(node) as Formula))
    .map(([node, count]) => ({ node, size: lengthOf(writtenOut(node) as Formula), times: count }))
    .filter(({ size }) => size > limits.part);
}

/** What a name for a part saves. */
const saved = ({ size, times }: Part): number => (times - 1) * (size - 2);

/** The parts of a line that are to have names; `writtenOut` is what formulas write for others than names. */
export function cutOut({ node, body, tried }: Written, steps: Steps["steps"], writtenOut: WrittenOut): Node[] {
  const parts = partsWithin(node, steps, writtenOut).filter((part) => !tried.has(part.node));
  const inputs = (steps.find(([step]) => step === node)?.[1].inputs ?? []).map(withoutUnits);
  const direct = parts.filter((part) => inputs.includes(part.node));
  if (isSides(body) && direct.length > 0) return direct.map((part) => part.node);
  const [repeated] = parts.filter(({ times }) => times > 1).sort((a, b) => saved(b) - saved(a));
  if (repeated) return [repeated.node];
  if (direct.length > 2) return direct.map((part) => part.node);
  const half = lengthOf(body) / 2;
  const [middle] = parts.sort((a, b) => Math.abs(a.size - half) - Math.abs(b.size - half));
  return middle ? [middle.node] : [];
}
