import { type EntryName, finishOf } from "../../runtime/program.ts";
import type { Sizes } from "./dim.ts";
import type { Graph, InputNode, Node } from "./node.ts";
import type { StoredPassage } from "./passages.ts";

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

/** What a step of a game, or of the loss, assigns. */
export interface Assigned extends Update {
  readonly game: string | undefined;
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
  /** How its rows may be taken in parts; it is gone where that is settled. */
  readonly parts?: "rows" | Sums;
}

/** Results that are made of sums over rows: sums over parts of the rows can be added up. Otherwise, a part has its own `rows` of the results. */
export interface Sums {
  /** How many of the results come first that are no sums, but values whose rows must not be mixed. */
  readonly values: number;
  /** What is given and assigned at the end, for the other results over all rows. */
  finish(results: readonly Node[]): Pick<Region, "results" | "updates">;
  /** The error for rows that cannot be taken in parts; they are taken as a whole if there is none. */
  readonly refusal?: () => Error;
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
  /** Values by name as the definition wrote them, where the entry points hold an equal one that does not overflow; only to be read. */
  readonly written?: readonly Result[];
  /** What a step would assign to states of layers, of losses without a step; only to be read. */
  readonly assigned?: readonly Assigned[];
  /** `predict` before it was brought to the form in which it runs; only to be read. */
  readonly predict?: Entry;
  /** What losses go through by their definitions, for the text of a module; only to be read. */
  readonly passages?: readonly StoredPassage[];
  /** What has names in the order of the definition, for the text of a module; only to be read. */
  readonly order?: readonly string[];
}

/** A program that has no entry points yet. */
export type Shell = Omit<Program, "entries" | "written" | "assigned" | "predict" | "passages" | "order">;

/** An entry point that reads variables and gives `results`. */
export const lookingEntry = (name: EntryName, results: readonly Result[]): Entry => ({
  name,
  results,
  updates: [],
  training: false,
  splittable: false,
  minimum: 1,
});

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
