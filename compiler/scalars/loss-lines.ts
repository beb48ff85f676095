// The lines of a loss: what it is, and how it changes with what the last layer computes.
import { type Formula, number, operator } from "../formula/tree.ts";
import { ClassLines } from "./class-lines.ts";
import { scaled } from "./examples.ts";
import { withoutNumber } from "./function.ts";
import { lossSign, type ScalarLine } from "./line.ts";
import type { ElementLoss } from "./loss.ts";
import type { Network } from "./network.ts";
import type { Signs } from "./signs.ts";
import { applied } from "./trees.ts";

/** Lines of the loss for the example `n`. */
export class LossLines extends ClassLines {
  loss(): ScalarLine[] {
    const { loss, rows } = this.making.network;
    if (!loss) return [];
    const layer = this.depth;
    const width = this.width(layer);
    if (loss.kind === "classes") return this.classLoss(loss);
    const ofOne = (signs: Signs) => this.sum(width, "l", (k) => this.elementLoss(loss, signs, k));
    const factor = this.pulled(loss);
    const below = loss.reduction === "mean" ? width : 1;
    const whole = this.n === undefined || rows === undefined ? ofOne(this.signs) : this.summed(ofOne);
    return [this.line(layer, lossSign, this.penalised(scaled(factor * this.making.network.factor, below, this.divisor(), whole)))];
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

  /** How the loss changes with what the last layer computes, before its activation or after it. */
  private factors(k: string): { readonly factor: number; readonly below: number; readonly rest: Formula } {
    const { network, style } = this.making;
    const loss = network.loss as NonNullable<Network["loss"]>;
    if (loss.kind === "classes") return { factor: 1, below: 1, rest: this.shareError(loss, k) };
    const places = { first: this.predicted(this.signs, k), second: this.signs.target(k), value: this.signs.after(this.depth, k) };
    const slope = loss.of.slope[style === "steps" ? "steps" : "named"](places);
    return { ...withoutNumber(slope), below: loss.reduction === "mean" ? this.width(this.depth) : 1 };
  }

  protected lastError(k: string, slope: Formula | undefined): Formula {
    const { factor, below, rest } = this.factors(k);
    return scaled(factor * this.making.network.factor, below, this.divisor(), ...(slope ? [slope] : []), ...this.ownFactor(), rest);
  }
}
