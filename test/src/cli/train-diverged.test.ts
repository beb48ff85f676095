// What `gradc train` says of a training that is not finite any more.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../../../runtime/index.ts";
import { guardTraining } from "../../../src/cli/train/divergence/guard.ts";
import { replay } from "../../../src/cli/train/divergence/replay.ts";
import { putBack } from "../../../src/cli/train/divergence/snapshot.ts";
import { rowsOfStep } from "../../../src/cli/train/rows.ts";
import { command } from "../../support/command.ts";

const definition = `import { f32, losses, model, nn, ops } from "gradc";

const inputs = { x: f32("batch", 2), y: f32("batch", 1) };

export default model("logs", inputs, ({ x, y }) => {
  const out = nn.linear(ops.log(x), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const plain = model("plain", inputs, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;

const cells = Array.from({ length: 40 }, (_, i) => [1 + ((i * 7) % 5), 2 + ((i * 3) % 7)] as [number, number]);

/** The rows, with another length in the row \`at\`. */
const table = (at = -1, length = 0) => `length,width,y\n${cells.map(([a, b], i) => `${i === at ? length : a},${b},${a + b}\n`).join("")}`;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const train = (data: string, ...more: readonly string[]) =>
  command("train", at("net.model.ts"), "--data", at(data), "-o", at("out"), "--target", "y", "--validation", "0", "--batch", "8", ...more);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-diverged-"));
  await writeFile(at("net.model.ts"), definition);
  await writeFile(at("fine.csv"), table());
  await writeFile(at("zero.csv"), table(17, 0));
  await writeFile(at("far.csv"), table(17, 1e30));
});
afterAll(() => rm(folder, { recursive: true }));

test("it names the step, the layer, the op, the row and column of the table, and what helps, once", async () => {
  const { code, notes } = await train("zero.csv", "--epochs", "2");
  expect(code).toBe(1);
  expect(notes).toMatch(/error\S* The training diverged in step \d of epoch 1 of 2: its loss is Infinity\n/);
  expect(notes).toContain('  where  forward pass, before layer "out", what "out" is computed from\n');
  expect(notes).toContain("  what   log(0) is -Infinity: a logarithm of 0\n");
  expect(notes).toContain('zero.csv:19, column "length"\n');
  expect(notes).toContain("net.model.ts:6:25\n  help: keep it above 0, as ops.log(ops.add(p, 1e-7))");
  expect(notes).not.toContain("The loss is");
});

test("one cell that is far off is what to correct", async () => {
  const { notes } = await train("far.csv", "--model", "plain", "--epochs", "2");
  expect(notes).toMatch(/ {2}cell .*far.csv:19, column "length": 1e30, far from the others of its column\n/);
  expect(notes).toContain("help: correct that cell, or leave its row out\n        or ");
});

test("weights that grew are a matter of the learning rate, and the checkpoint of the epoch before stays", async () => {
  const args = ["--model", "plain", "--optimizer", "sgd", "--lr", "5", "--epochs", "9", "--checkpoint", at("c.safetensors")];
  const { notes } = await train("fine.csv", ...args);
  expect(notes).toMatch(/ {2}weights {2}up to \S+ before the step, up to \S+ at the start: they grew\n/);
  expect(notes).toMatch(/ {2}saved {4}".*c.safetensors", after epoch \d: --resume goes on from there\n/);
  expect(notes).toContain("help: --lr 0.5 or less, or --clip 1");
});

test("a module without its graph tells the step", async () => {
  await command("build", at("net.model.ts"), "--model", "plain", "-o", at("bare"), "--optimizer", "sgd", "--strip");
  const { notes } = await command("train", at("bare", "plain.wasm"), "--data", at("fine.csv"), "-o", at("out"), "--target", "y", "--lr", "5");
  expect(notes).toMatch(/error\S* The training diverged in step \d of epoch \d+ of \d+: its /);
  expect(notes).not.toContain("  where");
});

test("the epoch that is run again is the same: its step has the rows and the weights that it had", async () => {
  const net = await load(await readFile(at("bare", "plain.wasm")), { seed: 1 });
  net.setHyper({ lr: 1e12 });
  const [x, y] = [Float32Array.from(cells.flat()), Float32Array.from(cells, ([a, b]) => a + b)];
  const counts = { training: cells.length, held: 0 };
  const split = { training: { x, y }, held: undefined, rows: new Int32Array(cells.length), counts };
  const settings = { optimizer: "sgd", lr: 1e12, batch: 8, epochs: 9, validation: 0, seed: 3, keepsBest: false };
  const guard = guardTraining(net, { epoch: 4, step: 0, sum: 0, rows: 0 });
  const bad = await replay(net, guard, { from: () => ({ data: split.training, options: { batch: 8, seed: 3 } }), count: 1, last: () => undefined });
  if (!bad) throw new Error("nothing found");
  const after = net.read("out.weight");
  putBack(net, bad.before);
  const rows = Array.from(rowsOfStep(split, settings, 4, bad.step));
  const { loss } = net.step({ x: rows.flatMap((row) => cells[row] as [number, number]), y: rows.map((row) => y[row] as number) });
  expect([loss, ...net.read("out.weight")]).toEqual([bad.loss, ...after]);
});
