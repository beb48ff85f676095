// Modules of map in worker threads: the same batches, errors with their row, and nothing that runs on.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Batch, type DataLoader, dataLoader, fromArrays, fromCsv, type LoaderOptions } from "gradc/data";
import { afterAll, describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../../support/code-of.ts";
import { all } from "../rows.ts";

const folder = mkdtempSync(join(tmpdir(), "gradc-workers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The address of a module with this text. */
function moduleOf(name: string, text: string): URL {
  writeFileSync(join(folder, `${name}.mjs`), text);
  return pathToFileURL(join(folder, `${name}.mjs`));
}

const noise = moduleOf(
  "noise",
  "export default ({ x, n }, { seed, epoch, index }) => ({ n, x: x.map((v) => v + index + 100 * epoch + 1000 * seed) });",
);
const slow = moduleOf("slow", "export default async (row) => { await new Promise((done) => setTimeout(done, row.n % 3)); return row; };");
const bad = moduleOf("bad", "export default (row) => { if (row.n === 5) throw new RangeError('no five'); return row; };");
const none = moduleOf("none", "export const other = 1;");
const ends = moduleOf("ends", "export default () => process.exit(3);");
const empty = moduleOf("empty", "export default () => undefined;");

const rows = 40;
const dataset = fromArrays({
  n: Array.from({ length: rows }, (_, at) => at),
  x: { data: Float32Array.from({ length: rows * 3 }, Math.sin), shape: [rows, 3] },
});

const epochsOf = async (loader: DataLoader): Promise<Batch[][]> => [await all(loader), await all(loader)];
const workersNow = (): number => process.getActiveResourcesInfo().filter((name) => name === "MessagePort" || name === "Worker").length;

describe("workers", () => {
  const made = dataset.shuffle(1).map(noise).map(slow);

  test("change neither rows nor order", async () => {
    const options: LoaderOptions = { batchSize: 7, shuffle: true, seed: 3 };
    const expected = await epochsOf(dataLoader(made, options));
    for (const more of [{ numWorkers: 1 }, { numWorkers: 3, prefetchFactor: 1 }])
      expect(await epochsOf(dataLoader(made, { ...options, ...more }))).toEqual(expected);
    const going = dataLoader(made, { ...options, numWorkers: 2 });
    let seen = 0;
    for await (const _ of going) if (++seen === 2) break;
    const other = dataLoader(made, options);
    other.seek(going.position());
    expect(await all(other)).toEqual(expected[0]?.slice(2));
  });

  test("make rows of a table that is read part by part", async () => {
    const table = await fromCsv(`n\n${Array.from({ length: 30 }, (_, at) => `${at}\n`).join("")}`, { stream: true });
    expect((await all(dataLoader(table.map(slow), { batchSize: 8, numWorkers: 2 }))).flatMap(({ n }) => [...(n ?? [])])).toEqual(
      Array.from({ length: 30 }, (_, at) => at),
    );
  });

  test("are given a bounded number of batches ahead", async () => {
    let asked = 0;
    const listed = fromArrays(
      Array.from({ length: 100 }, (_, n) => Object.defineProperty({ n: 0 }, "n", { enumerable: true, get: () => n + 0 * ++asked })),
    );
    const loader = dataLoader(listed.map(slow), { batchSize: 5, numWorkers: 2, prefetchFactor: 2 });
    asked = 0;
    let given = 0;
    for await (const _ of loader) {
      given++;
      expect(asked).toBeLessThanOrEqual((given + 4) * 5);
    }
    expect(asked).toBe(100);
  });

  test("end with the loop, also one that is left", async () => {
    const before = workersNow();
    for await (const _ of dataLoader(made, { numWorkers: 2 })) break;
    expect(await codeOfAsync(all(dataLoader(dataset.map(bad), { numWorkers: 2 })))).toBe("row-failed");
    expect(workersNow()).toBe(before);
  });

  test("rest between epochs, so that the next one need not wait for new ones", async () => {
    const thread = moduleOf("thread", "import { threadId } from 'node:worker_threads'; export default () => ({ thread: threadId });");
    const loader = dataLoader(dataset.map(thread), { batchSize: 10, numWorkers: 2 });
    const threads = (batches: Batch[]) => new Set(batches.flatMap(({ thread }) => [...(thread ?? [])]));
    const first = threads(await all(loader));
    expect(threads(await all(loader))).toEqual(first);
    expect(first.size).toBe(2);
  });

  test("end before whoever leaves the loop goes on, in a process that has nothing else to do", () => {
    const program = `
      import { dataLoader, fromArrays } from "gradc/data";
      const rows = fromArrays({ n: Array.from({ length: 400 }, (_, at) => at) }).map(new URL(${JSON.stringify(slow.href)}));
      let given = 0;
      for await (const _ of dataLoader(rows, { batchSize: 4, numWorkers: 2 })) {
        const until = performance.now() + 40;
        while (performance.now() < until);
        if (++given === 8) break;
      }
      console.log("went on");
    `;
    writeFileSync(join(folder, "leaves.ts"), program);
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "./scripts/typescript.js", join(folder, "leaves.ts")], { encoding: "utf8" });
    expect([stdout, stderr]).toEqual(["went on\n", ""]);
  });
});

describe("what fails in a worker", () => {
  test.each([0, 2])("names the row, with %d workers", async (numWorkers) => {
    await expect(all(dataLoader(dataset.shuffle(2).map(bad), { batchSize: 4, numWorkers }))).rejects.toThrow(
      `The function of ${bad.href} failed: no five\n  at row 5`,
    );
    expect(await codeOfAsync(all(dataLoader(dataset.map(empty), { numWorkers })))).toBe("row-failed");
    await expect(all(dataLoader(dataset.map(none), { numWorkers }))).rejects.toThrow("it has no default export that is a function");
    await expect(all(dataLoader(dataset.map(new URL("file:///none.mjs")), { numWorkers }))).rejects.toThrow(/Cannot use file:\/\/\/none\.mjs/);
  });

  test("is told when the worker ends", async () => {
    await expect(all(dataLoader(dataset.map(ends), { numWorkers: 1 }))).rejects.toThrow("A worker thread ended: exit code 3");
  });

  test("is a function, which cannot be sent", async () => {
    expect(codeOf(() => dataLoader(dataset.map((row) => row).map(slow), { numWorkers: 1 }))).toBe("function-in-worker");
    expect(codeOf(() => dataLoader(dataset.map((row) => row).batch(2), { numWorkers: 1 }))).toBe("function-in-worker");
    const streamed = (await fromCsv("n\n1\n", { stream: true })).map((row) => row);
    expect(await codeOfAsync(all(dataLoader(streamed, { numWorkers: 1 })))).toBe("function-in-worker");
    expect(await all(dataLoader(dataset, { numWorkers: 1, batchSize: 40 }))).toHaveLength(1);
  });
});
