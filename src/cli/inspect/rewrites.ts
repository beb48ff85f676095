// The list of what lies between a page as it was derived and as it runs.
import { rewritesOf } from "../../../compiler/describe/rewrites.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { printPosition } from "../../../compiler/ir/print.ts";
import type { Sink } from "../../../compiler/pipeline/pipeline.ts";
import type { Step } from "../../../compiler/trace/trace.ts";
import { words } from "../../../compiler/words/words.ts";
import type { Format } from "../../compile.ts";
import { paint } from "../visible.ts";

/** Keeps the steps of the passes that make another form of what was derived. */
export const rewritesTo =
  (steps: Step[]): Sink =>
  (step, pass) => {
    if (pass === "stabilise" || pass === "simplify") steps.push(step);
  };

/** The list under a heading, if there is something on it; it is no mathematics of the other formats. */
export function rewriteTable(steps: readonly Step[], format: Format): string[] {
  const uses = format === "text" ? rewritesOf(steps) : [];
  if (uses.length === 0) return [];
  const { rules, tags } = words.rewrites;
  const rows = uses.map(({ rule, tag, place, before, after }) => [
    place ? printPosition(place) : "",
    `${rules[rule] ?? rule} (${tags[tag]})`,
    `${before}  →  ${after}`,
  ]);
  return [`${paint("bold", words.titles.rewrites)}\n\n${alignColumns(rows)}`];
}
