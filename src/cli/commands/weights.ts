import type { Command } from "commander";
import { moreNames, path, renames } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { example, modelOption } from "./shared.ts";

export function addWeights(top: Command, terminal: Terminal): void {
  const weights = top
    .command("weights")
    .description("weights of PyTorch for a model, and those of a model for PyTorch")
    .addHelpText("after", example("gradc weights import housing.model.ts housing.pt"));
  weights
    .command("import <model> <file>")
    .description("read a state_dict, of torch.save or as safetensors, without running anything of it; write the weights of a definition or a module")
    .option("-o, --out <file>", "the file of weights to write (default: NAME.safetensors in out beside the model)", path)
    .option("--rename <old=new>", 'names, or fronts of names up to a dot: 0=hidden makes hidden.weight of 0.weight, "module=" drops a front', renames)
    .option("--ignore <globs>", "tensors of the file to leave out; * stands for any characters", moreNames)
    .addOption(modelOption())
    .addHelpText("after", example("gradc weights import housing.model.ts housing.pt --rename 0=hidden,2=price"))
    .action(async (model, file, options) => (await import("../pytorch.ts")).importFile(model, file, options, terminal));
  weights
    .command("export <model.wasm>")
    .description("write the weights of a module as safetensors with the names and layouts of PyTorch")
    .option("--weights <file>", "weights of train, for a module without")
    .requiredOption("-o, --out <file>", "the file to write", path)
    .addHelpText("after", example("gradc weights export out/housing.trained.wasm -o housing.pt.safetensors"))
    .action(async (model, options) => (await import("../pytorch.ts")).exportFile(model, options, terminal));
}
