// The compiled format: what the custom section `gradc` of a module says, and the ABI of its exports.

/** Version of the manifest; a module of another version is refused. */
export const formatVersion = 3;

/** FNV-1a in 32 bits (Fowler, Noll and Vo): another number where one byte differs. */
export function fingerprint(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

export type Dtype = "f32" | "i32" | "bool";

/** A number, or a product such as `batch·64` of dynamic dimensions and a coefficient. */
export type Dim = number | string;

/** A dense row-major tensor in memory; every element takes 4 bytes, bool as i32 0 or 1. */
export interface TensorSlot {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  /** Byte offset. */
  readonly offset: number;
}

export interface InputSlot extends TensorSlot {
  /** i32: the values that the program can use, `[lower, upper)`, and one more that is allowed. f32: those that its loss is made for, `[lower, upper]`. */
  readonly range?: { readonly lower: number; readonly upper: number; readonly except?: number };
}

/** A parameter or state: a strided view, strides in elements. */
export interface VariableSlot extends TensorSlot {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly role: "parameter" | "layer" | "optimizer" | "hyper" | "counter" | "sum";
  readonly trainable: boolean;
  /** Of a parameter with two axes: that PyTorch has them in this order. Others multiply the last axis and are [in, out], in PyTorch [out, in]. */
  readonly upright?: true;
}

/** Entry points that add up sums over rows, of which another makes results or states. */
type SumName = "evaluate" | `prepare.${number}`;

/** Entry points that train or could: those of the loss, and of a game by its name. */
type TrainingName = "step" | "gradients" | `step.${string}` | `gradients.${string}`;

/** The entry points that gradc makes, by the names that modules export them under; see `Manifest`. */
export type EntryName = "init" | "predict" | TrainingName | SumName | `${SumName}.finish`;

/** The entry point of that name, if there is one. */
export const entryNamed = <E extends { readonly name: string }>(entries: readonly E[], name: EntryName): E | undefined =>
  entries.find((entry) => entry.name === name);

/** The name of the entry point of a game, or of the loss. */
export const entryOf = (name: "step" | "gradients", game?: string): TrainingName => (game === undefined ? name : `${name}.${game}`);

/** The games of a module. */
export const gamesOf = (entries: readonly { readonly name: string }[]): string[] => entries.flatMap(({ name }) => name.split("gradients.")[1] ?? []);

/** The name of what finishes an entry point. */
export const finishOf = <N extends string>(name: N): `${N}.finish` => `${name}.finish`;

/** An exported function: takes one i32 for each of `dims`, gives an i32 status (0: ok; k > 0: the k-th of `checks` failed, nothing was written). */
export interface EntryPoint {
  readonly name: string;
  readonly dims: readonly string[];
  /** Names of the inputs that it reads, or that the entry point which finishes it does. */
  readonly inputs: readonly string[];
  readonly results: readonly TensorSlot[];
  /** Names of the variables that it writes. */
  readonly updates: readonly string[];
  readonly training: boolean;
  /** Whether n above capacity may be run in parts, and the results joined along the first axis. */
  readonly splittable: boolean;
  /** Smallest n that makes sense (2 for batch statistics). */
  readonly minimum: number;
  /** Names of the inputs whose elements are checked, in order of status. */
  readonly checks: readonly string[];
}

/** An output that a cross-entropy compares with a target. `softmax` is over the last axis, `identity` of what is a probability already. */
export interface Head {
  readonly output: string;
  readonly target: string;
  readonly link: "softmax" | "sigmoid" | "identity";
}

/**
 * Everything that the runtime needs to know of a module. Standard entry points: `init` (fills parameters and states from the
 * seed), `step`, `predict`, `gradients` (results are `loss` and then one result a gradient, named like the parameter or value);
 * for a game `step.NAME` and `gradients.NAME`, whose results are `loss` alone and as those of `gradients`, while `evaluate` gives its loss by its name,
 * `evaluate` with `evaluate.finish`: a splittable `evaluate` has no results but adds sums over rows to the variables of role `sum` each time it
 * is called, `evaluate.finish` turns them into `loss` and metrics and leaves zeros, as `init` does. `prepare.i` and `prepare.i.finish` do so for
 * mean and deviation of the i-th `nn.standardize`. A host calls for each i in order `finish`, which without rows leaves 0 and 1, and then on one
 * row, on all rows and on all rows once more `prepare.i` for each part of them and `finish`: the first row shifts, the second pass is exact.
 */
export interface Manifest {
  readonly version: number;
  readonly name: string;
  readonly profile: "exact" | "fast";
  /** Dynamic dimensions and their capacity; empty for a model without batch. */
  readonly capacity: Readonly<Record<string, number>>;
  readonly inputs: readonly InputSlot[];
  readonly variables: readonly VariableSlot[];
  readonly entries: readonly EntryPoint[];
  /** Name of the loss's metrics in order, as `step` and `evaluate` give them. */
  readonly metrics: readonly string[];
  readonly outputs: readonly string[];
  /** Inputs that only the loss reads: targets. */
  readonly targets: readonly string[];
  /** The states of each `nn.standardize` that is in use, and the inputs that its value is made of: `prepare.i` sets those at i. */
  readonly standardize: readonly { readonly mean: string; readonly deviation: string; readonly inputs: readonly string[] }[];
  /** Outputs that the loss compares with a target: what makes probabilities of their values. */
  readonly heads?: readonly Head[];
  readonly optimizer?: string;
  /** Memory in bytes, planned at compile time. */
  readonly bytes: number;
}
