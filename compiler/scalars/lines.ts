// The lines of a network for the signs of a notation: what each neuron computes, and by the chain rule how the loss changes with it.
//
//   forward     aⱼ = Σᵢ wᵢⱼ·zᵢ + w₀ⱼ,  zⱼ = g(aⱼ)
//   errors      δⱼ = g′(aⱼ)·Σₖ wⱼₖ·δₖ
//   gradients   ∂L/∂wᵢⱼ = δⱼ·zᵢ,  ∂L/∂w₀ⱼ = δⱼ
import { type Element, element, type Formula, number, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { count, type Examples, scaled } from "./examples.ts";
import { type Places, type Written, withoutNumber } from "./function.ts";
import type { ElementLoss } from "./loss.ts";
import type { Layer, Network } from "./network.ts";
import { isActive, type Signing, type Signs, widthOf } from "./signs.ts";
import { applied, product, type Ranges, total } from "./trees.ts";

/** One line: of it and of all others that its letters stand for. */
export interface ScalarLine {
  readonly left: Element | Extract<Formula, { kind: "partial" }>;
  readonly right: Formula;
  readonly ranges: Ranges;
  /** Set where another line says the same shorter. */
  readonly isLong?: true;
}

export interface ScalarLines {
  readonly forward: readonly ScalarLine[];
  readonly errors: readonly ScalarLine[];
  readonly gradients: readonly ScalarLine[];
}

/** How functions are written: g and g′, by their names, or by ops. */
export type Style = "short" | "named" | "steps";

/** The loss on the page. */
export const lossSign: Element = element("L", []);

/** Terms of a sum, and neurons of a layer, that are written one by one. */
export const mostWritten = 4;

const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1);

/** What lines are made with. */
export interface Making {
  readonly network: Network;
  readonly signs: Signing;
  readonly examples: Examples;
  readonly style: Style;
  /** Writes errors from the loss down: δₖ·wⱼₖ·g′ instead of g′·wⱼₖ·δₖ. */
  readonly isDown?: boolean;
  /** What the activation of a layer is called. */
  gOf(layer: number): string;
}

/** The lines of a network. */
export function linesOf(making: Making): ScalarLines {
  const { network, signs } = making;
  const layers = upTo(network.layers.length);
  const down = [...layers].reverse();
  const n = network.rows === undefined || signs.notation !== "index" ? undefined : "n";
  const maker = new Maker(making, n);
  const forward = [...maker.standardized(), ...layers.flatMap((layer) => maker.forward(layer)), ...maker.loss()];
  if (!network.loss) return { forward, errors: [], gradients: [] };
  return {
    forward,
    errors: down.flatMap((layer) => maker.errors(layer)),
    gradients: [...down.flatMap((layer) => maker.gradients(layer)), ...maker.ofInput()],
  };
}

/** Lines for the example `n`. */
class Maker {
  private readonly making: Making;
  private readonly n: string | undefined;
  private readonly signs: Signs;
  private readonly depth: number;

  constructor(making: Making, n: string | undefined) {
    this.making = making;
    this.n = n;
    this.signs = making.signs.of(n);
    this.depth = making.network.layers.length;
  }

  /** The letter of a layer's own neurons. */
  private letter(layer: number): string {
    return this.making.signs.notation === "index" && layer === this.depth ? "k" : "j";
  }

  private width(layer: number): number {
    return widthOf(this.making.network, layer);
  }

  /** The numbers for which letters of a line about `layer` stand. */
  private ranges(layer: number): Ranges {
    const { rows } = this.making.network;
    const examples = this.making.examples.numbers ?? (typeof rows === "number" ? upTo(rows) : []);
    const next = layer < this.depth ? { k: upTo(this.width(layer + 1)) } : {};
    return { i: upTo(this.width(layer - 1)), ...next, [this.letter(layer)]: upTo(this.width(layer)), l: upTo(this.width(layer)), n: examples };
  }

  private line(layer: number, left: ScalarLine["left"], right: Formula): ScalarLine {
    return { left, right, ranges: this.ranges(layer) };
  }

  /** Neurons one by one where they are few, else one for all. */
  private oneByOne(layer: number, letter = this.letter(layer)): string[] {
    const width = this.width(layer);
    return width <= mostWritten ? upTo(width).map(String) : [letter];
  }

  /** One neuron for all where their numbers begin with 1. */
  private together(layer: number, letter = this.letter(layer)): string[] {
    const { signs } = this.making;
    return this.width(layer) > 1 && (layer === 0 || signs.offset(layer) === 0) ? [letter] : this.oneByOne(layer, letter);
  }

  private sum(width: number, letter: string, term: (index: string) => Formula): Formula {
    if (width <= mostWritten) return total(upTo(width).map((at) => term(String(at))));
    return { kind: "series", over: letter, body: term(letter), scalar: true };
  }

  /** What is written of a function in the style of the page; g in short. */
  private written(written: Written, places: Places, short: Formula): Formula {
    const { style } = this.making;
    return style === "short" ? short : written[style](places);
  }

  private activated(layer: number, j: string): Formula {
    const { network, gOf } = this.making;
    const own = elementAt(network.layers, layer - 1).activation ?? (network.loss as ElementLoss).probability?.of;
    const first = this.signs.before(layer, j);
    return own ? this.written(own.value, { first }, applied(gOf(layer), first)) : first;
  }

  /** g′ at a neuron; nothing where there is no activation. */
  private slope(layer: number, j: string): Formula | undefined {
    const { network, gOf } = this.making;
    const { activation } = elementAt(network.layers, layer - 1);
    const first = this.signs.before(layer, j);
    const places = { first, value: this.signs.after(layer, j) };
    return activation && this.written(activation.slope, places, applied(`${gOf(layer)}′`, first));
  }

  /** The input as the first layer takes it, where that is not as it is. */
  standardized(): ScalarLine[] {
    if (!this.making.network.standardized) return [];
    return this.together(0, "i").map((i) => {
      const shifted = operator("-", this.signs.input(i), this.signs.mean(i));
      return this.line(1, this.signs.after(0, i), operator("/", shifted, this.signs.deviation(i)));
    });
  }

  forward(layer: number): ScalarLine[] {
    const { network, signs } = this.making;
    const { bias } = elementAt(network.layers, layer - 1);
    const each = signs.notation === "index" ? this.together(layer) : this.oneByOne(layer);
    const affine = each.map((j) => {
      const weighted = (i: string): Formula => {
        const [weight, value] = [this.signs.weight(layer, i, j), this.signs.after(layer - 1, i)];
        return signs.notation === "index" ? operator("*", value, weight) : operator("*", weight, value);
      };
      const products = this.sum(this.width(layer - 1), "i", weighted);
      const terms = products.kind === "operator" && products.op === "+" ? products.args : [products];
      return this.line(layer, this.signs.before(layer, j), total([...terms, ...(bias ? [this.signs.bias(layer, j)] : [])]));
    });
    return [...affine, ...this.after(layer)];
  }

  /** The lines of what stands after an activation, or of the name of the last value. */
  private after(layer: number): ScalarLine[] {
    const { network, signs } = this.making;
    const isNamedLast = signs.notation === "neurons" && layer === this.depth && signs.isLastNamed;
    if (!isActive(network, layer) && !isNamedLast) return [];
    const each = signs.notation === "neurons" ? this.oneByOne(layer) : this.together(layer);
    return each.map((j) => {
      const right = isActive(network, layer) ? this.activated(layer, j) : this.signs.before(layer, j);
      return this.line(layer, this.signs.after(layer, j), right);
    });
  }

  loss(): ScalarLine[] {
    const { network, examples } = this.making;
    const { loss, rows } = network;
    if (!loss) return [];
    const layer = this.depth;
    const width = this.width(layer);
    if (loss.kind === "classes") {
      const shares = this.together(layer).map((k) => this.line(layer, this.signs.share(k), this.softmax(k)));
      const part = this.summed((signs, n) => this.entropy(signs, n === undefined ? undefined : examples.classOf?.(n)));
      return [...shares, this.line(layer, lossSign, scaled(-1, 1, this.divisor(), part))];
    }
    const ofOne = (signs: Signs) => this.sum(width, "l", (k) => this.elementLoss(loss, signs, k));
    const factor = this.pulled(loss);
    const below = loss.reduction === "mean" ? width : 1;
    const whole = this.n === undefined || rows === undefined ? ofOne(this.signs) : this.summed(ofOne);
    return [this.line(layer, lossSign, scaled(factor, below, this.divisor(), whole))];
  }

  /** The number in front of the loss of each element. */
  private pulled(loss: ElementLoss): number {
    const { factor } = withoutNumber(this.wholeLoss(loss, this.signs, "1"));
    return loss.probability ? -1 : factor;
  }

  private wholeLoss(loss: ElementLoss, signs: Signs, k: string): Formula {
    const { style } = this.making;
    const places = { first: this.predicted(signs, k), second: signs.target(k) };
    return loss.of.value[style === "steps" ? "steps" : "named"](places);
  }

  /** The loss of an element without its number. */
  private elementLoss(loss: ElementLoss, signs: Signs, k: string): Formula {
    if (!loss.probability) return withoutNumber(this.wholeLoss(loss, signs, k)).rest;
    const [y, p] = [signs.target(k), signs.after(this.depth, k)];
    const rest = (x: Formula) => operator("-", number(1), x);
    return operator("+", operator("*", y, applied("log", p)), operator("*", rest(y), applied("log", rest(p))));
  }

  /** What the loss is a function of. */
  private predicted(signs: Signs, k: string): Formula {
    const { loss } = this.making.network;
    return loss?.kind === "elements" && loss.probability ? signs.before(this.depth, k) : signs.after(this.depth, k);
  }

  private softmax(k: string): Formula {
    const exponential = (index: string) => applied("exp", this.signs.after(this.depth, index));
    return operator("/", exponential(k), this.sum(this.width(this.depth), "l", exponential));
  }

  /** Σₖ tₖ·log pₖ; of a known class its logarithm alone. */
  private entropy(signs: Signs, known: number | undefined): Formula {
    const logOf = (k: string) => applied("log", signs.share(k));
    if (known !== undefined) return logOf(String(known));
    return this.sum(this.width(this.depth), "l", (k) => operator("*", signs.truth(k), logOf(k)));
  }

  /** The sum over the examples. */
  private summed(term: (signs: Signs, n: number | undefined) => Formula): Formula {
    const { examples, signs } = this.making;
    if (this.n === undefined) return term(this.signs, 1);
    if (examples.numbers && examples.numbers.length <= mostWritten) {
      const terms = examples.numbers.map((n) => term(signs.of(String(n)), n));
      return total(terms.flatMap((each) => (each.kind === "operator" && each.op === "+" ? each.args : [each])));
    }
    return { kind: "series", over: "n", body: term(this.signs, undefined), scalar: true };
  }

  /** By how many examples a mean is divided. */
  private divisor(): Formula | undefined {
    const { network, examples } = this.making;
    if (this.n === undefined || network.loss?.reduction !== "mean") return undefined;
    if (examples.numbers) return examples.numbers.length === 1 ? undefined : number(examples.numbers.length);
    return typeof network.rows === "number" ? number(network.rows) : count;
  }

  /** How the loss changes with what the last layer computes, before its activation or after it. */
  private factors(k: string): { readonly factor: number; readonly below: number; readonly rest: Formula } {
    const { network, style } = this.making;
    const loss = network.loss as NonNullable<Network["loss"]>;
    if (loss.kind === "classes") return { factor: 1, below: 1, rest: this.shareError(k) };
    const places = { first: this.predicted(this.signs, k), second: this.signs.target(k), value: this.signs.after(this.depth, k) };
    const slope = loss.of.slope[style === "steps" ? "steps" : "named"](places);
    return { ...withoutNumber(slope), below: loss.reduction === "mean" ? this.width(this.depth) : 1 };
  }

  /** p − t, of a distribution t that may add up to something else than 1 (Σ t)·p − t. */
  private shareError(k: string): Formula {
    const loss = this.making.network.loss;
    const [p, t] = [this.signs.share(k), this.signs.truth(k)];
    const isDistribution = loss?.kind === "classes" && loss.ignored === undefined;
    const all = this.sum(this.width(this.depth), "l", (index) => this.signs.truth(index));
    return operator("-", isDistribution ? operator("*", p, all) : p, t);
  }

  private lastError(k: string, slope: Formula | undefined): Formula {
    const { factor, below, rest } = this.factors(k);
    return scaled(factor, below, this.divisor(), ...(slope ? [slope] : []), rest);
  }

  /** How the loss changes with what stands after the activation of a layer before the last. */
  private carried(layer: number, j: string): Formula {
    const { signs, isDown } = this.making;
    return this.sum(this.width(layer + 1), "k", (k) => {
      const [weight, error] = [this.signs.weight(layer + 1, j, k), this.signs.error(layer + 1, k)];
      return isDown || signs.notation === "modules" ? operator("*", error, weight) : operator("*", weight, error);
    });
  }

  errors(layer: number): ScalarLine[] {
    const { signs, network, isDown } = this.making;
    const isLast = layer === this.depth;
    const each = this.together(layer);
    const { activation } = elementAt(network.layers, layer - 1) as Layer;
    if (signs.notation !== "modules")
      return each.map((j) => {
        const slope = this.slope(layer, j);
        const carried = isLast ? undefined : this.carried(layer, j);
        const right = isLast ? this.lastError(j, slope) : isDown ? product(carried, slope) : product(slope, carried);
        return this.line(layer, this.signs.error(layer, j), right);
      });
    const after = each.map((j) =>
      this.line(layer, this.signs[activation ? "errorAfter" : "error"](layer, j), isLast ? this.lastError(j, undefined) : this.carried(layer, j)),
    );
    const before = each.map((j) => this.line(layer, this.signs.error(layer, j), product(this.signs.errorAfter(layer, j), this.slope(layer, j))));
    return activation ? [...after, ...before] : after;
  }

  gradients(layer: number): ScalarLine[] {
    const { network } = this.making;
    const { weight, bias } = elementAt(network.layers, layer - 1);
    const isShown = (parameter: typeof bias) => parameter !== undefined && network.shown.has(parameter.params.name);
    const each = this.together(layer);
    const before = this.together(layer - 1, "i");
    const pairs = each.flatMap((j) => before.map((i) => [i, j] as const));
    const ofWeight = (error: (signs: Signs, j: string) => Formula) => (i: string, j: string) =>
      this.partial(layer, this.signs.weight(layer, i, j), (signs) => this.gradient(error(signs, j), signs.after(layer - 1, i)));
    const short = ofWeight((signs, j) => signs.error(layer, j));
    const long = ofWeight((_, j) => this.lastError(j, this.slope(layer, j)));
    const isTold = layer === this.depth && this.making.signs.notation === "neurons" && this.making.style === "short";
    return [
      ...(isShown(weight) && isTold ? pairs.map(([i, j]): ScalarLine => ({ ...long(i, j), isLong: true })) : []),
      ...(isShown(weight) ? pairs.map(([i, j]) => short(i, j)) : []),
      ...(isShown(bias) ? each.map((j) => this.partial(layer, this.signs.bias(layer, j), (signs) => signs.error(layer, j))) : []),
    ];
  }

  /** The gradient of the input, where it is asked for. */
  ofInput(): ScalarLine[] {
    const { network } = this.making;
    if (!network.shown.has(network.input.params.name)) return [];
    return this.together(0, "i").map((i) => {
      const by = this.signs.input(i);
      const right = this.sum(this.width(1), this.letter(1), (j) => operator("*", this.signs.weight(1, i, j), this.signs.error(1, j)));
      return this.line(1, { kind: "partial", of: "L", by }, network.standardized ? operator("/", right, this.signs.deviation(i)) : right);
    });
  }

  private gradient(error: Formula, value: Formula): Formula {
    return this.making.signs.notation === "index" ? product(value, error) : product(error, value);
  }

  private partial(layer: number, by: Element, ofOne: (signs: Signs) => Formula): ScalarLine {
    return this.line(layer, { kind: "partial", of: "L", by }, this.summed(ofOne));
  }
}
