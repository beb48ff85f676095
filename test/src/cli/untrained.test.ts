// What the commands say of a model that no step can train, of parameters that the loss does not reach, and of inputs that nothing reads.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command } from "../../support/command.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const models = `import { f32, losses, model, nn, ops } from "gradc";

const inputs = { x: f32("batch", 2), weight: f32("batch", 3), y: f32("batch", 1) };

export default model("heads", inputs, ({ x, y }) => {
  const out = nn.linear(nn.standardize(x), 1);
  const aside = nn.linear(x, 2);
  return { outputs: { out, aside }, loss: losses.mse(out, y) };
});

export const rounded = model("rounded", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = ops.round(nn.linear(x, 1));
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;
const table = "a,b,y\n1,2,3\n2,3,5\n3,5,8\n4,4,8\n5,1,6\n";
const unread = 'warning: nothing reads the input "weight": no call needs it\n  at heads.model.ts:5:16\n  allow: unused-input';
const untrained = 'warning: the loss does not use "aside.weight", "aside.bias": not trained\n  at heads.model.ts:7:17\n  allow: dead-parameter';
const cut = 'the gradient of the loss ends at "round", before "out.weight", "out.bias": not trained\n  at heads.model.ts:12:15\n  help: ';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-untrained-"));
  await writeFile(at("heads.model.ts"), models);
  await writeFile(at("points.csv"), table);
});
afterAll(() => rm(folder, { recursive: true }));

test("build counts what a step trains, and names what it leaves; the input that nothing reads may be left out", async () => {
  const { code, out, notes } = await command("build", at("heads.model.ts"), "-o", at("out"));
  expect(code).toBe(0);
  expect(out).toMatch(/parameters +3 of 9 to train/);
  expect(notes).toBe(`${unread}\n${untrained}`);
  const types = await readFile(at("out/heads.d.ts"), "utf8");
  expect(types).toMatch(/\/\*\* f32\[batch, 3\]; nothing reads it \*\/\n {2}readonly weight\?: F32Data;\n/);
  expect(types).toContain("  readonly x: F32Data;");
});

test("train gives no column to an input that nothing reads", async () => {
  const { code, out, notes } = await command(
    "train",
    at("heads.model.ts"),
    "--data",
    at("points.csv"),
    "--target",
    "y",
    "--epochs",
    "2",
    "-o",
    at("t"),
  );
  expect(notes).toContain(`${unread}\n${untrained}`);
  expect(notes).not.toContain("error");
  expect(out).toContain("  x ← a, b\n  y ← y\n");
  expect(code).toBe(0);
  expect((await command("predict", at("t/heads.trained.wasm"), "--data", at("points.csv"))).code).toBe(0);
});

test("a model that no step can train is not trained, and built and checked as far as it goes", async () => {
  const all = ["--model", "rounded"];
  const trained = await command("train", at("heads.model.ts"), ...all, "--data", at("points.csv"), "--target", "y", "-o", at("r"));
  expect(trained.code).toBe(1);
  expect(trained.notes).toContain(
    'Cannot train "rounded": the gradient of its loss reaches no parameter\n  cut off  "out.weight", "out.bias", by "round"',
  );
  const asked = await command("build", at("heads.model.ts"), ...all, "--optimizer", "sgd", "-o", at("r"));
  expect([asked.code, asked.notes.includes("Cannot train")]).toEqual([1, true]);
  const warnings = `warning: Cannot train "rounded": the gradient of its loss reaches no parameter: there is no step\n  allow: no-step\nwarning: ${cut}`;
  const built = await command("build", at("heads.model.ts"), ...all, "-o", at("r"));
  expect([built.code, built.notes.startsWith(warnings)]).toEqual([0, true]);
  expect(built.out).toMatch(/parameters +0 of 3 to train\n +optimizer +none/);
  const checked = await command("check", at("heads.model.ts"), ...all);
  expect([checked.code, checked.notes.startsWith(warnings)]).toEqual([0, true]);
  expect(checked.notes).toContain("\nThe gradient of the loss reaches no parameter: there are no gradients to check");
  const inspected = await command("inspect", at("heads.model.ts"), ...all);
  expect([inspected.code, inspected.notes.startsWith(`warning: ${cut}`)]).toEqual([0, true]);
  const withStep = await command("inspect", at("heads.model.ts"), ...all, "--optimizer", "adam");
  expect([withStep.code, withStep.notes.startsWith(warnings)]).toEqual([0, true]);
  expect(inspected.out).toContain("loss = mean((out − y)²)");
});

test("build with all parameters frozen says so", async () => {
  const { code, out, notes } = await command("build", at("heads.model.ts"), "--freeze", "*", "-o", at("f"));
  expect(code).toBe(0);
  expect(notes).toContain('warning: Cannot train "heads": all of its parameters are frozen: there is no step');
  expect(out).toContain("0 of 9 to train");
});
