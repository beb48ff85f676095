// Mistakes with datasets, the files that they are read from, and the batches that are made of them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type DataRow, dataLoader, fromArrays, fromCsv, fromFolder, fromIdx, weighted } from "../../../data/index.ts";
import { type ErrorCase, file, folder } from "../error-case.ts";

const flowers = "length,width,species\n1,2,iris\n3,4,rose\n5,6,iris\n";
const table = () => fromCsv(file("plants.csv", flowers));
const streamed = () => fromCsv(file("plants.csv", flowers), { stream: true });

/** Makes the batches of an epoch. */
async function batches(loader: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of loader);
}

const batched = async (text: string, change?: (row: DataRow) => DataRow) => {
  const dataset = await fromCsv(file("plants.csv", text));
  return batches(dataLoader(change ? dataset.map(change) : dataset, { batchSize: 4 }));
};

export const datasetCases: readonly ErrorCase[] = [
  {
    code: "csv-not-a-number",
    did: "A column of dates is made to batches.",
    advice: "Say which numbers they mean: a network learns from the month, not from a date.",
    run: () => batched("length,day\n1,2024-05-01\n2,2024-05-02\n"),
  },
  {
    code: "csv-not-a-number",
    did: "A text stands among the numbers of a column.",
    advice: "Correct the cell, or say what stands for it.",
    run: () => batched("length,width\n1,2\n2,about three\n3,4\n4,5\n"),
  },
  {
    code: "csv-missing",
    did: "A cell is missing in a row of a batch.",
    advice: "Leave such rows out, or fill something in: nothing is guessed.",
    run: () => batched("length,width\n1,2\n,3\n"),
  },
  {
    code: "bad-value",
    did: "A row holds what is no number.",
    advice: "Give numbers, lists or typed arrays of them.",
    run: () => batched(flowers, ({ length }) => ({ x: { length } })),
  },
  {
    code: "rows-differ",
    did: "Rows of a batch have other lengths.",
    advice: "Bring them to one length.",
    run: () => batched(flowers, ({ length }) => ({ x: length === 3 ? [3, 4] : [1] })),
  },
  {
    code: "rows-differ",
    did: "Rows of a batch have other names.",
    advice: "Give every row the names of all.",
    run: () => batched(flowers, (row): DataRow => (row.length === 3 ? { y: 1 } : { x: 1 })),
  },
  {
    code: "row-failed",
    did: "A function of `map` throws.",
    advice: "Correct the function, or the row.",
    run: () =>
      batched(flowers, ({ length }) => {
        if (length === 3) throw new RangeError("length 3 is too long");
        return { length };
      }),
  },
  {
    code: "row-failed",
    did: "A function of `map` has braces and no `return`.",
    advice: "Return an object, or put it in parentheses.",
    run: () => batched(flowers, () => undefined as never),
  },
  {
    code: "row-failed",
    did: "A module of `map` has no default export.",
    advice: "Write `export default (row, { seed, epoch, index }) => ..`.",
    run: async () => batches(dataLoader((await table()).map(pathToFileURL(file("augment.mjs", "export const augment = (row) => row;\n"))))),
  },
  {
    code: "function-in-worker",
    did: "A function was given to `map`, and the loader has workers.",
    advice: "Move it to a module of its own.",
    run: async () =>
      dataLoader(
        (await table()).map((row) => row),
        { numWorkers: 2 },
      ),
  },
  {
    code: "no-workers",
    did: "The module of a worker ends its thread.",
    advice: "Leave out what ends the process.",
    run: async () =>
      batches(dataLoader((await table()).map(pathToFileURL(file("ends.mjs", "export default () => process.exit(1);\n"))), { numWorkers: 1 })),
  },
  {
    code: "no-rows",
    did: "A filter leaves nothing.",
    advice: "Look at what the condition compares: classes are numbers, `columns.get(name).labels` has their names.",
    run: async () => dataLoader((await table()).filter(({ species }) => species === "iris")),
  },
  {
    code: "no-rows",
    did: "The dataset has fewer rows than a batch, and batches that are not full are left out.",
    advice: "Take a smaller batch.",
    run: async () => dataLoader(await table(), { batchSize: 32, dropLast: true }),
  },
  {
    code: "unequal-rows",
    did: "Columns have other lengths.",
    advice: "Give an array of numbers its shape, or leave rows out.",
    run: () => fromArrays({ x: new Float32Array(12), y: [0, 1, 1] }),
  },
  {
    code: "empty-part",
    did: "The share to validate with is less than half a row.",
    advice: "Take a larger share.",
    run: async () => (await table()).split(0.01),
  },
  {
    code: "empty-part",
    did: "All rows are of one group.",
    advice: "Split without groups.",
    run: async () => (await table()).filter(({ length }) => length === 1).split(0.5, { groups: "species" }),
  },
  {
    code: "class-too-small",
    did: "A class has one row, and a stratified split needs one in each part.",
    advice: "Leave the class out, or find more rows of it.",
    run: async () => (await table()).split(0.5, { stratify: "species" }),
  },
  {
    code: "unknown-column",
    did: "The column of a split is mistyped.",
    advice: "Take the name that stands in the table.",
    run: async () => (await table()).split(0.5, { stratify: "specie" }),
  },
  {
    code: "not-classes",
    did: "A column of measurements is taken for classes.",
    advice: "Name the column of the classes.",
    run: () => fromArrays({ length: [0.5, 1.5] }).oneHot("length"),
  },
  {
    code: "not-classes",
    did: "A column has another value in every row.",
    advice: "Name the column of the classes.",
    run: () => fromArrays({ id: Array.from({ length: 5000 }, (_, at) => at) }).classWeights("id"),
  },
  {
    code: "bad-sampler",
    did: "There are weights for other rows.",
    advice: "Give a weight for each row of the dataset that the loader has, or the name of a column.",
    run: async () => batches(dataLoader(await table(), { sampler: weighted([1, 2]) })),
  },
  {
    code: "streamed",
    did: "A file is read part by part, and a split needs all of its rows.",
    advice: "Hold them in memory where they fit, or split without classes.",
    run: async () => (await streamed()).split(0.5, { stratify: "species" }),
  },
  {
    code: "streamed",
    did: "The columns of rows that a module makes were asked for.",
    advice: "Look at a row.",
    run: async () => (await table()).map(async (row) => row).columns,
  },
  {
    code: "table-changed",
    did: "A file that is read part by part was written anew with other columns.",
    advice: "Begin again with the new file, or bring the old one back.",
    run: async () => {
      const dataset = await streamed();
      file("plants.csv", "length,species\n1,iris\n");
      return batches(dataset);
    },
  },
  {
    code: "bad-file",
    did: "A file of MNIST was cut off.",
    advice: "Download it again.",
    run: () => fromIdx(file("labels-idx1-ubyte", Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 9, 1, 2))),
  },
  {
    code: "bad-file",
    did: "A folder of pictures has no folders of classes.",
    advice: "Put the pictures of each class in a folder of its name.",
    run: () => {
      mkdirSync(join(folder, "pictures"));
      return fromFolder(join(folder, "pictures"));
    },
  },
  {
    code: "no-package",
    did: "A folder of JPEG files, and the package that reads them is not installed.",
    advice: "Install it, or save the pictures as PNG.",
    run: async () => {
      file("photos/cat/1.jpg", "a picture");
      return batches(await fromFolder(join(folder, "photos")));
    },
  },
];
