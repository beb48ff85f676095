import { terminated } from "../diagnostics.ts";
import type { Net } from "../types.ts";
import type { Callback, Position, Training } from "./callbacks.ts";

/** So many steps of an epoch lie between two states that are kept: a copy costs as much as some steps. */
const every = 1000;

type Place = Pick<Position, "epoch" | "step">;

/** What the steps of a net change and read. */
type Copy = readonly (readonly [name: string, values: ReturnType<Net["read"]>])[];

/** Of statistics of `nn.standardize` there is none: steps leave them, and to write them is to set them. */
function copyOf({ manifest, read }: Training["net"]): Copy {
  const { variables, standardize } = manifest;
  const isLeft = (name: string) => standardize.some(({ mean, deviation }) => name === mean || name === deviation);
  return variables.filter(({ name, role }) => role !== "sum" && !isLeft(name)).map(({ name }) => [name, read(name)]);
}

const placeOf = ({ epoch, step }: Place): string => (step ? `after step ${step} of epoch ${epoch}` : `before epoch ${epoch}`);

/**
 * Ends a training whose loss is NaN or infinite, says in which step, and brings the net back to the last state that was kept: a callback of `fit`.
 * Kept is a copy of the net before the first step, after every 1000 steps of an epoch and after each epoch, where all of it is finite; where it is not,
 * the training ends there too. The history holds the epochs before.
 */
export function terminateOnNaN(): Callback {
  let good: (Place & { readonly copy: Copy }) | undefined;
  let last: Place = { epoch: 0, step: 0 };
  let isLastBad = false;
  const keep = ({ net }: Training): boolean => {
    const copy = copyOf(net);
    // A step whose loss is finite may leave others.
    const isGood = copy.every(([, values]) => values.every(Number.isFinite));
    if (isGood) good = { ...last, copy };
    return isGood;
  };
  const end = ({ net, stop }: Training, reason = "the net is not finite after it"): void => {
    console.warn(terminated(reason, `step ${last.step} of epoch ${last.epoch}`, good && placeOf(good)));
    for (const [name, values] of good?.copy ?? []) net.write(name, values);
    stop();
  };
  return {
    onBegin({ epoch, step }, training) {
      [good, last, isLastBad] = [undefined, { epoch, step }, false];
      keep(training);
    },
    onStep({ loss, epoch, step, steps }, training) {
      last = { epoch, step };
      if (!Number.isFinite(loss)) end(training, `the loss is ${loss}`);
      else if ((step % every === 0 || step === steps) && !keep(training)) end(training);
    },
    onEpoch(_, training) {
      // Where batches are given, it is known now which step was the last.
      if (good?.epoch === last.epoch && good.step === last.step) return;
      if (keep(training)) return;
      isLastBad = true;
      end(training);
    },
    onEnd({ epochs }) {
      if (isLastBad) epochs.pop();
      good = undefined;
    },
  };
}
