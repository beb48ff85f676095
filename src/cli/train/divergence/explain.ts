import { type Diverged, diverged } from "../../../../compiler/diagnostics/divergence.ts";
import type { Source } from "../../../../compiler/interpret.ts";
import { evaluate as extent } from "../../../../compiler/ir/dim.ts";
import { readDebug } from "../../../../compiler/pipeline/debug.ts";
import type { GradcError } from "../../../../runtime/error.ts";
import type { Rows } from "../../../constant/rows.ts";
import { type StepSources, traceStep } from "../../../divergence/trace.ts";
import { openModule } from "../../../open.ts";
import type { Trainable } from "../net.ts";
import { rowsOfStep } from "../rows.ts";
import type { Course, Trace } from "./course.ts";
import { factsOf, type Said } from "./facts.ts";
import { NotFinite } from "./guard.ts";
import { keptFact } from "./kept.ts";
import { type BadStep, replay } from "./replay.ts";
import { putBack } from "./snapshot.ts";

/** The error of a training that is not finite any more: the step, the layer and the op where that began, and the likely cause. Any other error is itself. */
export async function explain(error: unknown, course: Course): Promise<unknown> {
  if (!(error instanceof NotFinite)) return error;
  const { epoch, loss } = error;
  const { trainable, guard, split, settings, steps } = course;
  const general = { epoch, epochs: settings.epochs, loss };
  const kept = await keptFact(course.checkpoint, epoch);
  const bad = await replay(trainable.net, guard, steps);
  if (!bad) return divergedWith(general, factsOf(course, undefined), kept);
  const rows = rowsOfStep(split, settings, epoch, bad.step);
  const traced = await traceIn(course, bad, rows);
  const found: Pick<Diverged, "step" | "loss"> = { step: bad.step, loss: Number.isFinite(bad.loss) ? undefined : bad.loss };
  return divergedWith({ ...general, ...found }, factsOf(course, { bad, rows, traced }), kept);
}

const divergedWith = (general: Omit<Diverged, keyof Said>, { facts, ...said }: Said, kept: Diverged["facts"]): GradcError =>
  diverged({ ...general, ...said, facts: [...facts, ...kept] });

async function traceIn({ trainable: { net, wasm }, split }: Course, { before, changed }: BadStep, rows: Int32Array): Promise<Trace> {
  putBack(net, before);
  try {
    const { program } = await openModule(wasm.slice());
    return (
      traceStep(
        program,
        changed
          ? sourcesOf(
              net,
              changed,
              rows.length,
              rows.map((_, at) => at),
            )
          : sourcesOf(net, split.training, split.counts.training, rows),
      ) ?? "fine"
    );
  } catch (error) {
    // What went wrong is told all the same, with less of it.
    if (readDebug().level > 0) throw error;
    return "none";
  }
}

/** The variables as they are, and the rows of a step: those of these numbers among `count`. */
function sourcesOf({ manifest: { inputs, variables }, read }: Trainable["net"], all: Rows, count: number, rows: Int32Array): StepSources {
  const sources = new Map<string, Source>(variables.map(({ name, dtype, shape }) => [name, { dtype, shape, data: read(name) }]));
  for (const { name, dtype, shape } of inputs) {
    const values = all[name];
    if (!values) continue;
    const isBatch = typeof shape[0] === "string";
    const width = values.length / count;
    const data = isBatch ? Array.from(rows).flatMap((row) => Array.from(values.subarray(row * width, (row + 1) * width))) : values;
    sources.set(name, { dtype, shape: shape.map((dim) => extent(dim, { batch: rows.length })), data });
  }
  return { sources, rows: rows.length };
}
