// Batches of epochs, their order, and where a loader is.
import fc from "fast-check";
import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { type Batch, type Dataset, dataLoader, fromArrays, fromCsv, type LoaderOptions, type LoaderPosition, stratified, weighted } from "gradc/data";
import { fit, load } from "gradc/runtime";
import { describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const numbers = (length: number) =>
  fromArrays({ n: Array.from({ length }, (_, at) => at), class: Array.from({ length }, (_, at) => (at % 5 ? "a" : "b")) });
const table = (length: number) =>
  fromCsv(`n,class\n${Array.from({ length }, (_, at) => `${at},${at % 5 ? "a" : "b"}\n`).join("")}`, { stream: true });
const rowsOf = (batches: readonly Batch[]): number[] => batches.flatMap(({ n }) => [...(n ?? [])]);
const epochs = async (dataset: Dataset, options: LoaderOptions, count: number): Promise<Batch[][]> => {
  const loader = dataLoader(dataset, options);
  const list: Batch[][] = [];
  for (let epoch = 0; epoch < count; epoch++) list.push(await all(loader));
  return list;
};

describe("an epoch", () => {
  test("has batches of the size, the last with the rest, or without it", async () => {
    const sizes = async (options: LoaderOptions) => (await epochs(numbers(10), options, 1))[0]?.map(({ n }) => n?.length);
    expect(await sizes({})).toEqual(Array(10).fill(1));
    expect(await sizes({ batchSize: 4 })).toEqual([4, 4, 2]);
    expect(await sizes({ batchSize: 4, dropLast: true })).toEqual([4, 4]);
    expect([{ batchSize: 4 }, { batchSize: 4, dropLast: true }].map((options) => dataLoader(numbers(10), options).length)).toEqual([3, 2]);
    expect(dataLoader(await table(3)).length).toBe(undefined);
  });

  test("holds each row once, in another order each", async () => {
    for (const dataset of [numbers(30), await table(30)]) {
      const [first, second] = (await epochs(dataset, { batchSize: 4, shuffle: true, seed: 2 }, 2)).map(rowsOf);
      expect(first).not.toEqual(second);
      for (const order of [first, second]) expect([...(order ?? [])].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, at) => at));
      expect((await epochs(dataset, { batchSize: 7, shuffle: true, seed: 2 }, 1)).map(rowsOf)).toEqual([first]);
      expect((await epochs(dataset, { batchSize: 4, shuffle: true, seed: 3 }, 1)).map(rowsOf)).not.toEqual([first]);
    }
  });
});

describe("a position", () => {
  test("in a later block of a file has the rows and the classes of an uninterrupted run", async () => {
    // Blocks of two columns have 65,536 rows; the third class comes once, and the fourth behind the first block alone.
    const beanOf = (at: number): string => (at === 7000 ? "liberica" : at > 66_000 && at % 5 === 0 ? "excelsa" : at % 3 ? "robusta" : "arabica");
    const streamed = await fromCsv(`n,bean\n${Array.from({ length: 140_000 }, (_, at) => `${at},${beanOf(at)}\n`).join("")}`, { stream: true });
    for (const dataset of [streamed, streamed.map(change), streamed.shuffle(4), streamed.filter(({ n }) => Number(n) % 2 === 0)]) {
      const loader = dataLoader(dataset, { batchSize: 1000, shuffle: true, seed: 5 });
      const expected = await all(loader);
      for (const batches of [68, 131].filter((count) => count < expected.length)) {
        const other = dataLoader(dataset, { batchSize: 1000, shuffle: true, seed: 5 });
        other.seek({ epoch: 1, batches, rows: 1000 * batches, seed: 5 });
        for await (const batch of other) {
          expect(batch).toEqual(expected[batches]);
          break;
        }
      }
    }
  });

  const change = ({ n }: Readonly<Record<string, unknown>>, context: object) => ({ n, told: JSON.stringify(context).length });
  const datasets = async (): Promise<readonly Dataset[]> => {
    const streamed = await table(25);
    return [
      numbers(25).map(change),
      numbers(25)
        .shuffle(4)
        .filter(({ n }) => Number(n) % 4 !== 0),
      streamed.map(change),
      streamed.split(0.3)[0].shuffle(1),
    ];
  };

  test("is gone on from with the batches that an uninterrupted run gives", async () => {
    const all4 = await datasets();
    const settings = fc.record({
      which: fc.constantFrom(0, 1, 2, 3),
      batchSize: fc.integer({ min: 1, max: 9 }),
      shuffle: fc.boolean(),
      dropLast: fc.boolean(),
      seed: fc.integer({ min: 0, max: 5 }),
      stop: fc.integer({ min: 0, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ which, stop, ...options }) => {
        const dataset = all4[which] as Dataset;
        const given = (await epochs(dataset, options, 3)).flat();
        const [before, after] = [dataLoader(dataset, options), dataLoader(dataset, { ...options, seed: 99 })];
        const seen: Batch[] = [];
        let position: LoaderPosition = before.position();
        for (let epoch = 0; epoch < 2 && seen.length < stop; epoch++) {
          for await (const batch of before) {
            seen.push(batch);
            position = before.position();
            if (seen.length === stop) break;
          }
        }
        after.seek(JSON.parse(JSON.stringify(position)));
        expect(after.position()).toEqual(position);
        while (seen.length < given.length) seen.push(...(await all(after)));
        expect(seen).toEqual(given);
      }),
      { numRuns: 60 },
    );
  });

  test("behind the last batch is in its epoch until that is over: who goes on there gets no batch of it, then the next epoch", async () => {
    const loader = dataLoader(numbers(4), { batchSize: 2, seed: 7 });
    expect(loader.position()).toEqual({ epoch: 1, batches: 0, rows: 0, seed: 7, length: 4 });
    const seen: LoaderPosition[] = [];
    for await (const _ of loader) seen.push(loader.position());
    expect(seen.map(({ epoch, batches, rows }) => [epoch, batches, rows])).toEqual([
      [1, 1, 2],
      [1, 2, 4],
    ]);
    expect(loader.position()).toMatchObject({ epoch: 2, batches: 0, rows: 0 });
    const other = dataLoader(numbers(4), { batchSize: 2 });
    other.seek(seen[1] as LoaderPosition);
    expect(await all(other)).toEqual([]);
    expect(await all(other)).toEqual(await all(loader));
  });

  test("of an epoch that was left is kept, and the next begins anew", async () => {
    const loader = dataLoader(numbers(4));
    for await (const _ of loader) break;
    expect(loader.position()).toMatchObject({ epoch: 1, rows: 1 });
    expect(await all(loader)).toHaveLength(4);
    expect(loader.position()).toMatchObject({ epoch: 3, rows: 0 });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["another object", { epoch: 1 }],
    ["an epoch 0", { epoch: 0, batches: 0, rows: 0, seed: 0 }],
    ["a part of a row", { epoch: 1, batches: 0, rows: 0.5, seed: 0 }],
    ["another dataset", { epoch: 1, batches: 0, rows: 0, seed: 0, length: 5 }],
  ])("that is %s is refused", (_, position) => expect(codeOf(() => dataLoader(numbers(4)).seek(position as never))).toBe("bad-option"));
});

describe("a sampler", () => {
  test("draws rows by weight, as often as classes demand", async () => {
    const counts = async (sampler: ReturnType<typeof weighted>) => {
      const [batch] = await all(dataLoader(numbers(1000), { batchSize: 10_000, sampler, seed: 5 }));
      return [batch?.n?.filter((n) => n % 5 === 0).length ?? 0, batch?.n?.length];
    };
    const [rare, all1] = await counts(weighted("class"));
    expect(all1).toBe(1000);
    // Of 1000 draws at 1/2 the deviation is 16.
    expect(Math.abs((rare ?? 0) - 500)).toBeLessThan(64);
    expect(
      await counts(
        weighted(
          Float64Array.from({ length: 1000 }, (_, at) => Number(at === 7)),
          { samples: 20 },
        ),
      ),
    ).toEqual([0, 20]);
  });

  test("gives each batch the shares of the whole", async () => {
    const loader = dataLoader(numbers(100), { batchSize: 10, sampler: stratified("class"), seed: 1 });
    const [first, second] = [await all(loader), await all(loader)];
    for (const { n } of first) expect(Math.abs((n?.filter((each) => each % 5 === 0).length ?? 0) - 2)).toBeLessThanOrEqual(1);
    expect([...rowsOf(first)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at));
    expect(rowsOf(first)).not.toEqual(rowsOf(second));
  });

  test("of the user's gives any rows", async () => {
    const sampler = ({ length, epoch }: { readonly length: number; readonly epoch: number }) => [length - 1, epoch];
    expect((await epochs(numbers(9), { batchSize: 2, sampler }, 2)).map(rowsOf)).toEqual([
      [8, 1],
      [8, 2],
    ]);
  });

  test.each<[string, LoaderOptions, string]>([
    ["no rows", { sampler: () => [] }, "bad-sampler"],
    ["a row that there is not", { sampler: () => [4] }, "bad-sampler"],
    ["too few weights", { sampler: weighted([1, 2]) }, "bad-sampler"],
    ["no weight above 0", { sampler: weighted([0, 0, 0, 0]) }, "bad-sampler"],
    ["a weight below 0", { sampler: weighted([1, 1, 1, -1]) }, "bad-sampler"],
    ["a column that there is not", { sampler: weighted("clas") }, "unknown-column"],
  ])("with %s is refused", async (_, options, code) => expect(await codeOfAsync(all(dataLoader(numbers(4), options)))).toBe(code));
});

test.each<[string, () => unknown, string]>([
  ["a promise for a dataset", () => dataLoader(table(3) as never), "bad-option"],
  ["a list for a dataset", () => dataLoader([1] as never), "bad-option"],
  ["a mistyped option", () => dataLoader(numbers(3), { batchsize: 2 } as never), "unknown-option"],
  ["no rows a batch", () => dataLoader(numbers(3), { batchSize: 0 }), "bad-option"],
  ["nothing ahead", () => dataLoader(numbers(3), { prefetchFactor: 0 }), "bad-option"],
  ["a sampler and a shuffle", () => dataLoader(numbers(3), { shuffle: true, sampler: () => [0] }), "bad-option"],
  ["no rows", () => dataLoader(numbers(0)), "no-rows"],
  ["fewer rows than a batch has", () => dataLoader(numbers(3), { batchSize: 4, dropLast: true }), "no-rows"],
])("%s is refused", (_, run, code) => expect(codeOf(run)).toBe(code));

test("no full batch of rows that are read part by part is refused too", async () => {
  expect(await codeOfAsync(all(dataLoader(await table(3), { batchSize: 4, dropLast: true })))).toBe("no-rows");
});

test("fit trains on a loader as it does on its rows, bit by bit", async () => {
  const line = model("line", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const out = nn.linear(x, 1);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const built = await compile(line, { batch: 4, optimizer: optim.adam({ lr: 0.01 }) });
  const x = Array.from({ length: 22 }, (_, at) => [Math.sin(at), Math.cos(at)]);
  const y = x.map(([a = 0, b = 0]) => [a - 2 * b]);
  const [rows, batches] = [await load(built, { seed: 1 }), await load(built, { seed: 1 })];
  await fit(rows, { x, y }, { epochs: 3, batch: 4, seed: 6 });
  const dataset = fromArrays({ a: x, b: y }).map(({ a, b }) => ({ x: a, y: b }));
  await fit(batches, dataLoader(dataset, { batchSize: 4, shuffle: true, seed: 6 }), { epochs: 3 });
  expect(batches.state()).toEqual(rows.state());
});
