import { type Command, Option } from "commander";
import { moreNames, names, optimizerOption } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { allowOption, batchOption, example, folderOption, modelOption, standaloneOption } from "./shared.ts";

export function addBuild(top: Command, terminal: Terminal): void {
  top
    .command("build <model.ts>")
    .description("compile a definition to NAME.wasm, NAME.js and NAME.d.ts")
    .addOption(folderOption())
    .addOption(modelOption())
    .addOption(batchOption(64))
    .addOption(optimizerOption())
    .addOption(
      new Option("--profile <profile>", "exact: the same bits on every engine; fast: a second module with relaxed SIMD")
        .choices(["exact", "fast"])
        .default("exact"),
    )
    .option("--freeze <globs>", "parameters that training leaves as they are; * stands for any characters", moreNames)
    .addOption(allowOption())
    .option("--strip", "leave the graph and the names of functions out of the module; inspect cannot read it then")
    .addOption(standaloneOption())
    .option("--emit <kinds>", "more files: wat, formulas, ir", names)
    .option("--time", "prints the time of each pass of the compiler")
    .addHelpText("after", example("gradc build housing.model.ts --optimizer sgd --batch 32"))
    .action(async (model, options) => (await import("../build.ts")).build(model, options, terminal));
}
