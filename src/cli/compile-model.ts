import { GradcError } from "../../runtime/error.ts";
import { type Built, type CompileOptions, compile } from "../compile.ts";
import { type OptimizerName, optimizerNamed } from "./options.ts";

/** What the commands that compile have in common. */
export interface ModelOptions {
  readonly model?: string | undefined;
  readonly batch?: number | undefined;
  readonly optimizer?: OptimizerName | undefined;
  readonly lr?: number | undefined;
}

/** Compiles a definition with the optimizer that was asked for, else with adam, or with none where the model has no loss. */
export async function compileModel(path: string, { optimizer, lr, ...options }: ModelOptions & Omit<CompileOptions, "optimizer">): Promise<Built> {
  try {
    return await compile(path, { ...options, optimizer: optimizerNamed(optimizer ?? "adam", lr) });
  } catch (error) {
    if (optimizer !== undefined || !(error instanceof GradcError && error.code === "missing-loss")) throw error;
    return compile(path, options);
  }
}
