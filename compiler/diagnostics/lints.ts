// What is said of the codes of warnings.
import { GradcError } from "../../runtime/error.ts";

/** A warning with the code by which `allow` leaves it out. */
export const coded = (code: string, text: string): string => `${text}\n  allow: ${code}`;

/** A code in `allow` that no warning has; `nearest` is the known one that differs least. */
export function unknownLint(code: string, known: readonly string[], nearest: string | undefined): GradcError {
  const near = nearest === undefined ? "" : `, the nearest is "${nearest}"`;
  return new GradcError("unknown-lint", `Cannot allow "${code}": there is no such warning${near}\n  expected  some of ${known.join(", ")}`);
}
