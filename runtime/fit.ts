import type { Known } from "./bytes.ts";
import { badOption, lossNotFinite, tooFewRows, unknownName, validationNotFinite } from "./diagnostics.ts";
import { type Machine, scores } from "./machine.ts";
import { plain } from "./nearest.ts";
import { machineOf } from "./net.ts";
import { checkOptions } from "./options.ts";
import { given } from "./record.ts";
import { evaluate, prepare, runRows } from "./run.ts";
import { remind, standardize } from "./standardize.ts";
import { asGiven, inSlices, isBatches, type Step } from "./training/batches.ts";
import type { Callback, EpochEntry, History, Position, StepEntry, Training } from "./training/callbacks.ts";
import type { Batches, Slicing } from "./training/source.ts";
import type { Inputs, Losses, Net, Outputs } from "./types.ts";

/** Settings of `fit`. */
export interface FitOptions<I extends object = Inputs, M extends string = string, A extends string = never, S extends string = M> extends Slicing {
  readonly epochs: number;
  /** The epoch to begin with, for a training that goes on where another ended; 1 unless stated. */
  readonly firstEpoch?: number;
  /** Rows to evaluate after each epoch, or the share of the data to hold out for it. */
  readonly validation?: number | I;
  readonly onEpoch?: (entry: EpochEntry<M, A>, training: Training) => unknown;
  readonly onStep?: (entry: StepEntry<S, A>, training: Training) => unknown;
  /** What else is told of the training, in order: `earlyStopping()`, `bestWeights()`, `plateau({ lr })`, `terminateOnNaN()`, those of your own. */
  readonly callbacks?: readonly Callback<M, A, S>[];
  /** Where to go on from, instead of `firstEpoch`: what a callback read as `training.position`. Batches that are given go on where their source is. */
  readonly position?: Position;
  readonly signal?: Known<"AbortSignal">;
}

const kinds = {
  epochs: "a whole number",
  firstEpoch: "a whole number",
  batch: "a whole number",
  shuffle: "boolean",
  seed: "a whole number",
  dropLast: "boolean",
  validation: "number or object",
  onEpoch: "function",
  onStep: "function",
  callbacks: "Array",
  position: "object",
  signal: "AbortSignal or Null",
};

const none = "nothing beside batches";

/** Where rows need not become batches. */
const batchKinds = { ...kinds, batch: none, shuffle: none, seed: none, dropLast: none, validation: "object" };

/** What stands here for options of other tools, whose names are not near; by their names as `plain` makes them. */
const instead = {
  learningrate: "net.setHyper({ lr })",
  lr: "net.setHyper({ lr })",
  optimizer: "compile(model, { optimizer })",
  valsplit: "validation",
  verbose: "onEpoch",
};

/**
 * Trains the net on rows in batches, or on batches as they are given. Before the first step the statistics of `nn.standardize` that were never set
 * are set from the training rows; given batches are read by steps alone, so that `net.prepare` sets them.
 * The first loss that is NaN or infinite is warned about, by epoch and step, and the first of validation rows too; an abort rejects with the signal's reason after the current step.
 * @throws GradcError `unknown-option`, `bad-option`, `compiled-in`, and those of `step`, of rows before the first step
 */
export async function fit<I extends object, M extends string = string, A extends string = never, S extends string = M>(
  net: Pick<Net<I, Outputs, string, string, M, string, A>, "evaluate"> & Pick<Net<I, Outputs, string, string, S, string, A>, "step">,
  data: NoInfer<I> | Batches<NoInfer<I>>,
  options: FitOptions<NoInfer<I>, NoInfer<M>, NoInfer<A>, NoInfer<S>>,
): Promise<History<M, A>> {
  const machine = machineOf(net);
  if (!machine) throw badOption("net", net, "a net");
  for (const name in options) {
    const use = given(instead, plain(name));
    if (use) throw unknownName("option", name, [use]);
  }
  checkOptions(options, isBatches(data) ? batchKinds : kinds);
  const { epochs, firstEpoch = 1, batch = machine.capacity, validation = 0, signal, callbacks = [], position: from } = options ?? {};
  for (const [name, value] of Object.entries({ epochs, firstEpoch, batch, position: from?.epoch ?? 1 })) {
    if (!(value >= 1)) throw badOption(name, value, "1 or more");
  }
  const inputs = data as Inputs;
  const outside = typeof validation === "object" && ((validation ?? {}) as Inputs);
  const share = outside ? 0 : (validation as number);
  const [call, run, steps, rows, held] = isBatches(data) ? asGiven(machine, data) : inSlices(machine, inputs, batch, share, options);
  const validated: readonly [Inputs, Int32Array?] | undefined = outside ? [outside] : held?.length ? [inputs, held] : undefined;
  // What forbids to evaluate these rows is found before the first step.
  if (validated) prepare(machine, "evaluate", ...validated);
  if (rows) standardize(machine, inputs, rows);
  else remind(machine);
  const history: History<M, A> = { epochs: [] };
  const hooks = [options, ...callbacks] as Callback[];
  const beginOf = (epoch: number): Position => ({ epoch, step: 0, sum: 0, rows: 0 });
  let position = from ?? beginOf(firstEpoch);
  let isEnded = false;
  const training: Training = {
    net: net as never,
    get position() {
      return position;
    },
    stop: () => {
      isEnded = true;
    },
  };
  const tell = async (name: "onBegin" | "onEvaluation" | "onEpoch" | "onEnd", told: unknown): Promise<void> => {
    for (const hook of hooks) await hook[name]?.(told as never, training);
  };
  let turn = 0;
  await tell("onBegin", position);
  while (position.epoch <= epochs && !isEnded) {
    const { epoch } = position;
    const step: Step = (columns, first, count, order) => {
      signal?.throwIfAborted();
      runRows(call, columns, first, count, order);
      const [losses, { step, sum, rows }] = [scores(call), position];
      warnOnce(machine, "isWarned", losses.loss, (loss) => lossNotFinite(loss, `${step + 1} of epoch ${epoch}`));
      position = { epoch, step: step + 1, sum: sum + losses.loss * count, rows: rows + count };
      // What is told is made where someone is told: most trainings tell nobody of a step.
      const waits = hooks
        .map((hook) => hook.onStep?.({ ...losses, epoch, step: step + 1, steps } as never, training))
        .filter((wait) => wait instanceof Promise);
      if (waits.length) return Promise.all(waits);
      return performance.now() > turn ? takeTurn((due) => (turn = due)) : undefined;
    };
    await run(epoch, step, position.step, () => isEnded);
    if (isEnded) break;
    if (!position.rows) throw tooFewRows(call.name, 0, call.minimum);
    const entry: EpochEntry<M, A> = {
      ...{ epoch, loss: position.sum / position.rows },
      ...(validated && { validation: evaluate(machine, ...validated) as Losses<M, A> }),
    };
    warnOnce(machine, "isHeldWarned", entry.validation?.loss ?? 0, (loss) => validationNotFinite(loss, epoch));
    position = beginOf(epoch + 1);
    history.epochs.push(entry);
    if (validated) await tell("onEvaluation", entry.validation);
    await tell("onEpoch", entry);
  }
  await tell("onEnd", history);
  return history;
}

/** Warns of the first loss of a kind that is NaN or infinite. */
function warnOnce(machine: Machine, kind: "isWarned" | "isHeldWarned", loss: number, textOf: (loss: number) => string): void {
  if (machine[kind] || Number.isFinite(loss)) return;
  machine[kind] = true;
  console.warn(textOf(loss));
}

/** Lets other tasks run, and then tells the time at which they are due again. */
async function takeTurn(tell: (due: number) => void): Promise<void> {
  const milliseconds = 16;
  const { port1, port2 } = new MessageChannel();
  // Browsers slow repeated timers down, but not messages.
  await new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  port1.close();
  tell(performance.now() + milliseconds);
}
