// `nn.standardize`: what entry points set its statistics to, from rows; one pair for each value, in the order of dependence.
import { standardizeMixesRows, standardizeOfParameter } from "../compiler/diagnostics/definitions.ts";
import { type Entry, lookingEntry, type Update } from "../compiler/ir/entry.ts";
import type { Declaration, Node } from "../compiler/ir/node.ts";
import { withoutBodies } from "../compiler/ir/walk.ts";
import * as build from "../compiler/ops/build.ts";
import { isOp } from "../compiler/ops/table.ts";
import type { Manifest } from "../runtime/program.ts";
import { type Declared, lossesOf } from "./declare.ts";
import type { Standardized } from "./definition.ts";
import { ops } from "./ops/index.ts";
import { countOf } from "./ops/reduction.ts";

/** The values that are standardized and whose statistics the model reads. */
function inUse(declared: Declared): Standardized[] {
  const { graph, outputs, metrics, standardized } = declared;
  const sums = Object.values(metrics).flatMap(({ sum, count }) => [sum, count]);
  const live = new Set(withoutBodies([...Object.values(outputs), ...lossesOf(declared), ...sums, ...graph.updates.values()]));
  // From the last to the first: what only another value reads counts where that one does.
  const used: Standardized[] = [];
  for (const one of [...standardized].reverse()) {
    if (!live.has(one.mean) && !live.has(one.deviation)) continue;
    used.unshift(one);
    for (const node of withoutBodies([one.value])) live.add(node);
  }
  return used;
}

/** What the manifest says of them: the states in the order of their entry points, and the inputs that the values are made of. */
export const standardizedIn = (declared: Declared): Manifest["standardize"] =>
  inUse(declared).map(({ value, mean, deviation }) => ({
    mean: declarationOf(mean).name,
    deviation: declarationOf(deviation).name,
    inputs: withoutBodies([value]).flatMap((node) => (isOp(node, "input") ? [node.params.name] : [])),
  }));

const declarationOf = (node: Node): Declaration => node.graph.declarations.get(node) as Declaration;

/** Refuses statistics that training would change. @throws GradcError `standardize-of-parameter` */
export function checkStandardized(declared: Declared): void {
  for (const { value, mean } of inUse(declared)) {
    const trained = withoutBodies([value]).find((node) => value.graph.declarations.get(node)?.trainable);
    if (trained) throw standardizeOfParameter(declarationOf(trained).name, declarationOf(mean).position);
  }
}

/**
 * `prepare.i` adds a part of the rows to the sums of the i-th value, and `prepare.i.finish` makes mean and deviation of them. A host calls
 * these, for each value in order: `finish`, which without rows gives 0 and 1; then on one row, on all rows and on all rows once more:
 * the parts, then `finish`. The first row only shifts, so that a constant has deviation 0 exactly.
 */
export function* preparationEntries(declared: Declared, image: (node: Node) => Node): Iterable<Entry> {
  for (const [i, { value, mean, deviation }] of inUse(declared).entries()) {
    const one = { value: image(value), mean, deviation };
    const results = [one.value, ...sumsOf(one)].map((node, at) => ({ name: `${at}`, node }));
    const finish = (sums: readonly Node[]) => ({ results: [], updates: statistics(one, sums) });
    yield {
      ...lookingEntry(`prepare.${i}`, results),
      parts: { values: 1, finish, refusal: () => standardizeMixesRows(declarationOf(mean).position) },
    };
  }
}

/** All axes but the last. */
const rowAxes = ({ shape }: Node): number[] => shape.slice(1).map((_, axis) => axis);

/** How many rows there are, how far they are from the mean so far, and its square in deviations so far, which can neither overflow nor vanish. */
function sumsOf({ value, mean, deviation }: Standardized): Node[] {
  const distance = ops.sub(value, mean);
  const sum = (terms: Node): Node => build.sum(terms, rowAxes(value));
  return [countOf(value.shape, rowAxes(value), value), sum(distance), sum(ops.square(ops.div(distance, deviation)))];
}

/**
 * Mean and deviation from the sums: mean + Σd/n and r·√(Σ(d/r)²/n - (Σd/n/r)²), d the distance from the mean and r the deviation so far. The
 * second term is what the mean was off (Chan, Golub and LeVeque 1983); where the squares tell nothing, it stands for the deviation.
 */
function statistics({ mean, deviation }: Standardized, sums: readonly Node[]): Update[] {
  const [count, shift, square] = sums as [Node, Node, Node];
  const off = ops.div(shift, count);
  const variance = ops.sub(ops.div(square, count), ops.square(ops.div(off, deviation)));
  const size = ops.abs(off);
  const rough = ops.where(ops.compare(size, 0, "gt"), size, 1);
  const known = ops.where(ops.compare(variance, Number.POSITIVE_INFINITY, "lt"), ops.mul(deviation, ops.sqrt(variance)), rough);
  const hasRows = ops.compare(count, 0, "gt");
  return [
    { target: mean, value: ops.where(hasRows, ops.add(mean, off), 0) },
    { target: deviation, value: ops.where(hasRows, ops.where(ops.compare(variance, 0, "gt"), known, rough), 1) },
  ];
}
