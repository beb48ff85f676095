// Reads masks off results: whether relu let a value through is seen in what it gives, so that the value itself is kept for nobody.
//
//   h = where(z <= 0, 0, z), where(z <= 0, 0, g)   =>   h = where(z <= 0, 0, z), where(h <= 0, 0, g)
//
// Only where nothing else needs z, and where a product reads h, which is kept for it: a pool computes it again from z. NaN is not below 0 before and behind.
// Requires: gradients are taken already, and formulas printed. Ensures: the same bits. Cost: linear in the nodes.
import { elementAt } from "../ir/element.ts";
import { mapRegion, type Program, rootsOf } from "../ir/entry.ts";
import { renameTo } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { rebuilt, usersOf, withBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isOp, type OpName } from "../ops/table.ts";
import { fillOf } from "../rewrite/fill.ts";

/** The program with masks by results. */
export function readMasksOff(program: Program): Program {
  const roots = program.entries.flatMap(rootsOf);
  const order = withBodies(roots);
  const results = resultsOf(order, new Set(roots));
  const images = new Map<Node, Node>();
  const image = (node: Node): Node => images.get(node) ?? node;
  for (const node of order) {
    const isBehind = (part: Node) => (results.get(part)?.id ?? node.id) < node.id;
    const changed = rebuilt(node, (part) => (isBehind(part) ? belowZero(image(results.get(part) as Node)) : image(part)));
    renameTo(node, changed);
    images.set(node, changed);
  }
  return { ...program, entries: program.entries.map((entry) => mapRegion(entry, image)) };
}

const belowZero = (node: Node): Node => build.compare(node, build.fill(node, 0), "le");

const moves: ReadonlySet<string> = new Set<OpName>(["reshape", "permute", "pad", "window"]);

/** Whether a product reads `node`, as it is or moved. */
const isFactor = (node: Node, users: ReadonlyMap<Node, readonly Node[]>): boolean =>
  (users.get(node) ?? []).some((user) => isOp(user, "contract") || (moves.has(user.op) && isFactor(user, users)));

/** What relu gives for products, by its masks, of values that nothing else among `order` needs. */
function resultsOf(order: readonly Node[], roots: ReadonlySet<Node>): ReadonlyMap<Node, Node> {
  const users = usersOf(order);
  return new Map(
    order.flatMap((result): [Node, Node][] => {
      const mask = maskOf(result);
      if (!mask) return [];
      const value = elementAt(mask.inputs, 0);
      const isAlone = !roots.has(value) && users.get(value)?.every((user) => user === mask || user === result);
      return isAlone && isFactor(result, users) ? [[mask, result]] : [];
    }),
  );
}

/** `z <= 0` of `where(z <= 0, 0, z)`. */
function maskOf(node: Node): Node | undefined {
  if (!isOp(node, "where")) return undefined;
  const [mask, zero, value] = node.inputs as [Node, Node, Node];
  const isBelow = isOp(mask, "compare") && mask.params.relation === "le" && mask.inputs[0] === value && fillOf(elementAt(mask.inputs, 1)) === 0;
  return isBelow && fillOf(zero) === 0 ? mask : undefined;
}
