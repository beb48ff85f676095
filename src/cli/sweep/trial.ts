// Makes one training of a sweep, in whatever thread: as `gradc train` makes it, to the same bits.
import { type EpochEntry, fit, load, type Net } from "../../../runtime/index.ts";
import { splitBest } from "../checkpoint.ts";
import { type Best, rememberBest } from "../train/best.ts";
import { guardTraining, NotFinite } from "../train/divergence/guard.ts";
import { beginOf, told } from "../train/place.ts";
import { type Split, splitRows } from "../train/rows.ts";
import type { Outcome, Task } from "./task.ts";

/** Trains; what goes wrong is an outcome like others. */
export async function runTask(task: Task, signal: AbortSignal): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const { best, last } = await trained(task, signal);
    const state = task.keepsState ? best.state() : undefined;
    const kept = best.restore() ?? last;
    if (!kept) throw new Error("no epoch was made");
    return { kind: "trained", kept: told(kept), seconds: seconds(), state };
  } catch (error) {
    if (error instanceof NotFinite) return { kind: "diverged", epoch: error.epoch, seconds: seconds() };
    if (signal.aborted) return { kind: "stopped" };
    return { kind: "failed", message: (error as Error).message, seconds: seconds() };
  }
}

/** The best epoch and the last one. @throws NotFinite */
async function trained(task: Task, signal: AbortSignal): Promise<{ readonly best: Best; readonly last: EpochEntry | undefined }> {
  const { settings, data, rows, firstEpoch, lastEpoch } = task;
  const net = await load(task.wasm, { seed: settings.seed });
  for (const [name, text] of task.metadata) net.metadata.set(name, text);
  const split = splitRows(data, rows, net.manifest, settings);
  const best = bestOf(net, task, split);
  if (task.lr !== undefined) net.setHyper({ lr: task.lr });
  const position = beginOf(firstEpoch);
  const guard = guardTraining(net, position);
  let last: EpochEntry | undefined;
  const { batch, seed } = settings;
  const validation = split.held && { validation: split.held };
  await fit(net, split.training, {
    ...{ epochs: lastEpoch, position, batch, seed, signal, ...validation },
    onStep: (step) => guard.step(step),
    onEpoch(entry, { position }) {
      last = entry;
      guard.keep(position);
      best.see(entry);
    },
  });
  return { best, last };
}

/** Puts the net where the training was, if it goes on, with what is remembered of it. */
function bestOf(net: Net, { state: bytes, settings }: Task, { held }: Split): Best {
  const best = rememberBest(net, settings);
  if (!bytes) return best;
  const { state, best: recalled } = splitBest(bytes);
  net.restore(state);
  if (recalled) best.recall(recalled, held);
  return best;
}
