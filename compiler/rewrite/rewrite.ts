// The rewriting engine: brings every node to the form that no rule changes, bottom up, each node once.
//
//   rules: add(x, neg(y)) => sub(x, y)      before: add(a, neg(b))      after: sub(a, b)
//
// Requires: rules make a node of the same type, and never each other's left side again (fuel stops them).
// Ensures: names and positions go over to the image; shared nodes stay shared, because nodes are hash-consed.
// Cost: linear in the nodes that exist before and in between.
import { InternalError } from "../../runtime/error.ts";
import { mapRegion, type Program, rootsOf } from "../ir/entry.ts";
import { renameTo } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { formatType, sameShape } from "../ir/type.ts";
import { partsOf, rebuilt, withBodies } from "../ir/walk.ts";
import type { Tag, Trace } from "../trace/trace.ts";
import { type Bound, match, type Pattern } from "./pattern.ts";

export interface Rule<N extends string = string> {
  /** Its formula, `x·1 = x`, or words where it has none. */
  readonly name: string;
  readonly tag: Tag;
  readonly from: Pattern<N>;
  /** False keeps the node as it is. */
  when?(bound: Bound<N>, node: Node): boolean;
  /** The node to put in place of `node`; undefined keeps it. */
  to(bound: Bound<N>, node: Node): Node | undefined;
}

const tagged =
  (tag: Tag) =>
  <N extends string>(name: string, from: Pattern<N>, to: Rule<N>["to"], when?: Rule<N>["when"]): Rule =>
    ({ name, tag, from, to, ...(when && { when }) }) as unknown as Rule;

/** A rule of that tag: its name, the pattern, what takes its place and, if it does not always hold, when it does. */
export const bits = tagged("bits");
export const reals = tagged("reals");
export const finite = tagged("finite");

export interface Rewriting {
  /** What stands for a node of the graph that was rewritten. */
  image(node: Node): Node;
  /** How often each rule was used, by its name. */
  readonly fired: ReadonlyMap<string, number>;
}

interface Settings {
  /** Is told each use of a rule. */
  readonly trace?: Trace | undefined;
  /** Patterns do not look into these nodes, or where they are repeated into what is, so that they still exist (as images) afterwards. */
  readonly opaque?: Iterable<Node>;
}

/** Rewrites all entry points at once, so that what they share stays shared. */
export function rewriteProgram(program: Program, rules: readonly Rule[], settings: Settings = {}): Program {
  const { image } = rewrite(program.entries.flatMap(rootsOf), rules, settings);
  return { ...program, entries: program.entries.map((entry) => mapRegion(entry, image)) };
}

// No program needs as many steps per node: a rule undoes another one.
const fuelPerNode = 1000;

/** Rewrites all that `roots` depend on. */
export function rewrite(roots: readonly Node[], rules: readonly Rule[], { trace, opaque = [] }: Settings = {}): Rewriting {
  const index = indexRules(rules);
  const sealed = new Set([...opaque].map(unrepeated));
  const normal = new Map<Node, Node>();
  const next = new Map<Node, Node>();
  const fired = new Map<string, number>();

  const settle = (node: Node, image: Node) => {
    normal.set(node, image);
    renameTo(node, image);
    if (sealed.has(node)) sealed.add(unrepeated(image));
  };
  const advance = (node: Node): Node => {
    const anew = rebuilt(node, (part) => normal.get(part) as Node);
    if (anew !== node) return anew;
    for (const rule of index.get(node.op) ?? []) {
      const result = apply(rule, node, sealed);
      if (!result) continue;
      fired.set(rule.name, (fired.get(rule.name) ?? 0) + 1);
      trace?.rule(rule, node, result);
      return result;
    }
    return node;
  };

  const stack: Node[] = [...roots];
  let fuel = fuelPerNode * (withBodies(roots).length + 1);
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const following = next.get(node);
    const pending = following ? [following] : partsOf(node);
    const open = pending.filter((part) => !normal.has(part));
    trace?.inherit(node, open);
    if (normal.has(node)) stack.pop();
    else if (open.length > 0) stack.push(...open);
    else if (following) settle(node, normal.get(following) as Node);
    else {
      const advanced = advance(node);
      if (advanced === node) settle(node, node);
      else next.set(node, advanced);
      if (sealed.has(node)) sealed.add(unrepeated(advanced));
    }
    if (--fuel === 0) throw outOfFuel(node, fired);
  }
  return { image: (node) => normal.get(node) ?? node, fired };
}

/** What is repeated, of which a page has no other form: sums of it must know how often. */
const unrepeated = (node: Node): Node => (node.op === "broadcast" ? (node.inputs[0] as Node) : node);

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
