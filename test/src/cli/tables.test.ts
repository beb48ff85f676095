// Tables as they come, from the command line to a page.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromCsv } from "../../../data/index.ts";
import { load } from "../../../runtime/index.node.ts";
import { command } from "../../support/command.ts";

let folder = "";
const at = (...parts: string[]) => join(folder, ...parts);

const models = `import { f32, i32, losses, model, nn } from "gradc";

export default model("coffee", { x: f32("batch", 4), good: i32("batch") }, ({ x, good }) => {
  const logits = nn.linear(nn.standardize(x), 3);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, good) };
});

export const binary = model("binary", { x: f32("batch", 4), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(nn.standardize(x), 1);
  return { outputs: { p: nn.sigmoid(z) }, loss: losses.bceWithLogits(z, y) };
});
`;

const rows = Array.from({ length: 40 }, (_, i) => ({ size: i % 7, bean: ["robusta", "arabica", "liberica"][i % 3] as string, stars: (i % 3) + 1 }));
const csv = (cell: (row: (typeof rows)[0], i: number) => string, header = "size,bean,stars") => `${[header, ...rows.map(cell)].join("\n")}\n`;
const plain = csv(({ size, bean, stars }) => `${size},${bean},${stars}`);

const train = async (text: string, ...args: readonly string[]) => {
  await writeFile(at("train.csv"), text);
  const settings = ["--epochs", "20", "--lr", "0.1", "--one-hot", "bean", "--target", "stars"];
  return command("train", at("coffee.wasm"), "--data", at("train.csv"), "-o", at("t"), ...settings, ...args);
};
const predict = async (text: string, ...args: readonly string[]) => {
  await writeFile(at("new.csv"), text);
  return command("predict", at("t", "coffee.trained.wasm"), "--data", at("new.csv"), ...args);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-tables-"));
  await writeFile(at("coffee.model.ts"), models);
  await command("build", at("coffee.model.ts"), "-o", at());
});
afterAll(() => rm(folder, { recursive: true }));

test("codes keep their zeros, and are no numbers of the same value", async () => {
  const codes = ["01", "1", "A1"];
  const coded = csv(({ size, stars }, i) => `${size},${codes[i % 3]},0${stars}`);
  const { out } = await train(coded);
  expect(out).toContain("categories of bean: 01, 1, A1\n  classes of stars: 0 01, 1 02, 2 03");
  const { out: predicted, notes } = await predict("bean,size\n01,3\n1,5\n");
  expect([notes, predicted.split("\n")[0]]).toEqual(["", "logits.01,logits.02,logits.03,stars"]);
  expect((await predict("bean,size\n001,3\n")).out.split("\n")[1]).toBe((await predict("bean,size\n1,3\n")).out.split("\n")[1]);
  const net = await load(at("t", "coffee.trained.wasm"));
  expect(net.classes).toMatchObject({ bean: ["01", "1", "A1"], stars: ["01", "02", "03"] });
});

test("texts and classes from 1 are learned, printed, kept, and told in pages as in predictions", async () => {
  const { code, out, notes } = await train(plain);
  expect([code, notes]).toEqual([0, expect.not.stringContaining("note:")]);
  expect(out).toContain(
    "  x ← size, bean\n  good ← stars\n  categories of bean: arabica, liberica, robusta\n  classes of stars: 0 for 1, 1 for 2, 2 for 3",
  );
  const table = "bean,size\narabica,3\nrobusta,5\n";
  const predicted = await predict(table);
  expect([predicted.code, predicted.notes]).toEqual([0, ""]);
  const { columns } = await fromCsv(predicted.out);
  expect([...columns.keys()]).toEqual(["logits.1", "logits.2", "logits.3", "stars"]);
  const net = await load(at("t", "coffee.trained.wasm"));
  const page = net.predictRows([
    { bean: "arabica", size: 3 },
    { bean: "robusta", size: 5 },
  ]);
  expect(page.map(({ stars }) => Number(stars))).toEqual([0, 1].map((row) => columns.get("stars")?.at(row)));
  expect(page.map(({ stars }) => stars)).toEqual(["2", "1"]);
  expect(page.map(({ logits }) => logits)).toEqual(
    [0, 1].map((row) => [1, 2, 3].map((label) => Math.fround(columns.get(`logits.${label}`)?.at(row) as number))),
  );
  expect([net.columns, net.classes.bean]).toEqual([{ x: ["size", "bean"], good: ["stars"] }, ["arabica", "liberica", "robusta"]]);
});

test("probabilities add up to 1", async () => {
  await train(plain);
  const { columns } = await fromCsv((await predict("bean,size\narabica,3\n", "--probabilities")).out);
  expect([1, 2, 3].reduce((sum, label) => sum + (columns.get(`logits.${label}`)?.at(0) as number), 0)).toBeCloseTo(1, 6);
});

describe("the same table in another form gives the same weights", () => {
  const forms: Record<string, [text: string, args: readonly string[], note?: string]> = {
    "semicolons and decimal commas": [
      csv(({ size, bean, stars }) => `${size},0;${bean};${stars}`, "size;bean;stars"),
      [],
      "numbers have decimal commas",
    ],
    "an index, blank columns, blank rows, mixed line ends": [
      csv(({ size, bean, stars }, i) => `${i},${size},${bean},${stars},${i % 2 ? "\r" : ""}${i === 5 ? "\n,,,,\n" : ""}`, ",size,bean,stars,"),
      [],
      "index",
    ],
    "tabs and no header": [
      csv(({ size, bean, stars }) => `${size}\t${bean}\t${stars}`, "").trimStart(),
      ["--no-header", "--target", "3", "--one-hot", "c2"],
      "separated by tabs",
    ],
    "JSON rows": [JSON.stringify(rows), []],
    "a column more that is ignored": [csv(({ size, bean, stars }, i) => `${size},${i},${bean},${stars}`, "size,id,bean,stars"), ["--ignore", "id"]],
    "UTF-16": [`\ufeff${plain}`, []],
  };
  let expected = "";
  beforeAll(async () => {
    await train(plain);
    expected = (await predict(plain)).out;
  });

  test.each(Object.entries(forms))("%s", async (name, [text, args, note]) => {
    const bytes = name === "UTF-16" ? Buffer.from(text, "utf16le") : text;
    await writeFile(at("other.csv"), bytes);
    const options = args.includes("--no-header") ? [] : ["--target", "stars", "--one-hot", "bean"];
    const settings = ["--epochs", "20", "--lr", "0.1", ...options, ...args];
    const { code, notes } = await command("train", at("coffee.wasm"), "--data", at("other.csv"), "-o", at("t"), ...settings);
    expect([code, notes]).toEqual([0, note === undefined ? expect.not.stringContaining("note:") : expect.stringContaining(note)]);
    const said = args.includes("--no-header") ? ["--no-header"] : [];
    const predicted = (await command("predict", at("t", "coffee.trained.wasm"), "--data", at("other.csv"), ...said)).out;
    expect(predicted.split("\n").slice(1)).toEqual(expected.split("\n").slice(1));
  });
});

test("missing cells: what the training filled in, a prediction does; what it left out is NA", async () => {
  const holed = csv(({ size, bean, stars }, i) => `${i === 3 ? "NA" : size},${bean},${stars}`);
  expect((await train(holed)).notes).toContain('1 cell is missing: it is "NA"');
  await train(holed, "--missing", "median");
  const filled = await predict("bean,size\narabica,\n");
  expect([filled.code, filled.out.split("\n")[1]]).toEqual([0, (await predict("bean,size\narabica,3\n")).out.split("\n")[1]]);
  expect((await train(holed, "--missing", "drop")).out).toContain("39 rows");
  expect((await predict("bean,size\narabica,\nrobusta,1\n")).out).toMatch(/\nNA,NA,NA,NA\n.*,[123]$/);
});

test("predict takes --input for a module that knows no columns", async () => {
  await writeFile(at("wide.csv"), "a,b,c,d,e\n1,2,3,4,5\n");
  expect((await command("predict", at("coffee.wasm"), "--data", at("wide.csv"))).notes).toContain("--input x=COL,..");
  expect((await command("predict", at("coffee.wasm"), "--data", at("wide.csv"), "--input", "x=a,b,c,d")).code).toBe(0);
  expect((await command("predict", at("coffee.wasm"), "--data", at("wide.csv"), "--ignore", "e")).code).toBe(0);
});

test("two texts are yes and no where the loss compares with them, and other numbers are refused", async () => {
  await command("build", at("coffee.model.ts"), "--model", "binary", "-o", at());
  const binary = async (label: (i: number) => string) => {
    await writeFile(
      at("b.csv"),
      csv(({ size, bean }, i) => `${size},${bean},${label(i)}`),
    );
    const settings = ["--target", "stars", "--one-hot", "bean", "--epochs", "40", "--lr", "0.1"];
    return command("train", at("binary.wasm"), "--data", at("b.csv"), "-o", at("b"), ...settings);
  };
  const { out, code } = await binary((i) => ["bad", "good"][+(i % 3 === 0)] as string);
  expect([code, out]).toEqual([0, expect.stringContaining("classes of stars: 0 bad, 1 good")]);
  await writeFile(at("b.csv"), "size,bean\n3,robusta\n3,arabica\n");
  const predicted = await command("predict", at("b", "binary.trained.wasm"), "--data", at("b.csv"));
  expect(predicted.out).toMatch(/^p,stars\n0\.\d+,good\n0\.\d+,bad$/);
  expect((await binary((i) => String(1 + (i % 2)))).notes).toMatch(
    /"2" is out of range: the input "y" takes 0 to 1\n {2}at .*b.csv:3, column "stars"\n {2}help/,
  );
});

test("a message quotes a piece of a line, whatever stands in the table", async () => {
  await writeFile(at("long.csv"), `size,bean,stars\n${"x".repeat(100_000)}\u001b[31m,arabica,1\n`);
  const { code, notes } = await command(
    "train",
    at("coffee.wasm"),
    "--data",
    at("long.csv"),
    "-o",
    at("t"),
    "--target",
    "stars",
    "--one-hot",
    "bean",
  );
  expect(code).toBe(1);
  expect(notes.length).toBeLessThan(400);
  await writeFile(at("long.csv"), `${Array.from({ length: 100_000 }, (_, i) => `c${i}\u001b[0m`).join()}\n`.concat(`${"1,".repeat(99_999)}1\n`));
  const wide = await command("train", at("coffee.wasm"), "--data", at("long.csv"), "-o", at("t"), "--target", "c0\u001b[0m");
  expect(wide.notes).toContain("takes 4 columns, got 99999: ");
  expect(wide.notes.length).toBeLessThan(700);
  expect(wide.notes).not.toContain("c1\u001b");
});
