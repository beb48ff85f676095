// Streams that are made of others, when the first block is asked for.
import type { Stream } from "./core.ts";

/** What changes streams; loaded with the first block of a changed one, as a page whose rows are at hand does without. */
type Changes = typeof import("./stream.ts");

/** A stream that is made of another one. */
export function changed(stream: Stream, change: (changes: Changes, stream: Stream) => Stream): Stream {
  let made: Stream | undefined;
  return {
    ...stream,
    async *open(skip) {
      made ??= change(await import("./stream.ts"), stream);
      yield* made.open(skip);
    },
  };
}
