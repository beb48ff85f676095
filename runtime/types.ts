import type { Dtype, Manifest } from "./program.ts";

/** Values of a tensor, row-major: a flat array, a typed array of those that `Tag` names, or nested arrays. */
export type TensorData<Tag extends string = string> = (ArrayLike<number> & { readonly [Symbol.toStringTag]?: Tag }) | readonly TensorData<Tag>[];

type Others = "Int8Array" | "Uint8Array" | "Uint8ClampedArray" | "Int16Array" | "Uint16Array" | "Uint32Array";

/** Values of an f32: a Float32Array is copied as it is, numbers in other arrays and in nested ones are rounded. */
export type F32Data = TensorData<"Float32Array" | "Float64Array" | Others>;
/** Values of an i32: an Int32Array is copied as it is, other arrays and nested ones hold whole numbers. */
export type I32Data = TensorData<"Int32Array" | Others>;

/** Inputs by name; n is the number of rows, equal for all. */
export type Inputs = Readonly<Record<string, TensorData>>;

/** Outputs by name: Float32Array, Int32Array for i32 and Uint8Array for bool. */
export type Outputs = Record<string, Float32Array | Int32Array | Uint8Array>;

/** A row of a table: numbers, labels of classes as texts, true or false; null where a cell is missing. */
export type Row = Readonly<Record<string, unknown>>;

/** What a net gives for a row: a number, or a list of them, for each output, and the class in the target's column where there are classes. */
export type PredictedRow = Record<string, number | number[] | string>;

/** The loss and the metrics of one call: numbers `M`, and row-major elements of those with axes, `A`. */
export type Losses<M extends string = string, A extends string = never> = { readonly loss: number } & Readonly<
  Record<M, number> & Record<A, Float32Array>
>;

/** The loss and its gradients, by the names of parameters or of what `wrt` named. */
export interface Gradients<G extends string = string> {
  readonly loss: number;
  readonly gradients: Readonly<Record<G, Float32Array>>;
}

/** Type of a parameter, and whether training changes it. */
export interface ParameterInfo {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly trainable: boolean;
}

/** Which of the games of a model is meant, where it has some. */
export interface GameOptions<K extends string = string> {
  readonly game: K;
}

/** Settings of `restore`. */
export interface RestoreOptions {
  /** Globs: only the variables that match are restored, and neither counters nor hyper-parameters. */
  readonly only?: string | readonly string[];
  /**
   * For weights of another net: load the parameters and layer states that fit and report the rest. Nothing of the training is taken over (optimizer
   * state, step, seed, hyper-parameters), and texts only where all fit.
   */
  readonly partial?: boolean;
  /** From names in the file to names in the net. */
  readonly rename?: Readonly<Record<string, string>> | ((name: string) => string);
}

/** Names of tensors: loaded; in the net but not in the file; in the file but not in the net; in both with different shapes. */
export interface RestoreReport {
  readonly loaded: string[];
  readonly missing: string[];
  readonly unused: string[];
  readonly mismatched: string[];
}

/**
 * A module in its memory: inputs `I`, outputs `O`, names of parameters `P`, of hyper-parameters `H`, of metrics `M`, of gradients `G` and of metrics
 * with axes `A`; `W` are sizes of gradients and activations that its step
 * was compiled to give.
 */
export interface Net<
  I extends object = Inputs,
  O extends object = Outputs,
  P extends string = string,
  H extends string = string,
  M extends string = string,
  G extends string = P,
  A extends string = never,
  W extends string = never,
> {
  readonly manifest: Manifest;
  readonly parameters: ReadonlyMap<P, ParameterInfo>;
  /** Texts that are saved with the weights, such as class labels. */
  readonly metadata: Map<string, string>;
  /** One training step; the loss is the one before the update, with penalties. The first one that is NaN or infinite is warned about. */
  step(inputs: I): Losses<M | W, A>;
  /** One step of a game, on the inputs that its loss reads. */
  step(inputs: Partial<I>, options: GameOptions): Losses;
  /**
   * Sets mean and deviation of every `nn.standardize` from these rows, any number of them; asks only for the inputs that the standardized values
   * are made of. `fit` does it by itself.
   */
  prepare(inputs: Partial<I>): void;
  /** The loss and its gradients, with the dropout mask of the next step; changes nothing. */
  gradients(inputs: I): Gradients<G>;
  /** The loss of a game and its gradients by the parameters that it trains. */
  gradients(inputs: Partial<I>, options: GameOptions): Gradients<G>;
  /**
   * The loss without penalties and the metrics, over any number of rows where the loss can be split. The losses of games are among the metrics, by
   * the names of the games.
   */
  evaluate(inputs: I): Losses<M, A>;
  /** The outputs, over any number of rows where they can be split; written to the arrays of `into` where given. */
  predict(inputs: Partial<I>, options?: { readonly into?: Partial<O> }): O;
  /** The columns of the table that the net was trained on, by input; none where it was trained otherwise. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** Names of classes and categories by column, in order of their numbers. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /**
   * The outputs for rows of a table such as `{ bean: "arabica", size: 3 }`, encoded as the training's table was: labels are those of `classes`,
   * and null is a missing cell, which has a value where the net was trained to fill it. Columns of the target may be left out.
   * @throws GradcError `unknown-column`, `bad-value`
   */
  predictRows(rows: readonly Row[]): PredictedRow[];
  /** A row-major copy of a parameter or state. */
  read(name: string): Float32Array | Int32Array;
  /** Sets a parameter or state from row-major data. */
  write(name: string, data: TensorData): void;
  setHyper(values: Partial<Readonly<Record<H, number>>>): void;
  /** Parameters, layer state and, unless `optimizer` is false, optimizer state as a safetensors file. */
  state(options?: { readonly optimizer?: boolean }): Uint8Array;
  /** Sets parameters and state from a file of `state`; nothing is written when it throws. */
  restore(bytes: Uint8Array | ArrayBuffer, options?: RestoreOptions): RestoreReport;
}

/**
 * A net that was loaded without its bindings: nothing says which of its metrics have axes, so that each can be read both as a number and as elements,
 * `accuracy.toFixed(2)` and `confusion[0]`. It is any `Net` elsewhere; the bindings of a built module say which is which.
 */
export type UnboundNet<I extends object = Inputs, O extends object = Outputs, P extends string = string, H extends string = string> = Net<
  I,
  O,
  P,
  H,
  string,
  P,
  string
>;

/**
 * A net with games `K`, where `M` and `A` are what `evaluate` gives: the losses of the games, that of the model where it has one, and the metrics. Of
 * the sizes `W`, the step of a game gives those of what its loss sees.
 */
export interface NetOfGames<
  I extends object,
  O extends object,
  P extends string,
  H extends string,
  M extends string,
  G extends string,
  A extends string,
  K extends string,
  W extends string = never,
> extends Omit<Net<I, O, P, H, M, G, A>, "step" | "gradients" | "evaluate"> {
  step(inputs: Partial<I>, options: GameOptions<K>): { readonly loss: number } & Partial<Readonly<Record<W, number>>>;
  gradients(inputs: Partial<I>, options: GameOptions<K>): Gradients<G>;
  evaluate(inputs: I): Readonly<Record<M, number> & Record<A, Float32Array>>;
}
