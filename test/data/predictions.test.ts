import { expect, test } from "vitest";
import { predictionColumns, toCsv } from "../../data/predictions.ts";
import type { Dtype, Manifest } from "../../runtime/program.ts";
import type { Net } from "../../runtime/types.ts";
import { tinyManifest } from "../support/tiny-module.ts";

const slot = (name: string, dtype: Dtype, ...shape: (number | string)[]) => ({ name, dtype, shape, offset: 0 });

function netWith(results: Manifest["entries"][0]["results"], metadata: Readonly<Record<string, unknown>> = {}): Net {
  const predict = { name: "predict", dims: [], inputs: [], results, updates: [], training: false, splittable: true, minimum: 1, checks: [] };
  const texts = Object.entries(metadata).map(([key, value]): [string, string] => [key, JSON.stringify(value)]);
  return { manifest: { ...tinyManifest, targets: ["y"], entries: [predict] }, metadata: new Map(texts) } as unknown as Net;
}

const labelled = { columns: { y: ["kind"] }, classes: { kind: ["no", "yes, or so"] } };

test("one number a row is a column of the output's name, more are numbered, and what has no rows stands in each", () => {
  const net = netWith([slot("price", "f32", "batch", 1), slot("pair", "f32", "batch", 2), slot("all", "f32"), slot("is", "bool", "batch")]);
  const outputs = { price: Float32Array.of(0.1, 2), pair: Float32Array.of(1, 2, 3, 4), all: Float32Array.of(7), is: Uint8Array.of(0, 1) };
  expect(toCsv(predictionColumns(net, outputs, 2))).toBe("price,pair.0,pair.1,all,is\n0.1,1,2,7,0\n2,3,4,7,1");
});

test("classes name a value each, and the likeliest; an i32 output is a label", () => {
  const net = netWith([slot("logits", "f32", "batch", 2), slot("best", "i32", "batch")], labelled);
  const outputs = { logits: Float32Array.of(1, -1, 0, 3), best: Int32Array.of(0, 1) };
  expect(toCsv(predictionColumns(net, outputs, 2))).toBe('logits.no,"logits.yes, or so",kind,best\n1,-1,no,no\n0,3,"yes, or so","yes, or so"');
});

test("numbers are the shortest decimals that are the same f32", () => {
  const values = [0.1, 1 / 3, 1e-45, 16777216, Number.NaN, Number.NEGATIVE_INFINITY];
  const [column] = predictionColumns(netWith([slot("v", "f32", "batch")]), { v: Float32Array.from(values) }, values.length);
  expect(column?.cells.map((cell) => Math.fround(Number(cell)))).toEqual(values.map(Math.fround));
  expect(column?.cells.slice(0, 2)).toEqual(["0.1", "0.33333334"]);
});
