// What neurons, weights and errors are called, with their numbers where they are known.
import type { Node } from "../../compiler/ir/node.ts";
import type { OpNode } from "../../compiler/ops/table.ts";
import type { Chain, NeuronLayer } from "./chain.ts";
import type { Wording } from "./names.ts";
import { type Numbers, shortDigits } from "./numbers.ts";

/** What is known of a chain. */
export interface Known {
  readonly chain: Chain;
  readonly wording: Wording;
  /** Parameters that gradients are taken with respect to, by name. */
  readonly learnt: { has(name: string): boolean };
  /** Without them names alone are drawn. */
  readonly numbers: Numbers | undefined;
}

export const lowered = (value: number | string): string => [...String(value)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] ?? digit).join("");
const raised = (value: number): string => `⁽${[...String(value)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}⁾`;

/** w₁₂⁽³⁾: of layer 3, from its input 1, or from the bias as 0, to its neuron 2. */
export const weightName = (layer: number, from: number, to: number): string =>
  `w${lowered(from)}${from > 9 || to > 9 ? "," : ""}${lowered(to)}${raised(layer)}`;

export const equation = (name: string, value: number | undefined): string => (value === undefined ? name : `${name} = ${shortDigits(value)}`);

/** A neuron by its layer and its place in it. */
export interface At {
  readonly layer: NeuronLayer;
  readonly k: number;
  readonly j: number;
}

/** Names and numbers of neurons, which are numbered through the network. */
export class NeuronNames {
  readonly #known: Known;
  readonly #before: readonly number[];

  constructor(known: Known, counts: readonly number[]) {
    this.#known = known;
    this.#before = counts.map((_, k) => counts.slice(1, k + 1).reduce((all, count) => all + count, 0));
  }

  ordinal = ({ k, j }: Pick<At, "k" | "j">): number => (this.#before[k] as number) + j + 1;

  value = (node: Node, at: number): number | undefined => this.#known.numbers?.value(node, at);

  slope = (node: Node | undefined, at: number): number | undefined => this.#known.numbers?.slope(node, at);

  input = (i: number): readonly [string, number | undefined] => [`x${lowered(i + 1)}`, this.value(this.#known.chain.x, i)];

  /** What goes into the layer k from its input i. */
  source = (k: number, i: number): string => (k === 0 ? `x${lowered(i + 1)}` : `z${lowered(this.ordinal({ k: k - 1, j: i }))}`);

  get hasErrors(): boolean {
    const { chain, numbers } = this.#known;
    return chain.loss !== undefined && (numbers === undefined || numbers.slope(chain.layers[0].a, 0) !== undefined);
  }

  get hasNumbers(): boolean {
    return this.#known.numbers !== undefined;
  }

  error = ({ layer, k, j }: At): string => (this.hasErrors ? equation(`δ${lowered(this.ordinal({ k, j }))}`, this.slope(layer.a, j)) : "");

  /** What stands below the line of a weight that is learnt: its gradient as a number, else what that is made of. */
  gradient(parameter: OpNode<"parameter">, at: number, terms: string): string {
    if (!this.#known.learnt.has(parameter.params.name)) return "";
    const slope = this.slope(parameter, at);
    if (slope !== undefined) return `∂ = ${shortDigits(slope)}`;
    return this.hasNumbers || !this.hasErrors ? "" : terms;
  }
}
