// The lines of a loss: what it is, and how it changes with what the last layer computes.
import { type Formula, number, operator } from "../formula/tree.ts";
import { scaled } from "./examples.ts";
import { withoutNumber } from "./function.ts";
import { LineMaker, lossSign, type ScalarLine, upTo } from "./line.ts";
import type { ElementLoss } from "./loss.ts";
import type { Network } from "./network.ts";
import type { Signs } from "./signs.ts";
import { applied, total } from "./trees.ts";

/** Lines of the loss for the example `n`. */
export class LossLines extends LineMaker {
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
    return this.isOfProbability(loss) ? -1 : factor;
  }

  /** Whether the loss is written of the sigmoid. Its value is that of what stands before it, which never is the logarithm of 0. */
  private isOfProbability({ probability }: ElementLoss): boolean {
    return probability !== undefined && this.making.style !== "steps";
  }

  private wholeLoss(loss: ElementLoss, signs: Signs, k: string): Formula {
    const { style } = this.making;
    const places = { first: this.predicted(signs, k), second: signs.target(k) };
    return loss.of.value[style === "steps" ? "steps" : "named"](places);
  }

  /** The loss of an element without its number. */
  private elementLoss(loss: ElementLoss, signs: Signs, k: string): Formula {
    if (!this.isOfProbability(loss)) return withoutNumber(this.wholeLoss(loss, signs, k)).rest;
    const [y, p] = [signs.target(k), signs.after(this.depth, k)];
    const rest = (x: Formula) => operator("-", number(1), x);
    return operator("+", operator("*", y, applied("log", p)), operator("*", rest(y), applied("log", rest(p))));
  }

  /** What the loss is a function of. */
  private predicted(signs: Signs, k: string): Formula {
    const { loss } = this.making.network;
    return loss?.kind === "elements" && loss.probability ? signs.before(this.depth, k) : signs.after(this.depth, k);
  }

  /** log pₖ of what stands before the softmax less its largest, so that nothing overflows: for values, not for readers. */
  private logOfShare(signs: Signs, k: string): Formula {
    const all = upTo(this.width(this.depth)).map((index) => signs.after(this.depth, String(index)));
    const [first, ...others] = all as [Formula, ...Formula[]];
    const largest = others.reduce((known, next) => applied("max", known, next), first);
    const below = (z: Formula) => operator("-", z, largest);
    return operator("-", below(signs.after(this.depth, k)), applied("log", total(all.map((z) => applied("exp", below(z))))));
  }

  private softmax(k: string): Formula {
    if (this.making.style === "steps") return applied("exp", this.logOfShare(this.signs, k));
    const exponential = (index: string) => applied("exp", this.signs.after(this.depth, index));
    return operator("/", exponential(k), this.sum(this.width(this.depth), "l", exponential));
  }

  /** Σₖ tₖ·log pₖ; of a known class its logarithm alone. */
  private entropy(signs: Signs, known: number | undefined): Formula {
    const logOf = (k: string) => (this.making.style === "steps" ? this.logOfShare(signs, k) : applied("log", signs.share(k)));
    if (known !== undefined) return logOf(String(known));
    return this.sum(this.width(this.depth), "l", (k) => operator("*", signs.truth(k), logOf(k)));
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

  protected lastError(k: string, slope: Formula | undefined): Formula {
    const { factor, below, rest } = this.factors(k);
    return scaled(factor, below, this.divisor(), ...(slope ? [slope] : []), rest);
  }
}
