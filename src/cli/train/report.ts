// What is said at the end of a training.

import { coded } from "../../../compiler/diagnostics/lints.ts";
import { elementAt } from "../../../compiler/ir/element.ts";
import type { Assignment } from "../../../data/assign.ts";
import { counted } from "../../../data/diagnostics.ts";
import type { EpochEntry, Net } from "../../../runtime/index.ts";
import { warningsOf } from "../../lints/lint.ts";
import { shortNumber, type Terminal } from "../terminal.ts";
import type { Rival } from "./constant.ts";
import { describeConstant, type Figure, figuresOn, figureTable } from "./figures.ts";
import { noBetterThanConstant } from "./lints/no-better-than-constant.ts";
import { type Course, rateTooHigh } from "./lints/rate-too-high.ts";
import { unscaledInput } from "./lints/unscaled-input.ts";
import { unscaledTarget } from "./lints/unscaled-target.ts";
import { describeEpoch } from "./progress.ts";
import type { Split } from "./rows.ts";
import type { Settings } from "./settings.ts";

/** A training that ended. */
export interface Trained {
  readonly entries: readonly EpochEntry[];
  /** The epoch whose weights the net has. */
  readonly kept: EpochEntry;
  readonly net: Net;
  readonly rival: Rival | undefined;
  readonly split: Split;
  readonly columns: Assignment;
  readonly settings: Settings;
  /** Figures that were asked for. */
  readonly further: readonly Figure[];
  /** What was warned about before the training. */
  readonly warnings: readonly string[];
  /** What the loss on the training rows was before and after, where that is known. */
  readonly courses: readonly Course[];
  /** Codes of warnings that are left out. */
  readonly allow: readonly string[];
}

/**
 * Says how good the net is, and what to try where it is no better than a constant, was still getting better, or was better before; gives what it
 * said of that.
 */
export function reportOn(trained: Trained, terminal: Terminal): string[] {
  const { kept, rival, net, split, columns, settings, further, courses, allow } = trained;
  const epoch = settings.keepsBest ? `  (epoch ${kept.epoch} of ${settings.epochs}, the best)` : "";
  terminal.out(`\ntrained: ${describeEpoch(kept)}${epoch}`);
  const steep = courses.flatMap((course) => warningsOf([rateTooHigh], course, allow));
  for (const warning of steep) terminal.note(`warning: ${warning}`);
  if (rival) {
    const constant = `${describeConstant(rival, columns)} in the training rows`;
    const figures = [...figuresOn(split.held ?? split.training, net, rival, columns), ...further];
    terminal.out(`\n${figureTable(`on ${describeRows(split)}`, figures)}\n  constant: ${constant}, for every row`);
    const [loss] = figures;
    if (loss && !isLess(loss.trained, loss.constant)) {
      const vain = { constant, advice: steep.length > 0 ? "a smaller learning rate, see above" : advice(trained) };
      const lost = warningsOf([noBetterThanConstant], vain, allow);
      for (const warning of lost) terminal.note(`warning: ${warning}`);
      return [...steep, ...lost];
    }
  }
  const hint = courseOf(trained);
  if (!hint) return steep;
  const text = `${hint.text}\n  help: ${hint.help}`;
  terminal.note(`note: ${text}`);
  return [...steep, text];
}

const describeRows = ({ counts: { held, training } }: Split): string =>
  held > 0 ? counted(held, "held-out row") : `the ${counted(training, "training row")}`;

/** A hundredth is the least difference that counts. */
const margin = 0.01;

const isLess = (loss: number, than: number): boolean => loss < than - margin * Math.abs(than);

interface Hint {
  readonly text: string;
  readonly help: string;
}

/** What the losses of the epochs say: that they were still falling, or that an earlier epoch had the least. */
function courseOf({ entries, kept, rival, split, settings }: Trained): Hint | undefined {
  const reference = Math.abs(rival ? rival.evaluate(split.training).loss : elementAt(entries, 0).loss);
  const more = `--epochs ${2 * settings.epochs}`;
  if (isFalling(entries, reference)) return { text: "the loss was still falling", help: `${more}, or --resume ${more} to go on` };
  const lossOf = ({ validation }: EpochEntry) => validation?.loss ?? Number.POSITIVE_INFINITY;
  const least = entries.reduce((best, entry) => (lossOf(entry) < lossOf(best) ? entry : best));
  const rose = lossOf(kept) - lossOf(least);
  if (!(rose > Math.max(margin * reference, 5 * margin * Math.abs(lossOf(least))))) return undefined;
  const text = `the validation loss was least after epoch ${least.epoch}, ${shortNumber(lossOf(least))}, and rose since`;
  return { text, help: `--epochs ${least.epoch}, or no --epochs to keep the best` };
}

/** Whether the last tenth of the epochs lowered the losses by a hundredth of what a constant has, and by a fiftieth. */
function isFalling(entries: readonly EpochEntry[], reference: number): boolean {
  const span = Math.max(1, Math.floor(entries.length / 10));
  if (entries.length < 2 * span) return false;
  const fell = (lossOf: (entry: EpochEntry) => number) => {
    const average = (part: readonly EpochEntry[]) => part.reduce((sum, entry) => sum + lossOf(entry), 0) / part.length;
    const [before, after] = [average(entries.slice(-2 * span, -span)), average(entries.slice(-span))];
    return before - after > Math.max(margin * reference, 2 * margin * Math.abs(after));
  };
  return fell(({ loss }) => loss) && fell(({ loss, validation }) => validation?.loss ?? loss);
}

/** Fewer steps than this are the first thing to change. */
const fewSteps = 1000;

/** What to try first. */
function advice(trained: Trained): string {
  const { net, rival, split, warnings, settings } = trained;
  const isWarnedOf = (code: string) => warnings.some((warning) => warning.endsWith(coded(code, "")));
  if (isWarnedOf(unscaledTarget.code)) return "the target is far off scale, see above";
  if (isWarnedOf(unscaledInput.code)) return "the input is far off scale, see above";
  const hint = courseOf(trained);
  if (hint) return `${hint.text}: ${hint.help}`;
  const [own, constant] = [net, rival].map((each) => each?.evaluate(split.training).loss ?? Number.NaN) as [number, number];
  const memorised = `the training rows alone are learned (loss ${shortNumber(own)}, a constant ${shortNumber(constant)})`;
  if (own < constant - Math.abs(constant) / 4) return `${memorised}: fewer parameters, or more rows`;
  const steps = settings.epochs * Math.ceil(split.counts.training / settings.batch);
  if (steps < fewSteps)
    return `no more than ${counted(steps, "step")} ${steps === 1 ? "was" : "were"} made: more --epochs, or no --epochs for as many as the rows need`;
  const [slower, faster] = [settings.lr / 10, settings.lr * 10].map(shortNumber);
  return `another learning rate, --lr ${slower} or --lr ${faster}, or a wider model; or the columns do not tell the target`;
}
