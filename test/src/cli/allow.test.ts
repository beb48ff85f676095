// Warnings of every command end with a code, which --allow leaves out.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/compile.ts";
import { command } from "../../support/command.ts";

const models = `import { f32, i32, losses, model, nn, ops } from "gradc";

export default model("deep", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.linear(x, 4);
  const out = nn.linear(hidden, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const line = model("line", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const one = model("one", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(x, 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

export const kinds = model("kinds", { x: f32("batch", 2), k: i32("batch") }, ({ x, k }) => {
  const out = nn.linear(x, 4);
  return { outputs: { out }, loss: losses.crossEntropy(out, k) };
});
`;

let folder = "";
const at = (name: string) => join(folder, name);
const noise = (i: number) => ((i * i * 7919 + i * 104729) % 2003) / 1001.5 - 1;
const tableOf = (row: (i: number) => readonly (number | string)[]) => `a,b,y\n${Array.from({ length: 60 }, (_, i) => row(i).join(",")).join("\n")}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-allow-"));
  await writeFile(at("net.model.ts"), models);
  await writeFile(
    at("plain.csv"),
    tableOf((i) => [noise(i), noise(i + 9), noise(i) + 2 * noise(i + 9)]),
  );
  await writeFile(
    at("odd.csv"),
    tableOf((i) => [1000 + i, 7, 500 + i]),
  );
  await writeFile(
    at("kinds.csv"),
    tableOf((i) => [noise(i), noise(i + 9), i % 3]),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const codesIn = (notes: string): string[] => [...notes.matchAll(/^ {2}allow: (\S+)$/gm)].map(([, code]) => code as string);
const train = (data: string, ...args: readonly string[]) =>
  command("train", at("net.model.ts"), "--data", at(data), "--epochs", "3", "-o", at("out"), ...args);

describe("what a definition is warned about", () => {
  const commands = {
    build: ["-o", ""],
    inspect: [],
    check: [],
    train: ["--data", "", "--target", "y", "--epochs", "1", "-o", ""],
  };

  test.each(Object.entries(commands))("gradc %s", async (name, options) => {
    const given = options.map((text, i) => (text !== "" ? text : options[i - 1] === "--data" ? at("plain.csv") : at("out")));
    const run = (...allow: readonly string[]) => command(name, at("net.model.ts"), ...given, ...allow);
    const { code, notes } = await run();
    expect(code).toBe(0);
    expect(notes).toContain(
      'warning: "hidden" and "out" are one linear layer: nothing stands between them\n  at net.model.ts:5:15\n' +
        '  help: put an activation between them, such as nn.tanh, or leave "hidden" out\n  allow: two-linear-layers',
    );
    expect((await run("--allow", "rate-too-high,two-linear-layers")).notes).not.toContain("two-linear-layers");
    const odd = await run("--allow", "two-linear-layer");
    expect([odd.code, odd.notes]).toEqual([
      1,
      expect.stringMatching(
        /^error: Cannot allow "two-linear-layer": there is no such warning, the nearest is "two-linear-layers"\n {2}expected {2}some of /,
      ),
    ]);
  });

  test.each([
    ["twoLinearLayers", "two-linear-layers"],
    ["dropout", "dropout-after-last-layer"],
    ["lstm", undefined],
  ])("%s is not a code", async (odd, near) => {
    const { notes } = await command("inspect", at("net.model.ts"), "--allow", odd);
    expect(notes).toContain(`error: Cannot allow "${odd}": there is no such warning${near ? `, the nearest is "${near}"` : ""}\n  expected  some of`);
  });

  test("the library takes the same codes, of compilations alone", async () => {
    expect((await compile(at("net.model.ts"), { allow: ["two-linear-layers"] })).warnings).toEqual([]);
    await expect(compile(at("net.model.ts"), { allow: ["rate-too-high"] })).rejects.toThrow('Cannot allow "rate-too-high": there is no such warning');
    await expect(compile(at("net.model.ts"), { allow: "two-linear-layers" as never })).rejects.toThrow("a list of codes of warnings");
  });
});

describe("what a table is warned about", () => {
  test("columns", async () => {
    const line = ["--model", "line", "--target", "y"];
    const codes = ["unscaled-input", "unscaled-target", "constant-column", "index-column", "no-better-than-constant"];
    expect(codesIn((await train("odd.csv", ...line)).notes)).toEqual(codes);
    expect(codesIn((await train("odd.csv", ...line, "--allow", codes.slice(0, 4).join(","))).notes)).toEqual(codes.slice(4));
    expect(codesIn((await train("odd.csv", ...line, "--allow", codes.join(","))).notes)).toEqual([]);
    expect(codesIn((await train("plain.csv", ...line, "--lr", "0.3")).notes)).toEqual([]);
  });

  test("a column that counts the rows, where it is not the only one", async () => {
    const csv = (numbers: readonly number[]) => `x,z,y\n${numbers.map((n, i) => `${n},${(i * 7) % 5},${i % 3}`).join("\n")}\n`;
    const counting = Array.from({ length: 20 }, (_, i) => i + 4);
    await writeFile(at("index.csv"), csv(counting));
    await writeFile(at("other.csv"), csv([...counting.slice(1), 2]));
    const pair = ["--model", "line", "--target", "y"];
    const { notes } = await train("index.csv", ...pair);
    expect(notes).toContain('"x" counts the rows, which tells nothing of them\n  help: --ignore x');
    expect(codesIn((await train("index.csv", ...pair, "--allow", "index-column")).notes)).not.toContain("index-column");
    expect(codesIn((await train("other.csv", ...pair)).notes)).not.toContain("index-column");
    expect(codesIn((await train("index.csv", "--model", "one", "--target", "y", "--ignore", "z")).notes)).not.toContain("index-column");
  });

  test("a class that never occurs", async () => {
    const kinds = ["--model", "kinds", "--target", "y", "--lr", "0.001"];
    const { notes } = await train("kinds.csv", ...kinds);
    expect(notes).toContain('"k" has 4 classes in the model, and the column "y" has 3: no row has 3');
    expect(codesIn(notes)).toContain("unused-class");
    expect(codesIn((await train("kinds.csv", ...kinds, "--allow", "unused-class")).notes)).not.toContain("unused-class");
  });
});

test("a learning rate by which the loss grew", async () => {
  const line = ["--model", "line", "--target", "y", "--optimizer", "sgd", "--lr"];
  const { code, notes } = await train("plain.csv", ...line, "2.5");
  expect(code).toBe(0);
  expect(notes).toMatch(
    /warning: the loss on the training rows grew from \S+ before the first step to \S+ after the last: steps of --lr 2\.5 go too far\n {2}help: --lr 0\.25, or less\n {2}allow: rate-too-high\n/,
  );
  expect(notes).toContain("help: a smaller learning rate, see above\n");
  expect((await train("plain.csv", ...line, "2.5", "--allow", "rate-too-high")).notes).not.toContain("grew");
  expect(codesIn((await train("plain.csv", ...line, "0.3")).notes)).toEqual([]);
});
