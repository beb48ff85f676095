import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { command } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition, data } = flowerFolder();
const module = () => at("t", "flower.wasm");
const weights = () => at("t", "flower.safetensors");
const trained = () => at("t", "flower.trained.wasm");

beforeAll(async () => {
  await command(
    "train",
    definition(),
    "--data",
    data(),
    "--target",
    "species",
    "-o",
    at("t"),
    "--optimizer",
    "sgd",
    "--lr",
    "0.3",
    "--epochs",
    "300",
  );
}, 60_000);

test("selects the columns by name, and gives classes their names back", async () => {
  await writeFile(at("shuffled.csv"), "note,width,length\nhello,5.2,1.1\n,9,4\n,2,7\n");
  const { code, out, notes } = await command("predict", trained(), "--data", at("shuffled.csv"));
  expect([code, notes]).toEqual([0, ""]);
  const [header, ...rows] = out.split("\n");
  expect(header).toBe('"logits.iris, blue",logits.setosa,logits.virginica,species');
  expect(rows.map((row) => row.split(",").slice(3).join())).toEqual(["setosa", '"iris, blue"', "virginica"]);
});

test("weights in a file of their own, packed, and to a file", async () => {
  const plain = await command("predict", module(), "--data", data(), "--weights", weights());
  expect((await command("pack", module(), weights(), "-o", at("p", "packed.wasm"))).code).toBe(0);
  expect(new Uint8Array(await readFile(at("p", "packed.wasm")))).toEqual(new Uint8Array(await readFile(trained())));
  const { out } = await command("predict", at("p", "packed.wasm"), "--data", data(), "-o", at("p", "out.csv"));
  expect(out).toBe("");
  expect(await readFile(at("p", "out.csv"), "utf8")).toBe(`${plain.out}\n`);
});

test("fresh parameters are warned about", async () => {
  await writeFile(at("two.csv"), "length,width\n1,2\n");
  expect(await command("predict", module(), "--data", at("two.csv"))).toMatchObject({
    code: 0,
    notes: expect.stringContaining("no trained weights"),
  });
});

test("files that are not there, or are something else", async () => {
  const notes = async (...args: string[]) => {
    const { code, notes: text } = await command(...args);
    expect(code).toBe(1);
    return text;
  };
  expect(await notes("predict", at("none.wasm"), "--data", data())).toContain("there is no such file");
  expect(await notes("predict", module(), "--weights", data(), "--data", data())).toContain(`Bad weights: header damaged\n  at ${data()}`);
  for (const other of [data(), definition(), weights()]) {
    const message = new RegExp(`Not a gradc module: .*\n  at ${other}\n  help: give the .wasm that gradc build wrote$`);
    expect(await notes("predict", other, "--data", data())).toMatch(message);
    expect(await notes("pack", other, weights(), "-o", at("x.wasm"))).toMatch(message);
  }
  await writeFile(at("damaged.wasm"), (await readFile(module())).subarray(0, 500));
  expect(await notes("predict", at("damaged.wasm"), "--data", data())).toMatch(new RegExp(`Not a gradc module: .*\n  at ${at("damaged.wasm")}$`));
  expect(await notes("pack", module(), data(), "-o", at("x.wasm"))).toContain(`Bad weights: header damaged\n  at ${data()}`);
  await writeFile(at("narrow.csv"), "length,breadth\n1,2\n");
  expect(await notes("predict", trained(), "--data", at("narrow.csv"))).toContain('no column "width"');
});

test("a folder in place of a file", async () => {
  const notes = async (...args: string[]) => (await command(...args)).notes;
  expect(await notes("predict", at(), "--data", data())).toContain(`Cannot read "${at()}": it is a folder`);
  expect(await notes("predict", trained(), "--data", at())).toContain(`Cannot read "${at()}": it is a folder`);
  expect(await notes("predict", trained(), "--data", data(), "-o", at())).toContain(`Cannot write "${at()}": it is a folder`);
  expect(await notes("pack", module(), weights(), "-o", ".")).toContain('Cannot write ".": it is a folder');
});

test("weights of another model are not packed", async () => {
  await command("build", definition(), "--model", "mapping", "-o", at("m"));
  const { code, notes } = await command("pack", at("m", "mapping.wasm"), weights(), "-o", at("n.wasm"));
  expect([code, notes]).toEqual([1, expect.stringContaining("Weights do not fit")]);
  expect(notes).toContain(`\n  at ${weights()}`);
});
