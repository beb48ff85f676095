// What is said while a training goes on, and with --quiet.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { durationText, showProgress } from "../../../src/cli/train/progress.ts";
import { command } from "../../support/command.ts";

const definition = `import { f32, losses, model, nn } from "gradc";

export default model("line", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;

let folder = "";
const at = (name: string) => join(folder, name);
const train = (...args: readonly string[]) =>
  command("train", at("line.model.ts"), "--data", at("t.csv"), "--target", "y", "-o", at("o"), "--epochs", "3", ...args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-progress-"));
  await writeFile(at("line.model.ts"), definition);
  const rows = Array.from(
    { length: 50 },
    (_, i) => `${Math.sin(i).toFixed(3)},${Math.cos(i).toFixed(3)},${(Math.sin(i) + 3 * Math.cos(i)).toFixed(3)}`,
  );
  await writeFile(at("t.csv"), `a,b,y\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

test("lines have the losses, the rate and the time left, but for the last", async () => {
  const { notes } = await train();
  const lines = notes.split("\n").filter((line) => line.startsWith("epoch"));
  expect(lines).toHaveLength(3);
  for (const [i, line] of lines.entries())
    expect(line).toMatch(new RegExp(`^epoch ${i + 1}/3  loss \\S+  validation loss \\S+  [\\d,]+ rows/s${i < 2 ? "  1 s left" : ""}$`));
});

test("a long epoch is told of within", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const notes: string[] = [];
  const progress = await showProgress({ firstEpoch: 3, epochs: 4, rows: 100, steps: 10 }, {
    isWatched: false,
    note: (text: string) => notes.push(text),
  } as never);
  for (let step = 1; step <= 10; step++) {
    now += 10_000;
    progress.step({ epoch: 3, step, loss: 0.5 });
  }
  progress.epoch({ epoch: 3, loss: 0.25 });
  expect(notes).toEqual([
    "epoch 3/4, step 4/10  loss 0.5  1 rows/s  2 min 40 s left",
    "epoch 3/4, step 8/10  loss 0.5  1 rows/s  2 min 0 s left",
    "epoch 3/4  loss 0.25  1 rows/s  1 min 40 s left",
  ]);
});

test.each([
  [0.2, "1 s"],
  [59.6, "1 min 0 s"],
  [3599, "59 min 59 s"],
  [7500, "2 h 5 min"],
])("%d seconds are %s", (seconds, text) => expect(durationText(seconds)).toBe(text));

test("--quiet prints nothing, but warnings and errors", async () => {
  expect(await train("--quiet", "--lr", "0.1", "--history", at("h.csv"))).toEqual({ code: 0, out: "", notes: "" });
  expect((await readFile(at("h.csv"), "utf8")).split("\n")).toHaveLength(5);
  const far = await train("--quiet", "--lr", "1e-9");
  expect([far.code, far.out]).toEqual([0, ""]);
  expect(far.notes).toMatch(/^warning: no better than predicting /);
  expect(await train("--quiet", "--target", "z")).toMatchObject({ code: 1, out: "", notes: expect.stringMatching(/^error: /) });
});
