import { checkFailed } from "../../compiler/diagnostics/commands.ts";
import { alignColumns } from "../../compiler/formula/columns.ts";
import type { Comparison } from "../verify/comparison.ts";
import { verify } from "../verify/verify.ts";
import { allowedOf } from "./allow.ts";
import type { Terminal } from "./terminal.ts";
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
  if (!comparisons.some(({ kind }) => kind === "derivative" || kind === "own"))
    terminal.note(`${missing(comparisons)}: there are no gradients to check`);
  for (const comparison of comparisons) if (differs(comparison)) terminal.note(`note: ${meant(comparison)}`);
  const faults = comparisons.filter((comparison) => !agrees(comparison) && !differs(comparison));
  if (faults.length > 0) throw checkFailed(faults.map((fault) => `${describe(fault)}: ${against(fault)}${fault.at ? `, ${fault.at}` : ""}`));
}

const missing = (comparisons: readonly Comparison[]): string =>
  comparisons.some(({ kind }) => kind === "gradients") ? "The gradient of the loss reaches no parameter" : "The model has no loss";

const agrees = ({ error, tolerance }: Comparison): boolean => error <= tolerance;

/** Whether a gradient is another than that of its function by need: the function is flat, as that of a straight-through estimator is. */
const differs = (comparison: Comparison): boolean => !agrees(comparison) && comparison.isFlat === true;

const verdict = (comparison: Comparison): string => {
  if (agrees(comparison)) return paint("green", "ok");
  return differs(comparison) ? "differs" : paint("red", "off");
};

const meant = ({ name, at }: Comparison): string =>
  `${name} is what withGradient is given${at ? ` at ${at}` : ""}: its function is flat, which has no other gradient than 0. ` +
  "The gradients of the loss are compared as they are with the function's own.";

function describe({ name, kind, game }: Comparison): string {
  if (kind === "own") return name;
  const isGradient = kind === "derivative" || (kind === "gradients" && name !== "loss");
  if (isGradient) return `∂${game ?? "loss"}/∂${name}`;
  if (kind === "update") return `${name} after a step${game === undefined ? "" : ` of ${game}`}`;
  return game !== undefined && name === "loss" ? game : name;
}

const methods: Readonly<Record<Comparison["kind"], string>> = {
  derivative: "finite differences, f64",
  own: "differences of its function, f64",
  predict: "interpreter, predict",
  gradients: "interpreter, gradients",
  evaluate: "interpreter, evaluate",
  step: "interpreter, step",
  update: "interpreter, step",
};

const against = ({ kind }: Comparison): string => methods[kind];
