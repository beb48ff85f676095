// Mistakes with reports of trainings.

import { SummaryWriter } from "../../../tensorboard/index.ts";
import type { ErrorCase } from "../error-case.ts";

/** Makes `mistake` with a writer of events in memory. */
const onWriter = (mistake: (writer: SummaryWriter) => unknown) => () => mistake(new SummaryWriter("memory"));

export const reportCases: readonly ErrorCase[] = [
  {
    code: "bad-option",
    did: "Added a scalar without the step at which it was.",
    advice: "Give the number of the step or epoch: it is the place on the axis below.",
    run: onWriter((writer) => writer.addScalar("loss", 0.5, undefined as never)),
  },
  {
    code: "bad-option",
    did: "Added a histogram of values with an infinite one among them.",
    advice: "Leave such values out, or look for where they come from.",
    run: onWriter((writer) => writer.addHistogram("hidden.weight", [0.5, Number.POSITIVE_INFINITY], 1)),
  },
  {
    code: "cannot-write",
    did: "Began an event file in a place that is no folder.",
    advice: "Give a folder; it is made where it is missing.",
    run: () => new SummaryWriter("/dev/null/runs"),
  },
  {
    code: "writer-closed",
    did: "Added to an event file after its end.",
    advice: "Close the writer when all is added, or begin a new one.",
    run: onWriter((writer) => {
      writer.close();
      writer.addScalar("loss", 0.5, 1);
    }),
  },
  {
    code: "not-in-module",
    did: "Added the graph of a module that was built without it.",
    advice: "Build it again with its graph.",
    run: onWriter((writer) => writer.addGraph({ wasm: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) })),
  },
];
