// The option `--allow`: codes of warnings that are left out.
import { codes as compiling } from "../lints/index.ts";
import { checkAllowed } from "../lints/lint.ts";
import { codes as training } from "./train/lints/index.ts";

/** Codes of warnings that are left out: those of compilations, which `compile` takes, and those of trainings. */
export interface Allowed {
  readonly compiling: readonly string[];
  readonly training: readonly string[];
}

/** The codes of `--allow`; every command takes those of all. @throws GradcError `unknown-lint` */
export function allowedOf(codes: readonly string[] = []): Allowed {
  checkAllowed(codes, [...compiling, ...training]);
  return { compiling: codes.filter((code) => compiling.includes(code)), training: codes.filter((code) => training.includes(code)) };
}
