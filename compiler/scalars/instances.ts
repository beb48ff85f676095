// Lines with numbers for their letters, and sums term by term.
import { type Formula, operator } from "../formula/tree.ts";
import type { ScalarLine } from "./line.ts";
import { replaced, withLetter } from "./trees.ts";

/** The letters of a line, that of the outer loop first: neurons one after the other, each with its weights. */
const lettersIn = ({ left }: ScalarLine): string[] => {
  const index = left.kind === "partial" ? [...left.by.index].reverse() : left.index;
  return index.flatMap((each) => each.match(/[a-z]$/)?.[0] ?? []);
};

/** A line for each number of its letters, with the form of it that values are read off. */
export interface Instance {
  readonly left: ScalarLine["left"];
  readonly shown: Formula;
  readonly steps: Formula;
  readonly ranges: ScalarLine["ranges"];
}

export function instancesOf(line: ScalarLine, steps: ScalarLine): Instance[] {
  let instances: Instance[] = [{ left: line.left, shown: line.right, steps: steps.right, ranges: line.ranges }];
  for (const letter of lettersIn(line))
    instances = instances.flatMap(({ left, shown, steps: form, ranges }) =>
      (ranges[letter] ?? []).map((value) => ({
        left: withLetter(left, letter, value) as ScalarLine["left"],
        shown: withLetter(shown, letter, value),
        steps: withLetter(form, letter, value),
        ranges,
      })),
    );
  return instances;
}

/** A sum over the numbers of a letter term by term. */
export const writtenOut = (formula: Formula, ranges: ScalarLine["ranges"]): Formula =>
  replaced(formula, (part) => {
    if (part.kind === "operator" && part.op === "+") return operator("+", ...part.args.flatMap((term) => termsOf(term, ranges)));
    return part.kind === "series" ? operator("+", ...termsOf(part, ranges)) : undefined;
  });

function termsOf(part: Formula, ranges: ScalarLine["ranges"]): Formula[] {
  if (part.kind !== "series") return [writtenOut(part, ranges)];
  return (ranges[part.over] ?? []).map((value) => writtenOut(withLetter(part.body, part.over, value), ranges));
}
