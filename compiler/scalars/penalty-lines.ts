// The lines of the penalties of a loss: each as the sum that it is, and what it adds to the gradient of a weight.
import { type Element, element, type Formula, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { scaled } from "./examples.ts";
import { withoutNumber } from "./function.ts";
import { LineMaker, type ScalarLine } from "./line.ts";
import type { Penalty } from "./penalties.ts";
import { total } from "./trees.ts";

/** A number of times a formula, as a term of a sum. */
interface Term {
  readonly factor: number;
  readonly of: Formula;
}

/** The sum of `first` and the terms. */
const added = (first: Formula, terms: readonly Term[]): Formula =>
  terms.reduce((sum, { factor, of }) => operator(factor < 0 ? "-" : "+", sum, scaled(Math.abs(factor), 1, undefined, of)), first);

export class PenaltyLines extends LineMaker {
  /** The penalty of that number. */
  private penaltySign(at: number): Element {
    return element("R", this.making.network.penalties.length > 1 ? [String(at + 1)] : []);
  }

  /** The layer whose weight or bias a penalty is of. */
  private layerOf({ parameter }: Penalty): { readonly layer: number; readonly isBias: boolean } {
    const at = this.making.network.layers.findIndex(({ weight, bias }) => weight === parameter || bias === parameter);
    return { layer: at + 1, isBias: elementAt(this.making.network.layers, at).bias === parameter };
  }

  penalties(): ScalarLine[] {
    return this.making.network.penalties.map((penalty, at) => {
      const { layer, isBias } = this.layerOf(penalty);
      const of = (sign: Element) => penalty.of.value[this.functions]({ first: sign });
      const ofNeuron = (j: string): Formula =>
        isBias ? of(this.signs.bias(layer, j)) : this.sum(this.width(layer - 1), "i", (i) => of(this.signs.weight(layer, i, j)));
      return this.line(layer, this.penaltySign(at), flat(this.sum(this.width(layer), this.letter(layer), ofNeuron)));
    });
  }

  /** The loss with its penalties. */
  protected penalised(loss: Formula): Formula {
    return added(
      loss,
      this.making.network.penalties.map(({ factor }, at) => ({ factor, of: this.penaltySign(at) })),
    );
  }

  /** The gradient by the weight or bias `by` of a layer with what penalties add. */
  protected withPenalties(gradient: Formula, layer: number, by: Element): Formula {
    const isBias = by.index[0] === "0";
    const own = this.making.network.penalties.filter((penalty) => {
      const place = this.layerOf(penalty);
      return place.layer === layer && place.isBias === isBias;
    });
    const terms = own.map(({ factor, of }): Term => {
      const slope = withoutNumber(of.slope[this.functions]({ first: by, value: of.value[this.functions]({ first: by }) }));
      return { factor: factor * slope.factor, of: slope.rest };
    });
    return added(gradient, terms);
  }

  /** How functions are written that have no letter. */
  private get functions(): "named" | "steps" {
    return this.making.style === "steps" ? "steps" : "named";
  }
}

/** A sum of sums as one. */
function flat(formula: Formula): Formula {
  if (formula.kind !== "operator" || formula.op !== "+") return formula;
  return total(formula.args.map(flat).flatMap((term) => (term.kind === "operator" && term.op === "+" ? term.args : [term])));
}
