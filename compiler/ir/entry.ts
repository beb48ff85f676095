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

/** What is lowered as a whole: it reads sources of one graph, gives results and assigns updates. */
export interface Region {
  readonly name: string;
  readonly results: readonly Result[];
  readonly updates: readonly Update[];
}

/** A region that is one exported function. */
export interface Entry extends Region {
  /** What the source `training` stands for here. */
  readonly training: boolean;
  /** Whether rows beyond the capacity may be run in parts: results row by row, or sums that are added up. */
  readonly splittable: boolean;
  /** Fewest rows that make sense: 2 where it takes the variance of a batch. */
  readonly minimum: number;
}

/** All that is compiled into one WebAssembly module. */
export interface Program {
  readonly name: string;
  readonly graph: Graph;
  /** Capacity of each dynamic dimension. */
  readonly capacity: Sizes;
  /** Input sources in the order of declaration. */
  readonly inputs: readonly InputNode[];
  readonly entries: readonly Entry[];
}

/** The nodes that a region must compute. */
export const rootsOf = ({ results, updates }: Region): Node[] => [...results.map(({ node }) => node), ...updates.map(({ value }) => value)];

/** An entry point with what finishes it: `evaluate.finish` is called after `evaluate`, on the inputs that this was given. */
export const withFinish = (program: Program, { name }: Entry): Entry[] =>
  program.entries.filter((entry) => entry.name === name || entry.name === finishOf(name));

/** The region with every root replaced by its image. */
export function mapRegion<R extends Region>(region: R, image: (node: Node) => Node): R {
  return {
    ...region,
    results: region.results.map((result) => ({ ...result, node: image(result.node) })),
    updates: region.updates.map((update) => ({ ...update, value: image(update.value) })),
  };
}
