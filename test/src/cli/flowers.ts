import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

// Three flowers in a plane, well apart: one line a flower, `species` a text.
const flowers = Array.from({ length: 60 }, (_, i) => {
  const [species, x, y] = [
    ["setosa", 1, 5],
    ["virginica", 7, 2],
    ["iris, blue", 4, 9],
  ][i % 3] as [string, number, number];
  return `"${species}",${x + ((i * 7) % 5) / 10},${y + ((i * 3) % 7) / 10}`;
});
const table = `species,length,width\n${flowers.join("\n")}\n`;

const models = `import { f32, i32, losses, model, nn, ops } from "gradc";

export default model("flower", { x: f32("batch", 2), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(nn.tanh(nn.linear(x, 8)), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind) };
});

export const mapping = model("mapping", { x: f32("batch", 2) }, ({ x }) => ({ outputs: { y: nn.linear(x, 1) } }));

export const steps = model("steps", { x: f32("batch", 2) }, ({ x }) => {
  const y = nn.linear(x, 1);
  const stairs = ops.mul(ops.floor(ops.mul(y, 1e8)), 1e-8);
  return { outputs: { y }, loss: ops.mean(ops.add(y, stairs)) };
});
`;

/** A folder for the tests of a file, with definitions and a table; `at` gives paths in it. */
export function flowerFolder() {
  const folder = mkdtempSync(join(tmpdir(), "gradc-cli-"));
  const at = (...parts: string[]) => join(folder, ...parts);
  writeFileSync(at("flower.model.ts"), models);
  writeFileSync(at("flowers.csv"), table);
  afterAll(() => rm(folder, { recursive: true }));
  return { at, definition: () => at("flower.model.ts"), data: () => at("flowers.csv") };
}
