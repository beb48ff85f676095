import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
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
});

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
  expect(await notes("predict", module(), "--weights", data(), "--data", data())).toContain(
    `longer than the file, of 1139 bytes: cut off, or no safetensors\n  at ${data()}`,
  );
  for (const other of [data(), definition(), weights()]) {
    const message = new RegExp(
      `Not a gradc module: .*\n  at ${other}\n  help: give the .wasm that gradc build or gradc train made of the definition$`,
    );
    expect(await notes("predict", other, "--data", data())).toMatch(message);
    expect(await notes("pack", other, weights(), "-o", at("x.wasm"))).toMatch(message);
  }
  await writeFile(at("damaged.wasm"), (await readFile(module())).subarray(0, 500));
  expect(await notes("predict", at("damaged.wasm"), "--data", data())).toMatch(new RegExp(`Not a gradc module: .*\n  at ${at("damaged.wasm")}$`));
  expect(await notes("pack", module(), data(), "-o", at("x.wasm"))).toContain(
    `longer than the file, of 1139 bytes: cut off, or no safetensors\n  at ${data()}`,
  );
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

test("nothing that is read is written over, but a module may be packed in place", async () => {
  await copyFile(module(), at("own.wasm"));
  await symlink(at("own.wasm"), at("linked.wasm"));
  await copyFile(weights(), at("own.safetensors"));
  const args = ["predict", at("own.wasm"), "--weights", at("own.safetensors"), "--data", data(), "-o"];
  expect((await command(...args, at("own.wasm"))).notes).toContain("it holds the module");
  expect((await command(...args, at("linked.wasm"))).notes).toContain("it holds the module");
  expect((await command(...args, at("own.safetensors"))).notes).toContain("it holds the weights");
  expect((await command(...args, data())).notes).toContain("it holds the data");
  expect((await command("pack", at("own.wasm"), at("own.safetensors"), "-o", at("own.safetensors"))).notes).toContain("it holds the weights");
  expect(await readFile(at("own.wasm"))).toEqual(await readFile(module()));
  expect((await command("pack", at("own.wasm"), at("own.safetensors"), "-o", at("linked.wasm"))).code).toBe(0);
  expect(await readFile(at("own.wasm"))).toEqual(await readFile(trained()));
});

test("weights beside a module that was built anew are used, and it is said", async () => {
  await mkdir(at("again"));
  await copyFile(weights(), at("again", "flower.safetensors"));
  await command("build", definition(), "-o", at("again"), "--optimizer", "sgd", "--batch", "7");
  const args = (folder: string) => ["predict", at("again", "flower.wasm"), "--data", data(), "--weights", at(folder, "flower.safetensors")];
  const { code, out, notes } = await command(...args("again"));
  expect([code, notes]).toEqual([
    0,
    expect.stringContaining(`flower.safetensors" was trained in another build than "${at("again", "flower.wasm")}"`),
  ]);
  // Weights from elsewhere are the user's choice.
  expect(await command(...args("t"))).toEqual({ code: 0, out, notes: "" });
});

test("names of classes do not act in what is printed or written", async () => {
  await writeFile(at("hostile.csv"), `species,length,width\n"\u001b]0;owned\u0007",1,2\nb,2,1\nc,3,1\nb,1,1\n`);
  const { out } = await command("train", module(), "--data", at("hostile.csv"), "--target", "species", "-o", at("h"), "--epochs", "1");
  expect(out).toContain('classes of species: 0 "\\u001b]0;owned\\u0007", 1 b');
  await command("predict", at("h", "flower.trained.wasm"), "--data", data(), "-o", at("h", "out.csv"));
  expect((await readFile(at("h", "out.csv"), "utf8")).split("\n")[0]).toBe("logits.\\u001b]0;owned\\u0007,logits.b,logits.c,species");
});
