// Tables that are read part by part: what they give is what those in memory give, and of a file only a part is held.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type Dataset, dataLoader, fromCsv, fromJsonLines } from "gradc/data";
import { afterAll, describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** More rows than a block has: 2^16. */
const rows = 70_000;
const path = join(folder, "long.csv");
writeFileSync(path, `n,kind,text\n${Array.from({ length: rows }, (_, at) => `${at},${at % 3 ? "a" : "b"},t ${at} x\n`).join("")}`);
const long = () => fromCsv(path, { stream: true });

const numbersOf = async (dataset: Dataset) => (await all(dataset.map(({ n }) => ({ n })).batch(4096))).flatMap(({ n }) => [...(n as Int32Array)]);
const countTo = (length: number) => Array.from({ length }, (_, at) => at);
const count = countTo(rows);

describe("rows that are read part by part", () => {
  test("are those that are read at once", async () => {
    const cell = fc.oneof(fc.integer().map(String), fc.double({ noNaN: true }).map(String), fc.constantFrom("", "NA", "-", '"1"', "1e3"));
    const word = fc.constantFrom("a", "b", "c c", '"d,""e"""', "", "NA", "7");
    const row = fc.tuple(cell, cell, word, fc.constantFrom("yes", "no"));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (cells) => {
        const text = `x,y,word,flag\n${cells.map((each) => each.join(",")).join("\n")}\n`;
        const [whole, parts] = await Promise.all([false, true].map((stream) => fromCsv(text, { stream })));
        expect(await all(parts as Dataset)).toEqual(await all(whole as Dataset));
      }),
      { numRuns: 100 },
    );
  });

  test("of a file larger than a block come in order, again and again", async () => {
    const dataset = await long();
    expect(dataset.length).toBe(undefined);
    expect([...dataset.columns.keys()]).toEqual(["n", "kind", "text"]);
    for (let time = 0; time < 2; time++) expect(await numbersOf(dataset)).toEqual(count);
    const tail = (await all(dataset.filter(({ n }) => Number(n) > rows - 3)))[1];
    expect(tail).toEqual({ n: rows - 1, kind: (rows - 1) % 3 ? 1 : 0, text: `t ${rows - 1} x` });
    expect(await numbersOf(dataset.take(3))).toEqual([0, 1, 2]);
  });

  test("are shuffled within blocks", async () => {
    const order = await numbersOf((await long()).shuffle(1));
    expect(order.slice(0, 2 ** 16).every((n) => n < 2 ** 16)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(count);
    expect(order.filter((n, at) => n === at).length).toBeLessThan(10);
  });

  test("are split by number and by group, about in the share", async () => {
    const dataset = (await long()).take(2000);
    const [training, held] = await Promise.all(dataset.split(0.2, { seed: 4 }).map(numbersOf));
    expect([...(training ?? []), ...(held ?? [])].sort((a, b) => a - b)).toEqual(countTo(2000));
    // The deviation of 2000 draws at 0.2 is 18.
    expect(Math.abs((held?.length ?? 0) - 400)).toBeLessThan(60);
    const grouped = dataset.map(({ n }) => ({ n, group: Number(n) >> 3 })).split(0.2, { groups: "group" });
    const groups = await Promise.all(grouped.map(async (part) => new Set((await all(part)).map(({ group }) => group))));
    expect((groups[0]?.size ?? 0) + (groups[1]?.size ?? 0)).toBe(2000 / 8);
    const folds = await Promise.all(dataset.kFold(3).map(([, part]) => numbersOf(part)));
    expect(folds.flat().sort((a, b) => a - b)).toEqual(countTo(2000));
  });

  test("are kept by a cache", async () => {
    const text = "a\n1\n2\n";
    writeFileSync(join(folder, "short.csv"), text);
    const cached = (await fromCsv(join(folder, "short.csv"), { stream: true })).cache();
    expect(await all(cached)).toEqual([{ a: 1 }, { a: 2 }]);
    rmSync(join(folder, "short.csv"));
    expect(await all(cached.batch(2))).toEqual([{ a: Int32Array.of(1, 2) }]);
  });

  test("of JSON", async () => {
    expect(await all(await fromJsonLines('{"a": 1, "b": true}\n{"b": false}\n', { stream: true }))).toEqual([
      { a: 1, b: 1 },
      { a: Number.NaN, b: 0 },
    ]);
    const late = `${'{"a": 1}\n'.repeat(5000)}{"a": 1, "b": 2}\n`;
    await expect(all(await fromJsonLines(late, { stream: true }))).rejects.toThrow('none of the first rows has "b"');
  });
});

describe("what needs all rows", () => {
  test("says what to do", async () => {
    const dataset = await fromCsv("a,b\n1,x\n2,y\n", { stream: true });
    for (const run of [
      () => dataset.split(0.5, { stratify: "b" }),
      () => dataset.split(0.5, { last: true }),
      () => dataset.oneHot("b"),
      () => dataset.classWeights("b"),
      () => dataset.columns.get("a")?.toArray(),
      () => dataset.columns.get("a")?.at(0),
      () => dataLoader(dataset, { sampler: () => [0] }),
    ])
      expect(codeOf(run)).toBe("streamed");
  });

  test("and what can be read once is not read part by part", async () => {
    expect(await codeOfAsync(fromCsv(new Response("a\n1\n"), { stream: true }))).toBe("bad-option");
    expect(await codeOfAsync(fromCsv("a\n1\n", { streamed: true } as never))).toBe("unknown-option");
  });
});

describe("a file that changes", () => {
  const other = join(folder, "other.csv");

  test("its columns", async () => {
    writeFileSync(other, "a,b\n1,2\n");
    const dataset = await fromCsv(other, { stream: true });
    writeFileSync(other, "b,a\n1,2\n");
    await expect(all(dataset)).rejects.toThrow('"a", "b" before, "b", "a" now');
    rmSync(other);
    expect(await codeOfAsync(all(dataset))).toBe("cannot-read");
  });

  test("a text far below says its line", async () => {
    writeFileSync(other, `a\n${"1\n".repeat(5000)}oops\n2\n`);
    const dataset = await fromCsv(other, { stream: true });
    await expect(all(dataset)).rejects.toThrow(`"oops" is not a number\n  at ${other}:5002, column "a"`);
  });
});
