// Mistakes on the command line.
import { dirname, join } from "node:path";
import { idx } from "../../support/array-files.ts";
import { command, definitionFile, type ErrorCase, file, folder } from "../error-case.ts";

const definition = definitionFile(`export default model("line", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`);
// A wave with a million turns between two steps of a finite difference.
const wild = definitionFile(`export default model("wild", { x: f32("batch", 1) }, ({ x }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: ops.mean(ops.sin(ops.mul(out, 1e12))) };
});
`);

/** Softmax before squares: each output depends on all neurons. */
const squeezed = definitionFile(`export default model("squeezed", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
  const out = nn.softmax(nn.linear(x, 2));
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`);
const sorted = definitionFile(`export default model("sorted", { x: f32("batch", 2), y: i32("batch") }, ({ x, y }) => {
  const scores = nn.linear(x, 3);
  return { outputs: { scores }, loss: losses.crossEntropy(scores, y) };
});
`);
const large = definitionFile(`export default model("large", { x: f32(40), y: f32(20) }, ({ x, y }) => {
  const out = nn.linear(x, 20);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`);
const imaged = definitionFile(`export default model("imaged", { x: f32("batch", 2, 3), y: f32("batch", 2, 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`);
const ones = file("ones.json", '{ "x": [[1]], "y": [[2]] }');

const table = file("line.csv", "x,y\n1,2\n2,4\n3,6\n");
/** An IDX file of three bytes. */
const threeBytes = (name: string, first: number) => file(name, idx([3], [first, first + 1, first + 2]));
const arrays = `x=${threeBytes("x.idx", 1)},y=${threeBytes("y.idx", 2)}`;
const tables = dirname(file("tables/line.csv", ""));
const train = (...args: readonly string[]) => ["train", definition, "--data", table, "-o", folder, "--epochs", "2", ...args];

/** A terminal on which Ctrl-C is pressed at once. */
const impatient = { interrupts: () => ({ signal: AbortSignal.abort(), release: () => undefined }) };

export const commandCases: readonly ErrorCase[] = [
  {
    code: "cannot-write",
    did: "The folder for the results is a file.",
    advice: "Choose another folder with `-o`.",
    run: () => command(["build", definition, "-o", file("taken", "")]),
  },
  {
    code: "cannot-write",
    did: "The checkpoint of a training is a folder.",
    advice: "Name a file. Training has not begun.",
    run: () => command(train("--checkpoint", tables)),
  },
  {
    code: "cannot-write",
    did: "The predictions of a table would be written over it.",
    advice: "Name another file.",
    run: () => command(["predict", "prices.wasm", "--data", "prices.csv", "-o", "prices.csv"]),
  },
  {
    code: "cannot-write",
    did: "A model has the name of its own file, and its bindings would be written over it.",
    advice: "Choose another folder with `-o`, or rename the file.",
    run: () => {
      const named = definitionFile(
        'export default model("net", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { out: nn.linear(x, 1) } }));',
        "net.js",
      );
      return command(["build", named, "-o", dirname(named)]);
    },
  },
  {
    code: "partly-written",
    did: "A training was killed while it put its files into their places, and its weights were to be used with the module of before.",
    advice: "Build or train again.",
    run: async () => {
      const half = join(folder, "half");
      await command(["train", definition, "--data", table, "-o", half, "--epochs", "2"]);
      await command(["build", definition, "-o", half, "--optimizer", "sgd"]);
      // What such a kill leaves: the list of the files, and those that are not in their places. No process has this number.
      file("half/line.set.tmp", JSON.stringify({ pid: 2 ** 30, names: ["line.safetensors", "line.wasm", "line.js"] }));
      for (const name of ["line.wasm", "line.js"]) file(`half/${name}.${2 ** 30}.tmp`, "");
      return command(["predict", join(half, "line.wasm"), "--weights", join(half, "line.safetensors"), "--data", table]);
    },
  },
  {
    code: "cannot-read",
    did: "The table is a folder.",
    advice: "Name the file in it.",
    run: () => command(["train", definition, "--data", tables, "-o", folder]),
  },
  {
    code: "not-a-module",
    did: "A definition was given to `predict`.",
    advice: "Give the module that was built from it.",
    run: () => command(["predict", definition, "--data", table]),
  },
  {
    code: "bad-weights",
    did: "A table was given as weights.",
    advice: "Give the file of weights that `train` left.",
    run: async () => {
      await command(["build", definition, "-o", folder]);
      return command(["predict", `${folder}/line.wasm`, "--weights", table, "--data", table]);
    },
  },
  {
    code: "diverged",
    did: "The steps of a training are so large that its weights grow without bound.",
    advice: "Train with a smaller learning rate, and let the model standardize its inputs.",
    run: () => command(train("--optimizer", "sgd", "--lr", "1e38", "--epochs", "100")),
  },
  {
    code: "other-columns",
    did: "A training was to go on with another target.",
    advice: "Name the target of before. For another one train anew; `--weights` begins with the weights of the checkpoint.",
    run: async () => {
      const wide = file("wide.csv", "x,y,z\n1,2,3\n2,4,5\n3,6,7\n");
      const on = (...args: readonly string[]) => command(["train", definition, "--data", wide, "-o", `${folder}/went-on`, ...args]);
      await on("--input", "x=x", "--target", "y", "--epochs", "1");
      return on("--target", "z", "--ignore", "y", "--epochs", "2", "--resume");
    },
  },
  {
    code: "bad-choice",
    did: "An option was given a value that it does not have.",
    advice: "Use one from the list.",
    run: () => command(["build", definition, "-o", folder, "--emit", "asm"]),
  },
  {
    code: "compiled-in",
    did: "A module was to be trained with another optimizer than it was built with.",
    advice: "Build it again with the option that the message names.",
    run: async () => {
      await command(["build", definition, "-o", folder, "--optimizer", "sgd"]);
      return command(["train", `${folder}/line.wasm`, "--data", table, "--optimizer", "adam"]);
    },
  },
  {
    code: "compiled-in",
    did: "A model was chosen in a module, which holds one.",
    advice: "Choose it when the definition is built.",
    run: async () => {
      await command(["build", definition, "-o", folder]);
      return command(["train", `${folder}/line.wasm`, "--data", table, "--model", "other"]);
    },
  },
  {
    code: "not-in-module",
    did: "A module that was built with `--strip` was inspected.",
    advice: "Inspect the definition, or build without `--strip`.",
    run: async () => {
      await command(["build", definition, "-o", folder, "--strip"]);
      return command(["inspect", `${folder}/line.wasm`]);
    },
  },
  {
    code: "check-failed",
    did: "The loss swings so fast that neither finite differences nor f32 can follow.",
    advice: "Scale the model down. Where nothing swings, the gradient is wrong: report it.",
    run: () => command(["check", wild]),
  },
  {
    code: "not-json",
    did: "The file of inputs is not JSON.",
    advice: 'Write an object such as `{ "x": [[1]], "y": [[2]] }`.',
    run: () => command(["inspect", definition, "--at", file("inputs.json", "x: 1")]),
  },
  {
    code: "not-json",
    did: "The file of inputs is JSON, but names no inputs.",
    advice: 'Write an object such as `{ "x": [[1]], "y": [[2]] }`.',
    run: () => command(["inspect", definition, "--at", file("list.json", "[[1], [2]]")]),
  },
  {
    code: "not-json",
    did: "The file of weights is JSON, but names no parameters.",
    advice: "Write an object with the values of each parameter by its full name.",
    run: () => command(["inspect", definition, "--at", ones, "--weights", file("weights.json", "[[1], [2]]")]),
  },
  {
    code: "no-neurons",
    did: "Neurons were asked for of a network that is no chain of linear layers.",
    advice: "Leave `--notation` out: the page in whole values is written for any network.",
    run: () => command(["inspect", squeezed, "--notation", "neurons"]),
  },
  {
    code: "no-neurons",
    did: "A page of neurons was asked for with the numbers of two examples.",
    advice: "Give one example, or ask for the page of a batch with `--index`.",
    run: () => command(["inspect", definition, "--notation", "neurons", "--at", file("two.json", '{ "x": [[1], [2]], "y": [[2], [3]] }')]),
  },
  {
    code: "no-neurons",
    did: "The class of an example is none of those of the network.",
    advice: "Classes are whole numbers from 0.",
    run: () => command(["inspect", sorted, "--index", "--at", file("classes.json", '{ "x": [[1, 2]], "y": [3] }')]),
  },
  {
    code: "no-neurons",
    did: "Numbers were to be put into the formulas of hundreds of weights.",
    advice: "Leave `--notation` out: `--at` gives a table then.",
    run: () =>
      command(["inspect", large, "--notation", "neurons", "--at", file("wide.json", JSON.stringify({ x: Array(40).fill(1), y: Array(20).fill(1) }))]),
  },
  {
    code: "not-on-page",
    did: "A page with vectors as columns was asked for of values that are neither vectors nor matrices.",
    advice: "Leave `--vectors` out: the page with rows is written for any network.",
    run: () => command(["inspect", imaged, "--vectors", "columns"]),
  },
  {
    code: "not-on-page",
    did: "The index form of a batch was asked for by neurons, which are of one example.",
    advice: "Choose one of `--index` and `--notation neurons`.",
    run: () => command(["inspect", definition, "--notation", "neurons", "--index"]),
  },
  {
    code: "not-a-table",
    did: "The table and the model were given the wrong way round.",
    advice: "The model stands first, the table is `--data`.",
    run: () => command(["train", table, "--data", definition]),
  },
  {
    code: "missing-option",
    did: "Weights were given to `inspect` without inputs: formulas are the same with any weights.",
    advice: "Add `--at` with a file of inputs.",
    run: () => command(["inspect", definition, "--weights", file("line.safetensors", "")]),
  },
  {
    code: "compiled-in",
    did: "A compiled module was to be trained with clipped gradients.",
    advice: "Train the definition: its step is compiled with what was asked for.",
    run: async () => {
      await command(["build", definition, "-o", folder]);
      return command(["train", `${folder}/line.wasm`, "--data", table, "-o", folder, "--clip", "1"]);
    },
  },
  {
    code: "other-rows",
    did: "A module of `--augment` gives rows with columns of other names.",
    advice: "Give the row with the columns that it came with, of the same sizes.",
    run: () => command(train("--data", arrays, "--augment", file("rename.mjs", "export default ({ x, y }) => ({ z: x, y });"))),
  },
  {
    code: "not-runnable",
    did: "A module of `--augment` is written in TypeScript.",
    advice: "Write it in JavaScript, which worker threads of every Node run.",
    run: () => command(train("--data", arrays, "--augment", "rename.ts")),
  },
  {
    code: "not-a-config",
    did: "A file of settings exports none.",
    advice: "Export them as the default.",
    run: () => command(["train", "--config", file("empty.config.mjs", "export const epochs = 5;")]),
  },
  {
    code: "bad-setting",
    did: "A file of settings has a text where an option takes a number.",
    advice: "Write what the option takes.",
    run: () => command(["train", "--config", file("gradc.config.mjs", 'export default { definition: "line.ts", epochs: "many" };')]),
  },
  {
    code: "interrupted",
    did: "Ctrl-C was pressed during a training.",
    advice: "Go on with `--resume`, or use the weights as they are.",
    run: () => command(train(), impatient),
  },
  {
    code: "nothing-to-train",
    did: "A training that has all its epochs was resumed.",
    advice: "Ask for more epochs in all.",
    run: async () => {
      await command(train());
      return command(train("--resume"));
    },
  },
];
