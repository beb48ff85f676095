// The examples compile without a warning, and learn what they are for.
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { fromCsv } from "../data/index.ts";
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
  const { columns, length } = await fromCsv(new URL(file, folder));
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
