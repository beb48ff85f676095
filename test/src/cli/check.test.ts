import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition } = flowerFolder();

test("derivatives, outputs, gradients and a step agree", async () => {
  const { code, out, notes } = await command("check", definition());
  expect(notes).toBe("");
  expect(code).toBe(0);
  expect(out).toMatch(/∂loss\/∂logits\.1\.weight +finite differences, f64 +\S+ +\S*ok/);
  expect(out).toMatch(/logits +interpreter, predict +\S+ +\S*ok/);
  expect(out).toMatch(/logits\.1\.weight after a step +interpreter, step +\S+ +\S*ok/);
});

test("a value that is off is named, with exit code 1", async () => {
  // Steps of 1e-8 look like a slope of 1 from afar, and have slope 0.
  const { code, out, notes } = await command("check", definition(), "--model", "steps");
  expect(code).toBe(1);
  expect(out).toMatch(/∂loss\/∂y\.weight +finite differences, f64 +\S+ +\S*off/);
  expect(notes).toContain("∂loss/∂y.weight: finite differences");
});

const own = (name: string, gradient: string) => `import { f32, losses, model, nn, ops, withGradient } from "gradc";
const own = withGradient((x) => ${gradient});
export default model("${name}", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const code = own(nn.linear(x, 3));
  const out = nn.linear(code, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;

test("a gradient of the user's that is not that of its function is off; where the function is flat it differs, which is no fault", async () => {
  await writeFile(at("wrong.model.ts"), own("wrong", "ops.tanh(x), (delta) => delta"));
  const wrong = await command("check", at("wrong.model.ts"));
  expect(wrong.code).toBe(1);
  expect(wrong.out).toMatch(/∂code\/∂input 1 +differences of its function, f64 +\S+ +\S*off/);
  expect(wrong.notes).toContain("One value does not agree\n  ∂code/∂input 1: differences of its function, f64, wrong.model.ts:4:16");
  await writeFile(at("straight.model.ts"), own("straight", "ops.round(x), (delta) => delta"));
  const straight = await command("check", at("straight.model.ts"));
  expect(straight.code).toBe(0);
  expect(straight.out).toMatch(/∂code\/∂input 1 +differences of its function, f64 +\S+ +differs/);
  expect(straight.notes).toContain("∂code/∂input 1 is what withGradient is given at straight.model.ts:4:16: its function is flat");
});

test("a model without a loss is checked as far as it goes", async () => {
  const { code, out, notes } = await command("check", definition(), "--model", "mapping");
  expect(code).toBe(0);
  expect(out).toMatch(/y +interpreter, predict/);
  expect(notes).toContain("no loss");
});

test("inputs are drawn from where the loss takes them", async () => {
  const text = `import { f32, losses, model, nn, ops } from "gradc";
export default model("half", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(x, 1);
  return { outputs: { z }, loss: losses.bceWithLogits(z, ops.mul(y, 2)) };
});
`;
  await writeFile(at("half.model.ts"), text);
  expect(await command("check", at("half.model.ts"))).toMatchObject({ code: 0, notes: "" });
});
