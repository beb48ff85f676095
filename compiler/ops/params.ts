import type { Dim } from "../ir/dim.ts";
import type { InputNode } from "../ir/node.ts";
import type { Dtype, Shape } from "../ir/type.ts";

export type Relation = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type Ties = "first" | "even";
/** What a slot stands for in a step of a loop: what the step before handed on, an element of a sequence, or the number of the element. */
export type SlotPart = "carry" | "element" | "step";

/** The parameters of each op that has some; `build.ts` says what they mean. */
export interface OpParams {
  readonly input: InputNode["params"];
  readonly parameter: { readonly name: string; readonly shape: Shape };
  readonly state: { readonly name: string; readonly dtype: Dtype; readonly shape: Shape };
  readonly constant: { readonly data: readonly number[]; readonly shape: readonly number[]; readonly dtype: Dtype };
  readonly iota: { readonly shape: Shape; readonly axis: number };
  readonly size: { readonly dim: Dim };
  readonly random: { readonly stream: number; readonly shape: Shape };
  readonly compare: { readonly relation: Relation };
  readonly cast: { readonly dtype: Dtype };
  readonly contract: { readonly spec: string };
  readonly sum: { readonly axes: readonly number[] };
  readonly max: { readonly axes: readonly number[]; readonly ties: Ties };
  readonly argmax: { readonly axis: number };
  readonly reshape: { readonly shape: Shape };
  readonly permute: { readonly order: readonly number[] };
  readonly broadcast: { readonly shape: Shape; readonly axes: readonly number[] };
  readonly slice: { readonly start: readonly number[]; readonly shape: Shape };
  readonly pad: { readonly low: readonly number[]; readonly high: readonly number[]; readonly value: number };
  readonly flip: { readonly axes: readonly number[] };
  readonly concat: { readonly axis: number };
  readonly window: { readonly axis: number; readonly size: number; readonly stride: number; readonly dilation: number };
  readonly fold: { readonly axis: number; readonly extent: number; readonly stride: number; readonly dilation: number };
  readonly scatterAdd: { readonly extent: Dim };
  readonly slot: {
    readonly loop: string;
    readonly part: SlotPart;
    readonly position: number;
    readonly name: string;
    readonly dtype: Dtype;
    readonly shape: Shape;
  };
  readonly loop: {
    readonly loop: string;
    readonly steps: number;
    readonly carries: readonly string[];
    readonly sequences: number;
    readonly reverse: boolean;
  };
  readonly stack: { readonly loop: string; readonly steps: number };
  readonly last: { readonly loop: string };
  readonly oneHot: { readonly extent: Dim };
  readonly stopGradient: { readonly stated?: true };
  readonly recompute: { readonly part: number };
  readonly barrier: { readonly part: number };
  readonly withGradient: { readonly slot: number };
}

/** The parameters of the op `K`; an op that works element by element has none. */
export type ParamsOf<K extends string> = K extends keyof OpParams ? OpParams[K] : Record<never, never>;
