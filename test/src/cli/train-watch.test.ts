// `gradc train --watch`: the table of sizes by layer and epoch, and what it says of a gradient that vanishes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWatch, watchLayers } from "../../../src/cli/train/watch.ts";
import { command } from "../../support/command.ts";

const models = `import { f32, losses, model, nn } from "gradc";

export default model("deep", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  let hidden = x;
  for (let i = 0; i < 6; i++) hidden = nn.sigmoid(nn.linear(hidden, 2));
  const out = nn.linear(hidden, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-watch-"));
  await writeFile(at("deep.model.ts"), models);
  const rows = Array.from({ length: 360 }, (_, i) => `${Math.sin(i).toFixed(3)},${Math.cos(i).toFixed(3)},${i % 2}`);
  await writeFile(at("t.csv"), `a,b,y\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const train = (model: string, out: string, ...more: readonly string[]) =>
  command("train", at(model), "--data", at("t.csv"), "--target", "y", "-o", at(out), ...more);

test("--watch shows which layer gets no gradient; the module that it leaves can be watched, another cannot", async () => {
  const { code, out, notes } = await train("deep.model.ts", "o", "--epochs", "3", "--watch", "--optimizer", "sgd");
  expect(code).toBe(0);
  expect(out).toMatch(/\n {2}hidden\.0 +\d\.\de-\d+ +\d\.\d {2}░░░ +\d\.\de-1\n[\s\S]*\n {2}out +\S+ +0\.0 {2}███ +\d\.\de\S+\n/);
  expect(notes).toMatch(/note: the gradient vanishes: that of "hidden\.0" is \d\.\d orders of magnitude below that of "out"\n {2}help: relu/);
  expect(`${out}${notes}`).not.toContain("\u001b");
  expect((await train("o/deep.wasm", "again", "--epochs", "2", "--watch")).out).toContain("  hidden.0");
  await command("build", at("deep.model.ts"), "-o", at("plain"));
  expect((await train("plain/deep.wasm", "no", "--watch")).notes).toContain('holds its step, which "--watch" cannot change');
});

function printed(...epochs: Readonly<Record<string, number>>[][]): { out: string; note: string } {
  const watch = watchLayers();
  for (const steps of epochs) {
    for (const step of steps) watch.step({ loss: 1, accuracy: 1, ...step });
    watch.epoch();
  }
  const [out, note]: [string[], string[]] = [[], []];
  const terminal = { out: (text: string) => out.push(text), note: (text: string) => note.push(text) };
  describeWatch(watch.sizes(), { ...terminal, isWatched: false, interrupts: () => undefined as never });
  return { out: out.join(""), note: note.join("") };
}

test("sizes are means over the steps of an epoch, and orders of magnitude count from the last trained layer", () => {
  const sizes = (first: number, second: number) => ({ "gradients.a": first, "gradients.b.0": second, "gradients.out": 1, "activations.frozen": 0.5 });
  const { out, note } = printed([sizes(1, 0.02), sizes(3, 0.04)], [sizes(0.5, 0.003)], [sizes(2e-5, 0)]);
  expect(out.replace(/^\n.*\n/, "\n")).toMatchInlineSnapshot(`
    "
      layer   gradient  orders below out  by epoch  activation
      a         2.0e-5               4.7  ██░
      b.0            0                 -  ▓▒·
      out       1.0e+0               0.0  ███
      frozen                                            5.0e-1
      █ within a factor of 10 of the last layer's, ▓ of 100, ▒ of 1000, ░ less, · none"
  `);
  expect(note).toContain('that of "b.0" is 0\n');
});

test("nothing is said of sound gradients, nothing shown of none, and of many epochs forty are", () => {
  const { out, note } = printed(...Array.from({ length: 200 }, () => [{ "gradients.a": 0.5, "gradients.out": 1 }]));
  expect(note).toBe("");
  expect(out).toContain(`  ${"█".repeat(40)}\n`);
  expect(printed([{ "activations.a": 1 }])).toEqual({ out: "", note: "" });
  expect(printed([{ "gradients.a": Number.NaN, "gradients.out": Number.NaN }]).note).toBe("");
});
