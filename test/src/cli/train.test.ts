import { existsSync, mkdirSync } from "node:fs";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { decode } from "../../../runtime/checkpoint/safetensors.ts";
import { command, commandOn } from "../../support/command.ts";
import { flowerFolder } from "./flowers.ts";

const { at, definition, data } = flowerFolder();
const settings = ["--target", "species", "--lr", "0.3"];
const train = (model: string, folder: string, ...more: readonly string[]) =>
  command("train", model, "--data", data(), "-o", at(folder), ...settings, ...more);
const bytes = async (...path: string[]) => new Uint8Array(await readFile(at(...path)));

beforeAll(async () => {
  await mkdir(at("linked"));
  await link(data(), at("linked", "flower.js"));
  await command("build", definition(), "-o", at("built"), "--optimizer", "sgd");
});
const built = () => at("built", "flower.wasm");

test("says what it reads, how it goes, and leaves five files", async () => {
  const { code, out, notes } = await train(definition(), "t", "--epochs", "40", "--optimizer", "sgd");
  expect(code).toBe(0);
  expect(notes).toMatch(/^epoch 4\/40 {2}loss \S+ {2}validation loss \S+ {2}[\d,]+ rows\/s( {2}\d+ s left)?\n/m);
  expect(notes).not.toContain("error");
  expect(notes.split("\n").length).toBeLessThan(18);
  expect(out).toContain("  x ← length, width\n");
  expect(out).toContain("classes of species: 0 iris, blue, 1 setosa, 2 virginica");
  expect(out).toMatch(/trained: loss 0\.\d+ {2}validation loss 0\.\d+/);
  expect((await readdir(at("t"))).sort()).toEqual(["flower.d.ts", "flower.js", "flower.safetensors", "flower.trained.wasm", "flower.wasm"]);
});

describe("on a compiled module", () => {
  test("it trains as its definition does", async () => {
    await train(definition(), "d", "--epochs", "5", "--optimizer", "sgd", "--batch", "64");
    expect((await train(built(), "m", "--epochs", "5")).code).toBe(0);
    expect(decode(await bytes("m", "flower.safetensors")).tensors).toEqual(decode(await bytes("d", "flower.safetensors")).tensors);
  });

  test("a trained module knows its columns", async () => {
    await train(built(), "k", "--epochs", "2");
    const { code, out } = await command("train", at("k", "flower.trained.wasm"), "--data", data(), "-o", at("k"), "--epochs", "1");
    expect(code).toBe(0);
    expect(out).toContain("kind ← species");
  });

  test("what is compiled in cannot be changed, and a model without a loss cannot be trained", async () => {
    expect((await train(built(), "v", "--optimizer", "adam")).notes).toContain("build with --optimizer adam");
    expect((await train(built(), "v", "--batch", "500")).notes).toContain("build with --batch 500");
    expect((await train(built(), "v", "--model", "mapping")).notes).toContain("build with --model mapping");
    expect((await train(definition(), "v", "--model", "mapping")).notes).toContain("its body returns no loss");
  });
});

test("--weights starts from a file, --freeze leaves parameters as they are, a module's step cannot be changed", async () => {
  await train(definition(), "f", "--epochs", "3");
  const fine = ["--weights", at("f", "flower.safetensors"), "--freeze", "logits.weight,logits.bias", "--clip", "0.5", "--weight-decay", "0.1"];
  const { code, out } = await train(definition(), "g", "--epochs", "2", ...fine);
  expect(code).toBe(0);
  expect(out).toContain(`${at("f", "flower.safetensors")}: 4 of 4 parameters\n`);
  const [before, after] = [decode(await bytes("f", "flower.safetensors")), decode(await bytes("g", "flower.safetensors"))];
  expect(after.tensors.get("logits.weight")).toEqual(before.tensors.get("logits.weight"));
  expect(after.tensors.get("logits.1.weight")).not.toEqual(before.tensors.get("logits.1.weight"));
  const other = await train(definition(), "h", "--model", "steps", "--weights", at("f", "flower.safetensors"), "--input", "x=length,width");
  expect(other).toMatchObject({ code: 1, notes: expect.stringContaining("do not fit") });
  for (const option of [
    ["--clip", "1"],
    ["--weight-decay", "1"],
    ["--freeze", "*"],
  ])
    expect((await train(built(), "v", ...option)).notes).toContain(`which "${option[0]}" cannot change`);
});

describe("a training that is not made at once", () => {
  test("--resume ends with the bytes of a training without a break", async () => {
    await train(built(), "whole", "--epochs", "6", "--seed", "3");
    await train(built(), "parts", "--epochs", "2", "--seed", "3");
    expect((await train(built(), "parts", "--epochs", "6", "--resume")).notes).toMatch(/slow.*\n.*\n.*\nepoch 3\/6/);
    expect(Buffer.compare(await bytes("parts", "flower.safetensors"), await bytes("whole", "flower.safetensors"))).toBe(0);
    expect((await train(built(), "none", "--resume")).notes).toContain("there is no such file");
    // One that ended after its last epoch and before its files gets them, whatever is asked of further epochs.
    const resumed = () => train(built(), "parts", "--epochs", "6", "--resume", "--lr", "0.1");
    const all = await readdir(at("parts"));
    await rm(at("parts", "flower.trained.wasm"));
    await writeFile(at("parts", "flower.js"), "old");
    expect(await resumed()).toMatchObject({ code: 0, out: expect.stringContaining("next: gradc predict") });
    expect(await readdir(at("parts"))).toEqual(all);
    for (const name of all) expect(Buffer.compare(await bytes("parts", name), await bytes("whole", name))).toBe(0);
    expect(await resumed()).toMatchObject({ code: 1, notes: expect.stringContaining("6 epochs already, and its files are written") });
  });

  test("a checkpoint that cannot be written is warned about once, and the training goes on", async () => {
    const [printed, checkpoint]: [string[], string] = [[], at("full", "checkpoint")];
    const note = (text: string) => {
      printed.push(text);
      // Something else takes its place meanwhile.
      if (text.startsWith("epoch 1/")) mkdirSync(checkpoint, { recursive: true });
    };
    const args = ["train", built(), "--data", data(), "-o", at("full"), ...settings, "--epochs", "3", "--checkpoint", checkpoint];
    expect((await commandOn({ note }, ...args)).code).toBe(0);
    expect(printed.filter((text) => text.includes("checkpoint"))).toEqual([
      `warning: the checkpoint of epoch 1 is not saved, the one before stays: Cannot write "${checkpoint}": it is a folder`,
    ]);
  });

  test.skipIf(!existsSync("/dev/full"))("nor is one on a disk that is full", async () => {
    const { code, notes } = await train(built(), "t2", "--epochs", "3", "--checkpoint", "/dev/full");
    expect([code, notes.split("is not saved").length]).toEqual([0, 2]);
    expect(notes).toContain('warning: the checkpoint of epoch 1 is not saved, the one before stays: Cannot write "/dev/full": ENOSPC: no space left');
  });

  test("results that cannot be written leave the weights elsewhere, and --resume makes the files of them", async () => {
    // What was a place for a file becomes a folder while the training runs.
    const printed: string[] = [];
    const note = (text: string) => {
      printed.push(text);
      if (text.startsWith("epoch 2/")) mkdirSync(at("gone", "flower.js"), { recursive: true });
    };
    expect((await commandOn({ note }, "train", built(), "--data", data(), "-o", at("gone"), ...settings, "--epochs", "2")).code).toBe(1);
    const [, saved = ""] = /flower.js": it is a folder\n {2}help: the trained weights are in "(.*)": --resume/.exec(printed.at(-1) ?? "") ?? [];
    expect(await readdir(at("gone"))).toEqual(["flower.js"]);
    expect((await train(built(), "found", "--epochs", "2", "--resume", "--checkpoint", saved)).code).toBe(0);
    expect(await bytes("found", "flower.safetensors")).toEqual(new Uint8Array(await readFile(saved)));
    await rm(dirname(saved), { recursive: true });
  });

  test("an interrupt saves the weights of the checkpoint, and --resume goes on", async () => {
    const controller = new AbortController();
    const interrupts = () => ({ signal: controller.signal, release: () => undefined });
    const note = (text: string) => text.startsWith("epoch 2/") && controller.abort();
    const args = ["train", built(), "--data", data(), "-o", at("c"), ...settings, "--checkpoint", at("c", "here.safetensors"), "--epochs", "8"];
    expect((await commandOn({ interrupts, note }, ...args)).code).toBe(1);
    const { metadata } = decode(await bytes("c", "here.safetensors"));
    expect(metadata.get("epoch")).toBe("2");
    expect(await readdir(at("c"))).toContain("flower.trained.wasm");
    expect((await command(...args, "--resume")).notes).toMatch(/slow.*\n.*\n.*\nepoch 3\/8/);
  });
});

describe("a training that could not be saved, or should not be", () => {
  /** The files below the folder of the tests with their content. */
  const content = async () => {
    const names = (await readdir(at(), { recursive: true, withFileTypes: true })).map(({ parentPath, name }) => join(parentPath, name));
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(name, "latin1").catch(() => "folder")])));
  };

  test.each([
    ["a file as folder", () => ["-o", data()], 'flowers.csv/flower.safetensors": a part of its path is a file'],
    ["a folder in a file", () => ["-o", join(data(), "new", "out")], "a part of its path is a file"],
    ["a folder as checkpoint", () => ["-o", at("x", "y"), "--checkpoint", at()], ": it is a folder"],
    ["a checkpoint over the data", () => ["-o", at("x", "y"), "--checkpoint", data()], "it holds the data"],
    ["a checkpoint over the module", () => ["-o", at("x", "y"), "--checkpoint", built()], "it holds the module"],
    ["a checkpoint over a result", () => ["-o", at("x"), "--checkpoint", at("x", "flower.wasm")], "it holds another file of this training"],
    ["results over the data", () => ["-o", at("linked")], 'flower.js": it holds the data'],
    ["a checkpoint in a file", () => ["-o", at("x", "y"), "--checkpoint", join(data(), "c")], "a part of its path is a file"],
  ])("%s is refused before the first epoch, and nothing is left behind", async (_, args, message) => {
    const before = await content();
    const { code, notes } = await command("train", built(), "--data", data(), "--target", "species", ...args());
    expect(code).toBe(1);
    expect(notes).toContain(message);
    expect(notes).not.toContain("epoch 1");
    expect(await content()).toEqual(before);
  });

  test("a loss that is not finite ends it, and the earlier files stay", async () => {
    await train(built(), "w", "--epochs", "2", "--checkpoint", at("w", "c"));
    const before = await content();
    const { code, out, notes } = await train(built(), "w", "--epochs", "9", "--lr", "1e38", "--checkpoint", at("w", "d"));
    expect(code).toBe(1);
    expect(out).not.toContain("trained");
    expect(notes).toMatch(/error\S* The training diverged in step 1 of epoch 2 of 9: its loss is Infinity\n(.*\n)* {2}saved .*, after epoch 1:/);
    const { [at("w", "d")]: checkpoint, ...after } = await content();
    expect(after).toEqual(before);
    // The epochs before are good.
    expect(checkpoint).toBeDefined();
    expect(Number(decode(await bytes("w", "d")).metadata.get("epoch"))).toBeGreaterThan(0);
  });

  test("so do weights that are not, after a loss that was", async () => {
    const args = ["--model", "steps", "--input", "x=length,width", "--optimizer", "sgd", "--epochs", "1", "--batch", "60", "--validation", "0"];
    const { code, notes } = await command("train", definition(), "--data", data(), "-o", at("n"), ...args, "--lr", "3e38");
    expect(code).toBe(1);
    expect(notes).toContain("epoch 1/1  loss ");
    expect(notes).toContain('The training diverged in step 1 of epoch 1 of 1: its weights are not finite after it\n  where  updates, layer "y"');
    expect(await readdir(at())).not.toContain("n");
  });

  test("--resume takes the columns of before by their names, and no others", async () => {
    const [header, ...lines] = (await readFile(data(), "utf8")).split("\n");
    const swapped = lines.map((line) => line.replace(/,([\d.]+),([\d.]+)$/, ",$2,$1"));
    await writeFile(at("swapped.csv"), ["species,width,length", ...swapped].join("\n"));
    await writeFile(at("renamed.csv"), [header?.replace("length", "long"), ...lines].join("\n"));
    const on = (table: string, ...more: readonly string[]) =>
      command("train", built(), "--data", at(table), "-o", at("named"), "--target", "species", "--resume", ...more);
    await train(built(), "straight", "--epochs", "3", "--lr", "0.3");
    await train(built(), "named", "--epochs", "2", "--lr", "0.3");
    const before = await bytes("named", "flower.safetensors");
    const { code, notes } = await on("renamed.csv", "--epochs", "3");
    expect([code, notes]).toEqual([1, expect.stringContaining('"length"')]);
    expect((await on("renamed.csv", "--target", "width", "--epochs", "3")).notes).toContain("error");
    expect(await bytes("named", "flower.safetensors")).toEqual(before);
    expect((await on("swapped.csv", "--epochs", "3", "--lr", "0.3")).code).toBe(0);
    expect(Buffer.compare(await bytes("named", "flower.safetensors"), await bytes("straight", "flower.safetensors"))).toBe(0);
  });

  test("a checkpoint that is none is named", async () => {
    expect((await train(built(), "v", "--resume", "--checkpoint", data())).notes).toContain(`bytes: cut off, or no safetensors\n  at ${data()}`);
  });
});

test("inputs that are not scaled are warned about, with the line to add", async () => {
  await writeFile(at("wide.csv"), "species,length,width\na,1000,1\nb,2000,2\na,3000,1\nb,2500,1\n");
  const { notes } = await command("train", built(), "--data", at("wide.csv"), "--target", "species", "-o", at("s"), "--epochs", "1", "--lr", "1e-9");
  expect(notes).toContain('"length" has mean 2.13e+3, deviation 740');
  expect(notes).not.toContain('"width" has');
  expect(notes).toContain("nn.standardize(x)");
});

describe("tables", () => {
  const rows = ["1,2,a", "3,4,b", "5,6,a", "7,8,b", "9,1,a", "2,3,b"];
  const trainOn = async (text: string) => {
    await writeFile(at("table.csv"), text);
    return command("train", built(), "--data", at("table.csv"), "--target", "species", "-o", at("tables"), "--epochs", "1");
  };

  test.each([
    ["a byte order mark and CRLF", `\ufefflength,width,species\r\n${rows.join("\r\n")}\r\n`],
    ["quoted cells, empty lines", `"length",width,species\n\n${rows.map((row) => row.replace(/^\d/, '"$&"')).join("\n\n")}\n`],
    ["no line end at the end", `length,width,species\n${rows.join("\n")}`],
  ])("%s", async (_, text) => {
    const { code, notes } = await trainOn(text);
    expect(notes).not.toContain("error");
    expect(code).toBe(0);
  });

  test.each([
    ["an empty file", "", "The table is empty"],
    ["a header alone", "length,width,species\n", "no rows below its header"],
    ["a missing cell", "length,width,species\n1,,a\n", '1 cell is missing: it is empty\n  at TABLE:2, column "width"'],
    ["a ragged row", "length,width,species\n1,2,a\n1,2\n", "The row has 2 cells where the header has 3\n  at TABLE:3"],
    ["a text among numbers", "length,width,species\n1,2,a\ntwo,2,a\n", '"two" is not a number\n  at TABLE:3, column "length"'],
    ["a quote that stays open", 'length,width,species\n1,"2,a\n', "Cannot read the table"],
    ["a column too many", "length,width,height,species\n1,2,3,a\n", 'The input "x" takes 2 columns, got 3'],
    ["another target", "length,width,specie\n1,2,a\n", 'no column "species", the nearest is "specie"'],
    [
      "more classes than outputs",
      "length,width,species\n1,2,a\n1,2,b\n1,2,c\n1,2,d\n",
      'The column has 4 classes, and "d" is number 3: the input "kind" takes 0 to 2\n  at TABLE:5, column "species"',
    ],
    ["a number that f32 does not hold", "length,width,species\n1,2,a\n1,1e39,b\n", '"1e39" is too large'],
  ])("%s", async (_, text, message) => {
    const { code, notes } = await trainOn(text);
    expect(code).toBe(1);
    expect(notes).toContain(message.replace("TABLE", at("table.csv")));
    expect(notes).not.toContain("    at ");
  });

  test("a table that is not there, or no target", async () => {
    expect((await command("train", built(), "--data", at("none.csv"))).notes).toContain(`Cannot read "${at("none.csv")}": there is no such file`);
    expect((await command("train", built(), "--data", data())).notes).toContain("--target COL");
  });
});
