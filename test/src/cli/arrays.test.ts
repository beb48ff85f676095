// Trainings on arrays: IDX files, files of NumPy, folders of pictures, and Parquet files, beside the same numbers as a table.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idx, npyOf } from "../../support/array-files.ts";
import { command } from "../../support/command.ts";

const golden = (name: string) => fileURLToPath(new URL(`../../golden/data/${name}`, import.meta.url));

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);
const bytes = async (...parts: string[]) => new Uint8Array(await readFile(at(...parts)));

const definitionOf = (name: string, input: string, shape: string): string =>
  `export const ${name} = model("flat", { ${input}: f32("batch", ${shape}), label: i32("batch") }, ({ ${input}, label }) => {
  const logits = nn.linear(ops.mul(nn.flatten(${input}), 0.01), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, label) };
});
`;

const definitions = `import { f32, i32, losses, model, nn, ops } from "gradc";
${definitionOf("flat", "image", "4")}${definitionOf("grey", "image", "1, 2, 2")}${definitionOf("rgb", "image", "3, 2, 2")}${definitionOf("wide", "x", "12")}`;

const rows = Array.from({ length: 60 }, (_, row) => ({
  label: row % 3,
  pixels: [0, 1, 2, 3].map((i) => (row * 37 + i * i * 11 + (row % 3) * 90) % 256),
}));

const labels = ["ash", "birch", "cedar"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-arrays-"));
  await writeFile(at("m.ts"), definitions);
  for (const name of ["flat", "grey", "rgb", "wide"]) await command("build", at("m.ts"), "--model", name, "-o", at(name), "--optimizer", "adam");
  const lines = rows.map(({ label, pixels }) => [...pixels, label].join());
  await writeFile(at("t.csv"), `a,b,c,d,label\n${lines.join("\n")}\n`);
  await writeFile(
    at("t.idx.gz"),
    gzipSync(
      idx(
        [60, 2, 2],
        rows.flatMap(({ pixels }) => pixels),
      ),
    ),
  );
  await writeFile(
    at("l.idx"),
    idx(
      [60],
      rows.map(({ label }) => label),
    ),
  );
  await writeFile(at("t.npy"), npyOf([60, 4], Uint8Array.from(rows.flatMap(({ pixels }) => pixels))));
  await writeFile(at("l.npy"), npyOf([60], Uint8Array.from(rows.map(({ label }) => label))));
  await writeFile(at("bad.npy"), npyOf([60], Uint8Array.from(rows.map(({ label }) => label * 2))));
  await writeFile(at("none-x.npy"), npyOf([0, 4], new Uint8Array()));
  await writeFile(at("none-y.npy"), npyOf([0], new Uint8Array()));
  await writeFile(at("few.npy"), npyOf([59], Uint8Array.from(rows.slice(1).map(({ label }) => label))));
  for (const [number, label] of labels.entries()) {
    await mkdir(at("trees", label), { recursive: true });
    const own = rows.filter((row) => row.label === number);
    for (const [place, { pixels }] of own.entries()) {
      const data = Uint8Array.from({ length: 12 }, (_, i) => ((pixels[Math.floor(i / 3)] as number) + (i % 3) * 20) % 256);
      await writeFile(at("trees", label, `${String(place).padStart(2, "0")}.png`), encode({ width: 2, height: 2, channels: 3, depth: 8, data }));
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

const train = (out: string, model: string, data: string, ...more: readonly string[]) =>
  command("train", at(model, "flat.wasm"), "--data", data, "-o", at(out), "--epochs", "3", "--allow", "unscaled-input", ...more);

describe("the same numbers give the same weights", () => {
  const weights = async (out: string) => (await bytes(out, "flat.safetensors")).slice(-96);

  beforeAll(async () => {
    expect((await train("csv", "flat", at("t.csv"), "--target", "label")).code).toBe(0);
  });

  test.each([
    ["IDX files, one of them compressed", "grey", () => `image=${at("t.idx.gz")},label=${at("l.idx")}`],
    ["files of NumPy", "flat", () => `image=${at("t.npy")},label=${at("l.npy")}`],
    ["files whose names are none of the model's", "flat", () => `p=${at("t.npy")},q=${at("l.npy")}`],
  ])("%s", async (name, model, data) => {
    const more = name.includes("none") ? ["--target", "q"] : [];
    const { code, out } = await train("arrays", model, data(), ...more);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/: 60 rows, 12 of them held out\n {2}image ← (image|p), 4 numbers a row\n {2}label ← [lq]/),
    ]);
    expect(await weights("arrays")).toEqual(await weights("csv"));
    const predicted = await command("predict", at("arrays", "flat.trained.wasm"), "--data", data());
    const expected = await command("predict", at("csv", "flat.trained.wasm"), "--data", at("t.csv"));
    expect(predicted.out).toBe(expected.out.replaceAll("label", name.includes("none") ? "q" : "label"));
  });

  test("pictures in a folder, channels first as convolutions take them, with the names of their classes", async () => {
    const pictures = await train("trees.out", "rgb", at("trees"));
    expect([pictures.code, pictures.out]).toEqual([0, expect.stringContaining("classes of label: 0 ash, 1 birch, 2 cedar\n")]);
    // The same as a table, in the order of the folder, one plane after the other.
    const plane = (pixels: readonly number[], channel: number) => pixels.map((value) => (value + channel * 20) % 256);
    const sorted = labels.flatMap((_, number) => rows.filter(({ label }) => label === number));
    const lines = sorted.map(({ label, pixels }) => [...[0, 1, 2].flatMap((channel) => plane(pixels, channel)), labels[label]].join());
    await writeFile(at("planes.csv"), `${Array.from({ length: 12 }, (_, i) => `c${i}`)},label\n${lines.join("\n")}\n`);
    await train("planes", "wide", at("planes.csv"), "--target", "label");
    expect((await bytes("trees.out", "flat.safetensors")).slice(-96)).toEqual((await bytes("planes", "flat.safetensors")).slice(-96));
    const { out } = await command("predict", at("trees.out", "flat.trained.wasm"), "--data", at("trees"));
    expect(out.split("\n")[0]).toBe("logits.ash,logits.birch,logits.cedar,label");
  });
});

test("a Parquet file is a table", async () => {
  const cells = ["1,0.25,arabica", "2,1.25,robusta", ",2.25,arabica", "4,3.25,", "5,4.25,robusta"];
  await writeFile(at("beans.csv"), `whole,single,bean\n${cells.join("\n")}\n`);
  const definition = `import { f32, i32, losses, model, nn } from "gradc";
export default model("beans", { x: f32("batch", 2), bean: i32("batch") }, ({ x, bean }) => {
  const logits = nn.linear(x, 2);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, bean) };
});`;
  await writeFile(at("beans.ts"), definition);
  const args = ["--ignore", "long,real,flag,day", "--missing", "drop", "--epochs", "2", "--validation", "0"];
  const [file, table] = [await readBy(golden("snappy.parquet"), ...args), await readBy(at("beans.csv"), ...args.slice(2))];
  expect(file.replaceAll(golden("snappy.parquet"), "T").replaceAll("snappy.parquet", "T")).toBe(
    table.replaceAll(at("beans.csv"), "T").replaceAll("beans.csv", "T"),
  );
  expect(file).toContain("classes of bean: 0 arabica, 1 robusta");
});

/** What is printed of a training on that data. */
async function readBy(data: string, ...more: readonly string[]): Promise<string> {
  const { code, out } = await command("train", at("beans.ts"), "--data", data, "-o", at("beans"), ...more);
  expect(code).toBe(0);
  return out;
}

test.each([
  [
    "a class that the model has not",
    "flat",
    () => `image=${at("t.npy")},label=${at("bad.npy")}`,
    '"4" is out of range: the input "label" takes 0 to 2\n  at t.npy, bad.npy, row 2, column "label"',
  ],
  ["columns of other lengths", "flat", () => `image=${at("t.npy")},label=${at("few.npy")}`, "60"],
  ["another width", "wide", () => `x=${at("t.npy")},label=${at("l.npy")}`, 'The input "x" takes 12 columns, got 4: "x" (4)'],
  ["a column of two files", "flat", () => `image=${at("t.npy")},image=${at("l.npy")}`, 'The column "image" is given twice'],
  ["columns of other lengths, whose files are named", "flat", () => `image=${at("t.npy")},label=${at("few.npy")}`, "  at t.npy, few.npy\n"],
  ["no rows", "flat", () => `image=${at("none-x.npy")},label=${at("none-y.npy")}`, "The dataset has no rows\n  at none-x.npy, none-y.npy"],
  ["no target", "flat", () => at("t.npy"), "label"],
  ["a file that is not there", "flat", () => `image=${at("none.npy")},label=${at("l.npy")}`, "there is no such file"],
])("%s", async (_, model, data, message) => {
  const { code, notes } = await train("no", model, data());
  expect([code, notes]).toEqual([1, expect.stringContaining(message)]);
  expect(notes).not.toContain("help: DEBUG=1");
});

test("numbers with which nothing can be computed are told with their row before anything is trained, also where that row would be held out", async () => {
  for (const [value, message] of [
    ["NaN", "A value is missing: it is NaN"],
    ["-Infinity", '"-Infinity" is too large'],
  ] as const) {
    for (const row of [17, 18, 19]) {
      const values = Float32Array.from({ length: 240 }, (_, i) => (i === row * 4 + 2 ? Number(value) : i % 7));
      await writeFile(at("nan.npy"), npyOf([60, 4], values));
      const { code, out, notes } = await train("no", "flat", `image=${at("nan.npy")},label=${at("l.npy")}`);
      expect([code, out, notes]).toEqual([1, "", expect.stringContaining(message)]);
      expect(notes).toContain(`at nan.npy, l.npy, row ${row}, column "image"`);
    }
  }
});

test("files whose names have a comma stand in quotes", async () => {
  await writeFile(at("t,2.npy"), await bytes("t.npy"));
  expect((await train("comma", "flat", `"image=${at("t,2.npy")}",label=${at("l.npy")}`)).code).toBe(0);
});

test("options of texts are refused", async () => {
  for (const option of [["--missing", "drop"], ["--one-hot", "image"], ["--delimiter", ";"], ["--no-header"]])
    expect((await train("no", "flat", at("t.npy"), ...option)).notes).toContain(`"${option[0]}" is for tables of texts`);
});
