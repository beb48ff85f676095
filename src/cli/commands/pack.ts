import type { Command } from "commander";
import { path } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { example } from "./shared.ts";

export function addPack(top: Command, terminal: Terminal): void {
  top
    .command("pack <model.wasm> <weights.safetensors>")
    .description("put weights into a module: one file that is trained and trainable")
    .requiredOption("-o, --out <file>", "the file to write", path)
    .addHelpText("after", example("gradc pack out/housing.wasm out/housing.safetensors -o housing.trained.wasm"))
    .action(async (model, weights, options) => (await import("../pack.ts")).packFiles(model, weights, options, terminal));
}
