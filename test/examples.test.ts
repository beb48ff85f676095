// The examples compile without a warning, and learn what they are for.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { fromCsv } from "../data/index.ts";
import { line, lineThrough, noise, numbersFrom, onLine, points } from "../examples/gan-line/points.ts";
import { fit } from "../runtime/fit.ts";
import { load } from "../runtime/index.ts";
import { compile } from "../src/compile.ts";
import { optim } from "../src/index.ts";

const folder = new URL("../examples/", import.meta.url);
const definitions = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".model.ts"));

test.each(definitions)("%s compiles without a warning", async (file) => {
  expect((await compile(new URL(file, folder))).warnings).toEqual([]);
});

/** The columns of a table of numbers: all but the last as rows, and the last. */
async function tableOf(file: string, most = Number.POSITIVE_INFINITY): Promise<{ rows: number[][]; last: number[] }> {
  const { columns, length } = await fromCsv(new URL(file, folder), { stream: false });
  const all = [...columns.values()];
  const cells = Array.from({ length: Math.min(length, most) }, (_, row) => all.map((column) => column.at(row) as number));
  return { rows: cells.map((row) => row.slice(0, -1)), last: cells.map((row) => row.at(-1) as number) };
}

test("xor is learned by all four rows", async () => {
  const { rows, last } = await tableOf("xor/xor.csv");
  const net = await load(await compile(new URL("xor/xor.model.ts", folder), { batch: 4, optimizer: optim.adam({ lr: 0.05 }) }), { seed: 0 });
  await fit(net, { x: rows, y: last }, { epochs: 300 });
  const { isOne } = net.predict({ x: rows });
  expect(Array.from(isOne as ArrayLike<number>, Math.round)).toEqual(last);
});

test("a convolutional net knows most digits after two epochs", async () => {
  const { rows, last } = await tableOf("digits/digits.csv", 900);
  const net = await load(await compile(new URL("digits/cnn.model.ts", folder), { batch: 32, optimizer: optim.adam({ lr: 0.01 }) }), { seed: 0 });
  await fit(net, { pixels: rows.slice(0, 700), digit: last.slice(0, 700) }, { epochs: 2 });
  expect(net.evaluate({ pixels: rows.slice(700), digit: last.slice(700) }).accuracy).toBeGreaterThan(0.7);
});

test("a generator's points lie along the line of the real ones after 300 rounds", async () => {
  const rule = optim.adam({ lr: 0.004, betas: [0.5, 0.999] });
  const net = await load(await compile(new URL("gan-line/gan-line.model.ts", folder), { optimizer: { discriminator: rule, generator: rule } }), {
    seed: 0,
  });
  const draw = numbersFrom(1);
  const rows = () => points(64, () => noise(draw));
  const through = (made: ArrayLike<number>) =>
    lineThrough(Array.from({ length: 64 }, (_, row) => [made[2 * row] as number, made[2 * row + 1] as number]));
  const away = ({ slope, height }: ReturnType<typeof through>) => Math.abs(slope - line.slope) + Math.abs(height - line.height);
  const made = () => through(net.predict({ noise: rows() }).made as ArrayLike<number>);
  expect(made().width).toBeLessThan(0.1);
  for (let round = 0; round < 300; round++) {
    net.step({ noise: rows(), real: points(64, () => onLine(draw)) }, { game: "discriminator" });
    net.step({ noise: rows() }, { game: "generator" });
  }
  expect(away(made())).toBeLessThan(0.3);
  expect(made().width).toBeGreaterThan(0.3);
});
