// The module itself refuses indices, whatever its host has looked at.
import { expect, test } from "vitest";
import type { Entry } from "../../../compiler/ir/entry.ts";
import * as b from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import type { EntryPoint } from "../../../runtime/program.ts";
import { compiled } from "../../fuzz/lowered-checks.ts";
import { start } from "../../fuzz/module.ts";

const graph = createGraph();
const table = b.input(graph, "table", "f32", [3]);
const index = b.input(graph, "index", "i32", ["batch"]);
const entry: Entry = {
  name: "pick",
  results: [{ name: "picked", node: b.gather(table, index) }],
  updates: [],
  training: false,
  splittable: false,
  minimum: 1,
};
const built = await compiled({ name: "checks", graph, capacity: { batch: 2 }, inputs: [table, index], entries: [entry] });
const { run } = await start(built);

test.each([
  [[0, 2], 0],
  [[2, 3], 1],
  [[3, 0], 1],
  [[-1, 0], 1],
  [[1, 2 ** 31 - 1], 1],
  [[-(2 ** 31), 1], 1],
])("indices %j of an axis of 3 give status %i", (indices, status) => {
  const sources = new Map([
    ["table", { dtype: "f32" as const, shape: [3], data: [5, 6, 7] }],
    ["index", { dtype: "i32" as const, shape: [2], data: indices }],
  ]);
  const called = run(built.manifest.entries[0] as EntryPoint, { batch: 2 }, sources);
  expect(called.status).toBe(status);
  if (status === 0) expect(called.read("picked")).toEqual([5, 7]);
});
