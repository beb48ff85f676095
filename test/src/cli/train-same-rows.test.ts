// A training that goes on says where the table has other rows than before.
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashValues } from "../../../src/cli/train/same-rows.ts";
import { command } from "../../support/command.ts";

const definition = `import { f32, i32, losses, model, nn } from "gradc";

export default model("kinds", { x: f32("batch", 3), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(nn.standardize(x), 2);
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind) };
});
`;

let folder = "";
const at = (name: string) => join(folder, name);
const columns = ["--target", "kind", "--one-hot", "place", "--missing", "mean", "--batch", "8"];
const train = (epochs: number, ...more: readonly string[]) =>
  command("train", at("kinds.model.ts"), "--data", at("t.csv"), "-o", at("o"), ...columns, "--epochs", String(epochs), ...more);

const rows = Array.from({ length: 50 }, (_, i) => [i % 9 === 0 ? "" : Math.sin(i).toFixed(3), i % 3 === 0 ? "hill" : "sea", i % 2 ? "a" : "b"]);
const write = (names: readonly string[], table: readonly (readonly string[])[]) =>
  writeFile(at("t.csv"), `${[names, ...table].map((row) => row.join(",")).join("\n")}\n`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradc-rows-"));
  await writeFile(at("kinds.model.ts"), definition);
  await write(["size", "place", "kind"], rows);
  expect((await train(2)).code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

const said = "has other rows than the training had until now";

test("the same rows, also with columns that were moved, are not spoken of", async () => {
  expect((await train(3, "--resume")).notes).not.toContain(said);
  await write(
    ["kind", "size", "place"],
    rows.map(([size = "", place = "", kind = ""]) => [kind, size, place]),
  );
  expect(await train(4, "--resume")).toMatchObject({ code: 0, notes: expect.not.stringContaining(said) });
});

test("one other cell is, and another number of rows, once", async () => {
  const changed = rows.map((row, i) => (i === 20 ? ["0.5", ...row.slice(1)] : row));
  await write(["size", "place", "kind"], changed);
  expect(await train(5, "--resume")).toMatchObject({ code: 0, notes: expect.stringContaining(`${said} (as many, 50)`) });
  expect((await train(6, "--resume")).notes).not.toContain(said);
  await write(["size", "place", "kind"], rows.slice(0, 40));
  expect((await train(7, "--resume")).notes).toContain(`${said} (40, not 50)`);
});

test("a training that begins anew is not compared", async () => {
  await write(["size", "place", "kind"], rows);
  expect((await train(2, "--weights", at("o/kinds.safetensors"))).notes).not.toContain(said);
});

test("another share that is held out is named with the one before, and another seed", async () => {
  const share = (now: number, before: number) => `--validation is ${now}, and was ${before} until now`;
  await write(["size", "place", "kind"], rows);
  expect((await train(2, "--seed", "3", "--validation", "0.1")).code).toBe(0);
  const more = await train(3, "--resume", "--validation", "0.4", "--seed", "9");
  expect(more.notes).toContain(`warning: ${share(0.4, 0.1)}: rows that were trained on are held out`);
  expect(more.notes).toContain("note: --seed 9 is not taken: a training that goes on keeps its own, 3");
  const same = await train(4, "--resume", "--validation", "0.4", "--seed", "3");
  expect(same.notes).not.toMatch(/until now|--seed/);
  expect((await train(5, "--resume", "--validation", "0.1")).notes).toContain(`note: ${share(0.1, 0.4)}: figures of held-out rows are of other`);
});

test("where no epoch is left the rows of before stay those of the training", async () => {
  await write(["size", "place", "kind"], [...rows].reverse());
  const ended = await train(5, "--resume", "--validation", "0.3");
  expect(ended.notes).toContain("has 5 epochs already, and its files are written");
  expect(ended.notes).not.toContain("until now");
  expect((await train(6, "--resume", "--validation", "0.1")).notes).toContain(`${said} (as many, 50)`);
});

test("other steps are named with those of before, once", async () => {
  await write(["size", "place", "kind"], rows);
  expect((await train(2, "--clip", "1")).code).toBe(0);
  const changed = "warning: steps are made with --optimizer adam --batch 8, and were with --optimizer adam --batch 8 --clip 1 until now";
  expect((await train(3, "--resume")).notes).toContain(changed);
  expect((await train(4, "--resume")).notes).not.toContain("until now");
});

test("rows of any size have the hash of all their bytes", () => {
  const values = Float32Array.from({ length: 5_000_001 }, (_, i) => i % 1009).subarray(1);
  const whole = createHash("sha256").update(values).digest("hex");
  expect(hashValues(createHash("sha256"), values).digest("hex")).toBe(whole);
});
