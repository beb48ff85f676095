// The whole numbers that a program can use, for each of its i32 inputs: what the runtime checks before it runs anything.
//
//   oneHot(y, 3), where(compare(y, -100, "ne"), ..)   =>   y in [0, 3), except -100
//
// An index that is computed, or cut out of an input, has no range of its own: the module guards it.
import { isDynamic } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { type Program, rootsOf } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";

/** `lower <= index < upper`, or `index = except`. */
export interface IndexRange {
  readonly lower: number;
  readonly upper: number;
  readonly except?: number;
}

// These hold all elements of their input and no others.
const rearranges: ReadonlySet<string> = new Set<OpName>(["reshape", "permute", "broadcast", "flip", "window"]);

/** The ranges of the inputs that are used as indices along a static axis. */
export function indexRanges(program: Program): Map<Node, IndexRange> {
  const nodes = withBodies(program.entries.flatMap(rootsOf));
  const uppers = new Map<Node, number>();
  for (const node of nodes) {
    const use = indexUse(node);
    const source = use && inputOf(use.index);
    if (source) uppers.set(source, Math.min(use.extent, uppers.get(source) ?? Number.POSITIVE_INFINITY));
  }
  const ignored = ignoredValues(nodes);
  return new Map([...uppers].map(([source, upper]) => [source, rangeOf(upper, ignored.get(source))]));
}

function rangeOf(upper: number, ignored: number | undefined): IndexRange {
  const outside = ignored !== undefined && (ignored < 0 || ignored >= upper);
  return outside ? { lower: 0, upper, except: ignored } : { lower: 0, upper };
}

/** An index that is only known when the module runs, and where it points. */
export interface GuardedIndex {
  readonly node: Node;
  readonly extent: number;
}

/** The first use of each index that no check of an input covers: the module guards all of its uses. */
export function guardedIndices(program: Program): GuardedIndex[] {
  const ranges = indexRanges(program);
  const guarded = new Map<Node, GuardedIndex>();
  for (const node of withBodies(program.entries.flatMap(rootsOf))) {
    const use = indexUse(node);
    if (use && !isProven(use, ranges) && !guarded.has(use.index)) guarded.set(use.index, { node, extent: use.extent });
  }
  return [...guarded.values()];
}

function isProven({ index, extent }: IndexUse, ranges: ReadonlyMap<Node, IndexRange>): boolean {
  const source = unmoved(index);
  if (ranges.has(source)) return true;
  if (isOp(source, "constant")) return source.params.data.every((value) => value >= 0 && value < extent);
  if (isOp(source, "cast") && source.inputs[0]?.dtype === "bool") return extent >= 2;
  return isOp(source, "argmax") && source.inputs[0]?.shape[source.params.axis] === extent;
}

interface IndexUse {
  readonly index: Node;
  readonly extent: number;
}

/** The index that `node` uses, and the extent of the axis it points into. */
function indexUse(node: Node): IndexUse | undefined {
  const [first, second] = node.inputs as readonly [Node, Node];
  const use = isOp(node, "gather")
    ? { index: second, extent: first.shape[0] }
    : isOp(node, "oneHot")
      ? { index: first, extent: node.params.extent }
      : isOp(node, "scatterAdd")
        ? { index: second, extent: node.params.extent }
        : undefined;
  return use?.extent === undefined || isDynamic(use.extent) ? undefined : { index: use.index, extent: use.extent };
}

/** The input whose elements `index` holds. */
function inputOf(index: Node): Node | undefined {
  const source = unmoved(index);
  return isOp(source, "input") ? source : undefined;
}

function unmoved(index: Node): Node {
  let source = index;
  while (rearranges.has(source.op)) source = elementAt(source.inputs, 0);
  return source;
}

/** Inputs that are compared with one constant for equality: the value that `ignoreIndex` leaves out. */
function ignoredValues(nodes: readonly Node[]): Map<Node, number> {
  const ignored = new Map<Node, number>();
  for (const node of nodes) {
    if (!isOp(node, "compare") || !["eq", "ne"].includes(node.params.relation)) continue;
    const [x, y] = node.inputs as readonly [Node, Node];
    const [source, value] = [inputOf(x) ?? inputOf(y), fillOf(y) ?? fillOf(x)];
    if (source?.dtype === "i32" && value !== undefined) ignored.set(source, value);
  }
  return ignored;
}
