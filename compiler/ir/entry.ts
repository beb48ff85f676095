import { finishOf } from "../../runtime/program.ts";
import type { Sizes } from "./dim.ts";
import type { Graph, InputNode, Node } from "./node.ts";

/** A value that an entry point gives back. */
export interface Result {
  readonly name: string;
  readonly node: Node;
}

/** An assignment at the end of an entry point; all values are computed from the old targets. */
export interface Update {
  /** A `parameter` or `state` source. */
  readonly target: Node;
  readonly value: Node;
}

/** One exported function: results and updates of one graph. */
export interface Entry {
  readonly name: string;
  readonly results: readonly Result[];
  readonly updates: readonly Update[];
  /** What the source `training` stands for here. */
  readonly training: boolean;
  /** Whether rows beyond the capacity may be run in parts: results row by row, or sums that are added up. */
  readonly splittable: boolean;
  /** Fewest rows that make sense: 2 where it takes the variance of a batch. */
  readonly minimum: number;
}

/** All that is compiled into one WebAssembly module. Passes are functions from Program to Program. */
export interface Program {
  readonly name: string;
  readonly graph: Graph;
  /** Capacity of each dynamic dimension. */
  readonly capacity: Sizes;
  /** Input sources in the order of declaration. */
  readonly inputs: readonly InputNode[];
  readonly entries: readonly Entry[];
}

/** The nodes that an entry point must compute. */
export const rootsOf = (entry: Entry): Node[] => [...entry.results.map((result) => result.node), ...entry.updates.map((update) => update.value)];

/** An entry point with what finishes it: `evaluate.finish` is called after `evaluate`, on the inputs that this was given. */
export const withFinish = (program: Program, { name }: Entry): Entry[] =>
  program.entries.filter((entry) => entry.name === name || entry.name === finishOf(name));

/** The entry with every root replaced by its image. */
export function mapEntry(entry: Entry, image: (node: Node) => Node): Entry {
  return {
    ...entry,
    results: entry.results.map((result) => ({ ...result, node: image(result.node) })),
    updates: entry.updates.map((update) => ({ ...update, value: image(update.value) })),
  };
}
