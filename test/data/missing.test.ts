import { expect, test } from "vitest";
import { encodeCell } from "../../runtime/rows.ts";
import { holdOut } from "../../runtime/training/batches.ts";
import { codeOfAsync } from "../support/code-of.ts";
import { classes, keptAfter, manifestOf, predict, read } from "../support/training.ts";

const text = "a,b,y\n1,10,1\n,20,2\n3,,3\n5,60,\n6,30,6\n";
const manifest = manifestOf(2);

test("are refused with their number and the first of them", async () => {
  await expect(read(text, manifest)).rejects.toThrow(
    '3 cells are missing in 3 columns: the first is empty\n  at the table:3, column "a"\n  help: --missing drop',
  );
  await expect(read("a,b,y\n1,NA,1\n", manifest)).rejects.toThrow('1 cell is missing: it is "NA"\n  at the table:2, column "b"');
  await expect(read("a,b,y\n1,,1\n2,NA,1\n", manifest)).rejects.toThrow('help: "b" has no value in any row: --ignore b leaves it out');
  await expect(read("a,b,y\n,2,1\n", manifest, { input: { x: ["b", "y"] }, target: ["y"] })).rejects.toThrow("given twice");
});

test("NA is never a class", async () => {
  await expect(read("a,b,y\n1,2,DE\n1,2,NA\n", manifestOf(2, classes(2)))).rejects.toThrow(
    '1 cell is missing: it is "NA"\n  at the table:3, column "y"\n  help: --missing drop leaves such rows out, --missing mean or median fills numbers in; a class that is called "NA" needs another label',
  );
  const { learned, rows } = await read("a,b,y\n1,2,DE\n1,2,NA\n", manifestOf(2, classes(2)), { missing: "drop" });
  expect([learned.classes.y, rows]).toEqual([["DE"], 1]);
});

test("where no row is complete, the columns are named that lack all cells, else those that lack most", async () => {
  const drop = (text: string, missing: "drop" | "mean" = "drop") => read(text, manifest, { missing });
  await expect(drop("a,b,y\n1,,1\n,,2\n3,-,3\n")).rejects.toThrow(
    'No row is complete: "b" has no value in any row\n  at the table\n  help: --ignore b leaves it out',
  );
  await expect(drop("a,b,y\n,,1\n,,2\n")).rejects.toThrow('"a", "b" have no value in any row\n  at the table\n  help: --ignore a,b leaves them out');
  await expect(drop("a,b,y\n,1,1\n2,,\n,3,\n")).rejects.toThrow('No row is complete: cells are missing: "a" 2, "y" 2, "b" 1');
  await expect(drop("a,b,y\n1,1,\n2,2,\n", "mean")).rejects.toThrow(
    'No row is complete: "y" has no value in any row\n  at the table\n  help: another --target',
  );
  await expect(drop("a,b,y\n1,,1\n2,,2\n", "mean")).rejects.toThrow(
    'No row that is trained on has a value\n  at the table, column "b"\n  help: --ignore b leaves it out',
  );
});

test("a word among texts is said, whether it is a missing cell or a category", async () => {
  const { notes, learned } = await read("a,y\nNone,1\nna,2\nu,3\nNA,4\nNA,5\n", manifestOf(2), { oneHot: ["a"], missing: "drop" });
  expect(learned.classes.a).toEqual(["None", "u"]);
  expect(notes).toEqual([
    'taken for missing cells among texts: "na" of "a" (1), "NA" of "a" (2); a category needs another name',
    'taken for categories, not for missing cells: "None" of "a"; leave cells empty that are missing',
    "3 of 5 rows are left out: a cell is missing",
  ]);
  expect((await read("a,y\nNA,1\n2,2\n", manifestOf(1), { missing: "drop" })).notes).toHaveLength(1);
});

test("a category that looks like a missing number is one in a table where no other text stands", async () => {
  const manifest = manifestOf(2);
  const kept = await keptAfter("a,y\nNone,1\nu,2\nu,2\n", manifest, { oneHot: ["a"], missing: "mean" });
  expect(Array.from((await predict("a\nNone\nNA\n", manifest, kept)).data.x as Float32Array)).toEqual([1, 0, 1 / 3, 2 / 3].map(Math.fround));
  const again = await read("a,y\nNone,1\n", manifest, { missing: "error" }, kept);
  expect(Array.from(again.data.x as Float32Array)).toEqual([1, 0]);
});

test("drop leaves their rows out", async () => {
  const { data, rows, notes } = await read(text, manifest, { missing: "drop" });
  expect([Array.from(data.x as Float32Array), rows, notes]).toEqual([[1, 10, 6, 30], 2, ["3 of 5 rows are left out: a cell is missing"]]);
  expect(await codeOfAsync(read("a,b,y\n1,,3\n", manifest, { missing: "drop" }))).toBe("csv-missing");
});

test("mean and median fill in numbers, never a target", async () => {
  const mean = await read(text, manifest, { missing: "mean" });
  expect(Array.from(mean.data.x as Float32Array)).toEqual([1, 10, 10 / 3, 20, 3, 20, 6, 30].map(Math.fround));
  expect([mean.rows, mean.notes]).toEqual([4, ["1 of 5 rows is left out: a cell is missing"]]);
  const { learned } = await read(text, manifest, { missing: "median" });
  expect(learned.fill).toEqual({ a: [3], b: [20] });
  expect(await codeOfAsync(read("a,b,y\n1,,3\n", manifest, { missing: "mean" }))).toBe("csv-missing");
});

test("what is filled in comes from the rows that are trained on", async () => {
  const { held } = holdOut(10, 0.3, 5);
  const rows = Array.from({ length: 10 }, (_, row) => `${held.includes(row) ? 1000 : row},${row === 0 ? "" : 1},1`);
  const { learned } = await read(`a,b,y\n${rows.join("\n")}\n`, manifest, { missing: "mean", validation: 0.3, seed: 5 });
  const trained = Array.from({ length: 10 }, (_, row) => row).filter((row) => !held.includes(row));
  expect(learned.fill?.a).toEqual([trained.reduce((sum, row) => sum + row) / trained.length]);
});

test("a prediction fills in what the training did, in any column, and a page too", async () => {
  const kept = await keptAfter("a,b,y\n1,10,1\n4,20,2\n", manifest, { missing: "mean" });
  expect(Array.from((await predict("a,b\n,NA\n7,\n", manifest, kept)).data.x as Float32Array)).toEqual([2.5, 15, 7, 15]);
  for (const nothing of [null, undefined, ""]) expect(encodeCell(kept, "b", 0, nothing)).toEqual([15]);
  await expect(predict("a,b\n,NA\n", manifest, kept, "error")).rejects.toThrow("2 cells are missing in 2 columns");
});

test("categories are filled in with their shares", async () => {
  const kept = await keptAfter("a,y\nu,1\nv,2\nu,2\nu,2\n", manifestOf(2), { missing: "mean", oneHot: ["a"] });
  expect(Array.from((await predict("a\nu\nNA\n", manifestOf(2), kept)).data.x as Float32Array)).toEqual([1, 0, 0.75, 0.25]);
});

test("a prediction leaves rows out where the training did, and tells which", async () => {
  const kept = await keptAfter(text, manifest, { missing: "drop" });
  const { data, rows, places, notes } = await predict("a,b\n1,2\n,3\n4,5\n", manifest, kept);
  expect([data.x, rows, places, notes]).toEqual([
    Float32Array.of(1, 2, 4, 5),
    2,
    Int32Array.of(0, -1, 1),
    ["rows that lack a cell and are written as NA: 1"],
  ]);
  await expect(predict("a,b\n,3\n", manifest, kept)).rejects.toThrow(
    'No row is complete: "a" has no value in any row\n  at the table\n  help: a model that is trained with --missing mean',
  );
});

test("without either they are refused, and nothing can be filled in that was not learned", async () => {
  const kept = await keptAfter("a,b,y\n1,10,1\n", manifest);
  await expect(predict("a,b\n1,\n", manifest, kept)).rejects.toThrow("1 cell is missing: it is empty\n  at the table:2");
  expect(await codeOfAsync(predict("a,b\n1,\n", manifest, kept, "mean"))).toBe("csv-no-fill");
});
