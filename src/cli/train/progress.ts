import type { EpochEntry } from "../../../runtime/index.ts";
import { shortNumber, type Terminal } from "../terminal.ts";
import { visible } from "../visible.ts";
import { heldNumbers } from "./place.ts";

/** A step that was made, as `fit` tells it. */
type Progressed = Readonly<Record<string, number>> & {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
};

/** Shows how a training goes. */
export interface Progress {
  step(step: Progressed): void;
  epoch(entry: EpochEntry): void;
  stop(): void;
}

/** The epochs to come, and the rows and steps of each. */
export interface Plan {
  readonly firstEpoch: number;
  readonly epochs: number;
  readonly rows: number;
  readonly steps: number;
}

const silent: Progress = { step() {}, epoch() {}, stop() {} };

/** A moving bar where a person watches, else a line every so often; nothing where it is to be quiet. */
export const showProgress = async (plan: Plan, terminal: Terminal): Promise<Progress> =>
  terminal.isQuiet ? silent : terminal.isWatched ? bar(plan, terminal) : lines(plan, terminal);

/** `loss 8.1  validation loss 9.2` */
export const describeEpoch = (entry: EpochEntry): string => [`loss ${shortNumber(entry.loss)}`, ...validationTexts(entry)].join("  ");

const validationTexts = (entry: EpochEntry): string[] => heldNumbers(entry).map(([name, value]) => `validation ${name} ${shortNumber(value)}`);

/** Where a training is by an epoch and the share of it that is made: rows a second since `start`, and the time to go at that rate. */
function paceOf({ firstEpoch, epochs, rows }: Plan, start: number, epoch: number, share: number): string {
  const seconds = (performance.now() - start) / 1000;
  const made = epoch - firstEpoch + share;
  const rate = `${Math.round((made * rows) / seconds).toLocaleString("en")} rows/s`;
  const left = epochs - firstEpoch + 1 - made;
  return left > 0 ? `${rate}  ${durationText((seconds * left) / made)} left` : rate;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min` */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

async function bar(plan: Plan, terminal: Terminal): Promise<Progress> {
  const { firstEpoch, epochs, steps } = plan;
  const { default: cliProgress } = await import("cli-progress");
  // What is too long for a line is cut off: figures stand last.
  const moving = new cliProgress.SingleBar({ format: "[{bar}] epoch {epoch}/{epochs}  {pace}  {text}", hideCursor: true, barsize: 24 });
  const start = performance.now();
  terminal.moves?.(true);
  moving.start(epochs, firstEpoch - 1, { epoch: firstEpoch, epochs, text: "", pace: "" });
  let held: readonly string[] = [];
  const show = (epoch: number, share: number, loss: number): void => {
    const text = visible([`loss ${shortNumber(loss)}`, ...held].join("  "));
    moving.update(epoch - 1 + share, { epoch, pace: paceOf(plan, start, epoch, share), text });
  };
  return {
    step: ({ epoch, step, loss }) => show(epoch, step / steps, loss),
    epoch(entry) {
      held = validationTexts(entry);
      show(entry.epoch, 1, entry.loss);
    },
    stop() {
      moving.stop();
      terminal.moves?.(false);
    },
  };
}

const mostLines = 10;
const secondsBetweenLines = 5;
const secondsWithoutLine = 30;

/** The first epoch, some ten more, and one each five seconds, for logs; a step where an epoch takes half a minute. */
function lines(plan: Plan, terminal: Terminal): Progress {
  const { firstEpoch, epochs, steps } = plan;
  const every = Math.ceil((epochs - firstEpoch + 1) / mostLines);
  const start = performance.now();
  let [shown, last] = [Number.NEGATIVE_INFINITY, start];
  const show = (head: string, text: string, epoch: number, share: number): void => {
    last = performance.now();
    terminal.note(`epoch ${epoch}/${epochs}${head}  ${text}  ${paceOf(plan, start, epoch, share)}`);
  };
  return {
    step({ epoch, step, loss }) {
      if (performance.now() - last > 1000 * secondsWithoutLine) show(`, step ${step}/${steps}`, `loss ${shortNumber(loss)}`, epoch, step / steps);
    },
    epoch(entry) {
      const isDue = (epochs - entry.epoch) % every === 0 || performance.now() - shown > 1000 * secondsBetweenLines;
      if (!isDue) return;
      show("", describeEpoch(entry), entry.epoch, 1);
      shown = last;
    },
    stop() {},
  };
}
