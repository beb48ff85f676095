// Vectors side by side in memory are stored one after the other, and read before: engines that have wider vectors store them as one.
import { expect, test } from "vitest";
import { apply, axis, buffer, compileKernel, kernel, type Loops, load, loop, store } from "./harness.ts";

const [i, j] = [axis("i", 4), axis("j", 24)];
const [x, y] = [buffer("x", [4, 24]), buffer("y", [4, 24], "f32", "result")];

/** What `one` does with memory, in order: loads and stores of vectors by their offsets. */
async function movesOf(one: ReturnType<typeof kernel>, loops: Loops): Promise<string[]> {
  const { wat } = await compileKernel(one, loops);
  return [...wat().matchAll(/v128\.(load|store)(?: offset=(\d+))?/g)].map(([, kind = "", offset = "0"]) => `${kind} ${Number(offset)}`);
}

const tile: Loops = [
  [i, { tile: 2 }],
  [j, { vector: true, tile: 2 }],
];

test("stores of a row follow each other, whatever the order of the loops", async () => {
  const value = apply("add", [load(x, i, j), load(x, i, j)]);
  const stores = async (one: ReturnType<typeof kernel>) => (await movesOf(one, tile)).filter((move) => move.startsWith("store"));
  const rowsOutside = await stores(kernel(loop(i, "parallel", loop(j, "parallel", store(y, [i, j], value)))));
  const columnsOutside = await stores(kernel(loop(j, "parallel", loop(i, "parallel", store(y, [i, j], value)))));
  expect(rowsOutside).toEqual(["store 384", "store 400", "store 480", "store 496"]);
  expect(columnsOutside).toEqual(rowsOutside);
});

test("what is added to is read before both are stored", async () => {
  const one = kernel(loop(j, "parallel", loop(i, "parallel", store(y, [i, j], load(x, i, j), { accumulate: true }))));
  const own = (await movesOf(one, tile)).filter((move) => Number(move.split(" ")[1]) >= 384);
  expect(own.slice(0, 4)).toEqual(["load 384", "load 400", "store 384", "store 400"]);
});

test("places that several points share keep their order", async () => {
  const sums = buffer("sums", [24], "f32", "result");
  const one = kernel(loop(i, "reduce", loop(j, "parallel", store(sums, [j], load(x, i, j), { accumulate: true }))));
  const own = (await movesOf(one, tile)).filter((move) => Number(move.split(" ")[1]) >= 384);
  // The text of a store holds that of what it stores.
  expect(own.slice(0, 4)).toEqual(["store 384", "load 384", "store 400", "load 400"]);
});
