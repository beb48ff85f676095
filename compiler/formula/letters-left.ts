// What a reader sees of the axes of a value: the letters that a sum or an index left.
import { letterOf } from "./axes.ts";
import { productForm } from "./contraction.ts";
import { type Formula, isScalar, partsOf } from "./tree.ts";

/** Functions that go over the axes below their names and leave the others. */
const reductions: ReadonlySet<string> = new Set(["mean", "var", "std", "max", "min", "norm", "logSumExp", "prod", "argmax", "argmin"]);

const others = (rank: number, axes: readonly number[]): string[] =>
  Array.from({ length: rank + axes.length }, (_, axis) => axis).flatMap((axis) => (axes.includes(axis) ? [] : [letterOf(axis)]));

/** The axes that a subscript names, the rows first. */
const axesNamed = (subscript: string): number[] =>
  subscript.split(",").map((name) => (name.length > 1 ? 0 : name.charCodeAt(0) - letterOf(0).charCodeAt(0)));

/** The letters of the `rank` axes of the value of `formula`; undefined where it tells none. */
export function lettersLeft(formula: Formula, rank: number): readonly string[] | undefined {
  if (isScalar(formula)) return undefined;
  switch (formula.kind) {
    case "sum":
      return formula.axes && others(rank, formula.axes);
    case "contraction":
      return productForm(formula.spec) ? undefined : others(rank, []);
    case "call":
      if (formula.subscript !== undefined && reductions.has(formula.name)) return others(rank, axesNamed(formula.subscript));
      return formula.args.length === 1 ? lettersLeft(formula.args[0] as Formula, rank) : undefined;
    case "view":
      return formula.at === undefined ? undefined : [...formula.at].sort();
    case "operator":
    case "cases":
    case "indicator":
    case "group":
      return partsOf(formula)
        .map((part) => lettersLeft(part, rank))
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
}
