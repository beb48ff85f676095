// A page with its vectors as columns: an example is a column of x, and a weight has a row for each neuron.
//
//   a = x·W + b,  δ_z = (δ_a·Wᵀ) ⊙ (1 − z²),  ∂loss/∂W = xᵀ·δ_a
//   a = W·x + b,  δ_z = (Wᵀ·δ_a) ⊙ (1 − z²),  ∂loss/∂W = δ_a·xᵀ
//
// Every matrix stands for the transpose of what it was, so that each product has its factors in the other order.

import { notOnPage } from "../diagnostics/scalars.ts";
import { type Labels, readLabels, writeLabels } from "../ir/labels.ts";
import { words } from "../words/words.ts";
import { productForm } from "./contraction.ts";
import type { Definition, Line } from "./equation.ts";
import type { Page } from "./page.ts";
import type { Formula } from "./tree.ts";

/** The error for what has no form with columns. */
const rowsOnly = (what: string): Error => notOnPage("--vectors columns", `matrices and vectors alone: here stands ${what}`);

const reversed = (letters: string): string => [...letters].reverse().join("");

function productOf({ spec, args, ...rest }: Extract<Formula, { kind: "contraction" }>): Formula {
  const { x, y, result } = readLabels(spec) as Labels;
  const form = productForm(spec);
  if ([x, y, result].some(({ length }) => length > 2) || !form || form.over.length > 0) throw rowsOnly("a product of other arrays");
  const turned = writeLabels({ x: reversed(y), y: reversed(x), result: reversed(result) });
  return { ...rest, spec: turned, args: [asColumns(args[1]), asColumns(args[0])] };
}

/** The letter of an axis of a matrix; that of a vector stays, and is not to be told from the first of a matrix. */
function axisOf(name: string): string {
  if (name === "j") return "i";
  if (name.length === 1) throw rowsOnly(`an axis ${name}`);
  return name;
}

/** `formula` with columns. @throws GradcError `not-on-page` where it has values of more axes, or axes by letters that could be others */
export function asColumns(formula: Formula): Formula {
  switch (formula.kind) {
    case "contraction":
      return productOf(formula);
    case "sum": {
      const { axes: _, ...rest } = formula;
      return { ...rest, over: formula.over.map(axisOf), body: asColumns(formula.body) };
    }
    case "operator":
      return { ...formula, args: formula.args.map(asColumns) };
    case "call":
      if (formula.meaning || /^[a-z](?:,|$)/.test(formula.subscript ?? "")) throw rowsOnly(`${formula.name} along an axis of its own`);
      return { ...formula, args: formula.args.map(asColumns) };
    case "cases":
      return { ...formula, condition: asColumns(formula.condition), value: asColumns(formula.value), otherwise: asColumns(formula.otherwise) };
    case "indicator":
    case "group":
    case "transpose":
    case "series":
      return { ...formula, body: asColumns(formula.body) };
    case "view": {
      const { length } = formula.shape;
      const axes = formula.axes && { axes: [...formula.axes].reverse().map((axis) => length - 1 - axis) };
      return { ...formula, ...axes, shape: [...formula.shape].reverse(), body: asColumns(formula.body) };
    }
    case "variable":
      if (formula.index || formula.step !== undefined) throw rowsOnly("a value by its index or its step");
      return formula;
    default:
      return formula;
  }
}

const definition = ({ left, right }: Definition): Definition => ({ left: asColumns(left), right: asColumns(right) });

const line = ({ also, where, sign, rule, ...main }: Line): Line => ({
  ...definition(main),
  sign,
  where: where.map(definition),
  ...(also && { also: asColumns(also) }),
  ...(rule && { rule }),
});

/** What signs mean that mean something else with rows; nothing for what is of rows alone. */
const inColumns: ReadonlyMap<string, readonly string[]> = new Map([
  [words.signs.rows, []],
  [words.signs.hadamard, [words.columnSigns.hadamard]],
  [words.signs.series, [words.columnSigns.series]],
]);

/** The page with columns. @throws GradcError `not-on-page` as `asColumns` */
export const pageOfColumns = ({ forward, stable, predicted, errors, gradients, updates, symbols, conventions }: Page): Page => ({
  forward: forward.map(line),
  stable: stable.map(line),
  predicted: predicted.map(line),
  errors: errors.map(line),
  gradients: gradients.map(line),
  updates: updates.map(line),
  symbols: symbols.map((symbol) => (symbol.shape.length === 2 ? { ...symbol, shape: [...symbol.shape].reverse() } : symbol)),
  conventions: [words.columnVectors, ...conventions.flatMap((each) => inColumns.get(each) ?? [each])],
});
