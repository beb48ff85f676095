// The lines of a cross-entropy of classes: the shares of the softmax, what each class counts, and how the loss changes with what stands before.
import { type Formula, number, operator } from "../formula/tree.ts";
import type { ClassLoss } from "./class-loss.ts";
import { count, scaled } from "./examples.ts";
import { lossSign, type ScalarLine, upTo } from "./line.ts";
import { PenaltyLines } from "./penalty-lines.ts";
import type { Signs } from "./signs.ts";
import { applied, product, total } from "./trees.ts";

const isOfDistributions = ({ ignored }: ClassLoss): boolean => ignored === undefined;

/** Whether what a class counts in an example has a name of its own. */
const isCounted = (loss: ClassLoss): boolean => loss.smoothing !== undefined || (isOfDistributions(loss) && loss.weights !== undefined);

export class ClassLines extends PenaltyLines {
  /** Whether each example of a class counts as much as the weight of that. The mean over one example alone is without it. */
  private isWeighed(loss: ClassLoss): boolean {
    const isMeanOfOne = this.n === undefined && this.making.network.loss?.reduction === "mean";
    return loss.weights !== undefined && !isCounted(loss) && !isMeanOfOne;
  }

  /** Whether the mean divides by the weights of the examples: N is those of all, of one alone its own. */
  private isMeanOfWeights(loss: ClassLoss): boolean {
    return loss.reduction === "mean" && loss.weights !== undefined && !isOfDistributions(loss) && (this.n !== undefined || isCounted(loss));
  }

  protected override divisor(): Formula | undefined {
    const { loss } = this.making.network;
    if (loss?.kind !== "classes" || !this.isMeanOfWeights(loss)) return super.divisor();
    return this.n === undefined ? this.signs.ownWeight : count;
  }

  /** The weight of the example, where errors have it as a factor. */
  protected ownFactor(): Formula[] {
    const { loss } = this.making.network;
    return loss?.kind === "classes" && this.isWeighed(loss) ? [this.signs.ownWeight] : [];
  }

  protected classLoss(loss: ClassLoss): ScalarLine[] {
    const layer = this.depth;
    const each = this.together(layer);
    const isOwn = this.isWeighed(loss) || this.isMeanOfWeights(loss);
    const own = (signs: Signs) => this.sum(this.width(layer), "l", (k) => operator("*", signs.classWeight(k), signs.truth(k)));
    const part = this.summed((signs, n) => this.entropy(loss, signs, n === undefined ? undefined : this.making.examples.classOf?.(n)));
    return [
      ...(isOwn ? [this.line(layer, this.signs.ownWeight, own(this.signs))] : []),
      ...(this.n !== undefined && this.isMeanOfWeights(loss)
        ? [
            this.line(
              layer,
              count,
              this.summed((signs) => signs.ownWeight),
            ),
          ]
        : []),
      ...(isCounted(loss) ? each.map((k) => this.line(layer, this.signs.counts(k), this.counted(loss, k))) : []),
      ...each.map((k) => this.line(layer, this.signs.share(k), this.softmax(k))),
      this.line(layer, lossSign, this.penalised(scaled(-this.making.network.factor, 1, this.divisor(), part))),
    ];
  }

  /** c·(kept·t + spread) */
  private counted({ smoothing, weights }: ClassLoss, k: string): Formula {
    const truth = this.signs.truth(k);
    const smooth = smoothing ? operator("+", product(number(smoothing.kept), truth), number(smoothing.spread)) : truth;
    return product(weights && this.signs.classWeight(k), smooth);
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
  private entropy(loss: ClassLoss, signs: Signs, known: number | undefined): Formula {
    const logOf = (k: string) => (this.making.style === "steps" ? this.logOfShare(signs, k) : applied("log", signs.share(k)));
    const own = this.isWeighed(loss) ? signs.ownWeight : undefined;
    if (known !== undefined && !loss.smoothing) return product(own, logOf(String(known)));
    const truth = (k: string) => (isCounted(loss) ? signs.counts(k) : signs.truth(k));
    return product(
      own,
      this.sum(this.width(this.depth), "l", (k) => operator("*", truth(k), logOf(k))),
    );
  }

  /** p − t; (Σ q)·p − q where what is counted may add up to something else than 1. */
  protected shareError(loss: ClassLoss, k: string): Formula {
    const truth = (index: string) => (isCounted(loss) ? this.signs.counts(index) : this.signs.truth(index));
    const isWhole = !isOfDistributions(loss) && !(isCounted(loss) && loss.weights);
    const p = this.signs.share(k);
    return operator("-", isWhole ? p : operator("*", p, this.sum(this.width(this.depth), "l", truth)), truth(k));
  }
}
