// How much memory a table takes that is trained on: its rows as they are read, and as inputs have them.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { openTable } from "../../data/open.ts";
import { readTraining } from "../../data/training.ts";
import { divideRows, splitRows } from "../../src/cli/train/rows.ts";
import { fresh, manifestOf } from "../support/training.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of array buffers that something refers to. */
function live(): number {
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

const [rows, width] = [60_000, 8];
const bytes = 4 * rows * (width + 1);

/** A table of numbers with four digits behind the point, the target last. */
function tableOf(): Blob {
  const row = (at: number) => Array.from({ length: width + 1 }, (_, column) => Math.sin(at * (column + 1)).toFixed(4)).join();
  const names = Array.from({ length: width }, (_, column) => `x${column}`);
  return new Blob([[[...names, "y"].join(), ...Array.from({ length: rows }, (_, at) => row(at))].join("\n")]);
}

test("rows take as much as their numbers in f32 while they are read and after it, and as much again between", async () => {
  const [manifest, table] = [manifestOf(width), tableOf()];
  const settings = { validation: 0.2, seed: 1 };
  const before = live();
  let readBytes = 0;
  const options = {
    target: ["y"],
    seed: 1,
    validation() {
      readBytes = live() - before;
      return settings.validation;
    },
  };
  const { data, ...read } = await readTraining(await openTable(table), manifest, fresh, options);
  // Beside the numbers a row has its number in the table.
  expect(readBytes / bytes).toBeLessThan(1.3);
  expect((live() - before) / bytes).toBeLessThan(1.3);
  const copied = splitRows(data, read.rows, manifest, settings);
  const divided = divideRows(data, read.rows, manifest, settings);
  expect(divided).toEqual(copied);
  for (const part of [divided.training, divided.held]) expect(part?.x?.buffer).toBe(data.x?.buffer);
  expect(read.placeOf(5).line).toBe(7);
});
