import type { EpochEntry } from "../../../runtime/index.ts";
import { shortNumber, type Terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

/** A step that was made, as `fit` tells it. */
type Progressed = Readonly<Record<string, number>> & {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
};

/** Shows how a training goes. */
export interface Progress {
  step(step: Progressed): void;
  epoch(entry: EpochEntry): void;
  stop(): void;
}

/** The epochs to come, and the rows of each. */
export interface Plan {
  readonly firstEpoch: number;
  readonly epochs: number;
  readonly rows: number;
}

/** A moving bar where a person watches, else a line every so often. */
export const showProgress = async (plan: Plan, terminal: Terminal): Promise<Progress> => (terminal.isWatched ? bar(plan) : lines(plan, terminal));

/** `loss 8.1  validation loss 9.2` */
export function describeEpoch({ loss, validation }: EpochEntry): string {
  const numbers = Object.entries(validation ?? {}).filter(([, value]) => typeof value === "number");
  const held = numbers.map(([name, value]) => `validation ${name} ${shortNumber(value)}`);
  return [`loss ${shortNumber(loss)}`, ...held].join("  ");
}

/** Rows a second since `start`, for a number of rows. */
const rate = (rows: number, start: number): string => `${Math.round(rows / ((performance.now() - start) / 1000)).toLocaleString("en")} rows/s`;

async function bar({ firstEpoch, epochs, rows }: Plan): Promise<Progress> {
  const { default: cliProgress } = await import("cli-progress");
  const moving = new cliProgress.SingleBar({ format: "[{bar}] epoch {epoch}/{epochs}  {text}  {rate}", hideCursor: true, barsize: 24 });
  const start = performance.now();
  moving.start(epochs, firstEpoch - 1, { epoch: firstEpoch, epochs, text: "", rate: "" });
  return {
    step: ({ epoch, step, steps, loss }) => {
      const done = epoch - 1 + step / steps;
      moving.update(done, { epoch, text: `loss ${shortNumber(loss)}`, rate: rate((done - firstEpoch + 1) * rows, start) });
    },
    epoch: (entry) => moving.update(entry.epoch, { text: visible(describeEpoch(entry)) }),
    stop: () => moving.stop(),
  };
}

const mostLines = 10;
const secondsBetweenLines = 5;

/** The first epoch, some ten more, and one each five seconds, for logs. */
function lines({ firstEpoch, epochs, rows }: Plan, terminal: Terminal): Progress {
  const every = Math.ceil((epochs - firstEpoch + 1) / mostLines);
  const start = performance.now();
  let shown = Number.NEGATIVE_INFINITY;
  return {
    step() {},
    epoch(entry) {
      const now = performance.now();
      const isDue = (epochs - entry.epoch) % every === 0 || now - shown > 1000 * secondsBetweenLines;
      if (!isDue) return;
      shown = now;
      terminal.note(`epoch ${entry.epoch}/${epochs}  ${describeEpoch(entry)}  ${rate((entry.epoch - firstEpoch + 1) * rows, start)}`);
    },
    stop() {},
  };
}
