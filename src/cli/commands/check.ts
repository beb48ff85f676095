import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { allowOption, example, modelOption } from "./shared.ts";

export function addCheck(top: Command, terminal: Terminal): void {
  top
    .command("check <model.ts>")
    .description("hold every derived gradient against finite differences in f64, and the module against the interpreter")
    .addOption(modelOption())
    .addOption(allowOption())
    .addHelpText("after", example("gradc check housing.model.ts"))
    .action(async (model, options) => (await import("../check.ts")).check(model, options, terminal));
}
