// The activations of a network as g, or as g₁, g₂ ... where there are several, and what they and their derivatives are.
import type { Line } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { type Element, element, type Formula, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import type { ScalarFunction } from "./function.ts";
import { mostWritten } from "./line.ts";
import type { Network } from "./network.ts";
import { isActive, type Signing, widthOf } from "./signs.ts";
import { applied } from "./trees.ts";

const digits = "₀₁₂₃₄₅₆₇₈₉";

const numbered = (letter: string, at: number): string => letter + [...String(at)].map((digit) => digits[Number(digit)]).join("");

/** What stands for the argument of a function. */
const argument: Element = element("a", []);

/** The function between before and after of a layer. */
export function functionOf({ layers, loss }: Network, layer: number): ScalarFunction | undefined {
  const { activation } = elementAt(layers, layer - 1);
  return activation ?? (layer === layers.length && loss?.kind === "elements" ? loss.probability?.of : undefined);
}

/** The functions of a network by what they are called. */
export interface Activations {
  gOf(layer: number): string;
  /** `g(a) = tanh(a)`, with what that is by ops where it is no op itself. */
  readonly values: readonly Line[];
  /** `gelu(a) = 0.5·a·(1 + erf(0.70710678·a))` for those that are no ops themselves. */
  readonly meanings: readonly Line[];
  /** `g′(aⱼ) = 1 − zⱼ²` for the neurons of each layer. */
  slopes(signs: Signing): readonly Line[];
}

export function activationsOf(network: Network): Activations {
  const written = network.layers.map((_, at) => {
    const own = functionOf(network, at + 1);
    return own && print(own.value.steps({ first: argument }), text);
  });
  const distinct = [...new Set(written.filter((each) => each !== undefined))];
  const nameOf = (form: string) => (distinct.length === 1 ? "g" : numbered("g", distinct.indexOf(form) + 1));
  const gOf = (layer: number): string => nameOf(elementAt(written, layer - 1) ?? "");
  const values = distinct.map((form) => {
    const layer = written.indexOf(form) + 1;
    return meaningOf(applied(gOf(layer), argument), functionOf(network, layer) as ScalarFunction);
  });
  const meanings = values.flatMap(({ right }): Line[] =>
    isChain(right) ? [{ left: elementAt(right.args, 0), sign: "=", right: elementAt(right.args, 1), where: [] }] : [],
  );
  return { gOf, values, meanings, slopes: (signs) => network.layers.flatMap((_, at) => slopesOf(network, signs, at + 1, gOf(at + 1))) };
}

const isChain = (formula: Formula): formula is Extract<Formula, { kind: "operator" }> => formula.kind === "operator" && formula.op === "=";

function meaningOf(left: Formula, { value }: ScalarFunction): Line {
  const [right, steps] = [value.named({ first: argument }), value.steps({ first: argument })];
  const isSame = right.kind !== "call" || print(right, text) === print(steps, text);
  return { left, sign: "=", right: isSame ? right : operator("=", right, steps), where: [] };
}

function slopesOf(network: Network, signing: Signing, layer: number, g: string): Line[] {
  const { activation } = elementAt(network.layers, layer - 1);
  if (!activation || !isActive(network, layer)) return [];
  const signs = signing.of(undefined);
  const width = widthOf(network, layer);
  const isTogether = width > 1 && (signing.offset(layer) === 0 || width > mostWritten);
  const each = isTogether ? ["j"] : Array.from({ length: width }, (_, at) => String(at + 1));
  return each.map((j) => {
    const [first, value] = [signs.before(layer, j), signs.after(layer, j)];
    return { left: applied(`${g}′`, first), sign: "=", right: activation.slope.named({ first, value }), where: [] };
  });
}
