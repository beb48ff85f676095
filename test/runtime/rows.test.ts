// Rows of named cells, as a page has them.
import { beforeEach, describe, expect, test } from "vitest";
import { load, type Net } from "../../runtime/index.ts";
import { codeOf } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();
let net: Net;

const keep = (texts: Readonly<Record<string, unknown>>) => {
  for (const [key, value] of Object.entries(texts)) net.metadata.set(key, JSON.stringify(value));
};

// p = x·[3, -1], rank = k + 1, positive = p > 0.
beforeEach(async () => {
  net = await load(wasm, { seed: 3 });
  keep({
    columns: { x: ["size", "ripe"], k: ["bean"], y: ["taste"] },
    classes: { ripe: ["false", "true"], bean: ["arabica", "liberica", "robusta"], taste: ["bad", "fair", "good", "best"] },
  });
});

test("columns and classes are those of the training", () => {
  expect(net.columns).toEqual({ x: ["size", "ripe"], k: ["bean"], y: ["taste"] });
  expect(net.classes.bean).toEqual(["arabica", "liberica", "robusta"]);
});

test("a net that was not trained on a table has none", async () => {
  const other = await load(wasm);
  expect([other.columns, other.classes]).toEqual([{}, {}]);
  expect(() => other.predictRows([{ size: 1 }])).toThrow('No column "size"');
});

test("rows give their outputs by name", () => {
  const rows = [
    { bean: "robusta", size: 3, ripe: true },
    { bean: "arabica", size: "0.5", ripe: "true", taste: "good" },
  ];
  expect(net.predictRows(rows)).toEqual([
    { price: 8, rank: 3, positive: 1 },
    { price: 0.5, rank: 1, positive: 1 },
  ]);
});

test("as many as there are", () => {
  const rows = Array.from({ length: 11 }, (_, row) => ({ bean: "robusta", size: row, ripe: false }));
  expect(net.predictRows(rows).map(({ price }) => price)).toEqual(rows.map(({ size }) => 3 * size));
});

test("and the class that an output chooses: by number, or above a bound", () => {
  const row = { bean: "liberica", size: 1, ripe: false };
  keep({ table: { labels: { rank: ["taste"] } } });
  expect(net.predictRows([row])).toEqual([{ price: 3, rank: 2, positive: 1, taste: "good" }]);
  keep({ table: { labels: { price: ["ripe", 0.5] } } });
  expect(net.predictRows([row, { ...row, size: 0 }]).map(({ ripe }) => ripe)).toEqual(["true", "false"]);
});

test("categories are 0 and 1 each, and a missing cell is what the training filled in", () => {
  keep({
    columns: { x: ["kind"], k: ["bean"] },
    classes: { kind: ["a", "b"], bean: ["x", "y"] },
    table: { oneHot: ["kind"], fill: { kind: [0.25, 0.75] } },
  });
  const prices = net.predictRows([
    { kind: "a", bean: "x" },
    { kind: "b", bean: "x" },
    { kind: null, bean: "x" },
    { kind: "", bean: "x" },
    { bean: "x" },
  ]);
  expect(prices.map(({ price }) => price)).toEqual([3, -1, 0, 0, 0]);
});

describe("mistakes", () => {
  const row = { bean: "robusta", size: 3, ripe: true };
  test.each<[string, unknown, string, string]>([
    ["another key", [{ ...row, siez: 3 }], "unknown-column", 'No column "siez", the nearest is "size"'],
    ["no key", [{ bean: "robusta", ripe: true }], "bad-value", '"size", row 0: nothing is no number'],
    ["a missing cell", [row, { ...row, size: null }], "bad-value", '"size", row 1: nothing is no number'],
    ["an empty text", [{ ...row, size: " " }], "bad-value", '"size", row 0: " " is no number'],
    ["a word", [{ ...row, size: "three" }], "bad-value", '"size", row 0: "three" is no number'],
    ["a list", [{ ...row, size: [] }], "bad-value", '"size", row 0: a list of 0 is no number'],
    ["too large a number", [{ ...row, size: 1e39 }], "bad-value", '"size", row 0: 1e+39 is no number'],
    ["another class", [row, { ...row, bean: "robsta" }], "bad-value", '"bean", row 1: "robsta" is no class, the nearest is "robusta"'],
    ["one row that is no list", row, "bad-option", '"rows" cannot be Object, expected a list of rows'],
    ["nothing in place of a row", [null], "bad-value", "nothing is no number"],
  ])("%s", (_, rows, code, message) => {
    expect(codeOf(() => net.predictRows(rows as never))).toBe(code);
    expect(() => net.predictRows(rows as never)).toThrow(message);
  });
});
