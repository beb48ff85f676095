// Every text that the compiler and the language say to a user. A function a code; `docs/errors.md` lists them.
import { GradcError } from "../runtime/error.ts";
import { formatShape, type Shape } from "./ir/type.ts";

/** Operands whose shapes do not fit together; `expected` says what would. */
export function shapeMismatch(attempt: string, got: readonly Shape[], expected: string, help?: string): GradcError {
  const shapes = got.map(formatShape).join(" and ");
  return new GradcError("shape-mismatch", `${attempt}\n  got       ${shapes}\n  expected  ${expected}`, { help });
}
