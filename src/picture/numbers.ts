// The numbers of a chain of neurons at an example: forward values, and what the chain rule makes of them.
import { gradientsOf } from "../../compiler/calculus/differentiate.ts";
import type { Described } from "../../compiler/describe/describe.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { Chain } from "./chain.ts";

/** Computes values; those that depend on an input that is not known are left out. */
export type Evaluate = (nodes: readonly Node[]) => ReadonlyMap<Node, ArrayLike<number>>;

/** Looks up a number: the `at`th of a value, of which all are known or none. */
export interface Numbers {
  value(node: Node | undefined, at: number): number | undefined;
  /** Of ∂loss/∂node: of an example for values, of all together for parameters. */
  slope(node: Node | undefined, at: number): number | undefined;
  /** How many examples there are; the first is shown. */
  readonly rows: number;
}

export function numbersOf(chain: Chain, { gradients }: Pick<Described, "gradients">, evaluate: Evaluate): Numbers {
  const { x, layers, loss, targets } = chain;
  const slopes = loss
    ? new Map(
        gradientsOf(
          loss.value,
          layers.map(({ a }) => a),
        ),
      )
    : new Map<Node, Node>();
  for (const { weight, bias } of layers)
    for (const parameter of bias ? [weight, bias] : [weight]) {
      const gradient = gradients.get(parameter.params.name);
      if (gradient) slopes.set(parameter, gradient);
    }
  const forward = layers.flatMap(({ a, z, weight, bias }) => [a, z, weight, ...(bias ? [bias] : [])]);
  const known = evaluate([x, ...forward, ...(loss ? [loss.value] : []), ...targets.map(({ value }) => value), ...slopes.values()]);
  const at = (node: Node | undefined, i: number) => (node && known.has(node) ? (known.get(node) as ArrayLike<number>)[i] : undefined);
  const rows = x.shape.length < 2 ? 1 : (known.get(x)?.length ?? 1) / Number(x.shape.at(-1));
  return { value: at, slope: (node, i) => at(node && slopes.get(node), i), rows };
}

/** Five significant digits, or so many, at most; very large and very small numbers with a power of ten. */
export function shortDigits(value: number, digits = 5): string {
  const rounded = Number(value.toPrecision(digits));
  const [size, isZero] = [Math.abs(rounded), rounded === 0];
  const text = isZero || (size >= 1e-3 && size < 1e6) ? String(rounded) : rounded.toExponential();
  return text.replaceAll("-", "−").replace("e+", "e");
}

/** A number where there is room for eight signs alone. */
export function briefDigits(value: number): string {
  const text = shortDigits(value);
  return text.length <= 8 ? text : shortDigits(value, 3);
}
