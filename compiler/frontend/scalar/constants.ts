import type { GradcError } from "../../../runtime/error.ts";
import { type Constants, literal, type Scalar } from "./tree.ts";

/** The literal that `name` stands for, undefined where `constants` does not give it. @throws what `refuse` gives, for a value of another kind */
export function constantNamed(name: string, constants: Constants, refuse: (reason: string) => GradcError): Scalar | undefined {
  if (!Object.hasOwn(constants, name)) return undefined;
  const value = constants[name];
  if (typeof value === "number" || typeof value === "boolean") return literal(value);
  throw refuse("only numbers can be taken from outside of the function; pass a tensor as an argument");
}

const shown = 60;

/** `text` on one line, cut where it is long. */
export function excerpt(text: string): string {
  const line = text.slice(0, shown * 4).replace(/\s+/g, " ");
  return line.length > shown ? `${line.slice(0, shown)}...` : line;
}
