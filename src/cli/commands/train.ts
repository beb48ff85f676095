import { type Command, Option } from "commander";
import { moreNames, path, positive, share, wholeFrom } from "../options.ts";
import { quieted, type Terminal } from "../terminal.ts";
import { addTrainingOptions, example, standaloneOption } from "./shared.ts";

export function addTrain(top: Command, terminal: Terminal): void {
  addTrainingOptions(top.command("train [model]"))
    .description("train a definition or a compiled module on a table; leaves NAME.wasm, .js, .d.ts, .safetensors and .trained.wasm")
    .option(
      "--epochs <n>",
      "passes over the rows, of which the last is kept (default: as many as make 5000 steps, of which the best is kept)",
      wholeFrom(1),
    )
    .option("--lr <x>", "learning rate (default: that of the module; for a definition 0.01, with adadelta 1, adagrad 0.3, lion 0.003)", positive)
    .option("--metrics <names>", "figures to end with beside accuracy, RMSE and R2: auc, f1, precision, recall, perplexity, mae", moreNames)
    .addOption(new Option("--weights <file>", "weights to start from: what fits of them is taken").conflicts("resume"))
    .option("--seed <n>", "seed of the weights, of the order of rows and of dropout", wholeFrom(0))
    .option("--validation <share>", "share of the rows to hold out and evaluate after each epoch (default: 0.2)", share)
    .option("--checkpoint <file>", "save there what --resume goes on from, after each epoch and each half minute", path)
    .option(
      "--augment <module>",
      "a module whose default export changes a row of those that are trained on, arrays by column, anew in each epoch",
      path,
    )
    .option("--workers <n>", "worker threads that run the module of --augment (default: 0, none)", wholeFrom(0))
    .option("--watch", "how large the gradient and the activation of each layer are, by epoch; the step of the module gives them too then")
    .option("--report <file>", "a page about the training: HTML that needs nothing else", path)
    .option("--history <file>", "the figures of each epoch, as CSV or as lines of JSON by its ending, .csv or .jsonl", path)
    .option("--logdir <folder>", "events of the training, which TensorBoard shows", path)
    .option("--quiet", "print nothing but warnings and errors: no progress, no descriptions, no figures, which --report and --history have")
    .option("--resume", "go on where the checkpoint, or else NAME.safetensors in the folder, ended")
    .addOption(standaloneOption())
    .addHelpText("after", example("gradc train housing.model.ts --data boston-housing.csv --target medv"))
    .action(async (model, _, command) => {
      const given = await (await import("../config.ts")).withConfig(model, command);
      const options = command.opts();
      await (await import("../train/train.ts")).train(given, options, options.quiet ? quieted(terminal) : terminal);
    });
}
