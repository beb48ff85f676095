// The page of `gradc train --report`, however the training ended.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { histogramOf, ridges } from "../../../src/cli/page/ridges.ts";
import { keepDistributions } from "../../../src/cli/train/follow/distributions.ts";
import { command, commandOn } from "../../support/command.ts";

const definition = `import { f32, losses, model, nn } from "gradc";

export default model("plane", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});
`;

let folder = "";
const at = (name: string) => join(folder, name);
const args = (...more: readonly string[]) => ["train", at("plane.model.ts"), "--data", at("t.csv"), "--target", "y", "-o", at("o"), ...more];
const pageOf = (name: string) => readFile(at(name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-page-"));
  await writeFile(at("plane.model.ts"), definition);
  const rows = Array.from({ length: 100 }, (_, i) => `${Math.sin(i).toFixed(3)},${Math.cos(i).toFixed(3)},${(Math.sin(i) - Math.cos(i)).toFixed(3)}`);
  await writeFile(at("t.csv"), `a,b,y\n${rows.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

test("a training that diverged: the explanation, and what is known until there", async () => {
  const { code, notes } = await command(...args("--optimizer", "sgd", "--lr", "1000", "--epochs", "50", "--report", at("bad.html")));
  expect([code, notes]).toEqual([1, expect.stringContaining("The training diverged in step")]);
  const html = await pageOf("bad.html");
  expect(html).toMatch(/<h2>How it ended<\/h2>\n<pre>The training diverged in step \d+ of epoch \d+ of 50: .*\n {2}where /);
  for (const part of ["Course", "Data", "Weights and gradients", "Formulas", "Run"]) expect(html).toContain(`<h2>${part}`);
  expect(html).not.toMatch(/<h2>Figures|NaN|undefined/);
});

test("a training that was interrupted: until there, with figures", async () => {
  const controller = new AbortController();
  const interrupts = () => ({ signal: controller.signal, release: () => undefined });
  const note = (text: string) => text.startsWith("epoch 3/") && controller.abort();
  const { code } = await commandOn({ interrupts, note }, ...args("--epochs", "9", "--report", at("part.html")));
  expect(code).toBe(1);
  const html = await pageOf("part.html");
  expect(html).toContain("<h2>How it ended</h2>\n<pre>Interrupted after 3 of 9 epochs");
  expect(html).toContain("epoch 3 of 9, seed 0");
  expect(html).toContain("<h2>Figures on rows that are held out");
});

test("what is found at the end stands among the warnings", async () => {
  expect((await command(...args("--lr", "300", "--epochs", "4", "--report", at("steep.html")))).notes).toContain("rate-too-high");
  const html = await pageOf("steep.html");
  expect(html).not.toContain("How it ended");
  expect(html).toMatch(/<h2>Warnings<\/h2>\n<pre>[^<]*allow: rate-too-high\n[^<]*allow: no-better-than-constant<\/pre>/);
});

test("rows of a class that the loss ignores are counted for none", async () => {
  const classes = `import { f32, i32, losses, model, nn } from "gradc";

export default model("kinds", { x: f32("batch", 1), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(x, 2);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind, { ignoreIndex: -1 }) };
});
`;
  await writeFile(at("kinds.model.ts"), classes);
  await writeFile(at("k.csv"), `x,kind\n${Array.from({ length: 40 }, (_, i) => `${i / 40},${(i % 4 === 0 && -1) || i % 2}`).join("\n")}\n`);
  const { code } = await command(
    ...["train", at("kinds.model.ts"), "--data", at("k.csv"), "--target", "kind", "-o", at("o")],
    ...["--epochs", "1", "--validation", "0", "--report", at("kinds.html")],
  );
  expect(code).toBe(0);
  const [, table = ""] = (await pageOf("kinds.html")).split("rows by their class");
  const counts = [...(table.split("</table>")[0] ?? "").matchAll(/>(\d+)<\/td>/g)].map(([, count]) => Number(count));
  // Each row begins with its class.
  expect(counts.filter((_, at) => at % 3 > 0).reduce((sum, count) => sum + count, 0)).toBe(30);
  expect(counts).toHaveLength(6);
});

test("histograms of a dozen epochs at most, the one that is kept among them", () => {
  const kept = keepDistributions();
  const distributions = (epoch: number) => [{ name: "w", weights: [epoch, 0, Number.NaN], gradients: epoch > 500 ? [epoch] : undefined }];
  const many = keepDistributions();
  many.add(
    1,
    Array.from({ length: 62 }, (_, at) => ({ name: `${at}`, weights: [at], gradients: [at] })),
  );
  expect(many.all().map(({ weights, gradients }) => weights.length + gradients.length)).toEqual([...Array(60).fill(2), 0, 0]);
  for (let epoch = 7; epoch <= 1000; epoch++) kept.see(epoch, () => distributions(epoch));
  kept.add(900, distributions(900));
  const [w] = kept.all();
  const epochs = w?.weights.map(({ name }) => Number(name)) ?? [];
  expect(epochs).toEqual([7, 135, 263, 391, 519, 647, 775, 900, 903]);
  expect(w?.gradients.map(({ name }) => Number(name))).toEqual([519, 647, 775, 900, 903]);
  const chart = ridges("weights", w?.weights ?? []);
  expect(chart.match(/class="hill"/g)).toHaveLength(9);
  expect(chart.length).toBeLessThan(6000);
});

test("a histogram counts what is finite, also of one value and of none", () => {
  const { from, to, counts } = histogramOf([0, 1, 1, Number.NaN, Number.POSITIVE_INFINITY]) ?? { counts: [] };
  expect([from, to, counts[0], counts.at(-1)]).toEqual([0, 1, 1, 2]);
  expect(histogramOf([3, 3])?.counts.reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(histogramOf([Number.NaN])).toBeUndefined();
  expect(ridges("weights", [])).toBe("");
});
