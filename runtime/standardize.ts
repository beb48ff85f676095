import { notStandardized } from "./diagnostics.ts";
import type { Machine } from "./machine.ts";
import type { Manifest } from "./program.ts";
import { finish, prepare, runParts } from "./run.ts";
import type { Inputs } from "./types.ts";

/** Whether mean and deviation were set: from rows, by hand or from a file. */
const isSet = ({ isWritten }: Machine, one: Manifest["standardize"][number]): boolean => isWritten.has(one.mean) || isWritten.has(one.deviation);

/** Whether the statistics of every `nn.standardize` were set. */
export const isStandardized = (machine: Machine): boolean => machine.manifest.standardize.every((one) => isSet(machine, one));

/**
 * Sets the statistics of every `nn.standardize` from the inputs, or from their rows `order`: in the order of dependence, as `Manifest` says. With
 * `order` those that were set stay.
 * @throws GradcError those of `prepare`, before anything is written
 */
export function standardize(machine: Machine, inputs: Inputs, order?: Int32Array): void {
  const tasks = machine.manifest.standardize.flatMap((one, i) =>
    order && isSet(machine, one) ? [] : [{ ...one, ...prepare(machine, `prepare.${i}`, inputs, order) }],
  );
  for (const task of tasks) {
    for (const n of [0, 1, task.n, task.n]) finish(machine, runParts(machine, { ...task, n }, undefined, order).call);
    machine.isWritten.add(task.mean);
  }
}

/** Warns, once, of steps on values whose statistics were never set. */
export function remind(machine: Machine): void {
  if (machine.isReminded || isStandardized(machine)) return;
  machine.isReminded = true;
  console.warn(notStandardized());
}
