import type { Command } from "commander";
import { path, positive, share, texts, wholeFrom } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { addTrainingOptions, example } from "./shared.ts";

export function addSweep(top: Command, terminal: Terminal): void {
  addTrainingOptions(top.command("sweep [model]"))
    .description("train with many settings in parallel, compare them by rows that are held out, and leave the files of the best")
    .requiredOption(
      "--set <name=values>",
      "a setting to vary, once for each: a list, batch=16,64, or a range, lr=0.0001..0.1:log; of lr, batch, optimizer, weight-decay, clip, epochs, seed, and model for named exports",
      texts,
    )
    .option("--trials <n>", "how many combinations are drawn where there is a range (default: 20); of lists alone all are tried", wholeFrom(1))
    .option("--seeds <n>", "train each combination with so many seeds, from --seed on (default: 1)", wholeFrom(1))
    .option("--workers <n>", "trainings at a time (default: as many as there are processors)", wholeFrom(1))
    .option("--metric <name>", "what trials are compared by: loss or a metric of the model, NAME:max where more of it is better (default: loss)")
    .option("--halving", "successive halving: all begin with a part of their epochs, the better go on")
    .option("--eta <n>", "one in so many goes on (default: 3)", wholeFrom(2))
    .option("--epochs <n>", "passes over the rows, of which the last is kept (default: as in train, the best is kept)", wholeFrom(1))
    .option("--lr <x>", "learning rate", positive)
    .option("--seed <n>", "seed of what is drawn, and the first of the trainings (default: 0)", wholeFrom(0))
    .option("--validation <share>", "share of the rows to hold out (default: 0.2)", share)
    .option("--report <file>", "a page about the sweep: HTML that needs nothing else", path)
    .option("--resume", "go on where the record of the same sweep in the folder ends")
    .option("--quiet", "no line for each training")
    .addHelpText("after", example("gradc sweep housing.model.ts --data b.csv --target medv --set lr=0.001..0.1:log --set batch=16,64"))
    .action(async (model, _, command) => {
      // These are of a training, and mean something else here.
      const given = await (await import("../config.ts")).withConfig(model, command, [
        "checkpoint",
        "history",
        "logdir",
        "metrics",
        "report",
        "resume",
        "standalone",
        "watch",
        "workers",
      ]);
      await (await import("../sweep/sweep.ts")).sweep(given, command.opts(), terminal);
    });
}
