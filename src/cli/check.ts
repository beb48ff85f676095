import { checkFailed } from "../../compiler/diagnostics/commands.ts";
import { type Comparison, verify } from "../verify.ts";
import { allowedOf } from "./allow.ts";
import { alignColumns, type Terminal } from "./terminal.ts";
import { paint } from "./visible.ts";

interface CheckOptions {
  readonly model?: string;
  readonly allow?: readonly string[];
}

/** `gradc check`. */
export async function check(path: string, { model, allow }: CheckOptions, terminal: Terminal): Promise<void> {
  const onWarning = (warning: string) => terminal.note(`warning: ${warning}`);
  const comparisons = await verify(path, { model, allow: allowedOf(allow).compiling, onWarning });
  const rows = comparisons.map((comparison) => [describe(comparison), against(comparison), comparison.error.toExponential(1), verdict(comparison)]);
  terminal.out(alignColumns([["value", "compared with", "largest error", ""], ...rows], [2]));
  if (!comparisons.some(({ kind }) => kind === "derivative")) terminal.note(`${missing(comparisons)}: there are no gradients to check`);
  const faults = comparisons.filter((comparison) => !agrees(comparison));
  if (faults.length > 0) throw checkFailed(faults.map((fault) => `${describe(fault)}: ${against(fault)}`));
}

const missing = (comparisons: readonly Comparison[]): string =>
  comparisons.some(({ kind }) => kind === "gradients") ? "The gradient of the loss reaches no parameter" : "The model has no loss";

const agrees = ({ error, tolerance }: Comparison): boolean => error <= tolerance;

const verdict = (comparison: Comparison): string => (agrees(comparison) ? paint("green", "ok") : paint("red", "off"));

function describe({ name, kind }: Comparison): string {
  const isGradient = kind === "derivative" || (kind === "gradients" && name !== "loss");
  return isGradient ? `∂loss/∂${name}` : kind === "update" ? `${name} after a step` : name;
}

const methods: Readonly<Record<Comparison["kind"], string>> = {
  derivative: "finite differences, f64",
  predict: "interpreter, predict",
  gradients: "interpreter, gradients",
  evaluate: "interpreter, evaluate",
  step: "interpreter, step",
  update: "interpreter, step",
};

const against = ({ kind }: Comparison): string => methods[kind];
