// The rewriting engine: brings every node to the form that no rule changes, bottom up, each node once.
//
//   rules: add(x, neg(y)) => sub(x, y)      before: add(a, neg(b))      after: sub(a, b)
//
// Requires: rules make a node of the same type, and never each other's left side again (fuel stops them).
// Ensures: names and positions go over to the image; shared nodes stay shared, because nodes are hash-consed.
// Cost: linear in the nodes that exist before and in between.
import { InternalError } from "../../runtime/error.ts";
import { mapEntry, type Program, rootsOf } from "../ir/entry.ts";
import { make, renameTo, topological } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { formatType, sameShape } from "../ir/type.ts";
import { type Bound, match, type Pattern } from "./pattern.ts";

/**
 * What a rule may change. `bits`: the same bits for every input. `reals`: equal over the reals, without new NaN or overflow,
 * but rounding or the sign of zero may differ. `finite`: also assumes finite values or valid indices.
 */
export type Tag = "bits" | "reals" | "finite";

export interface Rule<N extends string = string> {
  readonly name: string;
  readonly tag: Tag;
  readonly from: Pattern<N>;
  /** False keeps the node as it is. */
  when?(bound: Bound<N>, node: Node): boolean;
  /** The node to put in place of `node`; undefined keeps it. */
  to(bound: Bound<N>, node: Node): Node | undefined;
}

/** A rule whose bindings are those of its pattern. */
export const rule = <N extends string>(rule: Rule<N>): Rule => rule as unknown as Rule;

export interface Rewriting {
  /** What stands for a node of the graph that was rewritten. */
  image(node: Node): Node;
  /** How often each rule was used. */
  readonly fired: ReadonlyMap<string, number>;
}

/** Is told how often each rule was used. */
export type Report = (fired: ReadonlyMap<string, number>) => void;

/** Rewrites all entry points at once, so that what they share stays shared. */
export function rewriteProgram(program: Program, rules: readonly Rule[], report?: Report): Program {
  const { image, fired } = rewrite(program.entries.flatMap(rootsOf), rules);
  report?.(fired);
  return { ...program, entries: program.entries.map((entry) => mapEntry(entry, image)) };
}

// No program needs as many steps per node: a rule undoes another one.
const fuelPerNode = 1000;

/** Rewrites all that `roots` depend on. Patterns do not look into `opaque` nodes, so that these still exist (as images) afterwards. */
export function rewrite(roots: readonly Node[], rules: readonly Rule[], opaque: Iterable<Node> = []): Rewriting {
  const index = indexRules(rules);
  const sealed = new Set(opaque);
  const normal = new Map<Node, Node>();
  const next = new Map<Node, Node>();
  const fired = new Map<string, number>();

  const settle = (node: Node, image: Node) => {
    normal.set(node, image);
    renameTo(node, image);
    if (sealed.has(node)) sealed.add(image);
  };
  const advance = (node: Node): Node => {
    const inputs = node.inputs.map((input) => normal.get(input) as Node);
    if (inputs.some((input, i) => input !== node.inputs[i])) return make(node.op, inputs, node.params, node.graph) as Node;
    for (const rule of index.get(node.op) ?? []) {
      const result = apply(rule, node, sealed);
      if (!result) continue;
      fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1);
      return result;
    }
    return node;
  };

  const stack: Node[] = [...roots];
  let fuel = fuelPerNode * (topological(roots).length + 1);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const following = next.get(node);
    const pending = following ? [following] : node.inputs;
    const open = pending.filter((input) => !normal.has(input));
    if (normal.has(node)) stack.pop();
    else if (open.length > 0) stack.push(...open);
    else if (following) settle(node, normal.get(following) as Node);
    else {
      const advanced = advance(node);
      if (advanced === node) settle(node, node);
      else next.set(node, advanced);
      if (sealed.has(node)) sealed.add(advanced);
    }
    if (--fuel === 0) throw outOfFuel(node, fired);
  }
  return { image: (node) => normal.get(node) ?? node, fired };
}

function indexRules(rules: readonly Rule[]): Map<string, Rule[]> {
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const op of rule.from.ops) index.set(op, [...(index.get(op) ?? []), rule]);
  }
  return index;
}

function apply(rule: Rule, node: Node, sealed: ReadonlySet<Node>): Node | undefined {
  const bound = match(rule.from, node, sealed);
  if (!bound || rule.when?.(bound, node) === false) return undefined;
  const result = rule.to(bound, node);
  if (!result || result === node) return undefined;
  if (result.dtype !== node.dtype || !sameShape(result.shape, node.shape)) {
    throw new InternalError(`The rule "${rule.name}" turned ${node.op} : ${formatType(node)} into ${result.op} : ${formatType(result)}`);
  }
  return result;
}

function outOfFuel(node: Node, fired: ReadonlyMap<string, number>): InternalError {
  const most = [...fired].sort((a, b) => b[1] - a[1]).slice(0, 4);
  return new InternalError(`Rewriting "${node.op}" does not end; rules used most: ${most.map(([name, times]) => `${name} (${times})`).join(", ")}`);
}
