// Mistakes on the command line.
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

const table = file("line.csv", "x,y\n1,2\n2,4\n3,6\n");
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
