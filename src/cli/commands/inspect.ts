import { type Command, Option } from "commander";
import { moreNames, path, shownOptimizerOption } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { allowOption, example, modelOption } from "./shared.ts";

export function addInspect(top: Command, terminal: Terminal): void {
  top
    .command("inspect [model]")
    .description(
      "print the formulas of a definition or of a compiled module: forward pass, gradients, and updates with --optimizer; or draw a function",
    )
    .addOption(modelOption())
    .option("--wrt <names>", "gradients with respect to these parameters, inputs or values only, also by the names of formulas: W_hidden", moreNames)
    .addOption(new Option("--format <format>", "how formulas are written").choices(["text", "latex", "html", "json"]).default("text"))
    .option("--expand", "what each named function is, one level down, and linear layers in a row as the one that they are")
    .addOption(
      new Option(
        "--derive <name>",
        "how one gradient comes about: each rule from the loss down to a parameter, input or value, with places",
      ).conflicts([...["wrt", "expand", "asRun", "memory", "kernels", "trace", "plot"]]),
    )
    .option("--as-run", "the form that is compiled, after the rewrites for speed and against overflow, with the list of them")
    .option("--memory", "what lies where in the module's memory")
    .option("--kernels", "the loops that are compiled, with their schedules")
    .option("--trace", "each step from the definition to its gradients and their simplest form: rules and the chain rule, with places")
    .option("--at <file>", 'the numbers of every value and gradient at the inputs in a JSON file, {"x": [[1, 2]], "y": [[3]]}')
    .addOption(shownOptimizerOption())
    .option("--weights <file>", "weights of train, for the numbers of --at")
    .addOption(allowOption())
    .option("--plot <name>", "draw a function and its derivative: without a model an activation such as tanh, with one a value of one other")
    .option("-o, --out <file>", "an SVG file for the picture of --plot", path)
    .addHelpText("after", example("gradc inspect housing.model.ts --wrt hidden.weight --format latex"))
    .action(async (model, options, command) => {
      if (model === undefined && options.plot === undefined) command.missingArgument("model");
      await (await import("../inspect.ts")).inspect(model, options, terminal);
    });
}
