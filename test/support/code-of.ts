import { GradcError } from "../../runtime/error.ts";

function codeFrom(error: unknown): string {
  if (error instanceof GradcError) return error.code;
  throw error;
}

/** The code of the GradcError that `run` throws, or "no error". */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return codeFrom(error);
  }
  return "no error";
}

/** The code of the GradcError that a promise rejects with, or "no error". */
export const codeOfAsync = (promise: Promise<unknown>): Promise<string> => promise.then(() => "no error", codeFrom);
