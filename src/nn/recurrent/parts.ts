// The parameters of a recurrent layer: for each of its layers and directions two matrices and two biases.
import type { Tensor } from "../../tensor.ts";
import { defaultInit } from "../init.ts";
import type { Part, Table } from "../parts.ts";
import { initsOf, type LayerInit, parameterExtent } from "../weights.ts";
import type { Cell } from "./cells.ts";

/** One direction of one layer. */
export interface Direction {
  readonly layer: number;
  readonly reverse: boolean;
}

/** In PyTorch's order. */
export const directionsOf = (numLayers: number, bidirectional: boolean): Direction[] =>
  Array.from({ length: numLayers }, (_, layer) => (bidirectional ? [false, true] : [false]).map((reverse) => ({ layer, reverse }))).flat();

/** `weight_ih_l0`, `bias_hh_l1_reverse` */
export const partName = (part: "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh", { layer, reverse }: Direction): string =>
  `${part}_l${layer}${reverse ? "_reverse" : ""}`;

/** What formulas call a part of one direction of `all`: `W`, or `W_l1r` of several. */
export const letterOf = (plain: string, { layer, reverse }: Direction, all: readonly Direction[]): string =>
  all.length === 1 ? plain : `${plain}_l${layer}${reverse ? "r" : ""}`;

export interface Shape {
  readonly cell: Cell;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bidirectional: boolean;
  readonly bias: boolean;
  readonly init: LayerInit | undefined;
}

export type RecurrentRows = Record<string, Part | undefined>;

/** All of them start as U(±1/√hiddenSize). */
export function partsOf(attempt: string, shape: Shape): Table<readonly [x: Tensor], RecurrentRows> {
  const { cell, hiddenSize, numLayers, bidirectional, bias, init } = shape;
  const inits = initsOf(cell.kind, init);
  const out = cell.gates * hiddenSize;
  const below = hiddenSize * (bidirectional ? 2 : 1);
  const table: Record<string, (inputs: readonly [x: Tensor]) => Part | undefined> = {};
  const directions = directionsOf(numLayers, bidirectional);
  for (const direction of directions) {
    const { layer } = direction;
    const letter = (plain: string) => letterOf(plain, direction, directions);
    const matrix = (from: number, plain: string, error: string): Part => ({
      shape: [from, out],
      fans: { in: from, out },
      init: inits.weight ?? defaultInit(hiddenSize),
      letter: letter(plain),
      ...(letter(error) && { error: letter(error).replace(/^_/, "") }),
    });
    const shift = (plain: string) => (): Part | undefined =>
      bias ? { shape: [out], init: inits.bias ?? defaultInit(hiddenSize), letter: letter(plain) } : undefined;
    table[partName("weight_ih", direction)] = ([x]) => matrix(layer === 0 ? parameterExtent(attempt, x.shape, -1) : below, "W", "");
    table[partName("weight_hh", direction)] = () => matrix(hiddenSize, "U", cell.hasOwnError ? "U" : "");
    table[partName("bias_ih", direction)] = shift("b");
    table[partName("bias_hh", direction)] = shift("c");
  }
  return table;
}
