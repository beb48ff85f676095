import { type Command, Option } from "commander";
import { path } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { allowOption, example, modelOption } from "./shared.ts";

export function addCheck(top: Command, terminal: Terminal): void {
  top
    .command("check <model.ts>")
    .description("hold every derived gradient against finite differences in f64, and the module against the interpreter")
    .addOption(modelOption())
    .addOption(allowOption())
    .option("--claim <file>", "mark formulas by hand instead: lines such as ∂loss/∂W_z = xᵀ·δ_z or dloss/dW_z = x' * delta_z", path)
    .addOption(
      new Option("--hints <n>", "what is said of a wrong claim: 0 nothing, 1 the kind of mistake, 2 its place too")
        .choices(["0", "1", "2"])
        .default("2"),
    )
    .option("--json", "the verdicts of --claim as JSON")
    .addHelpText("after", example("gradc check housing.model.ts"))
    .action(async (model, options) => {
      if (options.claim === undefined) return (await import("../check.ts")).check(model, options, terminal);
      await (await import("../claims.ts")).checkClaims(model, { ...options, hints: Number(options.hints) }, terminal);
    });
}
