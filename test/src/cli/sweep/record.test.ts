// The record of a sweep: what was cut is as if it were not there, what is another sweep's is refused.
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Entry, openRecord, readRecord } from "../../../../src/cli/sweep/record.ts";

let folder = "";
const path = () => join(folder, "record.jsonl");
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-record-"));
});
afterAll(() => rm(folder, { recursive: true }));

const identity = { "the data": "1", "the options": "2" };
const entry = (trial: number): Entry => ({
  trial,
  seed: 0,
  rung: 0,
  settings: { lr: 0.1 },
  outcome: { kind: "trained", kept: { epoch: 3, loss: 0.1, validation: { loss: trial / 3 } }, seconds: 1 },
});

test("entries come back, without a last line that is cut, which the next run removes", async () => {
  const record = await openRecord(path(), identity, []);
  await Promise.all([record.add(entry(1)), record.add(entry(2))]);
  await record.close();
  const whole = await readFile(path(), "utf8");
  await appendFile(path(), '{"trial":3,"se');
  const read = await readRecord(path(), identity);
  expect(read).toEqual([entry(1), entry(2)]);
  const again = await openRecord(path(), identity, read);
  await again.close();
  expect(await readFile(path(), "utf8")).toBe(whole);
  expect(again.outcome(2, 0, 0)).toEqual(entry(2).outcome);
  expect(again.outcome(2, 0, 1)).toBeUndefined();
});

test("another sweep's is refused by what differs", async () => {
  await expect(readRecord(path(), { ...identity, "the data": "3" })).rejects.toMatchObject({ code: "other-sweep", message: /the data changed/ });
});

test.each([
  ["", 1],
  ["{}\n", 1],
  ["no\n", 1],
  ['{"sweep":{"the data":"1","the options":"2"}}\n{"trial":1}\n', 2],
  ['{"sweep":{"the data":"1","the options":"2"}}\nnull\n', 2],
  ['{"sweep":{"the data":"1","the options":"2"}}\n{\n{}\n', 2],
])("%j is no record", async (text, line) => {
  await writeFile(path(), text);
  await expect(readRecord(path(), identity)).rejects.toMatchObject({ code: "bad-record", message: new RegExp(`: line ${line}`) });
});
