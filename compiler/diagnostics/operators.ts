// What is said where JavaScript would make a number, a text or a truth value of something that has none.
import { GradcError } from "../../runtime/error.ts";

/** What stands for values that are not there while a definition runs. */
export type Valueless = "tensor" | "layer" | "input type";

const reasons: Readonly<Record<Valueless, string>> = {
  tensor: "a tensor has no value while the model is being defined",
  layer: "a layer is a function of tensors",
  "input type": "it is the type of an input, not its value",
};

const helps: Readonly<Record<Valueless, string>> = {
  tensor: 'write ops.sub(p, y) for p - y, ops.compare(p, 0, "gt") for p > 0, ops.exp(p) for Math.exp(p), or elementwise((p, y) => p - y)(p, y)',
  layer: "apply the layer to a tensor first, then use ops.* or elementwise",
  "input type": "use the tensor of its name that the body of the model is given, with ops.* or elementwise",
};

/** An operator, a function of numbers or a template of JavaScript met `what`; `hint` is that of `Symbol.toPrimitive`. */
export function operatorOn(kind: Valueless, what: string, hint: string): GradcError {
  const use = hint === "string" ? "as a text" : "with an operator of JavaScript";
  return new GradcError("operator-on-tensor", `Cannot use ${what} ${use}: ${reasons[kind]}`, { help: helps[kind] });
}

/** The tensor `text` decides over a statement, a choice or a logical operator of JavaScript. */
export function tensorAsCondition(text: string): GradcError {
  const problem = `Cannot use the tensor "${text}" as a condition: it is true whatever it will hold when the model runs`;
  return new GradcError("operator-on-tensor", problem, { help: "choose element by element: ops.where(condition, a, b)" });
}

/** `value`, which JavaScript's operators refuse from now on; `what` names it. */
export function withoutOperators<T extends object>(value: T, kind: Valueless, what: () => string): T {
  const refuse = (hint: string): never => {
    throw operatorOn(kind, what(), hint);
  };
  return Object.defineProperty(value, Symbol.toPrimitive, { value: refuse });
}
