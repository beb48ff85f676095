// What a caller hands over for the arguments of a kernel: the address of a buffer, or a number.
import { type Argument, type Buffer, isScalar, type Layout, type MemoryPlan } from "../kernel/kernel.ts";
import { rowBytes } from "../memory/plan-memory.ts";

/** What the step of a loop adds: `by` times the step and `start`, or times what is left of these by `rows`. */
export interface Moving {
  readonly loop: string;
  readonly start: number;
  readonly rows: number | undefined;
  readonly by: number;
}

/** A number, and what the steps of loops around the call add to it. */
export interface Handed {
  readonly base: number;
  readonly moving: readonly Moving[];
}

interface Places {
  readonly layout: Layout;
  readonly memory: MemoryPlan;
}

export const handed = (argument: Argument, places: Places): Handed => {
  if (!isScalar(argument)) return addressOf(argument, places);
  const { value, loop } = argument;
  return { base: value, moving: loop === undefined ? [] : [{ loop, start: 0, rows: undefined, by: 1 }] };
};

function addressOf(buffer: Buffer, places: Places): Handed {
  const { view } = buffer;
  const known = places.memory.offsets.get(buffer);
  if (!view || known !== undefined) return { base: known as number, moving: [] };
  const { base, moving } = addressOf(view.of, places);
  const { loop, start, rows } = view;
  const by = rowBytes(view, places.layout);
  if (loop === undefined) return { base: base + start * by, moving };
  if (view.by !== undefined) return { base: base + start * by, moving: [...moving, { loop, start: 0, rows, by: view.by * by }] };
  return { base, moving: [...moving, { loop, start, rows, by }] };
}
