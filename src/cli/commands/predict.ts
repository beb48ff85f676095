import type { Command } from "commander";
import { path } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { addTableOptions, example } from "./shared.ts";

export function addPredict(top: Command, terminal: Terminal): void {
  addTableOptions(top.command("predict <model.wasm>"))
    .description("run a trained module on a table and print its outputs as CSV")
    .requiredOption("--data <file>", "the table or the arrays, with the columns that the model was trained on; others are ignored")
    .option("--weights <file>", "weights of train, for a module without")
    .option("-o, --out <file>", "write there instead of printing", path)
    .option("--probabilities", "probabilities in place of what the loss compares, such as logits")
    .addHelpText("after", example("gradc predict out/housing.trained.wasm --data new.csv -o prices.csv"))
    .action(async (model, options) => (await import("../predict.ts")).predict(model, options, terminal));
}
