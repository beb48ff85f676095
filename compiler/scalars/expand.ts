// Formulas of a small network written out down to its weights. A neuron whose formula would stand more than once keeps its name:
//
//   ∂L/∂w₁₁⁽¹⁾ = 2·(1 − tanh(a₃)²)·(tanh(a₃) − y)·w₁₁⁽²⁾·(1 − tanh(w₀₁⁽¹⁾ + w₁₁⁽¹⁾·x₁ + w₂₁⁽¹⁾·x₂)²)·x₁
//
// Linear layers in a row are one: each input has a coefficient that is collected of their weights.
import { noNeurons } from "../diagnostics/scalars.ts";
import type { Line } from "../formula/equation.ts";
import type { Element, Formula } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { instancesOf, writtenOut } from "./instances.ts";
import { lossSign, type ScalarLine, type ScalarLines } from "./line.ts";
import { linesOf } from "./lines.ts";
import type { Network } from "./network.ts";
import { filled, makingOf, type Part, writtenIn } from "./page.ts";
import { isActive, type Signs, widthOf } from "./signs.ts";
import { keyOf, product, replaced, total } from "./trees.ts";
import { titles } from "./words.ts";

/** Weights of a network whose formulas are written out with the others. */
export const mostExpanded = 16;

/** Weights of a network that is written out at all. */
const mostWeights = 40;

export const weightsIn = ({ layers }: Network): number =>
  layers.reduce((count, { inputs, outputs, bias }) => count + inputs * outputs + (bias ? outputs : 0), 0);

/** A neuron as a sum over the values that its linear layers in a row begin with. */
interface Collected {
  readonly bias: Formula | undefined;
  readonly coefficients: readonly Formula[];
  /** The layer whose values the coefficients are of. */
  readonly from: number;
}

function collectedAt(network: Network, signs: Signs, layer: number, j: string): Collected {
  const before = Array.from({ length: widthOf(network, layer - 1) }, (_, at) => String(at + 1));
  const own = elementAt(network.layers, layer - 1).bias ? [signs.bias(layer, j)] : [];
  const weight = (i: string): Formula => signs.weight(layer, i, j);
  if (layer === 1 || isActive(network, layer - 1)) return { bias: own[0], coefficients: before.map(weight), from: layer - 1 };
  const inner = before.map((i) => ({ i, ...collectedAt(network, signs, layer - 1, i) }));
  const first = elementAt(inner, 0);
  const biases = inner.flatMap(({ i, bias }) => (bias ? [product(bias, weight(i))] : []));
  const all = [...biases, ...own];
  return {
    bias: all.length === 0 ? undefined : total(all),
    coefficients: first.coefficients.map((_, at) => total(inner.map(({ i, coefficients }) => product(elementAt(coefficients, at), weight(i))))),
    from: first.from,
  };
}

/** What a neuron is before its activation, the bias first where it is that of one layer. */
function sumAt(network: Network, signs: Signs, layer: number, j: string): Formula {
  const { bias, coefficients, from } = collectedAt(network, signs, layer, j);
  const terms = coefficients.map((coefficient, at) => product(coefficient, signs.after(from, String(at + 1))));
  const constant = bias ? [bias] : [];
  return total(from < layer - 1 ? [...terms, ...constant] : [...constant, ...terms]);
}

/** The signs that are always written out, and the sums that may keep their names. */
interface Definitions {
  readonly always: ReadonlyMap<string, Formula>;
  readonly sums: ReadonlyMap<string, Formula>;
}

const neuronsOf = (network: Network): (readonly [layer: number, j: string])[] =>
  network.layers.flatMap(({ outputs }, at) => Array.from({ length: outputs }, (_, j) => [at + 1, String(j + 1)] as const));

function definitionsOf(network: Network, signs: Signs, { forward, errors }: ScalarLines): Definitions {
  const sums = new Map(neuronsOf(network).map(([layer, j]) => [keyOf(signs.before(layer, j)), sumAt(network, signs, layer, j)]));
  const others = [...forward, ...errors].flatMap((line) => instancesOf(line, line));
  const always = others.flatMap(({ left, shown, ranges }) =>
    left.kind !== "element" || sums.has(keyOf(left)) || left.name === lossSign.name ? [] : [[keyOf(left), writtenOut(shown, ranges)] as const],
  );
  return { always: new Map(always), sums };
}

function occurrences(formula: Formula, among: ReadonlyMap<string, Formula>): Map<string, number> {
  const counts = new Map<string, number>();
  replaced(formula, (part) => {
    const key = part.kind === "element" ? keyOf(part) : "";
    if (among.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return undefined;
  });
  return counts;
}

const put = (formula: Formula, among: ReadonlyMap<string, Formula>, isPut: (key: string) => boolean): Formula =>
  replaced(formula, (part) => {
    const key = part.kind === "element" ? keyOf(part) : "";
    const found = isPut(key) ? among.get(key) : undefined;
    return found && put(found, among, isPut);
  });

/** `formula` written out; sums that it would hold more than once keep their names, unless everything is to be written. */
function expanded(formula: Formula, { always, sums }: Definitions, isWhole: boolean): Formula {
  let written = put(formula, always, () => true);
  for (;;) {
    const counts = occurrences(written, sums);
    const next = [...counts].filter(([, count]) => isWhole || count === 1).map(([key]) => key);
    if (next.length === 0) return written;
    written = put(
      put(written, sums, (key) => next.includes(key)),
      always,
      () => true,
    );
  }
}

/** The formulas of the loss and of each gradient by weights and inputs. @throws GradcError `no-neurons` for a network of many weights */
export function expandedPart(network: Network, isWhole: boolean): Part[] {
  const count = weightsIn(network);
  if (count > mostWeights) throw noNeurons("a network", `has ${count} weights: at most ${mostWeights} are written out`);
  const written = writtenIn(network, "neurons");
  const lines = linesOf({ ...makingOf(written, "named"), isDown: true });
  const signs = written.signs.of(undefined);
  const definitions = definitionsOf(network, signs, lines);
  const whole = [...lines.forward.filter(({ left }) => left.kind === "element" && left.name === lossSign.name), ...lines.gradients];
  const formulas = whole
    .flatMap((line) => instancesOf(line, line))
    .map(({ left, shown, ranges }) => ({ left, right: expanded(writtenOut(shown, ranges), definitions, isWhole) }));
  const kept = keptIn(network, signs, formulas, definitions);
  const all = [...kept, ...formulas].map(({ left, right }): Line => ({ left, sign: "=", right, where: [] }));
  return filled([{ title: titles.expanded, lines: [...written.activations.meanings, ...all] }]);
}

type Short = Pick<ScalarLine, "left" | "right">;

/** The neurons whose names are kept, and those that several layers in a row collapse to, each by those before it. */
function keptIn(network: Network, signs: Signs, formulas: readonly Short[], definitions: Definitions): Short[] {
  const { sums } = definitions;
  const kept = new Map<string, Formula>();
  const keep = (formula: Formula): void => {
    for (const key of occurrences(formula, sums).keys()) {
      if (kept.has(key)) continue;
      const right = expanded(sums.get(key) as Formula, definitions, false);
      kept.set(key, right);
      keep(right);
    }
  };
  for (const { right } of formulas) keep(right);
  const isRow = (layer: number) => layer > 1 && !isActive(network, layer - 1) && (layer === network.layers.length || isActive(network, layer));
  return neuronsOf(network).flatMap(([layer, j]) => {
    const left: Element = signs.before(layer, j);
    const right = kept.get(keyOf(left)) ?? (isRow(layer) ? sums.get(keyOf(left)) : undefined);
    return right ? [{ left, right }] : [];
  });
}
