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
    .option("--claim <file>", "mark formulas by hand instead: lines such as ∂loss/∂W_z = xᵀ·δ_z, or dloss/dW_z = x' * delta_z", path)
    .option("--against <file>", "mark a function by hand instead: export default ({ inputs, parameters }) => gradients by name", path)
    .addOption(
      new Option("--hints <n>", "what is said of what is wrong: 0 nothing, 1 the kind of mistake, 2 its place too")
        .choices(["0", "1", "2"])
        .default("2"),
    )
    .addOption(
      new Option("--notation <signs>", "the signs of claims: those of inspect with the same option, which else are told by the claims").choices([
        "names",
        "neurons",
        "modules",
      ]),
    )
    .option("--index", "claims in the signs of inspect --index")
    .option("--json", "verdicts as JSON")
    .option("--at <file>", 'also at the inputs in a JSON file, {"x": [[1, 2]], "y": [[3]]}, with the numbers there', path)
    .option("--weights <file>", "weights of train, for the numbers of --at", path)
    .addHelpText("after", example("gradc check housing.model.ts"))
    .action(async (model, options) => {
      const isByHand = [options.claim, options.against, options.notation, options.index].some((each) => each !== undefined);
      if (!isByHand) return (await import("../check.ts")).check(model, options, terminal);
      await (await import("../claims.ts")).checkByHand(model, { ...options, hints: Number(options.hints) }, terminal);
    });
}
