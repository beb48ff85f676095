import { GradcError } from "../../runtime/error.ts";
import { type Built, type CompileOptions, compile } from "../compile.ts";
import { warningsOf } from "../lints/lint.ts";
import { noStep } from "../lints/no-step.ts";
import { type OptimizerName, optimizerNamed } from "./options.ts";

/** What the commands that compile have in common. */
export interface ModelOptions {
  readonly model?: string | undefined;
  readonly batch?: number | undefined;
  readonly optimizer?: OptimizerName | undefined;
  readonly lr?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly allow?: readonly string[] | undefined;
}

/** Codes of the errors that a model without a step is compiled in spite of. */
export type Excused = readonly ("missing-loss" | "no-gradient")[];

/**
 * Compiles a definition with the optimizer that was asked for, else with adam, or with none where that gives an `excused` error: a model without
 * a loss is; one that no step can train is warned about.
 */
export async function compileModel(
  path: string,
  { optimizer, lr, weightDecay, ...options }: ModelOptions & Omit<CompileOptions, "optimizer">,
  excused: Excused = ["missing-loss"],
): Promise<Built> {
  try {
    return await compile(path, { ...options, optimizer: optimizerNamed(optimizer ?? "adam", { lr, weightDecay }) });
  } catch (error) {
    const isExcused = error instanceof GradcError && excused.some((code) => code === error.code);
    if (optimizer !== undefined || !isExcused) throw error;
    const built = await compile(path, options);
    return error.code === "no-gradient" ? { ...built, warnings: [...warningsOf([noStep], error, options.allow), ...built.warnings] } : built;
  }
}
