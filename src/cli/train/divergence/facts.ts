// What is known of a step that is not finite, and what to do about it.
import type { Diverged } from "../../../../compiler/diagnostics/divergence.ts";
import { withBodies } from "../../../../compiler/ir/walk.ts";
import { atCell, quoted } from "../../../../data/diagnostics.ts";
import { brief, type Cause, causeOf, steepSlope } from "../../../divergence/cause.ts";
import type { Traced } from "../../../divergence/trace.ts";
import { whereaboutsOf } from "../../../divergence/whereabouts.ts";
import type { Course, Trace } from "./course.ts";
import type { BadStep } from "./replay.ts";
import { badRowsOf, inputBehind, oddestCell } from "./rows.ts";

/** What an error says beside when it was. */
export type Said = Pick<Diverged, "facts" | "at" | "helps">;
type Fact = Diverged["facts"][number];

/** A step that was found again. */
interface Step {
  readonly bad: BadStep;
  /** The numbers of its training rows. */
  readonly rows: Int32Array;
  readonly traced: Trace;
}

/** What is said of a training that went wrong; `step` is undefined where it did not when it was run again. */
export function factsOf(course: Course, step: Step | undefined): Said {
  if (!step) return { facts: [["where", "unknown: when it is run again, all of it is finite"]], helps: [smallerRate(course)] };
  const { bad, rows, traced } = step;
  const grown = growth(course, bad);
  const weights: readonly Fact[] = grown.text === undefined ? [] : [["weights", grown.text]];
  const general = "smaller numbers in the table, or const scaled = nn.standardize(x)";
  if (traced === "none") return { facts: [...dataFacts(course, rows), ...weights], helps: [smallerRate(course), general] };
  if (traced === "fine") {
    const text = "unknown: the reference interpreter, which adds in another order, finds all of the step finite";
    return { facts: [["where", text], ...dataFacts(course, rows), ...weights], helps: [smallerRate(course), general] };
  }
  const { value, layer, place } = whereaboutsOf(traced);
  const loops = loopSteps(traced);
  const where = [traced.phase, ...(layer === undefined ? [] : [layer]), value, ...loops].join(", ");
  const cause = causeIn(traced);
  const cells = dataFacts(course, rows, traced);
  const own = cause.help === undefined ? [] : [cause.help];
  const rate = grown.factor >= 10 || traced.phase === "updates" ? [smallerRate(course)] : [];
  if (loops.length > 0 && own.length === 0) own.push(growing);
  const last = own.length + rate.length === 0 ? [general, smallerRate(course)] : [];
  const data = cells.some(([title]) => title === "cell") ? ["correct that cell, or leave its row out"] : [];
  const helps = grown.factor >= 100 ? [...data, ...rate, ...own] : [...data, ...own, ...rate];
  return { facts: [["where", where], ["what", cause.text], ...cells, ...weights], at: place, helps: [...helps, ...last] };
}

const growing = "a loop lets numbers grow from step to step: nn.gru or nn.lstm, or nn.tanh on what a step hands on";

/** What happened, and where a slope is infinite, that it is. */
function causeIn(traced: Traced): Cause {
  const cause = causeOf(traced);
  const slope = traced.phase === "gradients" ? steepSlope(traced, new Set(withBodies([traced.parts.loss]))) : undefined;
  return slope ? { text: `${cause.text}, in the slope of ${slope.of.op} at 0`, help: slope.help } : cause;
}

/** `step 3 of 20 of the loop`, from the outermost loop on. */
function loopSteps({ node, frame }: Traced): string[] {
  const found: string[] = [];
  for (let each: typeof frame | undefined = frame; each; each = each.outside) {
    const { step } = each;
    if (step && node.loops.includes(step.loop.params.loop)) found.unshift(`step ${step.at + 1} of ${step.loop.params.steps} of the loop`);
  }
  return found;
}

/** The training rows in which the origin is not finite; all of the step where it is of no single rows. */
function rowsIn(traced: Traced, rows: Int32Array): Int32Array {
  const bad = badRowsOf(traced);
  return bad ? Int32Array.from(bad, (at) => rows[at] as number) : rows;
}

/** What the table has to do with it: one cell that is far off, or the few rows in which it began. */
function dataFacts(course: Course, all: Int32Array, traced?: Traced): Fact[] {
  const { split, read, columns, trainable } = course;
  const { manifest } = trainable.net;
  const rows = traced ? rowsIn(traced, all) : all;
  const place = (row: number, input?: string, element = 0) =>
    atCell({ ...read.placeOf(split.rows[row] as number), column: input === undefined ? undefined : columns[input]?.[element] });
  const cell = oddestCell(split.training, rows, manifest, columns);
  if (cell) return [["cell", `${place(cell.row, cell.input, cell.element)}: ${brief(cell.value)}, far from the others of its column`]];
  if (!traced || !badRowsOf(traced)) return [];
  const behind = traced.phase === "forward pass" ? inputBehind(traced, manifest.targets) : undefined;
  const element = behind && behind.at % (columns[behind.input]?.length ?? 1);
  // What is so in most rows is not about them.
  if (2 * rows.length <= all.length) return [["row", `${place(rows[0] as number, behind?.input, element)}${others(rows.length, all.length)}`]];
  const column = behind && columns[behind.input]?.[element ?? 0];
  return column === undefined ? [] : [["column", quoted(column)]];
}

const others = (count: number, all: number): string => (count > 1 ? `, the first of ${count} of the ${all} rows of the step` : "");

/** By how much the weights grew since the start. */
function growth({ guard: { first } }: Course, { largest }: BadStep): { readonly factor: number; readonly text?: string } {
  const factor = largest / Math.max(first, 0.1);
  return { factor, ...(factor >= 10 && { text: `up to ${brief(largest)} before the step, up to ${brief(first)} at the start: they grew` }) };
}

function smallerRate({ settings: { lr }, trainable: { module } }: Course): string {
  const clip = module === undefined ? "--clip 1" : "a module that is built from a definition with --clip 1";
  return lr > 0 ? `--lr ${brief(lr / 10)} or less, or ${clip}` : clip;
}
