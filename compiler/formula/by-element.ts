// Which formulas an element of is made of one of each of their parts, as those are with the place along an axis: `[j ≤ i]`.
import { type Call, type Formula, partsIn, partsOf } from "./tree.ts";

/** Steps that are made of each element by itself. */
export const elementwise: ReadonlySet<string> = new Set(["+", "-", "neg", "*", "/", "^", "not", "=", "≠", "<", "≤", ">", "≥"]);

/** Functions of one number. */
const ofNumbers: ReadonlySet<string> = new Set([
  ...["exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "tanh", "sinh", "cosh", "erf", "abs", "sign", "step"],
  ...["sigmoid", "logsigmoid", "softplus", "relu", "silu", "mish", "gelu", "elu", "leakyRelu", "floor", "ceil", "round"],
]);

/** Functions of two numbers. */
const ofTwoNumbers: ReadonlySet<string> = new Set(["and", "or", "max", "min"]);

/** Whether the place along an axis is part of `formula`. */
export const hasPlaces = (formula: Formula): boolean => partsIn(formula).some(({ along }) => along !== undefined);

/** Whether all places along axes in `formula` are parts of what can be told by elements. */
export function showsPlaces(formula: Formula): boolean {
  if (formula.along) return true;
  return isByElement(formula) ? partsOf(formula).every(showsPlaces) : !hasPlaces(formula);
}

/** Whether it is a function of one number, or of two. */
export const isOfNumbers = ({ name, args }: Call): boolean =>
  (args.length === 1 && ofNumbers.has(name)) || (args.length === 2 && ofTwoNumbers.has(name));

/** Whether an element of `formula` is made of one of each of its parts, or a sum of such. */
export function isByElement(formula: Formula): boolean {
  switch (formula.kind) {
    case "operator":
      return elementwise.has(formula.op);
    case "call":
      return isOfNumbers(formula);
    case "sum":
    case "view":
      return formula.axes !== undefined;
    default:
      return formula.kind === "indicator" || formula.kind === "cases" || formula.kind === "group";
  }
}
