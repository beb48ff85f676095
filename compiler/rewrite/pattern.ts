// The pattern language of the rewrite rules: small trees over ops, with variables that bind nodes.
import type { Node } from "../ir/node.ts";
import type { OpName } from "../ops/table.ts";
import { fillOf } from "./fill.ts";

/** What the variables of a pattern stand for. */
export type Bound<N extends string = string> = { readonly [K in N]: Node };
type Bindings = Readonly<Record<string, Node>>;

export interface Pattern<N extends string = string> {
  /** The ops that the node may be; empty for a pattern that takes any. */
  readonly ops: readonly string[];
  /** The bindings with those of this pattern, or undefined where it does not fit. Looks into no node of `sealed`. */
  find(node: Node, bound: Bindings, sealed: ReadonlySet<Node>): Bindings | undefined;
  /** Only for types: the names that it binds. */
  readonly names?: N;
}

type NamesOf<P extends readonly Pattern[]> = NonNullable<P[number]["names"]>;

/** Any node. The same variable twice takes the same node only. */
export const any = <N extends string>(name: N): Pattern<N> => ({
  ops: [],
  find: (node, bound) => (bound[name] === undefined ? { ...bound, [name]: node } : bound[name] === node ? bound : undefined),
});

/** Any node that patterns may look into. */
export const open = <N extends string>(name: N): Pattern<N> => ({
  ops: [],
  find: (node, bound, sealed) => (sealed.has(node) ? undefined : any(name).find(node, bound, sealed)),
});

/** A tensor that is `value` everywhere, -0 distinct from 0. */
export const fill = (value: number): Pattern<never> => ({
  ops: [],
  find: (node, bound) => (Object.is(fillOf(node), value) ? bound : undefined),
});

/** A tensor that is one constant everywhere. */
export const constant = <N extends string>(name: N): Pattern<N> => ({
  ops: [],
  find: (node, bound, sealed) => (fillOf(node) === undefined ? undefined : any(name).find(node, bound, sealed)),
});

/** An f32 tensor of one of `ops` of which `to` makes another one, bound as `made`. */
export const made = (ops: readonly OpName[], to: (node: Node, sealed: ReadonlySet<Node>) => Node | undefined): Pattern<"made"> => ({
  ops,
  find(node, bound, sealed) {
    const found = node.dtype === "f32" ? to(node, sealed) : undefined;
    return found && { ...bound, made: found };
  },
});

function findAll(patterns: readonly Pattern[], nodes: readonly Node[], bound: Bindings, sealed: ReadonlySet<Node>): Bindings | undefined {
  let found: Bindings | undefined = bound;
  for (const [i, pattern] of patterns.entries()) {
    const node = nodes[i] as Node;
    if (sealed.has(node) && pattern.ops.length > 0) return undefined;
    found = found && pattern.find(node, found, sealed);
  }
  return found;
}

/** One of `op`, with inputs that fit `inputs`; without patterns, any inputs. */
export function is<const P extends readonly Pattern[]>(op: OpName | readonly OpName[], ...inputs: P): Pattern<NamesOf<P>> {
  const ops: readonly string[] = typeof op === "string" ? [op] : op;
  return {
    ops,
    find(node, bound, sealed) {
      if (!ops.includes(node.op) || (inputs.length > 0 && inputs.length !== node.inputs.length)) return undefined;
      return findAll(inputs, node.inputs, bound, sealed);
    },
  };
}

/** `op` of two inputs that fit `x` and `y` in either order. */
export function either<const X extends Pattern, const Y extends Pattern>(op: OpName, x: X, y: Y): Pattern<NamesOf<readonly [X, Y]>> {
  return {
    ops: [op],
    find(node, bound, sealed) {
      if (node.op !== op) return undefined;
      return findAll([x, y], node.inputs, bound, sealed) ?? findAll([x, y], [...node.inputs].reverse(), bound, sealed);
    },
  };
}

/** What fits `pattern`, bound to `name` as a whole. */
export const as = <N extends string, const P extends Pattern>(name: N, pattern: P): Pattern<N | NamesOf<readonly [P]>> => ({
  ops: pattern.ops,
  find(node, bound, sealed) {
    const found = pattern.find(node, bound, sealed);
    return found && any(name).find(node, found, sealed);
  },
});

/** The bindings of `pattern` at `node`. */
export const match = <N extends string>(pattern: Pattern<N>, node: Node, sealed: ReadonlySet<Node>): Bound<N> | undefined =>
  pattern.find(node, {}, sealed) as Bound<N> | undefined;
