import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { elementAt } from "../../compiler/ir/element.ts";
import { readDebug } from "../../compiler/pipeline/debug.ts";
import { missingPolicies } from "../../data/missing.ts";
import { GradcError } from "../../runtime/error.ts";
import { shownPolicies } from "./augment/shown.ts";
import { explainMistake } from "./mistakes.ts";
import {
  amount,
  delimiter,
  inputColumns,
  moreNames,
  names,
  optimizerOption,
  path,
  positive,
  renames,
  share,
  shownOptimizerOption,
  texts,
  wholeFrom,
} from "./options.ts";
import { quieted, type Terminal, withoutEscapes } from "./terminal.ts";
import { paint } from "./visible.ts";

const overview = `gradc compiles a neural network that is declared in TypeScript to one small WebAssembly module that trains and runs it.

  gradc build housing.model.ts                               compile a model to out/
  gradc inspect housing.model.ts                             read its forward pass and its gradients as formulas
  gradc train housing.model.ts --data b.csv --target medv    train it on a table
  gradc sweep housing.model.ts --data b.csv --set lr=..      train it with many settings and compare them
  gradc predict out/housing.trained.wasm --data new.csv      run the trained module
  gradc check housing.model.ts                               hold every gradient against finite differences
  gradc pack out/housing.wasm w.safetensors -o h.wasm        put weights into a module
  gradc augment show cat.png                                 see what augmentation makes of an image
  gradc weights import housing.model.ts housing.pt           weights of PyTorch for a model, and back

gradc COMMAND --help says more about each.`;

/** Runs the command line `args`, without the program's name; gives the exit code, 1 after an error. */
export async function run(args: readonly string[], given: Terminal): Promise<number> {
  const terminal = withoutEscapes(given);
  if (args.length === 0) {
    terminal.out(overview);
    return 0;
  }
  try {
    await program(terminal).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its own messages; help is one of them.
    if (error instanceof CommanderError) return error.exitCode;
    terminal.note(explain(error));
    return 1;
  }
}

/** What is printed of an error. */
export function explain(error: unknown): string {
  const head = paint("red", "error:");
  if (!(error instanceof Error)) return `${head} ${String(error)}`;
  if (readDebug().level > 0) return error.stack ?? error.message;
  const more = error instanceof GradcError ? "" : "\n  help: DEBUG=1 shows where";
  return `${head} ${error.message}${more}`;
}

/** The commands as `run` reads them; parsing throws what the command throws. */
export function program(terminal: Terminal): Command {
  const output = { writeOut: (text: string) => terminal.out(text.trimEnd()), writeErr: (text: string) => terminal.note(text.trimEnd()) };
  const top = new Command("gradc")
    .description(elementAt(overview.split("\n"), 0))
    .version(version(), "-V, --version", "the version of gradc")
    .exitOverride()
    .configureOutput(output);
  for (const add of [addBuild, addInspect, addTrain, addSweep, addPredict, addCheck, addPack, addWeights, addAugment]) add(top, terminal);
  for (const command of [top, ...top.commands.flatMap((each) => [each, ...each.commands])])
    command.configureOutput({ outputError: (text, write) => write(explainMistake(text, command)) });
  return top;
}

const version = (): string => createRequire(import.meta.url)("gradc/package.json").version;

const example = (text: string) => `\nExample:\n  ${text}`;
const modelOption = () => new Option("--model <name>", "named export of the definition (default: its default export)");
const folderOption = () => new Option("-o, --out <folder>", "where files go (default: out beside the model)").argParser(path);
const batchOption = (usual: number) => new Option("--batch <n>", `most rows of one step (default: ${usual})`).argParser(wholeFrom(1));
const allowOption = () => new Option("--allow <codes>", "warnings to leave out, by the codes that they end with").argParser(moreNames);
const standaloneOption = () => new Option("--standalone", "put the runtime into NAME.js, which then needs no package");

/** Options of a command that reads a table. */
function addTableOptions(command: Command): Command {
  return command
    .option("--input <name=columns>", 'columns of one input; a name with a comma stands in quotes: x="a, b",c', inputColumns)
    .option("--ignore <columns>", "columns to leave out", moreNames)
    .addOption(new Option("--missing <what>", "missing cells: an error, or leave the row out, or fill in what is usual").choices(missingPolicies))
    .option("--delimiter <character>", "what separates columns, also tab or space (default: recognised)", delimiter)
    .addOption(new Option("--decimal <character>", "the decimal point (default: recognised)").choices([".", ","]))
    .option("--no-header", "the first line holds data, not names: the columns are called c1, c2, ..");
}

function addBuild(top: Command, terminal: Terminal): void {
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
    .option("--strip", "leave the graph out of the module; inspect cannot read it then")
    .addOption(standaloneOption())
    .option("--emit <kinds>", "more files: wat, formulas, ir", names)
    .option("--time", "prints the time of each pass of the compiler")
    .addHelpText("after", example("gradc build housing.model.ts --optimizer sgd --batch 32"))
    .action(async (model, options) => (await import("./build.ts")).build(model, options, terminal));
}

function addInspect(top: Command, terminal: Terminal): void {
  top
    .command("inspect [model]")
    .description(
      "print the formulas of a definition or of a compiled module: forward pass, gradients, and updates with --optimizer; or draw a function",
    )
    .addOption(modelOption())
    .option("--wrt <names>", "gradients with respect to these parameters, inputs or values only, also by the names of formulas: W_hidden", moreNames)
    .addOption(new Option("--format <format>", "how formulas are written").choices(["text", "latex", "html", "json"]).default("text"))
    .option("--expand", "what each named function is, one level down, and linear layers in a row as the one that they are")
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
      await (await import("./inspect.ts")).inspect(model, options, terminal);
    });
}

function addTrain(top: Command, terminal: Terminal): void {
  addTableOptions(top.command("train [model]"))
    .description("train a definition or a compiled module on a table; leaves NAME.wasm, .js, .d.ts, .safetensors and .trained.wasm")
    .option(
      "--data <file>",
      "the table: a CSV file with a header, rows of JSON, or Parquet; arrays: .npz, image=a.gz,label=b.gz of NumPy or IDX files, or a folder of pictures by class",
    )
    .option("--config <file>", "a file of these options, by their names in camelCase (default: gradc.config.ts here, where no model is given)", path)
    .addOption(folderOption())
    .addOption(modelOption())
    .option("--target <columns>", "columns that the loss compares with", moreNames)
    .option("--one-hot <columns>", "columns of texts that become a 0/1 column for each of their categories", moreNames)
    .option(
      "--epochs <n>",
      "passes over the rows, of which the last is kept (default: as many as make 5000 steps, of which the best is kept)",
      wholeFrom(1),
    )
    .addOption(batchOption(32))
    .addOption(optimizerOption())
    .option("--lr <x>", "learning rate (default: that of the module; for a definition 0.01, with adadelta 1, adagrad 0.3, lion 0.003)", positive)
    .option("--weight-decay <x>", "weight decay of the optimizer", amount)
    .option("--clip <norm>", "largest norm of the gradients of a step", positive)
    .option("--metrics <names>", "figures to end with beside accuracy, RMSE and R2: auc, f1, precision, recall, perplexity, mae", moreNames)
    .option("--freeze <globs>", "parameters that training leaves as they are; * stands for any characters", moreNames)
    .addOption(allowOption())
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
      const given = await (await import("./config.ts")).withConfig(model, command);
      const options = command.opts();
      await (await import("./train/train.ts")).train(given, options, options.quiet ? quieted(terminal) : terminal);
    });
}

function addSweep(top: Command, terminal: Terminal): void {
  addTableOptions(top.command("sweep <model>"))
    .description("train with many settings in parallel, compare them by rows that are held out, and leave the files of the best")
    .requiredOption("--data <file>", "the table: a CSV file with a header, or rows of JSON")
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
    .addOption(folderOption())
    .addOption(modelOption())
    .option("--target <columns>", "columns that the loss compares with", moreNames)
    .option("--one-hot <columns>", "columns of texts that become a 0/1 column for each of their categories", moreNames)
    .option("--epochs <n>", "passes over the rows, of which the last is kept (default: as in train, the best is kept)", wholeFrom(1))
    .addOption(batchOption(32))
    .addOption(optimizerOption())
    .option("--lr <x>", "learning rate", positive)
    .option("--weight-decay <x>", "weight decay of the optimizer", amount)
    .option("--clip <norm>", "largest norm of the gradients of a step", positive)
    .option("--freeze <globs>", "parameters that training leaves as they are; * stands for any characters", moreNames)
    .addOption(allowOption())
    .option("--seed <n>", "seed of what is drawn, and the first of the trainings (default: 0)", wholeFrom(0))
    .option("--validation <share>", "share of the rows to hold out (default: 0.2)", share)
    .option("--report <file>", "a page about the sweep: HTML that needs nothing else", path)
    .option("--resume", "go on where the record of the same sweep in the folder ends")
    .option("--quiet", "no line for each training")
    .addHelpText("after", example("gradc sweep housing.model.ts --data b.csv --target medv --set lr=0.001..0.1:log --set batch=16,64"))
    .action(async (model, options) => (await import("./sweep/sweep.ts")).sweep(model, options, terminal));
}

function addPredict(top: Command, terminal: Terminal): void {
  addTableOptions(top.command("predict <model.wasm>"))
    .description("run a trained module on a table and print its outputs as CSV")
    .requiredOption("--data <file>", "the table or the arrays, with the columns that the model was trained on; others are ignored")
    .option("--weights <file>", "weights of train, for a module without")
    .option("-o, --out <file>", "write there instead of printing", path)
    .option("--probabilities", "probabilities in place of what the loss compares, such as logits")
    .addHelpText("after", example("gradc predict out/housing.trained.wasm --data new.csv -o prices.csv"))
    .action(async (model, options) => (await import("./predict.ts")).predict(model, options, terminal));
}

function addCheck(top: Command, terminal: Terminal): void {
  top
    .command("check <model.ts>")
    .description("hold every derived gradient against finite differences in f64, and the module against the interpreter")
    .addOption(modelOption())
    .addOption(allowOption())
    .addHelpText("after", example("gradc check housing.model.ts"))
    .action(async (model, options) => (await import("./check.ts")).check(model, options, terminal));
}

function addPack(top: Command, terminal: Terminal): void {
  top
    .command("pack <model.wasm> <weights.safetensors>")
    .description("put weights into a module: one file that is trained and trainable")
    .requiredOption("-o, --out <file>", "the file to write", path)
    .addHelpText("after", example("gradc pack out/housing.wasm out/housing.safetensors -o housing.trained.wasm"))
    .action(async (model, weights, options) => (await import("./pack.ts")).packFiles(model, weights, options, terminal));
}

function addAugment(top: Command, terminal: Terminal): void {
  top
    .command("augment")
    .description("look at what gradc/augment makes of images")
    .addHelpText("after", example("gradc augment show cat.png"))
    .command("show [images...]")
    .description(
      "draw a contact sheet of a PNG file, or of a test picture: each op with its magnitudes, or a policy with several seeds; of several files or a folder a row for each image",
    )
    .addOption(new Option("--policy <name>", "a table of AutoAugment, a row for each sub-policy, or what another draws").choices(shownPolicies))
    .option("--seed <n>", "seed of what a policy draws", wholeFrom(0), 0)
    .option("--images <n>", "how many images of a folder, the first by their names", wholeFrom(1), 8)
    .addOption(new Option("-o, --out <file>", "the PNG file to write").argParser(path).default("augmentations.png"))
    .addHelpText("after", example("gradc augment show cat.png --policy cifar10 -o cat-cifar10.png"))
    .action(async (images, options) => (await import("./augment/show.ts")).show(images, options, terminal));
}

function addWeights(top: Command, terminal: Terminal): void {
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
    .action(async (model, file, options) => (await import("./pytorch.ts")).importFile(model, file, options, terminal));
  weights
    .command("export <model.wasm>")
    .description("write the weights of a module as safetensors with the names and layouts of PyTorch")
    .option("--weights <file>", "weights of train, for a module without")
    .requiredOption("-o, --out <file>", "the file to write", path)
    .addHelpText("after", example("gradc weights export out/housing.trained.wasm -o housing.pt.safetensors"))
    .action(async (model, options) => (await import("./pytorch.ts")).exportFile(model, options, terminal));
}
