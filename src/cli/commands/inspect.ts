import { type Command, Option } from "commander";
import { badChoice } from "../../../compiler/diagnostics/settings.ts";
import { moreNames, path, positive, shownOptimizerOption } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { allowOption, example, modelOption } from "./shared.ts";

const deriveOption = (): Option =>
  new Option(
    "--derive <name>",
    "how one gradient comes about: each rule from the loss down to a parameter, input or value, with places, with --at the value after each",
  ).conflicts(["wrt", "expand", "asRun", "memory", "kernels", "trace", "plot", "notation", "index", "vectors"]);

const throughOption = (): Option =>
  new Option(
    "--through <name>",
    "with --derive: go through this value, of the definition or one that the loss has by its own definition, as p = softmax(logits) of losses.crossEntropy; without it through ℓ, what that loss is of each row, which a compiled module does not know",
  );

export function addInspect(top: Command, terminal: Terminal): void {
  top
    .command("inspect [model]")
    .description(
      "print the formulas of a definition or of a compiled module: forward pass, gradients, and updates with --optimizer; or draw it, or a function",
    )
    .addOption(modelOption())
    .option("--wrt <names>", "gradients with respect to these parameters, inputs or values only, also by the names of formulas: W_hidden", moreNames)
    .addOption(
      new Option("--format <format>", "how formulas are written: html is a page of its own, json the same as data, svg a picture of the network")
        .choices(["text", "latex", "html", "json", "svg"])
        .default("text"),
    )
    .option("--as-run", "the form that is compiled, after the rewrites for speed and against overflow, with the list of them")
    .addOption(
      new Option(
        "--notation <signs>",
        "names of the definition; or each scalar by itself, as neurons a_j, z_j, w_ij^(k) of one example or by modules",
      ).choices(["names", "neurons", "modules"]),
    )
    .option("--index", "each scalar by itself by the names of the definition, of a batch: z_nk of example n")
    .addOption(
      new Option(
        "--vectors <which>",
        "vectors as rows, x·W + b, which is what runs, or as columns, W·x + b: of formulas of matrices and vectors",
      ).choices(["rows", "columns"]),
    )
    .option(
      "--expand [all]",
      "what each named function is, one level down, linear layers in a row as the one that they are, and of small networks each scalar formula down to the weights, with all the sums in it too",
    )
    .addOption(deriveOption())
    .addOption(throughOption())
    .option("--memory", "what lies where in the module's memory")
    .option("--measure", "how long each kernel of a step takes, with operations and bytes a second")
    .option("--kernels", "the loops that are compiled, with their schedules, operations, bytes and source lines")
    .option("--trace", "each step from the definition to its gradients and their simplest form: rules and the chain rule, with places")
    .option(
      "--at <file>",
      'the numbers of every value and gradient at the inputs in a JSON file, {"x": [[1, 2]], "y": [[3]]}; with --notation or --index put into the formulas',
    )
    .addOption(shownOptimizerOption())
    .option("--lr <x>", "learning rate of a step of gradient descent, for the numbers of --notation and --index", positive)
    .option(
      "--weights <file>",
      'weights for the numbers of --at: of train, or a JSON file by full name, {"z.weight": [[0.5, -1]], "z.bias": [0.25, 0]}',
    )
    .addOption(allowOption())
    .option("--plot <name>", "draw a function and its derivative: without a model an activation such as tanh, with one a value of one other")
    .option("-o, --out <file>", "a file for the picture of --plot or of --format svg, or for the page of --format html", path)
    .addHelpText("after", example("gradc inspect housing.model.ts --wrt hidden.weight --format latex"))
    .action(async (given, options, command) => {
      // The model may stand behind --expand.
      const isModel = typeof options.expand === "string" && options.expand !== "all";
      if (isModel && given !== undefined) throw badChoice("--expand", options.expand, ["all"]);
      const model = isModel ? options.expand : given;
      if (isModel) options.expand = true;
      if (model === undefined && options.plot === undefined) command.missingArgument("model");
      await (await import("../inspect.ts")).inspect(model, options, terminal);
    });
}
