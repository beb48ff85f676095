// The list of what lies between a page as it was derived and as it runs.
import { rewritesOf } from "../../../compiler/describe/rewrites.ts";
import { alignColumns } from "../../../compiler/formula/columns.ts";
import { printPosition } from "../../../compiler/ir/print.ts";
import type { Sink } from "../../../compiler/pipeline/pipeline.ts";
import type { Step } from "../../../compiler/trace/trace.ts";
import { words } from "../../../compiler/words/words.ts";
import { paint } from "../visible.ts";

/** Keeps the steps of the passes that make another form of what was derived. */
export const rewritesTo =
  (steps: Step[]): Sink =>
  (step, pass) => {
    if (pass === "stabilise" || pass === "simplify") steps.push(step);
  };

/** The list under a heading; it is no mathematics of LaTeX. */
export function rewriteTable(steps: readonly Step[]): string {
  const uses = rewritesOf(steps);
  const { rules, tags, none } = words.rewrites;
  const rows = uses.map(({ rule, tag, place, before, after }) => [
    place ? printPosition(place) : "",
    `${rules[rule] ?? rule} (${tags[tag]})`,
    `${before}  →  ${after}`,
  ]);
  return `${paint("bold", words.titles.rewrites)}\n\n${rows.length === 0 ? none : alignColumns(rows)}`;
}
