import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { elementAt } from "../../compiler/ir/element.ts";
import { readDebug } from "../../compiler/pipeline/debug.ts";
import { GradcError } from "../../runtime/error.ts";
import { addAugment } from "./commands/augment.ts";
import { addBuild } from "./commands/build.ts";
import { addCheck } from "./commands/check.ts";
import { addInspect } from "./commands/inspect.ts";
import { addPack } from "./commands/pack.ts";
import { addPredict } from "./commands/predict.ts";
import { addSweep } from "./commands/sweep.ts";
import { addTrain } from "./commands/train.ts";
import { addWeights } from "./commands/weights.ts";
import { explainMistake } from "./mistakes.ts";
import { type Terminal, withoutEscapes } from "./terminal.ts";
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
