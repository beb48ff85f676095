// What is said of written formulas that cannot be read or have no value.
import { GradcError } from "../../runtime/error.ts";

/** Where something stands in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const placed = ({ line, column }: Place): string => `line ${line}, column ${column}`;

/** A text that is no formula. */
export const notAFormula = (at: Place, got: string, expected: string): GradcError =>
  new GradcError("not-a-formula", `Cannot read the formula\n  got       ${got}\n  expected  ${expected}`, { at: placed(at) });

/** A formula that is longer, deeper or takes more work than is done for one. */
export const formulaTooLarge = (what: string, at?: Place): GradcError =>
  new GradcError("formula-too-large", `The formula is too large: ${what}`, { at: at && placed(at) });

const misfit = "Operands do not fit: ";

/** Operands that do not fit, as `product [4,2]·[4,3]`. */
export const formulaShapes = (what: string, at: Place): GradcError => new GradcError("formula-shapes", misfit + what, { at: placed(at) });

/** Which operands do not fit, of an error that says it. */
export const misfitIn = ({ message }: Error): string => (message.split("\n")[0] as string).replace(misfit, "");

/** A name or a function that means nothing where it stands. */
export const notOnThePage = (what: string, name: string, nearest: string | undefined, at?: Place): GradcError =>
  new GradcError("not-on-the-page", `There is no ${what} "${name}" on the page`, {
    at: at && placed(at),
    help: nearest === undefined ? undefined : `"${nearest}"?`,
  });

/** A file that should export a function that computes gradients by hand. */
export const noBackward = (path: string, got: string): GradcError =>
  new GradcError("no-backward", `"${path}" exports no function that computes gradients\n  got       ${got}`, {
    help: 'export default ({ inputs, parameters }) => ({ "z.weight": ... })',
  });

/** What a function of a user's that computes gradients did in place of giving them. */
export const backwardFailed = (path: string, reason: string, cause?: unknown): GradcError =>
  new GradcError("backward-failed", `The function of "${path}" gave no values: ${reason}`, { cause });
