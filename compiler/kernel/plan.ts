// Walks over what entry points call. That is a list; when loops around calls become steps of it, they are gone through here.
import { buffersOfCall } from "./call.ts";
import type { Buffer, Call, EntryCalls } from "./kernel.ts";

/** The calls of entry points in the order in which they run. */
export const callsOf = (...entries: readonly Pick<EntryCalls, "calls">[]): readonly Call[] => entries.flatMap(({ calls }) => calls);

/** The first and the last of the calls between which something is needed, counted from 0. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** When an entry point needs each buffer that it touches, in the order in which it does. */
export function spansOf(entry: Pick<EntryCalls, "calls">): Map<Buffer, Span> {
  const spans = new Map<Buffer, Span>();
  for (const [time, call] of callsOf(entry).entries())
    for (const buffer of buffersOfCall(call)) spans.set(buffer, { first: spans.get(buffer)?.first ?? time, last: time });
  return spans;
}
