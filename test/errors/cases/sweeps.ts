// Mistakes with searches over settings.
import { join } from "node:path";
import { command, definitionFile, type ErrorCase, file, folder } from "../error-case.ts";

const definition = definitionFile(`export default model("line", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y), metrics: { error: losses.l1(out, y), width: ops.mean(out) } };
});
`);
const rows = Array.from({ length: 20 }, (_, i) => `${i},${2 * i}`);
const table = file("sweep/line.csv", `x,y\n${rows.join("\n")}\n`);
const out = join(folder, "sweep/out");

const sweep = (...args: readonly string[]) => command(["sweep", definition, "--data", table, "-o", out, "--quiet", "--workers", "1", ...args]);

/** Puts a record where the sweep of the definition looks for one. */
const withRecord = (text: string): void => void file("sweep/out/net.sweep/record.jsonl", text);

export const sweepCases: readonly ErrorCase[] = [
  {
    code: "unknown-option",
    did: "Varied a setting by the name that PyTorch has for it.",
    advice: "Use the nearest name, or one of the list.",
    run: () => sweep("--set", "learning_rate=0.1,0.01"),
  },
  {
    code: "bad-values",
    did: "Gave a value that a setting cannot have.",
    advice: "Give a list, or a range with two dots; `:log` behind it makes orders of magnitude equally likely.",
    run: () => sweep("--set", "lr=0.1,-1"),
  },
  {
    code: "bad-values",
    did: "Mistyped the name of an optimizer.",
    advice: "Use the nearest name.",
    run: () => sweep("--set", "optimizer=adm,sgd"),
  },
  {
    code: "given-twice",
    did: "Varied a setting that another option fixes.",
    advice: "Leave one of the options out.",
    run: () => sweep("--set", "lr=0.1,0.01", "--lr", "0.2"),
  },
  {
    code: "missing-option",
    did: "Asked for a number of draws where all values are in lists.",
    advice: "Leave the option out: all combinations are tried. Of a range settings are drawn.",
    run: () => sweep("--set", "lr=0.1,0.01", "--trials", "10"),
  },
  {
    code: "bad-metric",
    did: "Compared trials by a metric that the model does not have.",
    advice: "Use a name of the list.",
    run: () => sweep("--set", "lr=0.1,0.01", "--metric", "eror"),
  },
  {
    code: "bad-metric",
    did: "Compared trials by a metric whose name does not say whether more of it is better.",
    advice: "Say it behind the name.",
    run: () => sweep("--set", "lr=0.1,0.01", "--metric", "width"),
  },
  {
    code: "nothing-held-out",
    did: "Compared trials without rows to compare them by.",
    advice: "Hold some rows out: the loss on the rows of the training says little.",
    run: () => sweep("--set", "lr=0.1,0.01", "--validation", "0"),
  },
  {
    code: "bad-record",
    did: "Went on with a sweep whose record is something else.",
    advice: "Begin the sweep anew, or choose the folder of the one that was meant with `-o`.",
    run: () => {
      withRecord("trial,loss\n");
      return sweep("--set", "lr=0.1,0.01", "--resume");
    },
  },
  {
    code: "other-sweep",
    did: "Went on with a sweep with another range than before.",
    advice: "Go on with the command as it was. More `--trials` or `--seeds` may be asked for.",
    run: () => {
      withRecord(`${JSON.stringify({ sweep: { "what is searched": "lr=0.001..1:log" } })}\n`);
      return sweep("--set", "lr=0.001..0.1:log", "--resume");
    },
  },
  {
    code: "sweep-failed",
    did: "Tried learning rates with which every training diverges.",
    advice: "Look at what is said of each; here a smaller learning rate.",
    run: () => sweep("--set", "lr=1e28,1e30", "--optimizer", "sgd", "--epochs", "3"),
  },
];
