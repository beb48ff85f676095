// The lines of a network for the signs of a notation: what each neuron computes, and by the chain rule how the loss changes with it.
//
//   forward     aⱼ = Σᵢ wᵢⱼ·zᵢ + w₀ⱼ,  zⱼ = g(aⱼ)
//   errors      δⱼ = g′(aⱼ)·Σₖ wⱼₖ·δₖ
//   gradients   ∂L/∂wᵢⱼ = δⱼ·zᵢ,  ∂L/∂w₀ⱼ = δⱼ
import { type Element, type Formula, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { type Making, type ScalarLine, type ScalarLines, upTo } from "./line.ts";
import type { ElementLoss } from "./loss.ts";
import { LossLines } from "./loss-lines.ts";
import type { Layer } from "./network.ts";
import { isActive, type Signs } from "./signs.ts";
import { applied, product, total } from "./trees.ts";

/** The lines of a network. */
export function linesOf(making: Making): ScalarLines {
  const { network, signs } = making;
  const layers = upTo(network.layers.length);
  const down = [...layers].reverse();
  const n = network.rows === undefined || signs.notation !== "index" ? undefined : "n";
  const maker = new Maker(making, n);
  const forward = [...maker.standardized(), ...layers.flatMap((layer) => maker.forward(layer)), ...maker.penalties(), ...maker.loss()];
  if (!network.loss) return { forward, errors: [], gradients: [] };
  return {
    forward,
    errors: down.flatMap((layer) => maker.errors(layer)),
    gradients: [
      ...down.flatMap((layer) => maker.gradients(layer)),
      ...(making.isGeneral ? down.flatMap((layer) => maker.ofValues(layer)) : []),
      ...(making.isGeneral || network.shown.has(network.input.params.name) ? maker.ofInput() : []),
    ],
  };
}

/** Lines for the example `n`. */
class Maker extends LossLines {
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
      ...(isShown(weight) && isTold ? pairs.map(([i, j]) => long(i, j)) : []),
      ...(isShown(weight) ? pairs.map(([i, j]) => short(i, j)) : []),
      ...(isShown(bias) ? each.map((j) => this.partial(layer, this.signs.bias(layer, j), (signs) => signs.error(layer, j))) : []),
    ];
  }

  /** The gradient by what stands after an activation, where the notation has no sign for it. */
  ofValues(layer: number): ScalarLine[] {
    const { signs, network } = this.making;
    if (signs.notation === "modules" || !elementAt(network.layers, layer - 1).activation) return [];
    const right = (j: string) => (layer === this.depth ? this.lastError(j, undefined) : this.carried(layer, j));
    return this.together(layer).map((j) => this.line(layer, { kind: "partial", of: "L", by: this.signs.after(layer, j) }, right(j)));
  }

  /** The gradient by the input. */
  ofInput(): ScalarLine[] {
    const { network } = this.making;
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
    return this.line(layer, { kind: "partial", of: "L", by }, this.withPenalties(this.summed(ofOne), layer, by));
  }
}
